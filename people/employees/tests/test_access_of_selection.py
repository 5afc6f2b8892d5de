"""Access of people selected in the directory: told before, done by the server as whoever asked, and truly counted."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction
from django.db.models.functions import Now
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from people.accounts.access.giving import NO_RIGHT, OWN, ROLE, WHY_NOT
from people.accounts.access.models import AccessBatch, AccessJob
from people.accounts.access.stages import Stage, access_of, accesses_of
from people.accounts.addresses.actions import change_at_once
from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import HR_MANAGERS, Membership, User
from people.accounts.sessions.models import Session
from people.models import AccountLink, Employee
from people.server.jobs.models import KEPT, Job
from people.server.jobs.runner import run_due
from people.tests.browsers import htmx, statements_of
from people.tests.companies import linked as linked_there
from people.tests.databases import address_of_the_database
from people.tests.factories import add_demo_people, employee, user
from people.tests.mail_servers import SENDER, MailBox, mail_server
from people.tests.pages import field_values, words_of
from people.tests.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, OLD = "/employees/access/", "correct horse battery"


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


@pytest.fixture
def client(hr: User) -> Client:
    client = Client()
    client.force_login(hr)
    return client


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture(autouse=True)
def server(box: MailBox, settings) -> Iterator[None]:
    """A real mail server; what is due is done when a test says so."""
    settings.MAIL_FROM = SENDER
    with mail_server(box) as settings.MAIL_SERVER:
        yield


def address(people: list[Employee]) -> str:
    return f"{PAGE}?" + "&".join(f"who={person.pk}" for person in people)


def before(client: Client, people: list[Employee]) -> str:
    return words_of(client.get(address(people)).text)


def ask(client: Client, people: list[Employee]) -> str:
    """Have it done; the answer is the address of the page of progress."""
    response = client.post(address(people))
    assert response.status_code == 302, words_of(response.text)
    return response.headers["Location"]


def stands(client: Client, page: str) -> str:
    return words_of(client.get(page, headers=htmx("access-progress")).text)


def do_one(kind: type[Job]) -> None:
    """What is due first."""
    with kind.shared() as shared:
        job = kind.objects.take()
        assert job
        job.attempt(shared)


def crowd(number: int) -> list[Employee]:
    return [
        employee(first_name="Ann", last_name=f"{index:03}", email=f"ann{index}@example.com") for index in range(number)
    ]


def linked(person: Employee, **values: bool) -> User:
    """An account of the person's own, with a password."""
    person.user = user(person.email, **values)
    person.save()
    return person.user


def changed_address(email: str) -> None:
    """Another account signed in with it until now."""
    change_at_once(user(email), "new@example.com", by=user("boss@example.com", is_superuser=True))


STAGES: dict[str, Callable[[Employee], object]] = {
    "none": lambda person: None,
    "kept": lambda person: changed_address(person.email),
    "apart": lambda person: user(person.email),
    "taken": lambda person: employee(user=user(person.email)),
    "waiting": lambda person: User.objects.filter(pk=linked(person).pk).update(password="!"),
    "invited": lambda person: User.objects.filter(pk=linked(person).pk).update(password="!", invited_at=timezone.now()),
    "ready": linked,
    "off": lambda person: linked(person, is_active=False),
}
COMES = {"none": "given", "waiting": "given", "invited": "had", "ready": "had"}


def test_bar_offers_it_to_hr_where_there_is_mail(client, settings):
    employee()
    offered = f'formaction="{PAGE}"'

    assert offered in client.get("/employees/").text
    settings.MAIL_SERVER = None
    assert offered not in client.get("/employees/").text
    colleague = Client()
    colleague.force_login(user())
    assert offered not in colleague.get("/employees/").text


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_is_told_before_and_comes_so(client, stage):
    [person] = crowd(1)
    STAGES[stage](person)
    told = before(client, [person])
    comes = COMES.get(stage, "refused")

    page = ask(client, [person])
    run_due([AccessJob])

    said = stands(client, page)
    given, had, refused = (int(comes == each) for each in ("given", "had", "refused"))
    assert re.search(f"Get access {given}.* Have it {had}.* Can’t get it {refused}", told)
    assert f"Got access {given} " in said
    assert f"Had it already {had} Can’t get it {refused}" in said
    if comes == "refused":
        reason = WHY_NOT.get(Stage(stage), "This was the sign-in address of another account")
        assert reason in told
        assert reason in said
    assert Mail.objects.filter(purpose=Purpose.INVITATION).count() == given


@pytest.mark.parametrize("stage", STAGES)
def test_many_stand_as_each_of_them_does(stage):
    people = crowd(2)
    STAGES[stage](people[1])

    several = [access.stage for access in accesses_of(Employee.objects.filter(pk__in=[person.pk for person in people]))]

    assert several == [access_of(person, User.objects.all()).stage for person in people]
    assert several == [Stage.NONE, Stage(stage)]


@pytest.mark.parametrize("stage", ["apart", "waiting", "off"])
@pytest.mark.parametrize("is_own", [True, False])
def test_nobody_acts_upwards_or_on_themselves(client, hr, stage, is_own):
    [person] = crowd(1)
    if is_own:
        Employee.objects.filter(pk=person.pk).update(email=hr.email)
        person.refresh_from_db()
    else:
        STAGES[stage](person)
        User.objects.get(email=person.email).groups.add(Group.objects.get(name=HR_MANAGERS))

    told, page = before(client, [person]), ask(client, [person])
    run_due([AccessJob])

    reason = OWN if is_own else ROLE
    assert reason in told
    assert reason in stands(client, page)
    assert not Mail.objects.exists()


def test_whole_way_of_twenty(client, hr, box, caplog):
    people = crowd(20)
    for person in people[:3]:
        linked(person)
    STAGES["taken"](people[3])
    told = before(client, people)

    page = ask(client, people)
    asked = stands(client, page)
    for _ in range(5):
        do_one(AccessJob)
    midway = stands(client, page)
    AccessJob.do_due()
    given = stands(client, page)
    box.to_recipient = "550 No such user"
    do_one(Mail)
    box.to_recipient = "250 OK"
    one_refused = stands(client, page)
    Mail.do_due()
    end = client.get(page)

    assert "Get access 16, each with a mail Have it 3, who stay as they are and get no mail Can’t get it 1" in told
    assert asked.startswith("How far it is 0 of 20 done. Load this page again")
    assert "5 of 20 done. 1 mail is on the way." in midway
    assert "Got access 1 Mails 0 of 1 handed over Had it already 3 Can’t get it 1" in midway
    assert "20 of 20 done. 16 mails are on the way." in given
    assert "20 of 20 done. 15 mails are on the way." in one_refused
    assert "0 of 16 handed over, 1 not delivered" in one_refused
    assert "15 of 16 handed over, 1 not delivered Had it already 3 Can’t get it 1" in words_of(end.text)
    assert "The mail isn’t delivered. The mail server refused the recipient (550)." in words_of(end.text)
    assert WHY_NOT[Stage.TAKEN] in words_of(end.text)
    failed = re.findall(r'class="btn btn-quiet" href="(/employees/\d+/access/)"', end.text)
    assert failed == [f"/employees/{people[3].pk}/access/", f"/employees/{people[4].pk}/access/"]
    assert {mail["To"] for mail in box.got} == {person.email for person in people[5:]}
    links = AccountLink.objects.filter(account__employee__in=people[4:])
    assert set(links.values_list("by", flat=True)) == {hr.pk}
    lines = [record.getMessage() for record in caplog.records if record.name == "people.security"]
    events = Counter(line.split()[0] for line in lines if f" by={hr.pk} " in line)
    assert events == {"account-made": 16, "linked": 16, "link-made": 16}


def test_mail_is_not_missed_by_who_signs_in_without_it(client, box, settings):
    settings.OIDC_ISSUER = "https://login.example.com"
    [person] = crowd(1)
    page = ask(client, [person])
    AccessJob.do_due()
    box.to_recipient = "550 No such user"
    Mail.do_due()
    assert "0 of 1 handed over, 1 not delivered" in stands(client, page)

    linked_there(User.objects.get(email=person.email))

    assert "not delivered" not in stands(client, page)


def test_page_asks_again_as_long_as_something_moves(client):
    page = ask(client, crowd(1))
    moving = client.get(page).text
    run_due([AccessJob])
    mail_waits = client.get(page).text
    run_due([Mail])

    trigger = f'hx-get="{page}" hx-trigger="every 2s"'
    assert trigger in moving
    assert trigger in mail_waits
    assert "hx-trigger" not in client.get(page, headers=htmx("access-progress")).text


def test_who_asks_is_confirmed_first(client, hr):
    people = crowd(2)
    Session.objects.filter(user=hr).update(confirmed=timezone.now() - timedelta(minutes=11))

    asked = client.post(address(people))
    assert asked.status_code == 401
    assert f'href="{address(people)}"'.replace("&", "&amp;") in asked.text  # the way back keeps whom it is about
    assert not AccessBatch.objects.exists()
    client.post(address(people), field_values(asked.text) | {"confirm_password": OLD})

    assert AccessBatch.objects.get().jobs.count() == 2


def test_without_mail_nobody_gets_it(client, settings):
    settings.MAIL_SERVER = None
    people = crowd(2)

    response = client.post(address(people))

    assert "hand" in before(client, people)
    assert response.status_code == 422
    assert "Mail isn’t set up" in words_of(response.text)
    assert not AccessBatch.objects.exists()


def test_mail_taken_away_meanwhile_keeps_it_waiting(client, settings):
    page = ask(client, crowd(1))
    there, settings.MAIL_SERVER = settings.MAIL_SERVER, None
    AccessJob.do_due()
    waits = stands(client, page)
    settings.MAIL_SERVER = there
    AccessJob.objects.try_again()
    AccessJob.do_due()

    assert "0 of 1 done." in waits
    assert "Not done yet 1" in waits
    assert "Mail isn’t set up any more." in waits
    assert "1 of 1 done." in stands(client, page)


def test_other_people_than_said_get_nothing(client):
    crowd(3)

    response = client.post(f"{PAGE}?all=2")

    assert response.status_code == 422
    assert "Nothing was done yet" in words_of(response.text)
    assert not AccessBatch.objects.exists()


@pytest.mark.parametrize("lost", ["role", "access"])
def test_who_lost_the_role_meanwhile_gives_nothing_more(client, hr, lost):
    page = ask(client, crowd(3))
    do_one(AccessJob)
    if lost == "role":
        Membership.objects.filter(user=hr).delete()
    else:
        hr.is_active = False
        hr.save()
    AccessJob.do_due()

    other = Client()
    other.force_login(user("other@example.com", is_hr=True))
    said = stands(other, page)
    assert Mail.objects.count() == 1
    assert "Got access 1 " in said
    assert "Can’t get it 2" in said
    assert said.count(NO_RIGHT) == 2


def test_account_made_at_the_same_moment_is_no_fault(client):
    [person] = crowd(1)
    page = ask(client, [person])

    def make_another(instance: User, **kwargs: object) -> None:
        pre_save.disconnect(make_another, sender=User)
        User.objects.bulk_create([User(email=instance.email)])

    pre_save.connect(make_another, sender=User)
    AccessJob.do_due()

    assert "1 of 1 done." in stands(client, page)
    assert AccessJob.objects.get().tries == 1
    assert User.objects.filter(email=person.email).count() == 1


@pytest.mark.rounds(1, 10)
def test_two_batches_with_the_same_people_at_once(client, box):
    people = crowd(rounds(10, 40))
    pages = [ask(client, people), ask(client, people)]

    def work(_: int) -> None:
        try:
            run_due([AccessJob, Mail])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    run_due([AccessJob, Mail])

    progress = [AccessBatch.objects.get(pk=int(page.split("/")[-2])).progress() for page in pages]
    assert [each.done for each in progress] == [len(people)] * 2
    assert sum(each.given for each in progress) == len(people)
    assert Counter(mail["To"] for mail in box.got) == Counter(person.email for person in people)


@pytest.mark.rounds(1, 10)
def test_killed_in_the_middle_each_gets_it_once(client, box, settings):
    people = crowd(rounds(12, 40))
    page = ask(client, people)
    box.seconds = 0.1  # so that the process is never at its end before it is killed
    there = settings.MAIL_SERVER
    environment = {
        "DATABASE_URL": address_of_the_database(),
        "MAIL_URL": f"smtp://{there.host}:{there.port}",
        "MAIL_FROM": str(SENDER),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "manage.py", "run_jobs"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | environment)
    deadline = time.monotonic() + 30
    while AccessJob.objects.filter(outcome="").count() > len(people) - 3 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    box.seconds = 0
    for kind in (AccessJob, Mail):
        kind.objects.waiting().update(due=Now() - timedelta(seconds=1))  # the leases of the killed one end
    run_due([AccessJob, Mail])

    assert f"{len(people)} of {len(people)} done." in stands(client, page)
    assert Mail.objects.count() == AccountLink.objects.count() == len(people)
    assert {mail["To"] for mail in box.got} == {person.email for person in people}


def test_done_and_not_marked_is_not_done_again(client):
    page = ask(client, crowd(1))
    job = AccessJob.objects.take()
    assert job
    job.work(None)  # and the process is killed
    half = stands(client, page)
    AccessJob.objects.waiting().update(due=Now() - timedelta(seconds=1))
    AccessJob.do_due()

    assert "1 of 1 done." in half
    assert Mail.objects.count() == 1
    assert AccessJob.objects.get().done_at


def test_nothing_is_done_for_what_is_rolled_back(client, hr):
    people = crowd(1)

    with transaction.atomic():
        AccessBatch.begin([person.pk for person in people], by=hr)
        transaction.set_rollback(True)
    AccessJob.do_due()

    assert not User.objects.filter(email=people[0].email).exists()


def test_old_batches_are_forgotten(client, hr):
    page = ask(client, crowd(1))
    AccessJob.do_due()
    long_ago = timezone.now() - KEPT - timedelta(hours=1)
    AccessBatch.objects.update(at=long_ago)
    AccessJob.objects.update(done_at=long_ago)

    assert client.get(page).status_code == 404
    run_due([AccessJob])
    assert not AccessBatch.objects.exists()


def test_colleagues_learn_nothing(client):
    people = crowd(1)
    page = ask(client, people)
    colleague = Client()
    colleague.force_login(user())

    assert {colleague.get(place).status_code for place in (page, address(people))} == {403}
    assert colleague.post(address(people)).status_code == 403


def test_statements_do_not_grow(client):
    costs = []
    client.get("/employees/")  # reads what is remembered
    for number, said in [(2, 2), (40, 42)]:
        add_demo_people(number, skip=said - number)
        people = list(Employee.objects.all())
        assert len(people) == said
        looked = len(statements_of(client.get, f"{PAGE}?all={said}"))
        page = ask(client, people[:2])
        costs.append((looked, len(statements_of(client.get, page))))

    assert costs[0] == costs[1]


@pytest.mark.no_cover
def test_many_are_answered_at_once_and_mailed_within_a_minute(client, box):
    box.seconds = 0.03
    people = crowd(rounds(30, 300))

    start = time.perf_counter()
    page = client.post(f"{PAGE}?all={len(people)}").headers["Location"]
    answered = time.perf_counter() - start
    run_due([AccessJob, Mail])
    whole = time.perf_counter() - start

    assert len(box.got) == len(people)
    assert f"{len(people)} of {len(people)} done." in stands(client, page)
    print(f"{len(people)} people: answered in {answered:.3f} s, all mails handed over in {whole:.1f} s")
    assert answered < 1
    assert whole < 60
