"""What the visibility table calls found is found, each field by its own words, and as people read it."""

import pytest
from django.db import models
from django_dynamic_fixture import G

from people.models import Employee, EmployeeProfile, Location
from people.tests.factories import employee
from people.visibility import FOUND

pytestmark = pytest.mark.django_db

TEXTS = {"email": "quark@example.com", "phone": "+4530551001"}
FIELDS = {field.name: field for model in (Employee, EmployeeProfile) for field in model._meta.concrete_fields}


def values_of(field: models.Field) -> list[tuple[str, str]]:
    """What may be stored in a field, and what people type to find it."""
    return [(value, str(label)) for value, label in field.flatchoices] or [(TEXTS.get(field.name, "Quark"),) * 2]


@pytest.mark.parametrize(
    ("name", "stored", "typed"), [(name, *value) for name in FOUND for value in values_of(FIELDS[name])]
)
def test_field_that_is_called_found_is_found(name: str, stored: str, typed: str):
    others, on_profile = employee(), FIELDS[name].model is EmployeeProfile
    value = (FIELDS[name].is_relation and G(Location, name=stored, time_zone="UTC")) or stored

    person = employee(**{f"profile__{name}" if on_profile else name: value})

    assert list(Employee.objects.search(typed)) == [person] != [others]


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in FOUND])
def test_field_that_is_not_called_found_is_in_no_word(name: str):
    person = employee()
    words = set(person.search_words.values_list("word", flat=True))
    field, record = FIELDS[name], person.profile if FIELDS[name].model is EmployeeProfile else person
    if not isinstance(field, models.CharField | models.TextField) or not field.editable:
        return

    setattr(record, name, field.flatchoices[-1][0] if field.flatchoices else "+4530551009")
    record.save()

    assert set(person.search_words.values_list("word", flat=True)) == words
