"""A field that holds a person: picked from the suggestions, or found by what was typed."""

import re

import pytest
from django import forms
from hypothesis import example, given

from people.directory.picker import EmployeeField
from people.models import Employee
from people.tests.browsers import browser, statements_of
from people.tests.factories import NASTY, add_demo_people, add_namesakes, employee, user
from people.tests.hostile import ANYTHING, HostileInput, often

pytestmark = pytest.mark.django_db


class ManagerForm(forms.Form):
    manager = EmployeeField(Employee.objects.all(), required=False)


def fill(text: str, key: object = "") -> ManagerForm:
    return ManagerForm({"manager": text, "manager_key": str(key)})


def error_of(form: forms.Form) -> str:
    return str(form.errors["manager"][0])


def ada() -> Employee:
    return employee(first_name="Ada", last_name="Ng", email="ada@example.com", phone="+14155552671")


@pytest.mark.parametrize("text", ["Ada Ng", "ng ada", "ada@example.com", "+1 415 555 2671", " ada "])
def test_who_is_meant_by_what_was_typed_is_taken(text: str):
    person = ada()
    employee(first_name="Grace", last_name="Hopper", email="g@example.com", phone="+4740611891")

    form = fill(text)

    assert form.is_valid()
    assert form.cleaned_data["manager"] == person


def test_who_was_picked_is_taken_among_namesakes():
    add_namesakes(9)
    picked = Employee.objects.latest("pk")

    form = fill("Ada Ng", picked.pk)

    assert form.is_valid()
    assert form.cleaned_data["manager"] == picked


def test_key_of_someone_whom_the_text_no_longer_means_is_ignored():
    before, person = employee(first_name="Grace", last_name="Hopper"), ada()

    form = fill("Ada Ng", before.pk)

    assert form.is_valid()
    assert form.cleaned_data["manager"] == person


@pytest.mark.parametrize("key", ["", "x", "-1", "0", "4711", "9" * 30, "1;--", "\x00", "١"])
def test_key_of_nobody_is_ignored(key: str):
    person = ada()

    assert fill("Ada Ng", key).fields["manager"].clean(("Ada Ng", key)) == person


def test_nobody_is_an_error():
    form = fill("qqqq")

    assert error_of(form) == "Nobody matches “qqqq”. Please type another name, an e-mail or a phone number."


def test_several_are_offered():
    add_namesakes(9)

    form = fill("ada")
    html = str(form["manager"])

    assert error_of(form) == "Several people match “ada”. Please choose one of them, or type more."
    assert len(re.findall(r'type="radio" name="manager_key" value="\d+"', html)) == 5
    assert 'value="ada"' in html


def test_offers_of_one_form_are_not_in_another():
    add_namesakes(2)
    assert not fill("ada").is_valid()

    assert "radio" not in str(ManagerForm()["manager"])


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
@pytest.mark.parametrize("required", [True, False])
def test_nothing_typed(text: str, required: bool):
    form = fill(text, ada().pk)
    form.fields["manager"].required = required

    assert form.is_valid() == (not required)
    assert form.cleaned_data.get("manager") is None


@pytest.mark.parametrize("is_key", [True, False])
def test_form_starts_with_a_person(is_key: bool):
    person = ada()

    html = str(ManagerForm(initial={"manager": person.pk if is_key else person})["manager"])

    assert f'name="manager_key" value="{person.pk}"' in html
    assert 'name="manager" value="Ada Ng"' in html


def test_what_was_typed_comes_back_escaped():
    html = str(fill(NASTY, NASTY)["manager"])

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_popup_has_the_fields_own_name():
    html = str(ManagerForm()["manager"])

    assert 'data-combobox="id_manager_suggestions"' in html
    assert 'id="id_manager_suggestions"' in html


def test_costs_the_same_for_2_20_and_200_people():
    client = browser(user(is_superuser=True))
    costs = []

    for before, people in [(0, 2), (2, 20), (20, 200)]:
        add_demo_people(people - before, skip=before)
        costs.append(len(statements_of(client.get, "/styleguide/", {"person": "qqqq qqqq"})))

    assert costs == [costs[0]] * 3


def test_styleguide_shows_it():
    person = ada()
    client = browser(user(is_superuser=True))

    assert "Nobody matches “qqqq”" in client.get("/styleguide/", {"person": "qqqq"}).text
    chosen = client.get("/styleguide/", {"person": "ada", "person_key": ""}).text
    assert f'You chose <a href="{person.get_absolute_url()}">' in chosen


class HostilePicker(HostileInput):
    @often
    @given(text=ANYTHING, key=ANYTHING)
    @example(text="5 " * 3_000, key="1" * 3_000)
    def test_any_text_and_key(self, text, key):
        form = fill(text, key)

        assert form.is_valid() == (not form.errors)
        assert "<script>alert(1)" not in str(form["manager"])
