"""Somebody whose first day is ahead gets the invitation on that day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from people.accounts.access.models import AccessBatch, AccessJob
from people.accounts.following import begins_at
from people.accounts.links.tokens import DeadLink, Link, Purpose, read
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.models import Employee
from people.server.jobs.runner import run_due
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.mail_servers import MailBox
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db

SOON = localdate() + timedelta(days=10)
LATER = SOON + timedelta(days=20)


@pytest.fixture
def client() -> Client:
    return browser(user("hr@example.com", is_hr=True))


@pytest.fixture
def ann() -> Employee:
    return employee(first_name="Ann", email="ann@example.com", first_day=SOON)


def in_words(day: date) -> str:
    return f"{day:%-d %B %Y}"


def do(client: Client, person: Employee, act: str) -> str:
    """Do it; the page afterwards."""
    return words_of(client.post(f"/employees/{person.pk}/access/", {"act": act}, follow=True).text)


def offered(client: Client, person: Employee) -> str:
    return words_of(client.get(f"/employees/{person.pk}/access/").text)


def let_the_day_come() -> None:
    """What was planned for later is so no longer."""
    Mail.objects.planned().update(made=Now(), due=Now() - timedelta(seconds=1))
    User.objects.filter(invited_at__gt=timezone.now()).update(invited_at=timezone.now())


def begin_on(person: Employee, day: date | None) -> Employee:
    stored = Employee.objects.get(pk=person.pk)
    stored.first_day = day
    return stored


WAYS: dict[str, Callable[[Employee, date | None], Any]] = {
    "save": lambda person, day: begin_on(person, day).save(),
    "one field": lambda person, day: begin_on(person, day).save(update_fields=["first_day"]),
    "update": lambda person, day: Employee.objects.filter(pk=person.pk).update(first_day=day),
    "bulk_update": lambda person, day: Employee.objects.bulk_update([begin_on(person, day)], ["first_day"]),
}


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_day_begins_in_the_time_zone_of_the_organisation(zone, settings):
    settings.TIME_ZONE = zone
    begins = begins_at(LATER)

    assert begins
    assert begins.utcoffset() != timedelta(0)
    assert timezone.localtime(begins, timezone.get_default_timezone()).replace(tzinfo=None) == datetime.combine(
        LATER, datetime.min.time()
    )


@pytest.mark.parametrize("day", [None, date(2020, 1, 1), localdate()])
def test_nothing_waits_for_a_day_that_has_begun(day, client, box):
    do(client, employee(email="bob@example.com", first_day=day), "give")
    run_due([Mail])

    assert [mail["To"] for mail in box.got] == ["bob@example.com"]


def test_invitation_goes_out_on_the_first_day_and_is_good_from_then_on(client, ann, box: MailBox):
    assert f"on the first day, {in_words(SOON)}, a mail with a link" in offered(client, ann)
    page = do(client, ann, "give")
    run_due([Mail])

    assert not box.got
    assert f"Waits for the first day: ann@example.com gets the invitation on {in_words(SOON)}." in page
    assert "The mail waits for the first day" in page
    assert "Send the mail now Withdraw invitation Switch off" in page
    begins = begins_at(SOON)
    assert begins
    link = Link(User.objects.get(email=ann.email), Purpose.INVITATION, begins)
    with pytest.raises(DeadLink):
        read(link.token)

    let_the_day_come()
    run_due([Mail])

    [mail] = box.got
    assert mail["To"] == "ann@example.com"
    ends = timezone.localtime(timezone.now() + timedelta(days=7))
    assert f"The link is good until {in_words(ends)}" in offered(client, ann)


@pytest.mark.parametrize("way", WAYS)
def test_mail_waits_for_another_first_day(way, client, ann, box):
    do(client, ann, "give")

    WAYS[way](ann, LATER)
    assert f"gets the invitation on {in_words(LATER)}." in offered(client, ann)
    assert Mail.objects.planned().get().due == begins_at(LATER)

    WAYS[way](ann, None)
    run_due([Mail])
    assert [mail["To"] for mail in box.got] == ["ann@example.com"]
    assert "Invited on" in offered(client, ann)


def test_first_day_moves_nothing_that_was_sent(client, ann, box):
    do(client, ann, "give")
    do(client, ann, "invite")
    run_due([Mail])
    begin_on(ann, LATER).save()

    assert len(box.got) == 1
    assert not Mail.objects.planned().exists()
    assert "Invited on" in offered(client, ann)


def test_mail_is_sent_now_and_not_again_on_the_day(client, ann, box):
    do(client, ann, "give")
    do(client, ann, "invite")
    let_the_day_come()
    run_due([Mail])

    assert len(box.got) == 1


@pytest.mark.parametrize("act", ["withdraw", "switch-off"])
def test_withdrawn_or_switched_off_nothing_goes_out_on_the_day(act, client, ann, box):
    do(client, ann, "give")
    do(client, ann, act)
    let_the_day_come()
    run_due([Mail])

    assert not box.got


def test_withdrawn_and_invited_again_it_waits_again(client, ann, box):
    do(client, ann, "give")
    do(client, ann, "withdraw")
    assert f"on the first day, {in_words(SOON)}, a mail with a link" in offered(client, ann)
    do(client, ann, "invite")

    assert Mail.objects.planned().get().due == begins_at(SOON)


def test_mistyped_email_is_replaced_and_the_mail_still_waits(client, ann, box):
    do(client, ann, "give")
    Employee.objects.filter(pk=ann.pk).update(email="ann.right@example.com")
    run_due([Mail])
    assert not box.got

    let_the_day_come()
    run_due([Mail])
    assert [mail["To"] for mail in box.got] == ["ann.right@example.com"]


def test_without_mail_the_link_is_handed_over_at_once(client, ann):
    assert "you get a link to hand over" in offered(client, ann)
    page = client.post(f"/employees/{ann.pk}/access/", {"act": "give"}).text

    assert "/account/link/" in page


def test_several_get_access_and_those_who_begin_later_wait(client, ann, box):
    employee(email="bob@example.com")
    people = list(Employee.objects.all())
    address = "/employees/access/?" + "&".join(f"who={person.pk}" for person in people)
    told = words_of(client.get(address).text)
    page = client.post(address).headers["Location"]
    run_due([AccessJob, Mail])
    stands = client.get(page).text

    assert "2, each with a mail, 1 of them on the first day" in told
    assert "1 of 2 handed over, 1 waits for the first day" in words_of(stands)
    assert 'hx-trigger="every 2s"' not in stands
    assert [mail["To"] for mail in box.got] == ["bob@example.com"]


def test_who_set_a_password_without_the_mail_or_is_not_invited_any_more_is_no_failure(client, box):
    people = [employee(email=f"p{number}@example.com") for number in range(4)]
    batch = AccessBatch.begin([person.pk for person in people], by=User.objects.get(email="hr@example.com"))
    run_due([AccessJob])
    box.to_recipient = "550 No such user"
    run_due([Mail])
    assert batch.progress().undelivered == 4

    has_password = User.objects.get(employee=people[0])
    has_password.set_password("four apples in a tree")
    has_password.save()
    do(client, people[1], "withdraw")
    do(client, people[2], "switch-off")

    progress = batch.progress()
    assert (progress.undelivered, progress.not_needed) == (1, 3)
    assert [job.employee for job in batch.failures()] == [people[3]]


def test_planned_mail_is_neither_late_nor_in_trouble(client, ann, box):
    do(client, ann, "give")
    Mail.objects.planned().update(made=Now() + timedelta(days=1))

    assert not Mail.objects.overdue().exists()
    assert not Mail.objects.waiting().exists()
    assert not Mail.objects.in_trouble().exists()
    page = words_of(browser(user("root@example.com", is_superuser=True)).get(reverse("accounts:mail")).text)
    assert "Planned 1 invitation for a first day" in page
