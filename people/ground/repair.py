"""Stored texts that today's rules would refuse: found by the fields' own rules, mended where one answer is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex
from django.core.exceptions import ValidationError
from django.db import models

from .fields import EmailField, LineField, PhoneField, TidyMixin
from .phones import is_number
from .text import HIDDEN

TextField = models.Field[Any, Any]
# They turn letters around, so that something else was seen than what is left without them.
OVERRIDES = frozenset("\u202d\u202e")
# Marks in place of which something else may have been seen: text that ran the other way, or a gap.
AMBIGUOUS = regex.compile(r"[\u115F\u1160\u2066-\u2069\u202A-\u202E\u2800\u3164\uFFA0]")
# Words that were read as digits once, as the keys of a phone spell them (ITU E.161).
WORDS = (
    "home",
    "work",
    "office",
    "mobile",
    "mobil",
    "handy",
    "privat",
    "private",
    "cell",
    "desk",
    "casa",
    "fax",
    "uff",
)
KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
WORDS_AS_DIGITS = {word.translate(KEYS): word for word in WORDS if len(word) > 3}


@dataclass(frozen=True)
class Fault:
    """A stored text that would be refused today: what is wrong with it, and what it must be where that is sure."""

    field: TextField
    kind: str
    right: str | None = None


def faults_of(record: models.Model) -> Iterator[Fault]:
    """The faults in the texts of a record."""
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if value and isinstance(field, TidyMixin | PhoneField):
            fault = _phone_fault(field, value) if isinstance(field, PhoneField) else _text_fault(field, value, record)
            if fault:
                yield fault


def mend(record: models.Model) -> None:
    """Save the record with those texts mended of which it is sure what they must be."""
    right = {fault.field.attname: fault.right for fault in faults_of(record) if fault.right}
    for name, text in right.items():
        setattr(record, name, text)
    if right:
        record.save(update_fields=list(right))


def _text_fault(field: TextField, value: str, record: models.Model) -> Fault | None:
    right = _right(field, value)
    kind = _refusal(field, right)
    if kind:
        return Fault(field, kind)
    if right == value:
        return None
    twin = type(record)._base_manager.filter(**{field.attname: right}).exclude(pk=record.pk).first()
    if field.unique and twin:
        return Fault(field, f"the same address as {twin._meta.verbose_name} {twin.pk} in another spelling")
    return Fault(field, "another spelling" if isinstance(field, EmailField) else "hidden marks or spaces", right)


def _right(field: TextField, value: str) -> str:
    """The text as it is stored today, without hidden marks if it is sure what was seen."""
    if not OVERRIDES.isdisjoint(value):
        return value
    text = field.to_python(value) or value
    if isinstance(field, LineField) and not AMBIGUOUS.search(text):
        text = field.to_python(HIDDEN.sub("", text)) or text
    return str(text)


def _refusal(field: TextField, value: Any) -> str:
    """Why a text isn't taken; empty if it is."""
    try:
        field.run_validators(value)
    except ValidationError as error:
        return {"hidden": "hidden marks"}.get(error.error_list[0].code or "", "not taken any more")
    return ""


def _phone_fault(field: PhoneField[Any, Any], value: Any) -> Fault | None:
    if not value.is_valid():
        return Fault(field, "no valid number")
    digits = value.as_e164
    for ending, word in WORDS_AS_DIGITS.items():
        if digits.endswith(ending) and is_number(digits.removesuffix(ending), field.region):
            return Fault(field, f"may end with the word “{word}”")
    return None
