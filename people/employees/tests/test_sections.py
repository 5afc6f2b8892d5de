"""The sections of a person's page, as the visibility table makes them, and one with fields of both records."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.employees.forms import EmployeeForm, EmployeeProfileForm, SectionForm
from people.employees.sections import COMPLETE, FORMS, SECTIONS, Section, sections_held_by
from people.ground.sent import ShownField
from people.models import Employee, EmployeeProfile
from people.tests.browsers import browser, htmx
from people.tests.factories import employee, user
from people.tests.pages import field_values
from people.visibility import ROWS

REACH = Section("reach", "Reach", ("phone", "mobile"))  # of the employee, and of the profile
OLD = {"phone": "+14155552671", "mobile": "+4530551001"}
NEW = {"phone": "+14155550199", "mobile": "+4530551002"}
BY_PAGE_AND_BY_HTMX = pytest.mark.parametrize("headers", [{}, htmx("reach")], ids=["page", "htmx"])
SEED = ("team", "dob", "gender", "address")  # the four fields of every new profile (PROFILE_CONTRACT)


@pytest.mark.django_db
@pytest.mark.parametrize("section", FORMS.values(), ids=FORMS)
def test_form_of_a_section_holds_what_somebody_edits_in_the_order_of_the_table(section):
    form = SectionForm(instance=employee(), editable=section.fields)

    edited = {*EmployeeForm.Meta.fields, *EmployeeProfileForm.Meta.fields}
    assert [field.name for field in form] == [name for name in ROWS if name in edited & {*section.fields}]


def test_every_section_of_the_table_has_a_title():
    assert {row.section for row in ROWS.values()} - {None} == SECTIONS.keys()


def test_sections_show_every_field_once():
    shown = [name for section in SECTIONS.values() for name in section.fields]

    assert sorted(shown) == sorted(name for name, row in ROWS.items() if row.section)


def test_forms_hold_what_somebody_edits():
    editable = {*EmployeeForm.Meta.fields, *EmployeeProfileForm.Meta.fields}

    assert editable == {name for name in ROWS if ROWS[name].section} - {"birthday"}


def test_profile_is_completed_in_one_form():
    assert COMPLETE.fields == SEED
    assert [section.key for section in sections_held_by(COMPLETE)] == ["work", "private"]


def test_private_fields_are_called_so_wherever_they_are_edited():
    private = ["date of birth", "gender", "address"]

    assert {key: section.private_labels for key, section in FORMS.items() if section.private_labels} == {
        "private": private,
        "complete": private,
    }
    assert [key for key, section in FORMS.items() if section.is_private] == ["private"]


# A section with fields of both records


@pytest.fixture
def person() -> Employee:
    account = user("person@example.com")
    return employee(user=account, phone=OLD["phone"], profile__mobile=OLD["mobile"], profile__team="product")


@pytest.fixture
def own(person: Employee, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The person's browser, where their page has the section too."""
    monkeypatch.setitem(FORMS, REACH.key, REACH)
    return browser(person.user)


def address(person: Employee) -> str:
    return f"/employees/{person.pk}/reach/edit/"


def stored(person: Employee) -> dict[str, Any]:
    return reach_of(Employee.objects.select_related("profile").get(pk=person.pk))


def reach_of(person: Employee) -> dict[str, Any]:
    return {"phone": person.phone, "mobile": person.profile.mobile}


def written(act: Callable[[], Any]) -> set[str]:
    """The tables of the two records that `act` changes rows of."""
    with CaptureQueriesContext(connection) as queries:
        act()
    statements = "\n".join(query["sql"] for query in queries)
    return set(re.findall(r'^UPDATE "(people_employee(?:profile)?)"', statements, re.MULTILINE))


@contextmanager
def profiles_that_cannot_be_saved() -> Iterator[None]:
    def refuse(**kwargs: Any) -> None:
        raise RuntimeError("forced")

    pre_save.connect(refuse, sender=EmployeeProfile)
    try:
        yield
    finally:
        pre_save.disconnect(refuse, sender=EmployeeProfile)


@pytest.mark.django_db
@BY_PAGE_AND_BY_HTMX
def test_section_of_both_records_is_one_form(own, person, headers):
    response = own.get(address(person), headers=headers)

    values = field_values(response.text)
    assert [name for name in values if name in ROWS] == ["phone", "mobile"]
    assert [values[name].replace(" ", "").replace("-", "") for name in OLD] == [*OLD.values()]
    assert response.text.count("autofocus") == 1


@pytest.mark.django_db
@BY_PAGE_AND_BY_HTMX
def test_section_of_both_records_is_saved(own, person, headers):
    response = own.post(address(person), NEW, headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert stored(person) == NEW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "table"), [("phone", {"people_employee"}), ("mobile", {"people_employeeprofile"})], ids=OLD
)
def test_section_of_both_records_writes_only_the_record_of_which_something_was_sent(own, person, name, table):
    assert written(lambda: own.post(address(person), {name: NEW[name]})) == table
    assert stored(person) == OLD | {name: NEW[name]}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "model"), [("phone", Employee), ("mobile", EmployeeProfile)], ids=OLD)
def test_section_of_both_records_has_no_form_of_a_record_of_which_nothing_was_sent(person, name, model):
    form = SectionForm({name: NEW[name]}, instance=person, editable=REACH.fields)

    assert [type(record_form.instance) for record_form in form.record_forms] == [model]


@pytest.mark.django_db
def test_section_of_both_records_that_two_tabs_save_keeps_both_changes(person):
    first, second = (Employee.objects.with_card_details().get(pk=person.pk) for _ in range(2))

    for opened, body in ((first, {"phone": NEW["phone"]}), (second, {"mobile": NEW["mobile"]})):
        form = SectionForm(body, instance=opened, editable=REACH.fields)
        assert form.is_valid()
        form.save()

    assert stored(person) == NEW


@pytest.mark.django_db
@BY_PAGE_AND_BY_HTMX
def test_section_of_both_records_shows_the_mistakes_of_both(own, person, headers):
    holder = employee(first_name="Hana", last_name="Ito", phone="+14155550123")

    response = own.post(address(person), {"phone": "415 555 0123", "mobile": "12"}, headers=headers)

    assert response.status_code == 422
    assert f'<a href="/employees/{holder.pk}/"><bdi translate="no">Hana Ito</bdi></a> already has' in response.text
    assert all(f'id="id_{name}_error"' in response.text for name in OLD)
    assert all(f'<a href="#id_{name}">' in response.text for name in OLD)
    assert field_values(response.text).items() >= {"phone": "415 555 0123", "mobile": "12"}.items()
    assert stored(person) == OLD


@pytest.mark.django_db
@pytest.mark.parametrize("bad", OLD)
def test_section_of_both_records_is_not_saved_by_half(own, person, bad):
    response = own.post(address(person), NEW | {bad: "12"})

    assert response.status_code == 422
    assert re.findall(r'id="id_(\w+)_error"', response.text) == [bad]
    [focused] = re.findall(r"<input[^>]* autofocus[^>]*", response.text)
    assert f'name="{bad}"' in focused
    assert stored(person) == OLD


@pytest.mark.django_db
def test_section_of_both_records_is_saved_whole_or_not_at_all(person):
    form = SectionForm(NEW, instance=person, editable=REACH.fields)
    assert form.is_valid()

    with profiles_that_cannot_be_saved(), pytest.raises(RuntimeError):
        form.save()

    assert stored(person) == OLD


@pytest.mark.django_db
@pytest.mark.parametrize("bad", OLD)
def test_section_of_both_records_that_is_refused_leaves_what_the_page_shows(person, bad):
    form = SectionForm(NEW | {bad: "12"}, instance=person, editable=REACH.fields)

    assert not form.is_valid()
    assert reach_of(person) == OLD


@pytest.mark.django_db
def test_section_of_both_records_without_any_field_is_refused_in_words(own, person):
    response = own.post(address(person), {"first_name": "Augusta"})

    assert response.status_code == 422
    assert "Nothing was sent to be saved." in response.text


@pytest.mark.django_db
def test_section_of_both_records_comes_back_filled_to_who_is_signed_out(own, person):
    response = Client().post(address(person), NEW | {"user": "4711"})

    assert response.status_code == 401
    assert field_values(response.text).items() >= NEW.items()
    assert "4711" not in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_section_of_both_records_needs_a_profile(own, person, method):
    EmployeeProfile.objects.filter(employee=person)._raw_delete("default")

    answers = [getattr(own, method)(f"/employees/{person.pk}/{key}/edit/", NEW) for key in ("contact", "reach")]

    assert [answer.status_code for answer in answers] == [200 if method == "get" else 302, 404]
    assert Employee.objects.get(pk=person.pk).phone == (NEW if method == "post" else OLD)["phone"]


@pytest.mark.django_db
def test_section_of_both_records_says_of_each_field_that_it_was_shown(person):
    """By the hidden input that a field draws beside a checkbox."""
    form = SectionForm(instance=person, editable=REACH.fields)

    assert [type(field) for field in form] == [ShownField, ShownField]
