"""A form field that holds a person."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from people.accounts.models import User
from people.ground.text import clean_query
from people.models import Employee
from people.querysets import EmployeeQuerySet

from .rows import Row, ranked_rows


class EmployeePicker(forms.Widget):
    """A search box that suggests people: who was picked stands in it by name, and hidden by key.

    Its value is the pair of both. `people` are offered below it, when the text means several.
    """

    template_name = "directory/_people_picker.html"
    people: Sequence[Row] = ()

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_key", "")

    def get_context(self, name: str, value: tuple[Any, Any], attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, key = value
        return super().get_context(name, text, attrs) | {"text": text, "key": key, "people": self.people}


def search_as(form: forms.BaseForm, reader: User | None) -> None:
    """Let the fields for people of `form` find whomever `reader` finds: HR finds people by hidden first names too."""
    for field in form.fields.values():
        if isinstance(field, EmployeeField):
            field.reader = reader


class EmployeeField(forms.Field):
    """One of `people`, a QuerySet of employees: picked, or found by name, e-mail or phone as the directory does."""

    widget = EmployeePicker
    default_error_messages = {
        "nobody": "Nobody matches “%(text)s”. Please type another name, an e-mail or a phone number.",
        "one": "Please choose this person, if it is the one you mean.",
        "several": "Several people match “%(text)s”. Please choose one of them, or type more.",
    }
    most_offered = 5
    reader: User | None = None  # who fills in the form, which says so by `search_as`

    def __init__(self, people: EmployeeQuerySet, *, must_be_picked: bool = False, **kwargs: Any) -> None:
        """With `must_be_picked` the only person whom a text means is offered, and not taken unseen."""
        super().__init__(**kwargs)
        self.people, self.must_be_picked = people, must_be_picked

    def prepare_value(self, value: Any) -> tuple[Any, Any]:
        """Text and key of what was typed, or of the employee or key that the form starts with."""
        if isinstance(value, tuple):
            return value
        employee = value if isinstance(value, Employee) else self.people.filter(pk=value).first()
        return (employee.name, employee.pk) if employee else ("", "")

    def clean(self, value: tuple[str, str]) -> Employee | None:
        """Who was picked, as long as the text still means them; else the only one whom the text means."""
        text, key = clean_query(value[0]), value[1]
        if not text:
            super().clean(None)
            return None
        found = self.people.search(text, self.reader)
        picked = found.filter(pk=key).first() if re.fullmatch(r"[0-9]{1,18}", key) else None
        if picked:
            return picked
        people = list(found[: self.most_offered])
        if len(people) == 1 and not self.must_be_picked:
            return people[0]
        self.widget.people = ranked_rows([person.pk for person in people])
        problem = {0: "nobody", 1: "one"}.get(len(people), "several")
        raise ValidationError(self.error_messages[problem], "unclear", {"text": text})
