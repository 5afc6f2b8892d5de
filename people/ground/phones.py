"""Phone numbers as people type them: read without guessing, and what is wrong in words."""

import re

import iso3166
import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from phonenumber_field.phonenumber import PhoneNumber, to_python
from phonenumbers import CountryCodeSource, PhoneNumberType, ValidationResult

from .text import tidy, without_invisible

BEFORE_NUMBER = re.compile(r"^[^\d+]*")
PARAMETERS = re.compile(r"(?<=^tel:)([^;]*);.*", re.IGNORECASE)  # of a link (RFC 3966)
LETTERS = re.compile(r"[^\W\d_]+")
BETWEEN_NUMBERS = re.compile(r"[,;/|&\n]|\s(?:and|or|und|oder|et|ou|y|o)\s", re.IGNORECASE)
NORTH_AMERICA = 1
# Numbers that are bought for the word they spell; other words are something said about a number.
BOUGHT_FOR_A_WORD = {
    *(PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST),
    *(PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.UAN),
}
POSSIBLE = {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
REASONS = {
    ValidationResult.TOO_SHORT: "This number is too short for",
    ValidationResult.TOO_LONG: "This number is too long for",
    ValidationResult.INVALID_LENGTH: "This number has a wrong length for",
}


def read_phone(text: str, region: str) -> PhoneNumber | None:
    """The number in `text`, valid or not; None when the text shows nothing.

    Raises ValidationError when there is anything beside the number: words would be read as digits (ITU E.161), and two
    numbers as one.
    """
    text = tidy(without_invisible(text))
    number = to_python(text, region)
    if number is None or not text or number.extension:
        return number
    if _has_several(text, region):
        raise ValidationError("Please give one number only: this looks like more.", "several")
    note = _note_in(text, number, region)
    if note:
        raise ValidationError("Please give the number alone, without “%(note)s”.", "note", {"note": note})
    return number


def _has_several(text: str, region: str) -> bool:
    """Whether a whole number is followed by digits of another one."""
    first, *others = BETWEEN_NUMBERS.split(text)
    is_followed = any(re.search(r"\d", other) for other in others) and is_number(first, region)
    return is_followed or text.count("+") > 1


def is_number(text: str, region: str) -> bool:
    """Whether `text` is a valid number."""
    number = to_python(text, region)
    return bool(number and number.is_valid())


def _note_in(text: str, number: PhoneNumber, region: str) -> str:
    """What is written after or inside a number, from its first letter on; empty for a number that spells a word."""
    written = BEFORE_NUMBER.sub("", PARAMETERS.sub(r"\1", text))
    letters = LETTERS.search(written)
    if not letters or _spells_a_word(written, number, written[: letters.start()], region):
        return ""
    return written[letters.start() :]


def _spells_a_word(written: str, number: PhoneNumber, digits: str, region: str) -> bool:
    """Whether the letters belong to the number, as in 1-800-FLOWERS: without them its `digits` aren't enough."""
    is_bought = phonenumbers.number_type(number) in BOUGHT_FOR_A_WORD
    is_local = number.country_code == NORTH_AMERICA and written == written.upper()
    has_word = len("".join(LETTERS.findall(written))) > 2  # fewer letters are passed over when a number is read
    enough = {ValidationResult.IS_POSSIBLE} if is_bought else POSSIBLE
    return (is_bought or is_local) and number.is_valid() and has_word and _length_of(digits, region) not in enough


def _length_of(digits: str, region: str) -> int:
    """Whether a number may have as many digits as these, as one of `ValidationResult`."""
    try:
        return phonenumbers.is_possible_number_with_reason(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return ValidationResult.TOO_SHORT


def validate_phone(number: PhoneNumber) -> None:
    """Raise ValidationError with what is wrong with a number that isn't valid, and how to mend it."""
    if number.is_valid():
        return
    if not number.country_code:
        read_phone(number.raw_input or "", settings.PHONENUMBER_DEFAULT_REGION)
        raise ValidationError("Please write a phone number with its country code, such as +1 415 555 2671.", "wrong")
    why = REASONS.get(phonenumbers.is_possible_number_with_reason(number))
    whole = f"{why or 'There is no such number with'} the country code +{number.country_code}"
    if number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        raise ValidationError(f"{whole} ({_default_country()}). From elsewhere? Start with +.", "wrong")
    raise ValidationError(f"{whole}." if why else f"{whole}. Please check the digits.", "wrong")


def _default_country() -> str:
    region = settings.PHONENUMBER_DEFAULT_REGION
    country = iso3166.countries_by_alpha2.get(region)
    return country.apolitical_name if country else region


def refuse_extension(number: PhoneNumber) -> None:
    """Raise ValidationError for a number with an extension: E.164 would silently lose it."""
    if getattr(number, "extension", None):
        raise ValidationError(
            "An extension can’t be stored. Please give the number without “%(extension)s”.",
            "extension",
            {"extension": number.extension},
        )
