"""Nothing gets around the table: planted values on every page as everyone, forged forms, stolen roles."""

import re
from copy import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from people.accounts.models import HR_MANAGERS, User
from people.accounts.sessions.store import SessionStore
from people.employees.sections import FORMS
from people.models import EARLIEST_BIRTH, Employee, EmployeeProfile
from people.tests.addresses import ROWS, address, asked_of
from people.tests.browsers import ROLES, browser, htmx, visitor
from people.tests.factories import employee, user
from people.visibility import RECORDED

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

# The only tables that a GET may write: the reader's own session, and that private fields were read.
READ_EVIDENCE = {"accounts_session", "people_readlogentry"}

INSIDERS = {"hr", "administrator"}
# page: the roles to which it shows the person's private values
SHOWS = {
    "people:employee-detail": {"person", *INSIDERS},
    **{
        f"people:section-update/{section}": {"person", *INSIDERS}
        for section in ("contact", "about", "private", "shared", "complete")
    },
    "people:section-update/work": INSIDERS,
    "people:employee-preview hr": {"person", *INSIDERS},
    "people:my-data": {"person"},
    "people:my-data-download": {"person"},
    "admin:people_employee_change": {"administrator"},
    "admin:people_employeeprofile_change": {"administrator"},
}
FRAGMENTS = [
    None,
    "main",
    "contact",
    "work",
    "about",
    "private",
    "shared",
    "complete",
    "employee-results",
    "sheet",
    "section",
    "section-header",
    "own-data",
]
READS_FRAGMENT = re.compile(r"\.target\b|hx.target(?!=\")", re.IGNORECASE)
# Of the pages in SHOWS, the fragments that have no private section.
WITHOUT_PRIVATE = {
    (name, section)
    for section in ("contact", "work", "about")
    for name in ("people:employee-detail", f"people:section-update/{section}")
}
QUERIES = {
    "people:employee-list": ["", "?sort=newest", "?sort=dob", "?team=product", "?q=canary", "?page=2"],
    "people:suggestions": ["", "?q=canary", "?recent=1,2,3,4"],
    "admin:people_employee_changelist": ["", "?q=canary"],
    "admin:people_employeeprofile_changelist": ["", "?q=canary"],
}


def plant(number: int) -> Employee:
    """Someone of the product team whose every private field has a value of its own."""
    person = employee(
        user=user(f"account-of-{number}@canary.example"),
        profile__team="product",
        profile__mobile=f"+45305510{number:02}",
        profile__dob=f"19{60 + number}-06-05",
        profile__address=f"Canary {number} Lane",
        profile__gender="other",
    )
    return Employee.objects.with_card_details().get(pk=person.pk)


def canaries_of(person: Employee) -> list[str]:
    """The private values as any page could write them."""
    mobile, address = str(person.profile.mobile), str(person.profile.address)
    born = person.profile.dob or EARLIEST_BIRTH
    written = [mobile, mobile[3:], f"{mobile[3:5]} {mobile[5:7]} {mobile[7:9]} {mobile[9:]}"]
    return [address, str(born), f"5 June {born.year}", *written]


def found(people: list[Employee], html: str) -> set[int]:
    """The keys of those of `people` of whom a private value is in `html`."""
    return {person.pk for person in people if any(canary in html for canary in canaries_of(person))}


def pages_about(person: Employee) -> list[tuple[str, str]]:
    """Name and address of everything that can be read, in every variant."""
    names = sorted({name for name, method, *_ in ROWS if method == "GET"})
    pages = []
    for name in names:
        if name == "people:employee-preview":
            for audience in ["colleague", "team-mate", "hr"]:
                pages += [(f"{name} {audience}", reverse(name, args=[person.pk, audience]))]
        else:
            pages += [(name, address(name, person) + query) for query in QUERIES.get(name, [""])]
    return pages


# What is seen


def test_every_private_field_is_planted_or_says_why_not():
    planted = {"dob", "birthday", "address", "mobile"}
    not_planted = {
        "gender": "its words stand on many pages",
        "first_name": "hidden behind a known-as name only: test_known_as.py",
        "first_day": "hidden until it has come only: test below",
    }

    assert planted | not_planted.keys() == RECORDED


def test_which_fragment_is_asked_for_is_read_in_one_place_alone():
    """So a view without fragments can't answer one of them with something else."""
    product = [
        file for folder in ("people", "intranet", "templates") for file in Path(settings.BASE_DIR, folder).rglob("*.*")
    ]
    code = [file for file in product if file.suffix in {".py", ".html"} and "tests" not in file.parts]
    readers = {str(file.relative_to(settings.BASE_DIR)) for file in code if READS_FRAGMENT.search(file.read_text())}

    assert readers == {"people/ground/htmx.py", "people/benchmarks/readers.py"}


@pytest.mark.parametrize("role", ROLES)
def test_private_values_are_exactly_where_the_table_says(role: str):
    people = [plant(number) for number in range(4)]
    client, person = visitor(role, people[0]), people[0]
    wrong = {}

    for name, path in pages_about(person):
        for fragment in asked_of(path, FRAGMENTS):
            html = client.get(path, headers=htmx(fragment) if fragment else {}).text
            is_shown = role in SHOWS.get(name, set()) and (name, fragment) not in WITHOUT_PRIVATE
            if found(people, html) != ({person.pk} if is_shown else set()):
                wrong[f"{path} {fragment}"] = found(people, html)

    assert wrong == {}


# Where HR sees with which account somebody signs in: the person's page, whole, and that of their access.
SHOWS_ACCOUNT = {
    *("people:access", "people:employee-detail", "people:employee-preview hr"),
    *(f"people:section-update/{section}" for section in ("contact", "work", "about", "private", "shared", "complete")),
}


@pytest.mark.parametrize("role", ["colleague", "team-mate", "hr"])
def test_account_of_another_is_seen_by_hr_alone_and_nowhere_else(role: str):
    person = plant(0)
    client = visitor(role, person)

    shown = {name for name, path in pages_about(person) if "@canary.example" in client.get(path).text}

    assert shown == (SHOWS_ACCOUNT if role == "hr" else set())


def people_found(client: Client, query: str) -> list[int]:
    return [int(row["pk"]) for row in (client.get(f"/employees/{query}").context_data or {})["page"].rows]


@pytest.mark.parametrize("role", ["colleague", "team-mate", "person", "hr", "administrator"])
def test_search_finds_nobody_by_a_private_value(role: str):
    people = [plant(number) for number in range(3)]
    client = visitor(role, people[0])

    texts = [text for person in people for text in [*canaries_of(person), str(person.user)]]

    assert [text for text in texts if people_found(client, f"?q={text.replace('+', '%2B')}")] == []


@pytest.mark.parametrize("role", ["colleague", "team-mate", "person", "hr"])
@pytest.mark.parametrize("name", ["dob", "address", "gender", "mobile", "birthday", "mobile_shared_with", "user"])
def test_private_fields_neither_sort_nor_filter(role: str, name: str):
    people = [plant(number) for number in (3, 1, 2)]
    client = visitor(role, people[0])
    value = getattr(people[0].profile, name, people[0].user_id)

    answers = [
        people_found(client, query)
        for query in (f"?sort={name}", f"?sort=-profile__{name}", f"?{name}={value}", f"?profile__{name}={value}")
    ]

    assert answers == [people_found(client, "")] * 4


@pytest.mark.parametrize("role", ROLES)
def test_get_changes_nothing_but_the_evidence_of_reading(role: str):
    person = plant(0)
    client = visitor(role, person)
    before = contents()

    for _, path in pages_about(person):
        client.get(path)

    after = contents()
    assert {table for table in after if after[table] != before[table]} <= READ_EVIDENCE


def contents() -> dict[str, list]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        tables = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (our own tables)
            tables[table] = sorted(map(repr, cursor.fetchall()))
        return tables


@pytest.mark.parametrize("role", ["colleague", "team-mate", "person", "hr"])
def test_first_day_is_shown_to_colleagues_once_it_has_come(role: str):
    person = plant(0)
    client = visitor(role, person)
    shown = []

    for day in ("2999-04-03", "2001-04-03"):
        Employee.objects.filter(pk=person.pk).update(first_day=day)
        shown.append(f"3 April {day[:4]}" in client.get(person.get_absolute_url()).text)

    assert shown == [role in {"person", "hr"}, True]


# What is changed

CONTACT = {"first_name", "last_name", "email", "phone"}
PRIVATE = {"dob", "address", "gender"}
CHOICES = {"mobile_shared_with", "birthday_shared_with"}
CHANGES = {
    "people:section-update/contact": {"person": {"phone"}, "hr": CONTACT, "administrator": CONTACT},
    "people:section-update/work": {"hr": {"team", "first_day"}, "administrator": {"team", "first_day"}},
    "people:section-update/about": {"person": {"known_as"}, "hr": {"known_as"}, "administrator": {"known_as"}},
    "people:section-update/private": {"person": PRIVATE, "hr": PRIVATE, "administrator": PRIVATE},
    "people:section-update/shared": {"person": {"mobile", *CHOICES}, "hr": {"mobile"}, "administrator": {"mobile"}},
    "people:section-update/complete": {
        "person": PRIVATE,
        "hr": PRIVATE | {"team"},
        "administrator": PRIVATE | {"team"},
    },
}
FORMS_IN = [None, "main", "contact", "work", "about", "private", "shared", "complete"]
CONSEQUENCES = {"sort_name", "searched_as", "modified"}


def everything(other: Employee) -> dict:
    """A new value for each field of every model, and what a forger would add."""
    return {
        **{"first_name": "Forged", "last_name": "Forged", "email": "forged@example.com", "phone": "+14155559999"},
        **{"team": "marketing", "dob": "1999-09-09", "address": "Forged", "gender": "female"},
        **{"known_as": "Forged", "first_day": "2001-01-01"},
        **{"mobile": "+4530999999", "mobile_shared_with": "colleagues", "birthday_shared_with": "colleagues"},
        **{"id": 4711, "pk": 4711, "sort_name": "forged", "created": "2001-01-01", "modified": "2001-01-01"},
        **{"user": other.user_id, "user_id": other.user_id, "employee": other.pk, "employee_id": other.pk},
        **{"is_superuser": "on", "is_staff": "on", "is_active": "", "is_hr_manager": "on", "role": "Administrator"},
        **{"groups": Group.objects.get(name=HR_MANAGERS).pk, "password": "forged", "user_permissions": "1"},
        **{"editable": "team", "visible": "dob", "is_different_person": "on", "instance": other.pk},
    }


def state(person: Employee) -> dict:
    employee = Employee.objects.get(pk=person.pk)
    profile = EmployeeProfile.objects.get(employee=person)
    raw = [
        {field.name: getattr(record, field.attname) for field in record._meta.fields} for record in (profile, employee)
    ]
    return raw[0] | raw[1] | {"profile's id": profile.pk, "profile's modified": None}


@pytest.mark.parametrize("role", ROLES)
def test_posting_everything_everywhere_changes_only_what_the_table_allows(role: str):
    names = sorted({name for name, method, *_ in ROWS if method == "POST" and not name.startswith("admin:")})
    person, other = plant(0), plant(1)
    client = visitor(role, person)
    cookies, accounts, before = client.cookies, roles(), state(person)
    wrong = {}

    asked = [(name, fragment) for name in names for fragment in asked_of(address(name, person), FORMS_IN)]
    for name, fragment in asked:
        client.cookies = copy(cookies)  # one of the addresses signs out
        with transaction.atomic():
            client.post(address(name, person), everything(other), headers=htmx(fragment) if fragment else {})

            changed = {field for field, value in state(person).items() if before[field] != value} - CONSEQUENCES
            if changed != CHANGES.get(name, {}).get(role, set()) or roles() != accounts:
                wrong[name, fragment] = changed
            assert state(other)["user"] == other.user_id
            transaction.set_rollback(True)

    assert wrong == {}


def roles() -> list[tuple]:
    return list(User.objects.order_by("pk").values_list("email", "is_superuser", "is_active", "password", "groups"))


def test_person_cannot_edit_others_by_their_keys():
    own, other = plant(0), plant(1)
    client, before = browser(own.user), state(other)

    statuses = [client.post(f"/employees/{other.pk}/{section}/edit/", everything(own)).status_code for section in FORMS]

    assert statuses == [403] * len(FORMS)
    assert state(other) == before


# Stolen and lost roles


def test_session_of_before_the_sign_in_is_worth_nothing():
    account, planted = user(), SessionStore()
    planted.create()
    victim, thief = Client(), Client()
    victim.cookies["sessionid"] = thief.cookies["sessionid"] = planted.session_key or ""

    victim.post("/sign-in/", {"username": account.email, "password": "correct horse battery"})

    assert victim.cookies["sessionid"].value != planted.session_key or ""
    assert thief.get("/employees/").status_code == 302


@pytest.mark.parametrize("lost", ["link", "administrator"])
def test_what_is_lost_in_the_middle_of_a_session_ends_at_once(lost: str):
    person = plant(0)
    client = visitor("person" if lost == "link" else "administrator", person)
    user("second@example.com", is_superuser=True)  # the last administrator stays one
    assert found([person], client.get(person.get_absolute_url()).text)

    if lost == "link":
        Employee.objects.filter(pk=person.pk).update(user=None)
    else:
        User.objects.exclude(email="second@example.com").update(is_superuser=False)

    assert not found([person], client.get(person.get_absolute_url()).text)
    assert client.get(person.get_absolute_url() + "complete/edit/").status_code == 403


@pytest.mark.parametrize("role", ["colleague", "team-mate"])
def test_errors_tell_nothing_private(role: str):
    person = plant(0)
    client = visitor(role, person)
    own = Employee.objects.get(user__email=f"{role}@example.com")

    taken = client.post(own.get_absolute_url() + "contact/edit/", {"phone": person.phone.as_e164})
    typed = {"mobile": str(person.profile.mobile), "dob": person.profile.dob}
    shared = client.post(own.get_absolute_url() + "complete/edit/", typed)

    assert "already has this phone" in taken.text
    assert not found([person], taken.text)
    assert shared.status_code == 302
