"""The table of DESIGN §3, written a second time by hand."""

from datetime import timedelta
from inspect import signature

import pytest
from django.utils.timezone import localdate

from people.accounts.models import User
from people.models import Employee, EmployeeProfile
from people.search.words import words_of_employee
from people.visibility import (
    FOUND,
    ROWS,
    TABLE,
    can_add_employees,
    can_choose_sharing,
    can_preview,
    can_see_gaps,
    can_see_styleguide,
    can_star,
    editable_fields,
    hidden_names_found_by,
    private_fields,
    searchable_fields,
    visible_fields,
)

RECORD = {"id", "sort_name", "created", "employee"}
WORK = {"last_name", "email", "team", "job_title", "manager", "location"} | (RULED := {"first_name", "first_day"})
WORDS = {"known_as", "pronouns", "about", "chat"}
SHARED = {"mobile", "birthday"}
CHOICES = {"mobile_shared_with", "birthday_shared_with"}
PRIVATE = {"dob", "address", "gender", "mobile"}
HIDDEN = PRIVATE | SHARED | CHOICES | {"modified", "user"}
OWN = {"sharing_ended"}
NOBODY = {"searched_as"}
OPEN = RECORD | WORK | WORDS | {"phone"}
ALL = OPEN | HIDDEN
OF_PERSON = PRIVATE | CHOICES | WORDS | {"phone"}
OF_HR = WORK | WORDS | PRIVATE | {"phone", "user"}

# In which section of a person's page a field stands, how it is shown, and what follows from it: found, asked for
PLACES = {
    "first_name": ("contact", None, "found"),
    "last_name": ("contact", None, "found"),
    "email": ("contact", "email", "found"),
    "phone": ("contact", "phone", "found"),
    "team": ("work", "team", "found", "asked"),
    "job_title": ("work", "text", "found", "asked"),
    "manager": ("work", "person", "asked"),
    "location": ("work", "location", "found", "asked"),
    "first_day": ("work", "date"),
    "known_as": ("about", "text", "found"),
    "pronouns": ("about", "text"),
    "about": ("about", "lines"),
    "chat": ("about", "chat"),
    "dob": ("private", "date", "asked"),
    "gender": ("private", "text"),
    "address": ("private", "lines", "asked"),
    "mobile": ("shared", "phone"),
    "mobile_shared_with": ("shared", None),
    "birthday": ("shared", "text"),
    "birthday_shared_with": ("shared", None),
}

# What points at an employee and is no field, with what keeps it from those who mustn't read it.
BESIDE = {
    "profile": "its fields have rows of their own",
    "place": "made of names, team and location, which everyone sees",
    "reports": "the other side of the manager, whom everyone sees",
    "teams_led": "shown with the team, to everyone",
    "search_words": "made of what everyone sees",
    "readings": "listed for the person alone",
    "account_links": "listed for the person alone",
    "stars": "shown to whoever gave them alone",
}

# audience: the fields that it sees of somebody who shares nothing, and those that it edits
audiences: dict[str, tuple[set[str], set[str]]] = {
    "colleague": (OPEN, set()),
    "team mate": (OPEN, set()),
    "person": (ALL | OWN, OF_PERSON),
    "hr": (ALL, OF_HR),
    "hr and team mate": (ALL, OF_HR),
    "hr and person": (ALL | OWN, OF_HR | OF_PERSON),
    "administrator": (ALL, OF_HR),
    "administrator and team mate": (ALL, OF_HR),
    "administrator and person": (ALL | OWN, OF_HR | OF_PERSON),
}
each_audience = pytest.mark.parametrize("audience", audiences)


def pair(audience: str, sharing: str = "hr") -> tuple[User, Employee]:
    """A reader of that audience and the employee they look at, who shares with `sharing`; unsaved."""
    reader = User(pk=7, email="reader@example.com", is_superuser="administrator" in audience)
    reader.is_in_hr_group = "hr" in audience
    own, other = Employee(pk=1, user=reader), Employee(pk=2)
    own.profile = EmployeeProfile(team="product" if "team mate" in audience else "marketing")
    other.profile = EmployeeProfile(team="product", mobile_shared_with=sharing, birthday_shared_with=sharing)
    return reader, own if "person" in audience else other


@each_audience
def test_visible_fields(audience):
    sees, _ = audiences[audience]

    assert visible_fields(*pair(audience)) == sees


@each_audience
def test_editable_fields(audience):
    _, edits = audiences[audience]

    assert editable_fields(*pair(audience)) == edits


@pytest.mark.parametrize(
    ("audience", "sharing", "shared"),
    [
        ("colleague", "team", set()),
        ("colleague", "colleagues", SHARED),
        ("team mate", "team", SHARED),
        ("team mate", "colleagues", SHARED),
    ],
)
def test_sharing_opens_what_is_shared_and_nothing_else(audience, sharing, shared):
    assert visible_fields(*pair(audience, sharing)) == OPEN | shared
    assert editable_fields(*pair(audience, sharing)) == set()


@each_audience
def test_editable_fields_are_visible(audience):
    assert editable_fields(*pair(audience)) <= visible_fields(*pair(audience))


def test_person_of_another_account_is_a_colleague():
    reader, _ = pair("person")
    other = Employee(pk=2, user=User(pk=8))
    other.profile = EmployeeProfile()

    assert not visible_fields(reader, other) & PRIVATE
    assert editable_fields(reader, other) == set()


def test_employee_without_account_is_nobodys_own():
    reader, person = pair("colleague")

    assert person.user_id is None
    assert editable_fields(reader, person) == set()


def test_every_field_and_what_is_derived_has_a_row():
    fields = {field.name for model in (Employee, EmployeeProfile) for field in model._meta.get_fields()}

    assert TABLE.keys() == ALL | OWN | NOBODY
    assert TABLE.keys() | BESIDE.keys() == fields | {"birthday"}


def test_private_is_what_not_everyone_sees():
    _, person = pair("colleague")

    assert private_fields(person) == HIDDEN | OWN | NOBODY


def test_searchable_fields_are_what_everyone_sees():
    assert searchable_fields() == OPEN - RULED


def test_what_is_found_is_what_everyone_sees():
    assert set(FOUND) - {"first_name"} <= searchable_fields()
    assert {*signature(words_of_employee).parameters} - {"given_name"} <= set(FOUND)


@each_audience
def test_first_name_behind_a_known_as_name_is_for_the_person_and_hr(audience):
    reader, person = pair(audience)
    person.known_as = "Maggie"

    assert ("first_name" in visible_fields(reader, person)) == (audience not in {"colleague", "team mate"})
    assert {"first_name"} <= private_fields(person)
    assert "known_as" in visible_fields(reader, person)


@each_audience
@pytest.mark.parametrize(("days", "has_come"), [(-1, True), (0, True), (1, False)])
def test_first_day_is_for_the_person_and_hr_until_it_has_come(audience, days, has_come):
    reader, person = pair(audience)
    person.first_day = localdate() + timedelta(days)

    assert ("first_day" in visible_fields(reader, person)) == (has_come or audience not in {"colleague", "team mate"})
    assert ("first_day" in private_fields(person)) == (not has_come)


@pytest.mark.parametrize(
    ("audience", "found"),
    [
        ("colleague", (False, 1)),
        ("team mate", (False, 1)),
        ("person", (False, 1)),
        ("hr", (True, 1)),
        ("administrator", (True, 1)),
    ],
)
def test_hidden_first_names_are_found_by_hr_and_the_own_one_by_the_person(audience, found):
    reader, _ = pair(audience)

    assert hidden_names_found_by(reader) == found


def test_nobody_and_accounts_of_nobody_find_no_hidden_first_name(db):
    assert hidden_names_found_by(None) == hidden_names_found_by(User(pk=9)) == (False, None)


def test_place_of_each_field_on_a_persons_page():
    places = {
        name: (row.section, row.shown, *(["found"] if row.found else []), *(["asked"] if row.asked else []))
        for name, row in ROWS.items()
        if row.section or row.found or row.asked
    }

    assert places == PLACES


@pytest.mark.parametrize(
    ("audience", "acts"),
    [
        ("colleague", {"star"}),
        ("team mate", {"star"}),
        ("person", {"preview", "choose sharing"}),
        ("hr", {"preview", "star", "add", "see gaps"}),
        ("hr and person", {"preview", "choose sharing", "add", "see gaps"}),
        ("administrator", {"preview", "star", "add", "see gaps", "see the style guide"}),
        ("administrator and person", {"preview", "choose sharing", "add", "see gaps", "see the style guide"}),
    ],
)
def test_what_each_audience_may_do(audience, acts):
    reader, person = pair(audience)

    may = {
        "preview": can_preview(reader, person),
        "choose sharing": can_choose_sharing(reader, person),
        "see gaps": can_see_gaps(reader),
        "star": can_star(reader, person),
        "add": can_add_employees(reader),
        "see the style guide": can_see_styleguide(reader),
    }

    assert {act for act, is_allowed in may.items() if is_allowed} == acts
