"""Every text that people type into a record, whichever fields there come to be."""

import unicodedata

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from people.ground.fields import EmailField, LinesField, PhoneField, TidyMixin
from people.ground.text import HIDDEN, SHOWS_NOTHING, without_invisible
from people.tests.hostile import ANYTHING, GOOD
from people.tests.marks import INVISIBLE, NEEDED

# Of all records that forms or administrators write.
TYPED = {
    f"{model.__name__}.{field.name}": field
    for model in admin.site._registry
    if model.__module__.startswith("people.")
    for field in model._meta.concrete_fields
    if isinstance(field, models.CharField | models.TextField)
    and (field.editable and not field.choices and field.name != "password")
}
each_field = pytest.mark.parametrize("field", TYPED.values(), ids=TYPED.keys())
MARKS = st.sampled_from([*INVISIBLE, *NEEDED, " ", "\u00a0", "\t", "\u200b", "\u202e"])
TEXT = st.lists(MARKS | ANYTHING | st.sampled_from(list(GOOD.values())), max_size=5).map("".join)
often = settings(deadline=None)


def cleaned(field: models.Field, text: str) -> object:
    """What a form and then the record make of `text`; None when it is refused."""
    form_field = field.formfield()
    assert form_field
    try:
        return field.clean(form_field.clean(text), None)
    except ValidationError:
        return None


def letters(text: str) -> str:
    """What can be read in `text`."""
    shown = unicodedata.normalize("NFKC", without_invisible(text)).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFC", shown) if unicodedata.category(letter)[0] in "LN")


@each_field
def test_every_typed_text_is_tidied(field: models.Field) -> None:
    assert isinstance(field, TidyMixin | PhoneField)


@each_field
@often
@given(text=TEXT)
def test_tidying_twice_changes_nothing_more(field: models.Field, text: str) -> None:
    value = cleaned(field, text)

    assert value is None or cleaned(field, str(value)) == value


@each_field
@often
@given(text=TEXT)
def test_tidying_loses_nothing_that_can_be_read(field: models.Field, text: str) -> None:
    value = cleaned(field, text)

    if value is not None and isinstance(field, TidyMixin):
        assert letters(str(value)) == letters(text)


@each_field
@often
@given(text=TEXT)
def test_form_and_save_agree(field: models.Field, text: str) -> None:
    value = cleaned(field, text)

    assert value is None or field.to_python(text) == value
    if value is not None:
        saved = field.model(**{field.attname: text})
        assert field.get_prep_value(field.pre_save(saved, add=True)) == field.get_prep_value(value)


@each_field
@often
@given(text=TEXT)
def test_no_invisible_mark_survives_where_it_must_not(field: models.Field, text: str) -> None:
    value = str(cleaned(field, text) or "")

    if isinstance(field, EmailField | PhoneField):
        assert not SHOWS_NOTHING.search(value)
    elif isinstance(field, LinesField):
        hidden = [mark.start() for mark in HIDDEN.finditer(value)]
        assert not {0, len(value) - 1} & set(hidden)
    else:
        assert not HIDDEN.search(value)
