"""The table of DESIGN §3, written a second time by hand."""

import pytest

from people.accounts.models import User
from people.models import Employee, EmployeeProfile
from people.visibility import (
    PRIVATE_FIELDS,
    TABLE,
    can_add_employees,
    editable_fields,
    searchable_fields,
    visible_fields,
)

WORK = {"first_name", "last_name", "email", "team"}
PRIVATE = {"dob", "address", "gender"}
ALL = WORK | PRIVATE | {"phone"}

# Of both models; each with the reason why nobody sees or edits it on a page.
EXCUSED = {
    "id": "an address, never a permission",
    "created": "written by the machine",
    "modified": "written by the machine",
    "sort_name": "made of the names, for order and search only",
    "searched_as": "made of the searched fields, to see whether the search words are up to date",
    "user": "the account link is the administrator's",
    "employee": "a profile stays with its employee",
}

audiences = {
    "colleague": (WORK | {"phone"}, set()),
    "person": (ALL, PRIVATE | {"phone"}),
    "hr": (ALL, ALL),
    "hr_on_own_record": (ALL, ALL),
    "superuser": (ALL, ALL),
}
each_audience = pytest.mark.parametrize("audience", audiences)


def pair(audience: str) -> tuple[User, Employee]:
    """A reader of that audience and the employee they look at, unsaved."""
    reader = User(pk=7, email="reader@example.com", is_superuser=audience == "superuser")
    reader.is_in_hr_group = audience.startswith("hr")
    is_own = audience in {"person", "hr_on_own_record"}
    return reader, Employee(pk=1, user=reader if is_own else None)


@pytest.mark.parametrize("field", sorted(ALL))
@each_audience
def test_visible_field(audience, field):
    see, _ = audiences[audience]

    assert (field in visible_fields(*pair(audience))) == (field in see)


@pytest.mark.parametrize("field", sorted(ALL))
@each_audience
def test_editable_field(audience, field):
    _, edit = audiences[audience]

    assert (field in editable_fields(*pair(audience))) == (field in edit)


@each_audience
def test_editable_fields_are_visible(audience):
    assert editable_fields(*pair(audience)) <= visible_fields(*pair(audience))


def test_person_of_another_account_is_a_colleague():
    reader, _ = pair("person")
    other = Employee(pk=2, user=User(pk=8))

    assert not visible_fields(reader, other) & PRIVATE
    assert editable_fields(reader, other) == set()


def test_employee_without_account_is_nobodys_own():
    reader, person = pair("colleague")

    assert person.user_id is None
    assert editable_fields(reader, person) == set()


@pytest.mark.parametrize("model", [Employee, EmployeeProfile])
def test_every_field_has_a_row_or_an_excuse(model):
    fields = {field.name for field in model._meta.concrete_fields}

    assert fields <= TABLE.keys() | EXCUSED.keys()


def test_every_row_and_excuse_is_a_field():
    fields = {field.name for model in (Employee, EmployeeProfile) for field in model._meta.concrete_fields}

    assert TABLE.keys() | EXCUSED.keys() == fields
    assert not TABLE.keys() & EXCUSED.keys()


def test_private_fields_are_those_of_person_and_hr():
    assert PRIVATE_FIELDS == PRIVATE


@each_audience
def test_searchable_fields_are_what_everyone_sees(audience):
    reader, _ = pair(audience)

    assert searchable_fields(reader) == WORK | {"phone"}


@pytest.mark.parametrize(
    ("audience", "may"), [("colleague", False), ("person", False), ("hr", True), ("superuser", True)]
)
def test_can_add_employees(audience, may):
    reader, _ = pair(audience)

    assert can_add_employees(reader) is may
