"""Model and form fields that keep text tidy on every way in."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from phonenumber_field import formfields
from phonenumber_field.phonenumber import PhoneNumber

from .text import LONGEST_QUERY, search_words, tidy, validate_line, validate_lines

if TYPE_CHECKING:
    from .models import Employee
    from .querysets import EmployeeQuerySet

    Field = models.Field
else:
    # Only the type checker takes the mixin for a field: whoever looks at the bases shall see one field there.
    class Field:
        def __class_getitem__(cls, types: object) -> type:
            return cls


# What may be given to a field, and what is read from it.
Given = TypeVar("Given", contravariant=True)
Read = TypeVar("Read", covariant=True)


class TidyMixin(Field[Given, Read]):
    """Tidies text in forms, on save and in look-ups; an empty optional value is NULL."""

    def tidied(self, value: str) -> str:
        return tidy(value)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if isinstance(value, str):
            value = self.tidied(value)
        return None if value == "" and self.null else value

    def formfield(self, **kwargs: Any) -> Any:
        """Without a length: a browser cuts what is pasted without a word, and tidying may shorten it."""
        return super().formfield(**kwargs | {"max_length": None})

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        if isinstance(value, str):
            value = self.to_python(value)
            setattr(instance, self.attname, value)
        return value


class LineField(TidyMixin[Given, Read], models.CharField[Given, Read]):
    """One line of visible text in any script."""

    default_validators = [validate_line]


class LinesField(TidyMixin[Given, Read], models.TextField[Given, Read]):
    """Text of any length and number of lines."""

    default_validators = [validate_lines]


class EmailField(TidyMixin[Given, Read], models.EmailField[Given, Read]):
    """An e-mail address, in lower case whatever way it comes in."""

    def tidied(self, value: str) -> str:
        return super().tidied(value).lower()


class SearchedAsField(models.TextField[str, str]):
    """What a record's search words were made of, filled on every way of saving.

    It stands after the fields that it is made of, so that those are tidied already.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**(kwargs | {"default": "", "editable": False}))

    def pre_save(self, instance: Any, add: bool) -> Any:
        setattr(instance, self.attname, instance.searched_text())
        return super().pre_save(instance, add)


def refuse_extension(number: PhoneNumber) -> None:
    """Raise ValidationError for a number with an extension: E.164 would silently lose it."""
    if getattr(number, "extension", None):
        raise ValidationError(
            "An extension can’t be stored. Please give the number without “%(extension)s”.",
            "extension",
            {"extension": number.extension},
        )


class PhoneFormField(formfields.PhoneNumberField):
    """Says why a number is wrong, not only that it is; takes text of any length without cutting it."""

    reasons = {
        phonenumbers.ValidationResult.TOO_SHORT: "This number is too short",
        phonenumbers.ValidationResult.TOO_LONG: "This number is too long",
        phonenumbers.ValidationResult.INVALID_LENGTH: "This number has a wrong length",
    }

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def run_validators(self, value: PhoneNumber) -> None:
        try:
            super().run_validators(value)
        except ValidationError:
            raise ValidationError(self.reason(value), "invalid") from None

    def reason(self, value: PhoneNumber) -> str:
        """What is wrong with a number that isn't valid, and how to mend it."""
        if not value.country_code:
            return "Please write a phone number with its country code, such as +1 415 555 2671."
        reason = self.reasons.get(phonenumbers.is_possible_number_with_reason(value))
        if reason:
            return f"{reason} for the country code +{value.country_code}."
        return f"There is no such number with the country code +{value.country_code}. Please check the digits."


class EmployeePicker(forms.Widget):
    """A search box that suggests people: who was picked stands in it by name, and hidden by key.

    Its value is the pair of both. `people` are offered below it, when the text means several.
    """

    template_name = "components/_people_picker.html"
    people: Sequence["Employee"] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_key", "")

    def get_context(self, name: str, value: tuple[Any, Any], attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, key = value
        return super().get_context(name, text, attrs) | {"text": text, "key": key, "people": self.people}


class EmployeeField(forms.Field):
    """One of `people`, a QuerySet of employees: picked, or found by name, e-mail or phone as the directory does."""

    widget = EmployeePicker
    default_error_messages = {
        "nobody": "Nobody matches “%(text)s”. Please type another name, an e-mail or a phone number.",
        "several": "Several people match “%(text)s”. Please choose one of them, or type more.",
    }
    most_offered = 5

    def __init__(self, people: "EmployeeQuerySet", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people = people

    def prepare_value(self, value: Any) -> tuple[Any, Any]:
        """Text and key of what was typed, or of the employee or key that the form starts with."""
        if isinstance(value, tuple):
            return value
        employee = value if isinstance(value, models.Model) else self.people.filter(pk=value).first()
        return (str(employee), employee.pk) if employee else ("", "")

    def clean(self, value: tuple[str, str]) -> "Employee | None":
        """Who was picked, as long as the text still means them; else the only one whom the text means."""
        text, key = tidy(value[0])[:LONGEST_QUERY], value[1]
        if not search_words(text):
            super().clean(None)
            return None
        found = self.people.search(text)
        picked = found.filter(pk=key).first() if re.fullmatch(r"[0-9]{1,18}", key) else None
        people = [picked] if picked else list(found.with_card_details()[: self.most_offered])
        if len(people) == 1:
            return people[0]
        self.widget.people = people
        raise ValidationError(self.error_messages["several" if people else "nobody"], "unclear", {"text": text})
