"""The sections of a person's page, as the visibility table makes them."""

import pytest

from people.employees.forms import EmployeeForm, EmployeeProfileForm
from people.employees.sections import COMPLETE, FORMS, SECTIONS, sections_held_by
from people.ground.fields import names_of_fields
from people.models import Employee, EmployeeProfile
from people.visibility import ROWS

SEED = ("team", "dob", "gender", "address")  # the four fields of every new profile (PROFILE_CONTRACT)


@pytest.mark.parametrize("section", FORMS.values(), ids=FORMS)
def test_section_is_of_one_record(section):
    names = set(names_of_fields(Employee)) | set(names_of_fields(EmployeeProfile))

    assert names & set(section.fields) <= set(names_of_fields(section.record))


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
