"""The read log: others who were sent private fields, and what happens when it can't be written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.models import User
from people.models import Employee, EmployeeProfile, ReadLogEntry
from people.privacy import read_log
from people.privacy.read_log import fields_to_send
from people.tests.browsers import browser, htmx, reader_of
from people.tests.factories import employee, user
from people.visibility import NOT_RECORDED, RECORDED, TABLE, Access, Audience, visible_fields

PRIVATE = {"profile__dob": "1987-06-05", "profile__address": "1 Canary Lane", "profile__mobile": "+4530123456"}
CANARIES = ["1987", "5 June", "Canary", "30 12 34 56", "+4530123456"]


@pytest.fixture
def person(db) -> Employee:
    return employee(user=user("person@example.com"), profile__team="product", **PRIVATE)


@pytest.fixture
def no_read_log(db):
    """A database that refuses every entry."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            refuse = "CREATE TRIGGER refuse BEFORE INSERT ON people_readlogentry BEGIN SELECT RAISE(ABORT, 'full'); END"
        else:
            refuse = "ALTER TABLE people_readlogentry ADD CONSTRAINT refuse CHECK (false)"
        cursor.execute(refuse)


def entries() -> list[tuple]:
    return list(ReadLogEntry.objects.order_by("pk").values_list("reader__email", "employee", "fields", "page"))


# What is recorded

# A value of each private field: one that is added needs its own, of whatever kind it is and on whichever record.
VALUES = {
    "dob": {"profile__dob": "1987-06-05"},
    "birthday": {"profile__dob": "1987-06-05"},
    "address": {"profile__address": "1 Canary Lane"},
    "gender": {"profile__gender": "other"},
    "mobile": {"profile__mobile": "+4530123456"},
    "first_name": {"known_as": "Maggie"},
    "first_day": {"first_day": "2999-01-01"},
}


def test_every_hidden_field_is_recorded_or_says_why_not():
    hidden = {name for name, row in TABLE.items() if row[Audience.COLLEAGUE] is not Access.SEE}

    assert VALUES.keys() == RECORDED == hidden - NOT_RECORDED.keys()
    assert NOT_RECORDED.keys() <= hidden


@pytest.mark.django_db
@pytest.mark.parametrize("name", VALUES)
def test_each_private_field_alone_is_recorded(name: str):
    person = employee(**VALUES[name])

    browser(user(is_hr=True)).get(person.get_absolute_url())

    assert name in ReadLogEntry.objects.get().fields


@pytest.mark.django_db
def test_private_field_of_the_employee_itself_is_recorded(monkeypatch):
    monkeypatch.setitem(TABLE, "phone", TABLE["dob"])
    monkeypatch.setattr(read_log, "RECORDED", {"phone"})
    person, hr = employee(), user(is_hr=True)

    fields_to_send(hr, person, visible_fields(hr, person), "/")

    assert ReadLogEntry.objects.get().fields == ["phone"]


@pytest.mark.django_db
def test_reading_somebody_who_gave_nothing_is_not_recorded():
    browser(user(is_hr=True)).get(employee().get_absolute_url())

    assert entries() == []


@pytest.mark.parametrize("path", ["", "contact/edit/", "complete/edit/", "seen-by/hr/"])
def test_hr_reading_private_fields_is_recorded(person: Employee, path: str):
    hr = user("hr@example.com", is_hr=True)
    address = person.get_absolute_url() + path

    browser(hr).get(address)

    assert entries() == [(hr.email, person.pk, ["address", "birthday", "dob", "mobile"], address)]


def test_team_mate_reading_what_the_team_sees_is_recorded(person: Employee):
    EmployeeProfile.objects.filter(employee=person).update(mobile_shared_with="team")

    browser(reader_of(person, "team-mate")).get(person.get_absolute_url())
    browser(reader_of(person, "colleague")).get(person.get_absolute_url())

    assert entries() == [("team-mate@example.com", person.pk, ["mobile"], person.get_absolute_url())]


def test_what_everyone_sees_is_not_recorded(person: Employee):
    EmployeeProfile.objects.filter(employee=person).update(mobile_shared_with="colleagues")

    browser(reader_of(person, "colleague")).get(person.get_absolute_url())

    assert entries() == []


def test_the_person_is_not_recorded(person: Employee):
    browser(person.user).get(person.get_absolute_url())

    assert entries() == []


def test_section_without_private_fields_is_not_recorded(person: Employee):
    browser(user(is_hr=True)).get(person.get_absolute_url(), headers=htmx("contact"))

    assert entries() == []


def test_preview_as_a_colleague_is_not_recorded(person: Employee):
    browser(user(is_hr=True)).get(f"{person.get_absolute_url()}seen-by/colleague/")

    assert entries() == []


@pytest.mark.parametrize("name", ["employee", "employeeprofile"])
def test_administrator_reading_in_the_admin_is_recorded(person: Employee, name: str):
    administrator = user("admin@example.com", is_superuser=True)
    key = person.pk if name == "employee" else person.profile.pk

    html = browser(administrator).get(f"/admin/people/{name}/{key}/change/").text

    assert "Canary" in html
    assert [entry[0] for entry in entries()] == [administrator.email]


@pytest.mark.parametrize(("name", "field"), [("employee", "phone"), ("employeeprofile", "dob")])
def test_form_of_the_admin_that_is_shown_again_is_recorded(person: Employee, name: str, field: str):
    key = person.pk if name == "employee" else person.profile.pk

    html = (
        browser(user("a@example.com", is_superuser=True))
        .post(
            f"/admin/people/{name}/{key}/change/",
            {field: "x", "profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"},
        )
        .text
    )

    assert "errorlist" in html
    assert [entry[0] for entry in entries()] == ["a@example.com"]


def test_one_entry_an_hour_holds_every_field(person: Employee):
    hr = browser(user(is_hr=True))
    hr.get(person.get_absolute_url())
    EmployeeProfile.objects.filter(employee=person).update(gender="other", address=None)

    hr.get(person.get_absolute_url())
    hr.get(person.get_absolute_url() + "complete/edit/")

    assert [entry[2] for entry in entries()] == [["address", "birthday", "dob", "gender", "mobile"]]


def test_entry_is_of_the_whole_hour(person: Employee):
    browser(user(is_hr=True)).get(person.get_absolute_url())

    entry = ReadLogEntry.objects.get()

    assert entry.hour == entry.at.replace(minute=0, second=0, microsecond=0)


def test_next_hour_is_an_entry_of_its_own(person: Employee):
    hr = browser(user(is_hr=True))
    hr.get(person.get_absolute_url())
    ReadLogEntry.objects.update(hour=datetime(2026, 1, 1, tzinfo=UTC))

    hr.get(person.get_absolute_url())

    assert len(entries()) == 2


@pytest.mark.parametrize("is_first", [True, False])
def test_cost_is_a_look_and_at_most_one_insert(person: Employee, is_first: bool):
    hr = browser(user(is_hr=True))
    if not is_first:
        hr.get(person.get_absolute_url())

    with CaptureQueriesContext(connection) as captured:
        hr.get(person.get_absolute_url())

    statements = [query["sql"].split()[0] for query in captured if "people_readlogentry" in query["sql"]]
    assert statements == (["SELECT", "INSERT"] if is_first else ["SELECT"])


@pytest.mark.parametrize("reader", ["colleague", "team-mate", "person", "hr"])
def test_employee_page_costs_at_most_three_queries(person: Employee, reader: str):
    client = browser(reader_of(person, reader))
    client.get(person.get_absolute_url())

    with CaptureQueriesContext(connection) as captured:
        client.get(person.get_absolute_url())

    beside = ("accounts_session", '"accounts_user"."password"', "BEGIN", "SAVEPOINT", "RELEASE")
    counted = [query["sql"] for query in captured if not any(word in query["sql"] for word in beside)]
    if reader != "person":
        counted = [sql for sql in counted if "people_readlogentry" not in sql]
    assert len(counted) <= 3


@pytest.mark.rounds(1, 25)
@pytest.mark.django_db(transaction=True)
def test_parallel_readings_make_one_entry():
    person, hr = employee(**PRIVATE), user(is_hr=True)
    clients, start = [browser(hr) for _ in range(4)], Barrier(4, timeout=60)

    def shows_all(client: Client) -> bool:
        start.wait()
        try:
            return "Canary" in client.get(person.get_absolute_url()).text
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(shows_all, clients))

    assert shown == [True] * 4
    assert len(entries()) == 1


# What the person sees


def test_fields_are_told_in_words():
    assert ReadLogEntry(fields=["birthday", "dob", "email"]).field_labels == ["birthday", "date of birth", "e-mail"]


def test_person_sees_who_read_what_and_when(person: Employee):
    hr = user("hr@example.com", is_hr=True)
    employee(user=hr, first_name="Hana", last_name="Ito")
    browser(hr).get(person.get_absolute_url())

    html = browser(person.user).get(person.get_absolute_url()).text

    assert '<bdi translate="no">Hana Ito</bdi>' in html
    assert "address, birthday, date of birth, mobile" in html


def test_only_the_person_sees_the_list(person: Employee):
    hr = browser(user("hr@example.com", is_hr=True))

    assert "Who read it" not in hr.get(person.get_absolute_url()).text
    assert "Nobody yet" in browser(employee(user=user("b@example.com")).user).get("/me/", follow=True).text


def test_entry_keeps_the_account_of_its_reader(person: Employee):
    hr = user("hr@example.com", is_hr=True)
    browser(hr).get(person.get_absolute_url())

    with pytest.raises(ProtectedError):
        User._base_manager.filter(pk=hr.pk).delete()

    assert hr.email in browser(person.user).get(person.get_absolute_url()).text


# When it can't be written


def test_failure_is_in_the_log_by_its_kind_alone(person: Employee, no_read_log, caplog):
    browser(user(is_hr=True)).get(person.get_absolute_url())

    assert "The read log could not be written: IntegrityError" in caplog.messages


@pytest.mark.parametrize("path", ["", "contact/edit/", "complete/edit/", "seen-by/hr/"])
@pytest.mark.parametrize("headers", [{}, htmx("main"), htmx("complete")])
def test_unrecorded_private_fields_are_not_sent(person: Employee, no_read_log, path: str, headers: dict):
    response = browser(user(is_hr=True)).get(person.get_absolute_url() + path, headers=headers)

    assert response.status_code == 200
    assert [canary for canary in CANARIES if canary in response.text] == []
    assert "not shown just now" in response.text


@pytest.mark.parametrize("name", ["employee", "employeeprofile"])
def test_unrecorded_private_fields_are_not_in_the_admin(person: Employee, no_read_log, name: str):
    key = person.pk if name == "employee" else person.profile.pk

    response = browser(user(is_superuser=True)).get(f"/admin/people/{name}/{key}/change/")

    assert response.status_code == 200
    assert [canary for canary in CANARIES if canary in response.text] == []


def test_what_was_typed_is_saved_though_its_reading_cannot_be_recorded(person: Employee, no_read_log):
    typed = {"team": "marketing", "dob": "1990-01-01", "address": "Elsewhere"}

    response = browser(user(is_hr=True)).post(
        person.get_absolute_url() + "complete/edit/", typed, headers=htmx("complete")
    )

    stored = EmployeeProfile.objects.get(employee=person)
    assert (stored.team, stored.address) == ("marketing", "Elsewhere")
    assert "Elsewhere" not in response.text


def test_the_person_and_colleagues_notice_nothing(person: Employee, no_read_log):
    own = browser(person.user).get(person.get_absolute_url()).text

    assert "Canary" in own
    assert "not shown just now" not in own + browser(user()).get(person.get_absolute_url()).text
