"""What a request didn't send is never written (PROFILE_CONTRACT 21): every form and field, pages and admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from people.accounts.models import User
from people.employees.forms import EmployeeForm, EmployeeProfileForm
from people.employees.sections import FORMS
from people.models import Employee, EmployeeProfile
from people.tests import factories
from people.tests.pages import field_values

pytestmark = pytest.mark.django_db

# Found, not listed, so that the form of the next section is tested too.
PAGES = [
    *((f"people:section-update/{section}", Employee) for section in FORMS),
    *((f"admin:{model._meta.app_label}_{model._meta.model_name}_change", model) for model in admin.site._registry),
]
EVERY_PAGE = pytest.mark.parametrize(("name", "model"), PAGES, ids=[name for name, _ in PAGES])


@pytest.fixture
def person() -> Employee:
    """Someone with every field filled in, whose account is an administrator's: so every field can be edited."""
    factories.user("second@example.com", is_superuser=True)  # the last administrator stays one
    return factories.employee(
        user=factories.user("person@example.com", is_superuser=True),
        profile__team="product",
        profile__dob="1987-06-05",
        profile__gender="other",
        profile__address="Main St 1",
        profile__mobile="+4530551001",
        profile__mobile_shared_with="team",
        profile__birthday_shared_with="team",
    )


@pytest.fixture
def opened(client: Client, person: Employee) -> Callable[[str, type[Model]], tuple[str, dict[str, str]]]:
    """Opens a page; gives its address and what a browser sends when nothing is changed."""
    account = User.objects.get(employee=person)
    client.force_login(account)

    def opened(name: str, model: type[Model]) -> tuple[str, dict[str, str]]:
        keys = {Employee: person.pk, EmployeeProfile: person.profile.pk, User: account.pk}
        name, *section = name.split("/")
        address = reverse(name, args=[keys[model], *section])
        return address, field_values(client.get(address).text)

    return opened


def stored() -> list[Any]:
    """Everything that forms write, without when."""
    rows = [row for model in (Employee, EmployeeProfile, User) for row in model.objects.values()]
    return [{name: value for name, value in row.items() if name not in {"modified", "last_login"}} for row in rows]


def without(body: dict[str, str], field: str) -> dict[str, str]:
    return {name: value for name, value in body.items() if name not in {field, f"shown-{field}"}}


@pytest.mark.no_cover
@EVERY_PAGE
def test_each_missing_field_stays_as_it_is(client, opened, name, model):
    address, body = opened(name, model)
    before = stored()

    for field in body:
        assert client.post(address, without(body, field)).status_code in {200, 302, 422}
        assert stored() == before, field


@EVERY_PAGE
def test_everything_missing_stays_as_it_is(client, opened, name, model):
    address, body = opened(name, model)
    before = stored()
    keys = {field: body[field] for field in body if field.endswith(("_FORMS", "-0-id", "-0-employee"))}

    for typed in ({}, keys):
        assert client.post(address, typed).status_code in {200, 302, 422}
        assert stored() == before


def test_pages_have_fields_of_every_kind(opened):
    names = {name for page in PAGES for name in opened(*page)[1]}

    assert {*EmployeeForm.Meta.fields, *EmployeeProfileForm.Meta.fields, "profile-0-team", "shown-is_active"} <= names


@EVERY_PAGE
def test_unticked_box_is_stored_because_it_was_shown(client, opened, name, model):
    address, body = opened(name, model)
    ticked = [field for field in body if f"shown-{field}" in body]
    before = stored()

    client.post(address, {field: value for field, value in body.items() if field not in ticked})

    assert (stored() != before) == bool(ticked)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("people:section-update/contact", {"phone": "1"}), ("people:section-update/complete", {"dob": "x"})],
)
def test_refused_form_does_not_show_what_was_not_sent(client, opened, name, typed):
    address, body = opened(name, Employee)

    response = client.post(address, typed)

    assert response.status_code == 422
    assert field_values(response.text).keys() & body.keys() >= typed.keys()
    assert not {"team", "address", "first_name"} & field_values(response.text).keys()


def test_refused_form_of_the_admin_does_not_show_what_was_not_sent(client, opened):
    address, body = opened("admin:people_employee_change", Employee)

    response = client.post(address, without(body, "profile-0-address") | {"email": "no e-mail"})

    assert "Was not sent, and stays as it is." in response.text
    assert "profile-0-address" not in field_values(response.text)


def test_body_without_any_field_is_refused_in_words(client, opened):
    address, _ = opened("people:section-update/complete", Employee)

    response = client.post(address, {"csrfmiddlewaretoken": "x"})

    assert response.status_code == 422
    assert "Nothing was sent to be saved." in response.text


def test_new_record_without_a_required_field_says_so(client, opened):
    opened("people:section-update/contact", Employee)

    response = client.post(reverse("people:employee-create"), {"first_name": "Ann", "email": "ann@example.com"})

    assert response.status_code == 422
    assert "Phone: Please give the phone." in response.text


def test_two_forms_of_one_record_keep_both_changes(person):
    first, second = (Employee.objects.get(pk=person.pk) for _ in range(2))

    for record, body in ((first, "email=new@example.com"), (second, "first_name=Augusta")):
        EmployeeForm(QueryDict(body), instance=record, editable=EmployeeForm.Meta.fields).save()

    person.refresh_from_db()
    assert [person.email, person.first_name] == ["new@example.com", "Augusta"]
    assert person.modified > first.created
