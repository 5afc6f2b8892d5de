"""Several senders at once, and some that are killed: no mail is lost, and none but those at hand come twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.db.models.functions import Now

from e2e.server import Server
from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.mail.outbox import queue_all
from people.server.jobs.models import LEASE
from people.server.jobs.runner import run_due
from people.tests.databases import address_of_the_database
from people.tests.factories import user
from people.tests.mail_servers import SENDER, MailBox, mail_server, words
from people.tests.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box() -> MailBox:
    return MailBox(seconds=0.01)


@pytest.fixture(autouse=True)
def server(box: MailBox, settings) -> Iterator[None]:
    with mail_server(box) as settings.MAIL_SERVER:
        settings.MAIL_FROM = SENDER
        yield


def queue_some(number: int, purpose: Purpose = Purpose.TEST) -> set[str]:
    """Queue a mail to each of so many accounts; the answer is their addresses."""
    accounts = [user(f"{index}@example.com") for index in range(number)]
    queue_all(accounts, purpose)
    return {account.email for account in accounts}


def addresses(box: MailBox) -> Counter[str]:
    """How many mails each address got."""
    return Counter(address for recipients in box.recipients for address in recipients)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Until another process has come so far."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_for(box: MailBox, number: int) -> None:
    """Until the server has so many mails."""
    wait_until(lambda: len(box.got) >= number)


def let_leases_end() -> None:
    Mail.objects.waiting().update(due=Now() - timedelta(seconds=1))


@pytest.mark.rounds(1, 15)
def test_three_senders_at_once_send_each_mail_once(box: MailBox):
    everybody = queue_some(rounds(30, 100))

    def send(_: int) -> int:
        try:
            return run_due([Mail])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        numbers = list(threads.map(send, range(3)))

    assert addresses(box) == Counter(everybody)
    assert min(numbers) > 0
    assert not Mail.objects.exclude(tries=1).exists()


@pytest.fixture
def same_settings(settings) -> dict[str, str]:
    """What another process needs to send the mails of this test."""
    there = settings.MAIL_SERVER
    return {
        "DATABASE_URL": address_of_the_database(),
        "MAIL_URL": f"smtp://{there.host}:{there.port}",
        "MAIL_FROM": str(SENDER),
        "SECRET_KEY": settings.SECRET_KEY,
    }


@pytest.fixture
def sender(settings, same_settings: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that hands over everything that is due, such as one of the server."""
    command = [sys.executable, "manage.py", "run_jobs"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | same_settings)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def one(box: MailBox) -> None:
    """A mail that waits, and a server that takes it and never says so."""
    box.to_mail = "hangs"
    queue_some(1)


@pytest.mark.usefixtures("one")
def test_killed_while_the_server_takes_it_the_same_mail_comes_once_more(box: MailBox, request: pytest.FixtureRequest):
    sender = request.getfixturevalue("sender")
    wait_for(box, 1)
    sender.kill()
    sender.wait()
    at_hand = Mail.objects.annotate(now=Now()).get()
    box.to_mail = "250 OK"

    too_early = run_due([Mail])
    let_leases_end()
    run_due([Mail])

    first, second = box.got
    assert too_early == 0
    assert at_hand.due
    assert timedelta() < at_hand.due - at_hand.now <= LEASE
    assert first["Message-ID"] == second["Message-ID"] == at_hand.message_id
    assert str(first.get_body(["plain"])) == str(second.get_body(["plain"]))
    assert Mail.objects.get().handed_over_at == at_hand.handed_over_at
    assert Mail.objects.get().done_at


@pytest.mark.rounds(1, 20)
def test_killed_at_any_moment_none_is_lost_and_at_most_one_comes_twice(box: MailBox, request: pytest.FixtureRequest):
    box.seconds = 0.02
    everybody = queue_some(12)
    sender = request.getfixturevalue("sender")
    wait_for(box, random.randint(1, 10))  # noqa: S311 (no secret)
    time.sleep(random.uniform(0, 0.03))  # noqa: S311 (no secret)
    sender.kill()
    sender.wait()

    let_leases_end()
    run_due([Mail])

    got = addresses(box)
    assert set(got) == everybody
    assert sum(got.values()) <= len(everybody) + 1
    assert len({mail["Message-ID"] for mail in box.got}) == len(everybody)
    assert not Mail.objects.filter(done_at=None).exists()


@pytest.fixture
def whole_server(tmp_path: Path, same_settings: dict[str, str]) -> Iterator[Server]:
    """The real server with two processes, each of which hands over what is due as soon as it runs."""
    with Server(tmp_path, **same_settings) as server:
        yield server


def kill(*processes: int) -> None:
    for process in processes:
        os.kill(process, signal.SIGKILL)


def wait_for_some_more(box: MailBox) -> None:
    """Until a moment in the middle of handing over."""
    wait_for(box, len(box.got) + random.randint(1, 5))  # noqa: S311 (no secret)
    time.sleep(random.uniform(0, box.seconds))  # noqa: S311 (no secret)


@pytest.mark.rounds(1, 20)
def test_server_killed_with_all_its_processes_loses_none(box: MailBox, request: pytest.FixtureRequest):
    box.seconds = 0.1
    everybody = queue_some(40, Purpose.PASSWORD)
    server: Server = request.getfixturevalue("whole_server")

    wait_for_some_more(box)
    kill(one := random.choice(server.workers()))  # noqa: S311 (no secret)
    wait_for_some_more(box)
    others = server.workers()
    kill(server.process.pid, *others)
    assert server.process.wait() == -signal.SIGKILL
    left = Mail.objects.waiting().count()
    let_leases_end()
    server.start()
    wait_until(lambda: not Mail.objects.waiting().exists())

    got = addresses(box)
    assert left > 0
    assert set(got) == everybody
    assert sum(got.values()) <= len(everybody) + len({one, *others})
    assert max(got.values()) <= 2
    assert {mail["Message-ID"] for mail in box.got} == {mail.message_id for mail in Mail.objects.all()}
    assert len({(mail["To"], mail["Message-ID"], words(mail)) for mail in box.got}) == len(everybody)
    assert all("/account/link/" in words(mail) for mail in box.got)
