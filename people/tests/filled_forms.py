"""The forms of a person as somebody has filled them in: wrongly, or so that they can be saved."""

import pytest
from django.urls import reverse

from people.models import Employee

from .pages import field_values

TRICKY = '<b>"Ann"</b> & {{ 7|add:7 }}'
CONTACT = {"first_name": f"  {TRICKY} ", "last_name": "O'Neil", "email": "Not an e-mail", "phone": "12"}
PROFILE = {"team": "product", "dob": "2999-13-45", "gender": "other", "address": f"7 Lane\r\n{TRICKY}\r\n"}
FORMS = {"create": CONTACT, "contact": CONTACT, "complete": PROFILE}
EVERY_FORM = pytest.mark.parametrize("form", FORMS)

NEW_CONTACT = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+14155552671"}
NEW_PROFILE = {"team": "product", "dob": "1990-01-02", "gender": "other", "address": "7 Lane"}
GOOD = {"create": NEW_CONTACT, "contact": NEW_CONTACT, "complete": NEW_PROFILE}


def shown(response, typed: dict[str, str]) -> dict[str, str]:
    """What the page shows in the fields of `typed`."""
    values = field_values(response.text)
    return {name: values[name] for name in typed if name in values}


def address_of(form: str, person: Employee) -> str:
    if form == "create":
        return reverse("people:employee-create")
    return reverse("people:section-update", args=[person.pk, form])


def is_stored(form: str) -> bool:
    if form == "complete":
        return Employee.objects.filter(profile__team="product").exists()
    return Employee.objects.filter(email="ann@example.com").exists()
