"""An account and an employee with one e-mail: a link in a mail makes that page the own one, and never a name does."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from people.accounts.access.own_page import PageLink, join
from people.accounts.actions import end_links, give_hr_role, switch_off, switch_on
from people.accounts.guards.throttle import MAILS_OF_ACCOUNT
from people.accounts.links.tokens import DeadLink, Link, Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.models import AccountLink, Employee
from people.server.logs import on_behalf_of
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.mail_servers import NOBODY_THERE, SENDER, words
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db

ME, PAGE, EMAIL = "/me/", "/me/link/", "ann@example.com"
OFFER = "in the directory has your e-mail"


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


@pytest.fixture
def account() -> User:
    return user(EMAIL)


@pytest.fixture
def ann() -> Employee:
    return employee(first_name="Ann", last_name="Lee", email=EMAIL)


def token(account: User, ann: Employee, ago: timedelta = timedelta(0)) -> str:
    """Of a link as it would be made of the two as they are stored."""
    stored = User.objects.get(pk=account.pk), Employee.objects.get(pk=ann.pk)
    return PageLink(*stored, timezone.now() - ago).token


def account_of(ann: Employee) -> User | None:
    return Employee.objects.get(pk=ann.pk).user


def link_in(mail) -> str:
    [link] = re.findall(r"http://localhost:8000(/me/link/[a-z0-9-]+/)", words(mail))
    assert link in words(mail, "html")
    return str(link)


def offer(client: Client) -> bool:
    page = words_of(client.get(ME).text)
    assert (OFFER in page) == ("Send the mail" in page)
    return OFFER in page


# From the page to the mail, and back


def test_own_page_by_a_mail(account, ann, box):
    client = browser(account)
    page = words_of(client.get(ME).text)
    assert "Ann Lee in the directory has your e-mail" in page

    asked = client.post(ME, follow=True)
    Mail.do_due()
    form = client.get(link_in(box.got[0]), follow=True)

    assert f"A mail to {EMAIL} is on its way." in words_of(asked.text)
    assert [mail["To"] for mail in box.got] == [EMAIL]
    assert "From then on you are Ann Lee here: your page, your data." in words_of(form.text)
    assert account_of(ann) is None

    done = client.post(PAGE, {"token": field_values(form.text)["token"]}, follow=True)

    assert account_of(ann) == account
    assert done.redirect_chain == [(ann.get_absolute_url(), 302)]
    assert "This is your page from now on." in words_of(done.text)
    assert client.get(ME)["Location"] == ann.get_absolute_url()


def test_link_is_recorded_as_made_by_the_person(account, ann, told):
    client = browser(account)
    link = token(account, ann)

    lines = [told(lambda: client.post(ME)), told(lambda: client.post(PAGE, {"token": link}))]

    assert lines == [
        [f"own-page-asked account={account.pk} by={account.pk}"],
        [f"linked account={account.pk} by={account.pk} employee={ann.pk}"],
    ]
    record = AccountLink.objects.get()
    assert (record.employee, record.account, record.act, record.by) == (ann, account, "linked", account)


def test_opening_changes_nothing_and_the_address_is_forgotten(account, ann):
    client = browser(account)
    address = f"{PAGE}{token(account, ann)}/"

    opened = client.get(address)
    answers = [client.get(PAGE), client.head(PAGE), client.get(address, follow=True), client.head(address)]

    assert (opened.status_code, opened["Location"], opened["Referrer-Policy"]) == (302, PAGE, "no-referrer")
    assert opened.cookies["link"]["httponly"]
    assert opened.cookies["link"]["path"] == PAGE
    assert [answer.status_code for answer in answers] == [200, 200, 200, 302]
    assert account_of(ann) is None


def test_who_is_signed_out_signs_in_first(account, ann):
    client = Client()

    door = client.get(f"{PAGE}{token(account, ann)}/", follow=True)
    back = client.post(
        door.request["PATH_INFO"] + "?" + door.request["QUERY_STRING"],
        {"username": EMAIL, "password": "correct horse battery"},
        follow=True,
    )

    assert door.redirect_chain[-1][0] == f"/sign-in/?next={PAGE}"
    assert "From then on you are Ann Lee here" in words_of(back.text)


def test_post_of_somebody_signed_out_links_nothing(account, ann):
    assert Client().post(PAGE, {"token": token(account, ann)})["Location"].startswith("/sign-in/")
    assert account_of(ann) is None


@pytest.mark.parametrize("where", [ME, PAGE])
def test_forged_post_is_refused(account, ann, where):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)

    assert client.post(where, {"token": token(account, ann)}).status_code == 403
    assert account_of(ann) is None
    assert not Mail.objects.exists()


# Whom the page offers what


NO_OFFER: dict[str, Callable[[User, Employee], object]] = {
    "same name, another e-mail": lambda account, ann: change_email_of(ann, "ann.lee@example.com"),
    "has an account": lambda account, ann: Employee.objects.filter(pk=ann.pk).update(user=user("other@example.com")),
    "HR manager": lambda account, ann: give_hr_role(account, by=user("boss@example.com", is_superuser=True)),
    "administrator": lambda account, ann: User.objects.filter(pk=account.pk).update(is_superuser=True),
}


@pytest.mark.parametrize("why", NO_OFFER)
def test_nothing_is_offered_or_sent(account, ann, why):
    NO_OFFER[why](account, ann)
    client = browser(User.objects.get(pk=account.pk))

    assert not offer(client)
    assert client.post(ME).status_code == 403
    assert not Mail.objects.exists()


def test_without_mail_the_page_says_whom_to_ask(account, ann, settings):
    settings.MAIL_SERVER = None
    client = browser(account)

    assert not offer(client)
    assert "Please ask" in words_of(client.get(ME).text)
    assert client.post(ME).status_code == 403


def test_who_has_a_page_is_led_there(account, ann):
    Employee.objects.filter(pk=ann.pk).update(user=account)
    client = browser(account)

    assert [client.get(ME)["Location"], client.post(ME)["Location"]] == [ann.get_absolute_url()] * 2
    assert not Mail.objects.exists()


def test_mails_are_asked_for_three_times_an_hour(account, ann, told):
    client = browser(account)
    answers = [client.post(ME) for _ in range(MAILS_OF_ACCOUNT)]

    lines = told(lambda: answers.append(client.post(ME)))

    assert [answer.status_code for answer in answers] == [302] * MAILS_OF_ACCOUNT + [429]
    assert "Too many mails were asked for." in words_of(answers[-1].text)
    assert int(answers[-1]["Retry-After"]) > 0
    assert lines == [f"own-page-throttled account={account.pk} by={account.pk}"]


# Links that lead nowhere


def change_email_of(one: User | Employee, email: str) -> None:
    stored = type(one).objects.get(pk=one.pk)
    stored.email = email
    stored.save()


def set_password(account: User) -> None:
    stored = User.objects.get(pk=account.pk)
    stored.set_password("four apples in a tree")
    stored.save()


def switch_off_and_on(account: User) -> None:
    switch_off(account, by=account)
    switch_on(account, by=account)


def link_and_unlink(account: User, ann: Employee) -> None:
    for one in (account, None):
        Employee.objects.filter(pk=ann.pk).update(user=one)


def both_have_another_email(account: User, ann: Employee) -> None:
    for one in (account, ann):
        change_email_of(one, "ann.lee@example.com")


def another_person_has_the_email(account: User, ann: Employee) -> None:
    change_email_of(ann, "ann.lee@example.com")
    employee(first_name="Bo", last_name="Olsen", email=EMAIL)


ENDS: dict[str, Callable[[User, Employee], object]] = {
    "replayed": lambda account, ann: join(token(account, ann), account),
    "unlinked again": link_and_unlink,
    "the employee has another e-mail": lambda account, ann: change_email_of(ann, "ann.lee@example.com"),
    "the account has another e-mail": lambda account, ann: change_email_of(account, "ann.lee@example.com"),
    "both have another e-mail": both_have_another_email,
    "another person has the e-mail": another_person_has_the_email,
    "another password": lambda account, ann: set_password(account),
    "switched off": lambda account, ann: switch_off(account, by=account),
    "switched off and on": lambda account, ann: switch_off_and_on(account),
    "links were ended": lambda account, ann: end_links(account, by=account),
    "an HR manager by now": NO_OFFER["HR manager"],
    "an administrator by now": NO_OFFER["administrator"],
    "the employee was linked": NO_OFFER["has an account"],
    "the account was linked": lambda account, ann: employee(email="bo@example.com", user=account),
}


@pytest.mark.parametrize("way", ENDS)
def test_link_is_dead(account, ann, way):
    link = token(account, ann)
    ENDS[way](account, ann)
    before = account_of(ann)
    client = browser(User.objects.get(pk=account.pk))

    answers = [client.get(f"{PAGE}{link}/", follow=True), client.post(PAGE, {"token": link})]

    assert [answer.status_code for answer in answers] == ([200, 302] if way == "switched off" else [410, 410])
    with pytest.raises(DeadLink):
        join(link, User.objects.get(pk=account.pk))
    assert account_of(ann) == before


NOT_SENT = [
    *("replayed", "the employee has another e-mail", "the account has another e-mail", "switched off"),
    *("an HR manager by now", "an administrator by now", "the employee was linked", "the account was linked"),
]


@pytest.mark.parametrize("way", NOT_SENT)
def test_mail_that_can_do_nothing_any_more_is_not_sent(account, ann, box, way):
    browser(account).post(ME)
    ENDS[way](account, ann)

    Mail.do_due()

    assert not box.got
    assert not Mail.objects.waiting().exists()


@pytest.mark.parametrize(
    ("ago", "is_alive"),
    [
        (timedelta(minutes=59), True),
        (timedelta(minutes=60, seconds=1), False),
        (timedelta(seconds=-30), True),
        (timedelta(minutes=-2), False),
    ],
)
def test_link_is_good_for_an_hour(account, ann, ago, is_alive):
    link = token(account, ann, ago)

    assert browser(account).post(PAGE, {"token": link}).status_code == (302 if is_alive else 410)
    assert account_of(ann) == (account if is_alive else None)


def test_link_of_somebody_else_is_dead(account, ann):
    link = token(account, ann)
    others = [user("bob@example.com"), user("hr@example.com", is_hr=True), user("boss@example.com", is_superuser=True)]

    assert [browser(other).post(PAGE, {"token": link}).status_code for other in others] == [410] * 3
    assert account_of(ann) is None


def test_links_serve_no_other_purpose(account, ann):
    link, password = token(account, ann), Link(account, Purpose.PASSWORD, timezone.now()).token
    client = browser(account)

    assert client.post(PAGE, {"token": password}).status_code == 410
    for page in ("/account/link/", "/account/address/confirm/", "/account/address/undo/"):
        again = [link, link.replace("page", "password"), link.replace("page", "confirm")]
        assert [client.post(page, {"token": one}).status_code for one in again] == [410] * 3


@pytest.mark.parametrize("place", range(5))
def test_mangled_link_is_dead(account, ann, place):
    """Also one that was put together from those of two people."""
    bob = employee(first_name="Bob", email="bob@example.com")
    others = token(user("bob@example.com"), bob, timedelta(minutes=1)).split("-")
    parts = token(account, ann).split("-")
    parts[place] = others[place] if place else "password"

    assert browser(account).post(PAGE, {"token": "-".join(parts)}).status_code == 410
    assert [account_of(ann), account_of(bob)] == [None, None]


@pytest.mark.parametrize(
    "link", ["", "page-1-1-1-1", "page----", f"page-{'z' * 13}-1-1-1", "x" * 5_000, "page-\0-1-1-1"]
)
def test_what_is_no_link_is_dead(account, ann, link):
    client = browser(account)

    assert [client.post(PAGE, {"token": link}).status_code, client.get(PAGE).status_code] == [410, 410]


# By nothing else


def test_nobody_links_the_own_account_in_another_way(account, ann):
    own = Employee.objects.filter(pk=ann.pk)
    ann.user = account

    for way in (ann.save, lambda: own.update(user=account), lambda: Employee.objects.bulk_update([ann], ["user"])):
        with on_behalf_of(account.pk), pytest.raises(Exception, match="Nobody links or unlinks the own account"):
            way()
    assert account_of(ann) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_of_many_who_use_it_at_once_one_links(account, ann):
    link = token(account, ann)
    clients = [browser(account) for _ in range(4)]

    def use(client: Client) -> int:
        try:
            return client.post(PAGE, {"token": link}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as threads:
        statuses = sorted(threads.map(use, clients))

    assert statuses == [302, 410, 410, 410]
    assert AccountLink.objects.count() == 1
    assert account_of(ann) == account
