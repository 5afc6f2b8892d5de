"""A database that is locked or away: 503 with what was typed, whenever it happens, and never a word that isn't true."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.utils import ConnectionHandler
from django.test import Client
from django.urls import reverse

from people.accounts.models import Membership, User
from people.models import Employee, Star
from people.server.outages import Outage, outage_of
from people.tests import factories
from people.tests.browsers import htmx
from people.tests.filled_forms import EVERY_FORM, FORMS, GOOD, address_of, is_stored, shown
from people.tests.outages import locked
from people.tests.pages import field_values

PAGE = "This can’t be done just now"
FORM = "This could not be saved just now."


class Away:
    """A database that goes away with the statement after so many."""

    def __init__(self, after: int = 0) -> None:
        self.left = after

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if not self.left:
            raise OperationalError("server closed the connection to ada@example.com")
        self.left -= 1
        return execute(*statement)


def away(after: int = 0) -> Any:
    return connection.execute_wrapper(Away(after))


@pytest.fixture
def person() -> Employee:
    return factories.employee(first_name="Grace", last_name="Hopper", email="grace@example.com")


@pytest.fixture
def hr(person: Employee) -> Client:
    """A browser of an administrator, who can do everything, and has read the names of teams already."""
    client = Client(raise_request_exception=False)
    client.force_login(factories.user("hr@example.com", is_superuser=True))
    assert client.get("/employees/").status_code == 200
    return client


def is_page(response, heading: str) -> bool:
    """A designed 503 that says when to come back, and nothing of the error."""
    assert "ada@example.com" not in response.text
    return response.status_code == 503 and heading in response.text and response["Retry-After"] == "5"


# What is an outage, by the errors of real databases


def error_of(file: Path, *statements: str, mode: str = "rwc") -> DatabaseError:
    """The error in which the last of these statements ends."""
    name = f"{file.as_uri()}?mode={mode}"
    other = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": name}})["default"]
    try:
        with other.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except DatabaseError as error:
        return error
    finally:
        other.close()
    pytest.fail("There was no error.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "mode", "statements"),
    [
        (Outage.UNREACHABLE, "rw", ["SELECT 1"]),
        (Outage.FULL, "rwc", ["PRAGMA max_page_count = 2", "CREATE TABLE a (b)", "CREATE TABLE c (d)"]),
        (Outage.NOT_MIGRATED, "rwc", ["SELECT * FROM people_employee"]),
        (Outage.NOT_MIGRATED, "rwc", ["CREATE TABLE a (b)", "INSERT INTO a (c) VALUES (1)"]),
        (None, "rwc", ["SELEC 1"]),
        (None, "rwc", ["CREATE TABLE a (b UNIQUE)", "INSERT INTO a VALUES (1), (1)"]),
    ],
)
def test_outage_of_sqlite(tmp_path: Path, kind: Outage | None, mode: str, statements: list[str]):
    assert outage_of(error_of(tmp_path / "db", *statements, mode=mode)) is kind


@pytest.mark.django_db
def test_outage_of_a_file_that_is_locked_read_only_or_none(tmp_path: Path):
    file = tmp_path / "db"
    owner = sqlite3.connect(file, isolation_level=None)
    owner.execute("CREATE TABLE a (b)")
    read_only = error_of(file, "INSERT INTO a VALUES (1)", mode="ro")
    owner.execute("BEGIN EXCLUSIVE")
    busy = error_of(file, "PRAGMA busy_timeout = 0", "INSERT INTO a VALUES (1)")
    owner.close()
    file.write_text("This is no database. " * 100)

    assert outage_of(read_only) is Outage.READ_ONLY
    assert outage_of(busy) is Outage.LOCKED
    assert outage_of(error_of(file, "SELECT * FROM a")) is Outage.DAMAGED


def test_bug_is_no_outage():
    assert outage_of(RuntimeError()) is outage_of(DatabaseError()) is outage_of(None) is None


# From the first statement on: not even who asks can be known


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, htmx("main")])
@EVERY_FORM
def test_away_the_filled_form_comes_back(hr, person, form, headers):
    with away():
        response = hr.post(address_of(form, person), FORMS[form], headers=headers)

    assert is_page(response, FORM)
    assert shown(response, FORMS[form]) == FORMS[form]
    assert "csrfmiddlewaretoken" in field_values(response.text)


@pytest.mark.django_db
@EVERY_FORM
def test_away_what_another_site_posts_is_not_shown(hr, person, form):
    hr.handler.enforce_csrf_checks = True

    with away():
        response = hr.post(address_of(form, person), FORMS[form], headers={"Origin": "https://evil.example"})

    assert is_page(response, PAGE)
    assert not FORMS[form].items() & field_values(response.text).items()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/employees/", "/employees/?q=ann", "/me/", "/me/data/download/", "/admin/"])
def test_away_every_page_says_so_and_offers_to_try_again(hr, path):
    with away():
        response = hr.get(path)

    assert is_page(response, PAGE)
    assert f'href="{path}"' in response.text
    assert "Search people" not in response.text


@pytest.mark.django_db
def test_away_what_has_no_form_is_sent_again_by_one_button(hr, person):
    posts = {
        reverse("accounts:sign-out"): {},
        reverse("people:star", args=[person.pk]): {"starred": "1"},
        reverse("admin:people_employee_change", args=[person.pk]): {"first_name": '"Ann" & <b>', "last_name": "Byron"},
    }

    for path, typed in posts.items():
        with away():
            response = hr.post(path, typed)

        assert is_page(response, PAGE)
        assert ">Try again</button>" in response.text
        assert field_values(response.text).items() >= typed.items()


@pytest.mark.django_db
def test_away_a_password_is_never_given_back(hr):
    with away():
        response = hr.post("/sign-in/", {"username": "hr@example.com", "password": "correct horse battery"})

    assert is_page(response, PAGE)
    assert "correct horse" not in response.text
    assert ">Try again</button>" not in response.text


# Locked by somebody else


@pytest.mark.django_db(transaction=True)
@EVERY_FORM
def test_locked_the_filled_form_comes_back_and_is_saved_once(hr, person, form):
    with locked():
        refused = hr.post(address_of(form, person), GOOD[form])

    assert is_page(refused, FORM)
    assert shown(refused, GOOD[form]) == GOOD[form]
    assert not is_stored(form)
    assert hr.post(address_of(form, person), shown(refused, GOOD[form])).status_code == 302
    assert is_stored(form)


@pytest.mark.django_db(transaction=True)
def test_locked_star_and_sign_out_say_so(hr, person):
    with locked():
        star = hr.post(reverse("people:star", args=[person.pk]), {"starred": "1"})
        sign_out = hr.post(reverse("accounts:sign-out"))

    assert is_page(star, PAGE)
    assert connection.vendor == "postgresql" or is_page(sign_out, PAGE)
    assert not Star.objects.exists()


# At any moment: what is stored is answered as done, and what isn't as not done


def posts(person: Employee, account: User) -> dict[str, tuple[str, dict[str, str], Callable[[], bool]]]:
    """Every POST of the pages: address, body, and whether it is done."""
    pages: dict[str, tuple[str, dict[str, str], Callable[[], bool]]] = {
        form: (address_of(form, person), GOOD[form], partial(is_stored, form)) for form in FORMS
    }
    return pages | {
        "star": (reverse("people:star", args=[person.pk]), {"starred": "1"}, Star.objects.exists),
        "give": (reverse("accounts:roles"), {"person": account.email, "role": "HR_MANAGER"}, Membership.objects.exists),
    }


@pytest.mark.no_cover
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "headers"),
    [(name, {}) for name in [*FORMS, "star", "give"]]
    + [(name, htmx(name.replace("create", "main"))) for name in [*FORMS, "star"]],
)
def test_away_at_any_moment_the_answer_is_true(hr, person, name, headers):
    path, body, is_done = posts(person, factories.user())[name]

    for statements in count():
        with away(statements):
            response = hr.post(path, body, headers=headers)

        assert is_done() == (response.status_code in {200, 302}), f"after {statements} statements"
        assert is_done() or is_page(response, FORM if name in {*FORMS, "give"} else PAGE)
        if is_done():
            break


# The session after a change


@contextmanager
def unwritable_sessions() -> Iterator[None]:
    """A full disk or a locked table, for sessions alone."""
    with connection.execute_wrapper(refuse_sessions):
        yield


def refuse_sessions(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if sql.startswith(("UPDATE", "INSERT")) and "accounts_session" in sql:
        raise OperationalError("database or disk is full")
    return execute(sql, *rest)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, htmx("main")])
def test_session_that_cannot_be_written_after_a_change_leaves_the_answer(hr, person, headers):
    with unwritable_sessions():
        response = hr.post(address_of("create", person), GOOD["create"], headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert is_stored("create")


def end_sessions(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Elsewhere, just before one is written."""
    if sql.startswith("UPDATE") and "accounts_session" in sql:
        execute("DELETE FROM accounts_session", (), *rest[1:])
    return execute(sql, *rest)


@pytest.mark.django_db
def test_session_that_ends_elsewhere_during_a_change_leaves_the_answer(hr, person):
    with connection.execute_wrapper(end_sessions):
        response = hr.post(address_of("contact", person), GOOD["contact"])

    assert response.status_code == 302
    assert is_stored("contact")


@pytest.mark.django_db
def test_session_that_ends_elsewhere_while_it_begins_is_no_error(client):
    factories.user("ada@example.net")

    with connection.execute_wrapper(end_sessions):
        response = client.post("/sign-in/", {"username": "ada@example.net", "password": "correct horse battery"})

    assert response.status_code == 302
    assert client.get("/employees/").status_code == 302


@pytest.mark.django_db
def test_session_that_cannot_be_written_lets_nobody_in(person):
    factories.user("ada@example.net")
    client = Client(raise_request_exception=False)

    with unwritable_sessions():
        response = client.post("/sign-in/", {"username": "ada@example.net", "password": "correct horse battery"})

    assert is_page(response, PAGE)
    assert client.get("/employees/").status_code == 302
