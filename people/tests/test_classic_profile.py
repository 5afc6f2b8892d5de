"""The profile as an application developer meets it: a classic test, and the fields it relies on."""

# ruff: noqa: PT009, PT027 (a TestCase asserts in its own way)

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django_dynamic_fixture import G
from django_extensions.db.models import TimeStampedModel
from phonenumber_field.modelfields import PhoneNumberField
from rest_framework.test import APITestCase

from people.models import Employee, EmployeeProfile


class EmployeeProfileTestCase(APITestCase):
    def setUp(self):
        self.employee = G(Employee, first_name="Ada", last_name="Byron", email="ada@example.com")
        self.profile = self.employee.profile

    def test_profile_is_of_the_employee(self):
        self.profile.refresh_from_db()

        self.assertEqual(self.profile.employee.first_name, "Ada")
        self.assertEqual(self.profile.employee.last_name, "Byron")
        self.assertEqual(self.profile.employee.email, "ada@example.com")

    def test_profile_reads_as_the_employee(self):
        self.assertEqual(str(self.employee), "Ada Byron")
        self.assertEqual(str(self.profile), "Ada Byron")

    def test_profile_is_the_only_one(self):
        self.assertEqual(EmployeeProfile.objects.get(), self.profile)

    def test_profile_comes_with_any_employee(self):
        profile = G(Employee).profile

        self.assertEqual(EmployeeProfile.objects.get(pk=profile.pk), profile)

    def test_profile_takes_a_team_and_a_gender_by_their_names(self):
        self.profile.team = EmployeeProfile.Teams.Engineering
        self.profile.gender = EmployeeProfile.Genders.Female

        self.profile.full_clean()
        self.profile.save()

        self.profile.refresh_from_db()
        self.assertEqual(self.profile.team, "engineering")
        self.assertEqual(self.profile.team, EmployeeProfile.Teams.Engineering)
        self.assertEqual(self.profile.get_team_display(), "Engineering")
        self.assertEqual(self.profile.get_gender_display(), "Female")

    def test_profile_is_found_by_its_team(self):
        self.profile.team = EmployeeProfile.Teams.Marketing
        self.profile.save()

        self.assertEqual(EmployeeProfile.objects.get(team=EmployeeProfile.Teams.Marketing), self.profile)
        self.assertFalse(EmployeeProfile.objects.filter(team=EmployeeProfile.Teams.Product).exists())

    def test_profile_needs_no_team_and_no_gender(self):
        self.profile.full_clean()

        self.assertIsNone(self.profile.team)
        self.assertIsNone(self.profile.get_team_display())
        self.assertIsNone(self.profile.gender)

    def test_profile_refuses_a_team_and_a_gender_that_are_none(self):
        self.profile.team, self.profile.gender = "Engineering", "unknown"

        with self.assertRaises(ValidationError) as refusal:
            self.profile.full_clean()

        self.assertEqual(set(refusal.exception.message_dict), {"team", "gender"})


@pytest.mark.django_db
def test_generated_employees_have_valid_phones_of_their_own():
    employees = [G(Employee, first_name="Ada", last_name="Byron") for _ in range(3)]

    for employee in employees:
        employee.full_clean()

    assert len({employee.phone.as_e164 for employee in employees}) == 3


OPTIONAL = {"null": True, "blank": True}


@pytest.mark.parametrize(
    ("model", "name", "kind", "options"),
    [
        (Employee, "first_name", models.CharField, {"max_length": 50}),
        (Employee, "last_name", models.CharField, {"max_length": 50}),
        (Employee, "email", models.EmailField, {"unique": True}),
        (Employee, "phone", PhoneNumberField, {"unique": True}),
        (EmployeeProfile, "dob", models.DateField, OPTIONAL),
        (EmployeeProfile, "team", models.CharField, {**OPTIONAL, "choices": EmployeeProfile.Teams.choices}),
        (EmployeeProfile, "address", models.TextField, {**OPTIONAL, "max_length": None}),
        (EmployeeProfile, "gender", models.CharField, {**OPTIONAL, "choices": EmployeeProfile.Genders.choices}),
        (EmployeeProfile, "employee", models.OneToOneField, {"null": False, "unique": True}),
    ],
)
def test_field_keeps_its_name_and_type(model, name, kind, options):
    field = model._meta.get_field(name)

    assert isinstance(field, kind)
    assert {option: getattr(field, option) for option in options} == options


def test_relation_of_the_two_models_stays_as_it_is():
    relation = EmployeeProfile._meta.get_field("employee").remote_field

    assert [relation.model, relation.related_name, relation.on_delete] == [Employee, "profile", models.PROTECT]
    assert issubclass(Employee, TimeStampedModel)
    assert issubclass(EmployeeProfile, TimeStampedModel)


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        (EmployeeProfile.Teams, ["Product", "Engineering", "Marketing"]),
        (EmployeeProfile.Genders, ["Female", "Male", "Other"]),
    ],
)
def test_choices_have_the_names_that_people_read(choices, names):
    assert choices.names == choices.labels == names
    assert choices.values == [name.lower() for name in names]
