"""My data: everything held about the person, and nothing about others."""

import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group

from people.models import ReadLogEntry
from people.privacy.my_data import GIVEN, WITHHELD
from people.tests.browsers import browser
from people.tests.factories import employee, user

VALUES = {
    "profile__team": "product",
    "profile__mobile": "+4530123456",
    "profile__dob": "1987-06-05",
    "profile__address": "1 Canary\nLane",
    "profile__gender": "other",
}


def label(field) -> str:
    return f"{field.model._meta.label}.{field.name}"


def fields_of_all_models() -> set:
    models = [model for model in apps.get_models() if model._meta.label not in WITHHELD]
    return {field for model in models for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}


def test_every_field_is_given_or_withheld_with_a_reason():
    given = {model._meta.get_field(name) for model, names in GIVEN.items() for name in names}
    withheld = {label(field) for field in fields_of_all_models() - given}

    assert withheld == {name for name in WITHHELD if name.count(".") == 2}
    assert all(reason for reason in WITHHELD.values())


def test_whatever_is_withheld_exists():
    labels = {model._meta.label for model in apps.get_models()}

    assert {name for name in WITHHELD if name.count(".") == 1} <= labels


@pytest.mark.django_db
def test_page_and_download_hold_everything():
    person = employee(first_name="Łukasz", user=user("person@example.com", is_hr=True), **VALUES)
    hr = user("hr@example.com", is_hr=True)
    browser(hr).get(person.get_absolute_url())
    client = browser(person.user)

    html, data = client.get("/me/data/").text, client.get("/me/data/download/").json()

    assert data["employee"][0]["first_name"] == "Łukasz"
    assert data["profile"][0]["dob"] == "1987-06-05"
    assert data["profile"][0]["address"] == "1 Canary\nLane"
    assert data["account"][0]["email"] == "person@example.com"
    assert data["roles"][0]["group"] == "HR managers"
    assert [entry["reader"] for entry in data["read_by_others"]] == ["hr@example.com"]
    assert all(text in html for text in ["Łukasz", "5 June 1987", "1 Canary<br>Lane", "Other", "hr@example.com"])
    assert "argon2" not in html + str(data)


@pytest.fixture
def page_of_hr(db) -> str:
    """With a record of every kind: data read and being read, roles, links, stars, the administration."""
    hr = user("hr@example.com", is_superuser=True)
    own = employee(first_name="Hilda", user=hr, **VALUES)
    person = employee(first_name="Magdalena", user=user("person@example.com"), **VALUES)
    address = person.get_absolute_url()
    pages = [address, f"{address}seen-by/hr/", f"{address}profile/edit/", f"/admin/people/employee/{person.pk}/change/"]
    for day, page in enumerate(pages, 1):
        at = datetime(2026, 1, day, tzinfo=UTC)
        ReadLogEntry.objects.create(reader=hr, employee=person, hour=at, at=at, fields=["dob", "address"], page=page)
    browser(user("other@example.com", is_hr=True)).get(own.get_absolute_url())
    hr.groups.add(Group.objects.get())
    person.stars.create(reader=hr)
    hr.mails.create(purpose="test")
    changed = [{"changed": {"fields": ["Team"]}}]
    LogEntry.objects.log_actions(hr.pk, [person], CHANGE, changed, single_object=True)
    return browser(hr).get("/me/data/").text


def test_page_speaks_the_language_of_people(page_of_hr: str):
    labels = re.findall(r"<dt>(.*?)</dt>", page_of_hr)
    values = re.findall(r"<dd>\s*(.*?)\s*</dd>", page_of_hr, re.DOTALL)

    of_code = re.compile(r"_|\b(id|superuser|status|flag|repr|sort name)\b", re.IGNORECASE)
    assert not list(filter(of_code.search, labels))
    assert not list(filter(re.compile(r"^/|[{}\[\]|]|^(yes|no|True|False)$").search, values))


@pytest.mark.parametrize(
    "words",
    [
        *("Administrator: Yes", "Role: HR managers", "Gender: Other", "Date of birth: 5 June 1987"),
        *("Whose data: Magdalena", "What was shown: date of birth, address", "Who looked: other@example.com"),
        *("Where: Magdalena’s page", "Where: Magdalena’s page as others see it", "Where: The administration"),
        *("Where: Magdalena’s page, while editing", "What was done: Change", "In detail: Changed Team."),
        *("What for: A test of the settings", "Kind of record: Employee", "By whom: a command on the server"),
    ],
)
def test_page_says(page_of_hr: str, words: str):
    label, value = words.split(": ")

    assert re.search(rf"<dt>{label}</dt>\s*<dd>\s*{value}(?!\w)", page_of_hr)


@pytest.mark.django_db
@pytest.mark.parametrize("record", ["employee", "profile"])
def test_acts_in_the_administration_name_people_as_everyone_sees_them(record: str):
    former = user("former@example.com")
    person = employee(first_name="Katarzyna", known_as="Quirin", last_name="Ibekwe")
    changes = [
        {"changed": {"fields": ["Known as"]}},
        {"changed": {"name": "employee profile", "object": str(person.profile), "fields": ["Team"]}},
    ]
    changed = person if record == "employee" else person.profile
    LogEntry.objects.log_actions(former.pk, [changed], CHANGE, changes, single_object=True)
    client = browser(former)

    html, data = client.get("/me/data/").text, client.get("/me/data/download/").json()

    assert LogEntry.objects.get().object_repr == "Katarzyna Ibekwe"
    assert data["administration"][0]["object_repr"] == "Quirin Ibekwe"
    assert "Changed Known as. Changed Team for employee profile “Quirin Ibekwe”." in html
    assert "Katarzyna" not in html + str(data)


@pytest.mark.django_db
@pytest.mark.parametrize("message", ["", "Changed by hand.", "[]"])
def test_acts_about_somebody_who_is_gone_name_nobody(message: str):
    former, person = user("former@example.com"), employee(first_name="Katarzyna")
    LogEntry.objects.log_actions(former.pk, [person], CHANGE, message, single_object=True)
    LogEntry.objects.filter(user=former).update(object_id="999999")

    html = browser(former).get("/me/data/").text

    assert "Katarzyna" not in html


@pytest.mark.django_db
def test_download_is_a_file():
    response = browser(user()).get("/me/data/download/")

    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_account_without_employee_gets_what_there_is():
    LogEntry.objects.create(user=user(), action_flag=1, object_repr="Ann", change_message="[]")
    account = LogEntry.objects.get().user

    data = browser(account).get("/me/data/download/").json()

    assert [len(data[part]) for part in ("account", "employee", "profile", "administration")] == [1, 0, 0, 1]


@pytest.mark.django_db
def test_nothing_of_others_is_in_it():
    other = employee(first_name="Quark", user=user("quark@example.com"), **VALUES)
    hr = employee(user=user("hr@example.com", is_hr=True)).user
    client = browser(hr)
    client.get(other.get_absolute_url())

    text = client.get("/me/data/").text + client.get("/me/data/download/").text

    assert "Quark" in text  # whom one has read
    assert not any(value in text for value in ["quark@example.com", "+4530123456", "1987", "Canary"])


@pytest.mark.django_db
def test_cost_is_the_same_for_any_number_of_readings(django_assert_max_num_queries):
    person = employee(user=user("person@example.com"), **VALUES)
    for number in range(5):
        browser(user(f"hr{number}@example.com", is_hr=True)).get(person.get_absolute_url())

    client = browser(person.user)

    with django_assert_max_num_queries(18):
        client.get("/me/data/download/")
