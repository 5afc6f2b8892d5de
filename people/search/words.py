"""The words by which a person is found. Pure: what is stored, and how a query is spelt to meet it.

A name of the parts a, b, c is stored as "a b c", "b c a" and "c a b": each of its words begins one
row, so that a look-up by prefix finds any of them, and "c a" finds the whole name in that order.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from people.ground.emails import ascii_domain
from people.ground.text import digits_of, fold

# Raise it whenever other words come out of the same data: then everyone's words are out of date.
WORDS_VERSION = "4"
LONGEST_WORD = 100
# Spelt out where people have no such key: "mueller", "oersted", "djordje".
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"})
# Two letters of Greek that make one sound.
SOUNDS = {"ου": "ou", "ού": "ou"}
SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")
FIRST_IDEOGRAPH = "\u2e80"

# The whole e-mail, the last digits and the facts have a room of their own, so that they meet no name:
# "e" would find all of "engineering" before anyone called Erik.
EMAIL_MARK = "@"
LAST_DIGITS_MARK = "#"
FACT_MARK = "="
# First names behind a known-as name: a room that HR asks, and one for each person.
HIDDEN_MARK = "~"
MARKS = frozenset({EMAIL_MARK, LAST_DIGITS_MARK, FACT_MARK, HIDDEN_MARK})


class Kind(IntEnum):
    """What a word was made of, the more telling first."""

    NAME = 0
    SPELLING = 1
    EMAIL = 2
    PHONE = 3
    FACT = 4
    HIDDEN_NAME = 5


OF_EMPLOYEE = frozenset(Kind) - {Kind.FACT}
OF_PROFILE = frozenset({Kind.FACT})

# The kind as a plain number: a million of them are compared in a rebuild.
Words = frozenset[tuple[str, int]]
_NAME, _SPELLING, _EMAIL, _PHONE, _FACT, _HIDDEN_NAME = (kind.value for kind in Kind)
PLAIN_WORD = re.compile("[a-z0-9']+")


class TextWords(NamedTuple):
    """The words of a text: `split` with each apostrophe between two words, `joined` with none.

    A plain text can be written in no other way.
    """

    split: tuple[str, ...]
    joined: tuple[str, ...]
    is_plain: bool = False


def words_of_employee(given_name: str, last_name: str, email: str, phone: str) -> Words:
    """Everything by which names, e-mail and phone are found."""
    names = split_name(given_name, last_name)
    spellings, numbers = rows_of_spellings(given_name, last_name), phone_words(phone)
    firsts = {*names, *numbers, *(row.partition(" ")[0] for row in spellings)}
    words = dict.fromkeys(numbers, _PHONE)
    words |= dict.fromkeys(spellings, _SPELLING)
    words |= dict.fromkeys(rotations(names), _NAME)
    words |= dict.fromkeys(email_words(email, firsts), _EMAIL)
    return frozenset(words.items())


def words_of_hidden_name(key: int, first_name: str, last_name: str) -> Words:
    """By which HR, and the employee with this key alone, find a first name that a known-as name stands before."""
    names = [*rotations(split_name(first_name, last_name)), *rows_of_spellings(first_name, last_name)]
    return frozenset((room + name, _HIDDEN_NAME) for room in (hidden_room(), hidden_room(key)) for name in names)


def hidden_room(key: int | None = None) -> str:
    """How hidden first names begin that HR finds; or the one that the employee with this key finds."""
    return f"{HIDDEN_MARK}{key or ''} "


@lru_cache(maxsize=1_000)
def words_of_facts(texts: tuple[str, ...]) -> Words:
    """Everything by which the facts of a profile are found, each on its own: a team, a job title."""
    return frozenset((FACT_MARK + words, _FACT) for text in texts for words in rotations(words_in(text).split))


def known_words(rows: Iterable[tuple[int, str, int]]) -> set[str]:
    """The single words that a mistyped one is compared with, of rows with employee, word and kind."""
    firsts = {word.partition(" ")[0] for _, word, kind in rows if kind <= _SPELLING}
    return {word for word in firsts if len(word) > 2}


def rotations(words: tuple[str, ...]) -> list[str]:
    """The words as a circle that begins at each of them: "a b c", "b c a", "c a b"."""
    return [" ".join(words[place:] + words[:place])[:LONGEST_WORD] for place in range(len(words))]


def split_name(first_name: str, last_name: str) -> tuple[str, ...]:
    """All parts of a name: "jean", "luc", "o", "brien"."""
    return words_in(first_name).split + words_in(last_name).split


def rows_of_spellings(first_name: str, last_name: str) -> list[str]:
    """Other ways to write the same name: joined, spelt out, in Latin letters, without a space."""
    first, last = words_in(first_name), words_in(last_name)
    if first.is_plain and last.is_plain:
        return []
    rows = rotations(first.joined + last.joined)
    if len(first.split) > 1 or len(last.split) > 1:
        rows += rotations(tuple(filter(None, ("".join(first.split), "".join(last.split)))))
    for spell in (spelt_out, in_latin):
        first_spelt, last_spelt = spell(first_name), spell(last_name)
        if first_spelt or last_spelt:
            rows += rotations(words_in(first_spelt or first_name).joined + words_in(last_spelt or last_name).joined)
    if max(first_name + last_name, default="") >= FIRST_IDEOGRAPH:
        rows += ["".join(words)[:LONGEST_WORD] for words in (first.split + last.split, last.split + first.split)]
    return rows


def email_words(email: str, others: set[str]) -> list[str]:
    """The address and its domain, an international one in both spellings, and its parts that aren't in `others`."""
    local, _, domain = email.rpartition("@")
    spellings = dict.fromkeys((domain, ascii_domain(domain)))
    return [
        *(EMAIL_MARK + fold(f"{local}@{domain}") for domain in spellings),
        *(EMAIL_MARK + fold(domain) for domain in spellings),
        *(part[:LONGEST_WORD] for part in uncached_words_in(local).joined if part not in others),
    ]


def phone_words(phone: str) -> list[str]:
    """A number in E.164 as it is looked up: from its first digit, without the country code, and from the last digit."""
    digits = digits_of(phone)
    return [digits, digits[_length_of_country_code(digits[:3]) :], LAST_DIGITS_MARK + digits[::-1]] if digits else []


@lru_cache(maxsize=1_000)
def _length_of_country_code(first: str) -> int:
    codes = (length for length in (1, 2, 3) if int(first[:length]) in COUNTRY_CODE_TO_REGION_CODE)
    return next(codes, 0)


@lru_cache(maxsize=10_000)
def words_in(text: str) -> TextWords:
    """The folded words of a text."""
    return uncached_words_in(text)


def uncached_words_in(text: str) -> TextWords:
    """`words_in` of a text that hardly comes again, such as an e-mail address."""
    folded = fold(text).replace("`", "'")
    if folded.isascii():
        words = PLAIN_WORD.findall(folded)
    else:
        folded = "".join(_letter_or_break(letter) for letter in folded)
        words = folded.split()
    if "'" not in folded:
        plain = tuple(word[:LONGEST_WORD] for word in words)
        return TextWords(plain, plain, text.isascii() and len(plain) == 1)
    split = (word for parted in words for word in parted.split("'") if word)
    joined = (word for parted in words if (word := parted.replace("'", "")))
    return TextWords(tuple(word[:LONGEST_WORD] for word in split), tuple(word[:LONGEST_WORD] for word in joined))


def _letter_or_break(letter: str) -> str:
    if letter.isascii() and letter.isalnum():
        return letter
    # Whose name is of emoji alone is found by them.
    is_part = letter == "'" or unicodedata.category(letter)[0] in "LMN" or _is_pictogram(letter)
    return letter if is_part else " "


def _is_pictogram(letter: str) -> bool:
    return unicodedata.category(letter) == "So" or letter in SKIN_TONES


@lru_cache(maxsize=10_000)
def spelt_out(text: str) -> str:
    """`text` with two letters for each that many keyboards lack; empty if it has none of them."""
    plain = unicodedata.normalize("NFC", text).lower()
    spelt = plain.translate(SPELT_OUT)
    return spelt if spelt != plain else ""


@lru_cache(maxsize=10_000)
def in_latin(text: str) -> str:
    """`text` in Latin letters; empty if it is in Latin letters already."""
    folded = fold(text)
    if folded.isascii():
        return ""
    for pair, sound in SOUNDS.items():
        folded = folded.replace(pair, sound)
    latin = " ".join(_ascii(part) for part in words_in(folded).joined)
    return latin if latin != " ".join(words_in(text).joined) else ""


def _ascii(word: str) -> str:
    letters = "".join(letter for letter in word if not _is_pictogram(letter))
    return "".join(letter for letter in anyascii(letters).lower() if letter.isalnum())
