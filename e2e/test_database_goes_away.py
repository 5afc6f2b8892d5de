"""The database is locked, restarted, stopped and started again under the running server."""

import http.client
import secrets
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from threading import Event
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from e2e.server import DemoServer, Server, manage
from e2e.steps import HR, Joiner, fill_contact, give_password, new_joiner, profile_form, save
from people.management.demo import PASSWORD
from people.tests import postgres
from people.tests.rounds import rounds

AT_ONCE = 4  # fewer than the server has threads: nobody waits for somebody else's wait
LONGEST_WAIT = 3.0  # seconds
_numbers = count(5_560_000)


@dataclass(frozen=True)
class Site:
    """The server of `make run` on a PostgreSQL server of its own."""

    server: Server
    cluster: postgres.Cluster


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with postgres.server(durable=False) as cluster:
        secret = secrets.token_urlsafe(50)
        server = Server(tmp_path_factory.mktemp("site"), DATABASE_URL=cluster.address, SECRET_KEY=secret)
        manage(server.environment, "migrate", "--verbosity", "0")
        manage(server.environment, "seed_demo", "--people", "20")
        with server:
            yield Site(server, cluster)


@pytest.fixture
def allowed_statuses() -> set[int]:
    return {503}


# Under traffic


@dataclass(frozen=True)
class Answer:
    started: float
    seconds: float
    status: int
    email: str = ""


class Visitor:
    """An HR manager who reads the directory and adds people, each time at a new connection."""

    def __init__(self, site: Site) -> None:
        self.port = site.server.port
        self.cookies: dict[str, str] = {}
        self.ask("/sign-in/")
        assert self.ask("/sign-in/", username=HR, password=PASSWORD).status == 302

    def ask(self, path: str, **typed: str) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(typed | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}) if typed else None
        started = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("POST" if typed else "GET", path, body, headers)
            answer = connection.getresponse()
            answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(started, time.monotonic() - started, answer.status, typed.get("email", ""))

    def work(self, is_over: Event) -> list[Answer]:
        answers = []
        while not is_over.is_set():
            number = next(_numbers)
            someone = {"first_name": "Ann", "last_name": f"No {number}", "email": f"{number}@example.com"}
            answers.append(self.ask("/employees/"))
            answers.append(self.ask("/employees/new/", **someone, phone=f"+1415{number}", is_different_person="on"))
        return answers


def test_restarted_stopped_and_started_under_traffic_loses_nothing(site: Site):
    visitors, is_over = [Visitor(site) for _ in range(AT_ONCE)], Event()
    away: list[tuple[float, float]] = []

    with ThreadPoolExecutor(AT_ONCE) as threads:
        working = [threads.submit(visitor.work, is_over) for visitor in visitors]
        for _ in range(rounds(1, 40)):
            for mode, seconds in [("fast", 0), ("immediate", 1)]:
                time.sleep(0.7)
                start = time.monotonic()
                with site.cluster.away(mode):
                    time.sleep(seconds)
                away.append((start, time.monotonic()))
        time.sleep(0.7)
        is_over.set()
    answers = [answer for done in working for answer in done.result()]

    assert {answer.status for answer in answers} == {200, 302, 503}
    assert not [answer for answer in answers if answer.status == 503 and not meets(answer, away)]
    assert max(answer.seconds for answer in answers if answer.status == 503) <= LONGEST_WAIT
    acknowledged = {answer.email for answer in answers if answer.status == 302}
    assert acknowledged
    assert acknowledged <= stored_emails(site)


def meets(answer: Answer, away: list[tuple[float, float]]) -> bool:
    """Whether the database was away at some moment between question and answer."""
    return any(answer.started < end and start < answer.started + answer.seconds for start, end in away)


def stored_emails(site: Site) -> set[str]:
    import psycopg

    with psycopg.connect(site.cluster.address) as connection:
        return {email for (email,) in connection.execute("SELECT email FROM people_employee")}


# In a browser


def fill_in(page: Page, address: str) -> Joiner:
    """Somebody who is typed into the form and not saved yet."""
    page.goto(f"{address}/employees/new/")
    give_password(page, HR)
    joiner = new_joiner()
    fill_contact(page, joiner)
    return joiner


def expect_not_saved(page: Page, joiner: Joiner, *, javascript: bool) -> None:
    """The page says so, and everything typed is in its place."""
    sentence = "This could not be done just now" if javascript else "This could not be saved just now"
    expect(page.get_by_role("alert")).to_contain_text(sentence, timeout=10_000)  # a writer waits for another for 5 s
    expect(page.get_by_label("First name")).to_have_value(joiner.first_name)
    expect(page.get_by_label("Last name")).to_have_value(joiner.last_name)
    expect(page.get_by_label("E-mail")).to_have_value(joiner.email)
    expect(page.get_by_label("Phone")).to_have_value(joiner.phone)


def test_locked_file_gives_the_form_back_and_it_is_saved_once(page: Page, server: DemoServer, javascript: bool):
    joiner = fill_in(page, server.address)

    with closing(sqlite3.connect(server.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        save(page)
        expect_not_saved(page, joiner, javascript=javascript)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()
    with closing(sqlite3.connect(server.database)) as looking:
        found = looking.execute("SELECT count(*) FROM people_employee WHERE email = ?", [joiner.email])
        assert found.fetchone() == (1,)


def test_stopped_server_gives_the_form_back_and_it_is_saved_later(page: Page, site: Site, javascript: bool):
    joiner = fill_in(page, site.server.address)

    with site.cluster.away():
        save(page)
        expect_not_saved(page, joiner, javascript=javascript)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()
