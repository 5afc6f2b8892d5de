"""Model and form fields that keep text tidy on every way in."""

from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast
from phonenumber_field import formfields
from phonenumber_field.modelfields import PhoneNumberDescriptor, PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from .emails import tidy_email, validate_letters
from .phones import read_phone, refuse_extension, validate_phone
from .text import tidy, tidy_line, validate_line, validate_lines

if TYPE_CHECKING:
    Field = models.Field
    TextFormField = forms.CharField
else:
    # Only the type checker takes the mixin for a field, so that each field class has one field among its bases.
    class Field:
        def __class_getitem__(cls, types: object) -> type:
            return cls

    TextFormField = object

__all__ = ["refuse_extension"]  # by this name in a migration

# What may be given to a field, and what is read from it.
Given = TypeVar("Given", contravariant=True)
Read = TypeVar("Read", covariant=True)


def names_of_fields(model: type[models.Model]) -> list[str]:
    """The names of a model's own fields, of those to many records too."""
    return [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]


class TidyFormMixin(TextFormField):
    """Tidies text before anything is checked, so that what shows nothing counts as nothing."""

    tidied = staticmethod(tidy)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (self.tidied(text) or self.empty_value) if isinstance(text, str) else text


class LineFormField(TidyFormMixin, forms.CharField):
    tidied = staticmethod(tidy_line)


class LinesFormField(TidyFormMixin, forms.CharField):
    pass


class EmailFormField(TidyFormMixin, forms.EmailField):
    tidied = staticmethod(tidy_email)


def is_stored(field: models.Field[Any, Any], instance: models.Model, value: Any) -> bool:
    """Whether the record in the database has this value."""
    rows = type(instance)._base_manager.filter(pk=instance.pk)
    return bool(rows.values_list(field.attname, flat=True).first() == value)


class TidyMixin(Field[Given, Read]):
    """Tidies text in forms, on save and in look-ups; an empty optional value is NULL."""

    form_class: type[TidyFormMixin]

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if isinstance(value, str):
            value = self.form_class.tidied(value)
        return None if value == "" and self.null else value

    def formfield(self, **kwargs: Any) -> Any:
        """Without a length: a browser cuts what is pasted without a word, and tidying may shorten it."""
        return super().formfield(**{"form_class": self.form_class} | kwargs | {"max_length": None})

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        if isinstance(value, str):
            value = self.to_python(value)
            setattr(instance, self.attname, value)
        return value


class LineField(TidyMixin[Given, Read], models.CharField[Given, Read]):
    """One line of visible text in any script."""

    form_class = LineFormField
    default_validators = [validate_line]


class LinesField(TidyMixin[Given, Read], models.TextField[Given, Read]):
    """Text of any length and number of lines."""

    form_class = LinesFormField
    default_validators = [validate_lines]

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", forms.Textarea({"rows": 3}))
        return super().formfield(**kwargs)


class EmailField(TidyMixin[Given, Read], models.EmailField[Given, Read]):
    """An e-mail address in its one spelling, whatever way it comes in."""

    form_class = EmailFormField
    default_validators = [*models.EmailField.default_validators, validate_letters]

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        """A stored address in another spelling stays until it is changed: somebody else may have the right one."""
        stored = getattr(instance, self.attname)
        tidied = super().pre_save(instance, add)
        if add or tidied == stored or not is_stored(self, instance, stored):
            return tidied
        setattr(instance, self.attname, stored)
        return models.Value(stored)  # which is written as it is: text would be tidied once more


class SearchedAsField(models.TextField[str, str]):
    """What a record's search words were made of, filled on every way of saving.

    It stands after the fields that it is made of, so that those are tidied already.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**(kwargs | {"default": "", "editable": False}))

    def pre_save(self, instance: Any, add: bool) -> Any:
        setattr(instance, self.attname, instance.searched_text())
        return super().pre_save(instance, add)


class DayField(models.DateField[Given, Read]):
    """A date whose error says how to write one."""

    def formfield(self, **kwargs: Any) -> Any:
        mend = "Please write the date as year-month-day, such as 1990-12-31."
        kwargs.setdefault("error_messages", {"invalid": mend})
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        return super().formfield(**kwargs)

    def deconstruct(self) -> Any:
        """To the database it is Django's field."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


class PhoneInput(forms.TextInput):
    input_type = "tel"


class PhoneFormField(formfields.PhoneNumberField):
    """Says why a number is wrong, not only that it is; takes text of any length without cutting it."""

    default_validators = [validate_phone]
    widget = PhoneInput

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = forms.CharField.to_python(self, value)
        return (read_phone(text, self.region) if text else text) or self.empty_value


class PhoneDescriptor(PhoneNumberDescriptor):
    """Keeps what can't be read as it was typed, so that checking the record can say why."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.name] = self.field.read(value)


# A phone as the text that is stored, in queries: reading it as a number takes longer.
STORED_PHONE = Cast("phone", models.CharField())


class PhoneField(PhoneNumberField[Given, Read]):
    """A phone number; a word or a second number beside it is refused on every way in, and never becomes digits."""

    descriptor_class = PhoneDescriptor
    default_validators = [validate_phone]

    def to_python(self, value: Any) -> Any:
        number = read_phone(value, self.region) if value and isinstance(value, str) else super().to_python(value)
        return number or (None if self.null else number)

    def read(self, value: Any) -> Any:
        """The number that `value` is; what can't be read is kept as it was typed."""
        try:
            return self.to_python(value)
        except ValidationError:
            return PhoneNumber(raw_input=value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return super().from_db_value(value, expression, connection) if (value or "")[1:].isdigit() else self.read(value)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        number = super().pre_save(instance, add)
        if number and not number.country_code and (add or not is_stored(self, instance, number)):
            read_phone(number.raw_input, self.region)
        return number

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PhoneFormField} | kwargs)

    def deconstruct(self) -> Any:
        """To the database it is the package's field."""
        name, _, args, kwargs = super().deconstruct()
        return name, "phonenumber_field.modelfields.PhoneNumberField", args, kwargs
