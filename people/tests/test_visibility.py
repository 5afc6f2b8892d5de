"""The table of DESIGN §3, written a second time by hand."""

import pytest

from people.accounts.models import User
from people.models import Employee, EmployeeProfile
from people.visibility import (
    TABLE,
    can_add_employees,
    editable_fields,
    private_fields,
    searchable_fields,
    visible_fields,
)

RECORD = {"id", "sort_name", "created", "employee"}
WORK = {"first_name", "last_name", "email", "team"}
PRIVATE = {"dob", "address", "gender", "mobile"}
CHOICES = {"mobile_shared_with", "birthday_shared_with"}
HIDDEN = PRIVATE | CHOICES | {"birthday", "modified", "user"}
NOBODY = {"searched_as"}
OPEN = RECORD | WORK | {"phone"}
ALL = OPEN | HIDDEN

audiences = {
    "colleague": (OPEN, set()),
    "person": (ALL, PRIVATE | CHOICES | {"phone"}),
    "hr": (ALL, WORK | PRIVATE | {"phone", "user"}),
    "hr_on_own_record": (ALL, WORK | PRIVATE | CHOICES | {"phone", "user"}),
    "superuser": (ALL, WORK | PRIVATE | {"phone", "user"}),
}
each_audience = pytest.mark.parametrize("audience", audiences)


def pair(audience: str) -> tuple[User, Employee]:
    """A reader of that audience and the employee they look at, unsaved."""
    reader = User(pk=7, email="reader@example.com", is_superuser=audience == "superuser")
    reader.is_in_hr_group = audience.startswith("hr")
    is_own = audience in {"person", "hr_on_own_record"}
    person = Employee(pk=1, user=reader if is_own else None)
    person.profile = EmployeeProfile()
    return reader, person


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
    other.profile = EmployeeProfile()

    assert not visible_fields(reader, other) & PRIVATE
    assert editable_fields(reader, other) == set()


def test_employee_without_account_is_nobodys_own():
    reader, person = pair("colleague")

    assert person.user_id is None
    assert editable_fields(reader, person) == set()


def test_every_field_and_what_is_derived_has_a_row():
    fields = {field.name for model in (Employee, EmployeeProfile) for field in model._meta.concrete_fields}

    assert TABLE.keys() == ALL | NOBODY == fields | {"birthday"}


def test_private_is_what_not_everyone_sees():
    _, person = pair("colleague")

    assert private_fields(person) == HIDDEN | NOBODY


@each_audience
def test_searchable_fields_are_what_everyone_sees(audience):
    reader, _ = pair(audience)

    assert searchable_fields(reader) == OPEN


@pytest.mark.parametrize(
    ("audience", "may"), [("colleague", False), ("person", False), ("hr", True), ("superuser", True)]
)
def test_can_add_employees(audience, may):
    reader, _ = pair(audience)

    assert can_add_employees(reader) is may
