"""Model and form fields that keep text tidy on every way in."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import models
from phonenumber_field import formfields
from phonenumber_field.phonenumber import PhoneNumber

from .text import tidy, validate_line, validate_lines


class TidyMixin:
    """Tidies text in forms, on save and in look-ups; an empty optional value is NULL."""

    def tidied(self, value: str) -> str:
        return tidy(value)

    def to_python(self, value):
        value = super().to_python(value)
        if isinstance(value, str):
            value = self.tidied(value)
        return None if value == "" and self.null else value

    def formfield(self, **kwargs):
        """Without a length: a browser cuts what is pasted without a word, and tidying may shorten it."""
        return super().formfield(**kwargs | {"max_length": None})

    def pre_save(self, instance, add):
        value = super().pre_save(instance, add)
        if isinstance(value, str):
            value = self.to_python(value)
            setattr(instance, self.attname, value)
        return value


class LineField(TidyMixin, models.CharField):
    """One line of visible text in any script."""

    default_validators = [validate_line]


class LinesField(TidyMixin, models.TextField):
    """Text of any length and number of lines."""

    default_validators = [validate_lines]


class EmailField(TidyMixin, models.EmailField):
    """An e-mail address, in lower case whatever way it comes in."""

    def tidied(self, value: str) -> str:
        return super().tidied(value).lower()


class SearchedAsField(models.TextField):
    """What a record's search words were made of, filled on every way of saving.

    It stands after the fields that it is made of, so that those are tidied already.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**(kwargs | {"default": "", "editable": False}))

    def pre_save(self, instance, add):
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

    def __init__(self, *args, max_length: int | None = None, **kwargs) -> None:
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
