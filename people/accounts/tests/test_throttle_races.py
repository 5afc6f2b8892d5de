"""Tries at the same time, in threads and in the processes of the real server: none slips through the count."""

import http.client
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from e2e.server import Server
from people.accounts.guards import throttle
from people.accounts.guards.throttle import Kind, Throttled, attempt
from people.tests.databases import address_of_the_database
from people.tests.factories import user
from people.tests.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
OWNER, COLLEAGUE = "colleague@example.com", "other@example.com"


# Threads


def judged(tries: list[tuple[str, str]]) -> int:
    """How many of some wrong tries at once, each of an account and an address, are judged."""

    def is_judged(one: tuple[str, str]) -> bool:
        try:
            with attempt(Kind.SIGN_IN, *one, known_browser=None):
                raise ValidationError("wrong")
        except (ValidationError, Throttled) as outcome:
            return isinstance(outcome, ValidationError)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        return sum(threads.map(is_judged, tries))


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try comes back, however slow the machine is."""
    now = throttle._now()
    monkeypatch.setattr(throttle, "_now", lambda: now)


@pytest.mark.usefixtures("still_clock")
@pytest.mark.rounds(1, 25)
def test_parallel_tries_for_one_account_are_counted_exactly():
    assert judged([(OWNER, "192.0.2.1")] * 40) == 10


@pytest.mark.usefixtures("still_clock")
@pytest.mark.rounds(1, 25)
def test_parallel_tries_for_many_accounts_from_one_address_are_counted_exactly():
    tries = [(f"{number % 15}@example.com", "192.0.2.1") for number in range(180)]

    assert judged(tries) == 100


@pytest.mark.usefixtures("still_clock")
@pytest.mark.rounds(1, 25)
def test_parallel_tries_for_one_account_from_many_addresses_wait_for_nobody():
    tries = [(OWNER, f"192.0.2.{number}") for number in range(60)]

    assert judged(tries) == 60


# Processes


@pytest.fixture
def server(tmp_path: Path, quick_passwords: None, settings) -> Iterator[Server]:
    """The real server with two processes, on the database of this test."""
    settings.PASSWORD_HASHERS = ["people.accounts.guards.hashers.Argon2PasswordHasher"]
    for email in (OWNER, COLLEAGUE):
        user(email)
    with Server(tmp_path, DATABASE_URL=address_of_the_database(), SECRET_KEY=secrets.token_urlsafe(50)) as server:
        yield server


def sign_in(server: Server, password: str, email: str = OWNER, *, at: str = "127.0.0.2", **headers: str):
    """The answer at the door to somebody at the address `at`."""
    token = "a" * 32
    cookies = "; ".join([f"csrftoken={token}", headers.pop("Cookie", "")])
    body = urlencode({"username": email, "password": password, "csrfmiddlewaretoken": token})
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, **headers}
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(at, 0))
    line.request("POST", "/sign-in/", body, form)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


def test_server_with_two_processes_judges_ten_and_locks_nobody_out(server: Server):
    mark = sign_in(server, PASSWORD).headers.get_all("Set-Cookie")
    known = next(cookie.partition(";")[0] for cookie in mark if cookie.startswith("known="))

    with ThreadPoolExecutor(8) as threads:
        wrong = Counter(
            answer.status for answer in threads.map(lambda _: sign_in(server, "wrong"), range(rounds(14, 100)))
        )
    right, forged = sign_in(server, PASSWORD), sign_in(server, PASSWORD, **{"X-Forwarded-For": "192.0.2.9"})
    others = [
        sign_in(server, PASSWORD, Cookie=known),
        sign_in(server, PASSWORD, COLLEAGUE),
        sign_in(server, PASSWORD, at="127.0.0.3"),
    ]

    assert wrong == {422: 10, 429: rounds(14, 100) - 10}
    assert [right.status, forged.status] == [429, 429]
    assert 0 < int(right.headers["Retry-After"]) <= 90
    assert [answer.status for answer in others] == [302, 302, 302]
