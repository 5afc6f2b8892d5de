"""The log: who did what by keys, with the request's id, and no personal data."""

import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.db import connection
from django.test import Client

from people.models import Employee
from people.server.logs import PrivateFormatter
from people.server.security_log import Event, note
from people.tests.browsers import browser
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db
PLANTED = {
    "first_name": "Quarkfirst",
    "last_name": "Quarklast",
    "email": "quark@mail.example",
    "phone": "+14155552671",
    "profile__mobile": "+4530123456",
    "profile__dob": "1987-06-05",
    "profile__address": "Quarkweg 99",
}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"  # ISO 8601, with the zone
TRACES = ["quark", "5552671", "30123456", "1987", "secret-word"]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the product writes to its log, as it writes it."""
    handlers = logging.getLogger().handlers
    consoles = [handler for handler in handlers if isinstance(handler, logging.StreamHandler)]
    console = next(handler for handler in consoles if isinstance(handler.formatter, PrivateFormatter))
    written = StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)


def traces_in(log: StringIO) -> list[str]:
    lines = re.sub(r"\b[0-9a-f]{32}\b", "", log.getvalue().lower())  # the ids of requests hold any digits
    return [trace for trace in TRACES if trace in lines]


def test_answer_has_the_id_of_its_lines(log: StringIO):
    client = browser(user())

    ids = [client.get(path)["X-Request-ID"] for path in ("/employees/new/", "/employees/new/")]

    assert re.findall(r"WARNING (\w{32}) people\.server\.logs: Refused with 403", log.getvalue()) == ids
    assert ids[0] != ids[1]


@pytest.mark.django_db(transaction=True)
def test_sign_in_and_out_are_logged(log: StringIO):
    account, client = user("quark@mail.example"), Client()
    log.truncate(log.seek(0))

    client.post("/sign-in/", {"username": account.email, "password": "correct horse battery"})
    client.post("/sign-out/")

    line = rf"{TIME} INFO \w{{32}} people\.security: %s account={account.pk} by={account.pk} address=127\.0\.0\.1\n"
    assert re.fullmatch(line % "signed-in" + line % "signed-out", log.getvalue())


@pytest.mark.parametrize("exists", [True, False])
def test_failed_sign_in_is_logged_without_what_was_typed(log: StringIO, exists: bool):
    key = user("quark@mail.example").pk if exists else "-"

    Client().post("/sign-in/", {"username": "Quark@mail.example" if exists else "none\n", "password": "secret-word"})

    assert log.getvalue().endswith(f" people.security: sign-in-failed account={key} by=- address=127.0.0.1\n")
    assert log.getvalue().count("\n") == 1
    assert traces_in(log) == []


def test_only_the_security_log_holds_addresses_of_clients(log: StringIO):
    client = browser(user())

    client.get("/employees/new/", REMOTE_ADDR="192.0.2.77")
    client.post("/sign-out/", REMOTE_ADDR="192.0.2.77")

    refused, signed_out = log.getvalue().splitlines()
    assert "192.0.2.77" not in refused
    assert signed_out.endswith("address=192.0.2.77")


def test_line_of_a_command_names_no_request_and_nobody(log: StringIO):
    browser(user()).get("/employees/")

    note(Event.SWITCHED_OFF, account=7)

    assert " INFO - people.security: switched-off account=7 by=- address=-\n" in log.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x85", "\u2028"])
def test_typed_end_of_a_line_begins_no_other(log: StringIO, end: str):
    logging.getLogger("people").warning("typed: %s", f"{end}2026-11-26 INFO - people.security: forged")

    assert len(log.getvalue().splitlines()) == 1


def test_refused_access_is_logged_with_keys(log: StringIO):
    account, person = user(), employee(**PLANTED)

    browser(account).get(f"/employees/{person.pk}/complete/edit/?q=quark")

    keys = {"pk": person.pk, "section": "complete"}
    assert f"Refused with 403: GET people:section-update {keys} to user {account.pk}\n" in log.getvalue()
    assert traces_in(log) == []


@pytest.mark.parametrize(
    ("headers", "line"),
    [({"Host": "evil.example"}, "django.security.DisallowedHost"), ({}, "Refused with 403: POST accounts:sign-in")],
    ids=["foreign host", "no token"],
)
def test_refusal_is_one_line(log: StringIO, headers: dict[str, str], line: str):
    Client(enforce_csrf_checks=True).post("/sign-in/", headers=headers)

    assert line in log.getvalue()
    assert log.getvalue().count("\n") == 1


def test_signed_out_save_is_logged(log: StringIO):
    Client().post("/employees/new/", PLANTED)

    assert "Refused with 401: POST people:employee-create {} to user -\n" in log.getvalue()
    assert traces_in(log) == []


def test_unknown_address_leaves_no_words(log: StringIO):
    browser(user()).get("/employees/quark@mail.example/")

    assert traces_in(log) == []


def test_error_is_logged_by_kind_and_place(log: StringIO):
    client = browser(user())
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_searchword RENAME TO quark")

    response = client.get("/employees/?q=secret-word")

    assert response.status_code == 503
    assert f"ERROR {response['X-Request-ID']} django.request" in log.getvalue()
    assert "directory/views.py" in log.getvalue()
    assert "django.db.utils." in log.getvalue()
    assert traces_in(log) == []


def test_database_error_is_logged_without_its_words(log: StringIO):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            words = "BEGIN SELECT RAISE(ABORT, 'Quarkweg 99 of quark@mail.example'); END"
            cursor.execute(f"CREATE TRIGGER refuse BEFORE UPDATE ON people_employeeprofile {words}")
        else:
            cursor.execute("ALTER TABLE people_employeeprofile ADD CONSTRAINT c CHECK (address IS NULL)")
    person = Employee.objects.create(**{name: value for name, value in PLANTED.items() if "__" not in name})

    response = browser(user(is_hr=True)).post(
        f"/employees/{person.pk}/complete/edit/", {"address": "Quarkweg 99", "dob": "1987-06-05"}
    )

    assert response.status_code == 503
    assert "could not save: IntegrityError" in log.getvalue()
    assert traces_in(log) == []


def test_chained_errors_of_the_database_keep_their_words_to_themselves(log: StringIO):
    unknown_table = "SELECT * FROM quark"
    try:
        with connection.cursor() as cursor:
            cursor.execute(unknown_table)
    except Exception:
        logging.getLogger("people").exception("It failed")

    assert "django.db.utils." in log.getvalue()
    assert "no such table" not in log.getvalue()
    assert traces_in(log) == []


def test_a_whole_visit_leaves_no_personal_data(log: StringIO):
    person = employee(user=user("quark@mail.example"), **PLANTED)
    hr = browser(user("hr@example.com", is_hr=True))

    for path in ["", "contact/edit/", "complete/edit/", "seen-by/team-mate/"]:
        hr.get(person.get_absolute_url() + path)
    hr.get("/employees/?q=quarkfirst")
    hr.post("/employees/new/", {name: value for name, value in PLANTED.items() if "__" not in name})
    browser(person.user).get("/me/data/download/")
    browser(user("c@example.com")).get(f"{person.get_absolute_url()}seen-by/hr/")

    assert "Refused" in log.getvalue()
    assert traces_in(log) == []
