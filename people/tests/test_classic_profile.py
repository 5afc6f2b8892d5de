"""The profile as an application developer meets it: a classic test, and the fields it relies on."""

# ruff: noqa: PT009 (a TestCase asserts in its own way)

import pytest
from django.db import models
from django_dynamic_fixture import G
from django_extensions.db.models import TimeStampedModel
from phonenumber_field.modelfields import PhoneNumberField
from rest_framework.test import APITestCase

from people.models import Employee, EmployeeProfile, Genders, Teams


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
        (EmployeeProfile, "team", models.CharField, {**OPTIONAL, "choices": Teams.choices}),
        (EmployeeProfile, "address", models.TextField, {**OPTIONAL, "max_length": None}),
        (EmployeeProfile, "gender", models.CharField, {**OPTIONAL, "choices": Genders.choices}),
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


def test_choices_stay_as_they_are():
    assert Teams.values == ["product", "engineering", "marketing"]
    assert Genders.values == ["female", "male", "other"]
