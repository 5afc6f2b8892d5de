"""What a password must be (ASVS 5.0, 6.2): long, and nothing that others would think of. Composition is free."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from people.accounts.models import User
from people.ground.text import fold

LEAST, MOST_BYTES = 12, 4_096
# Words that the product itself suggests; beside such words and the own ones so many letters must remain.
PRODUCT = {"people", "directory", "intranet"}
LEAST_BESIDE_WORDS = 8
LEAST_WORD = 3
DECORATION = re.compile(r"^[\W\d_]+|[\W\d_]+$")
# Digits and signs in place of letters: "pa$$w0rd".
IN_DISGUISE = str.maketrans("0134578@$!", "oieastbasi")

# What lies side by side on keyboards (QWERTY, QWERTZ, AZERTY, ЙЦУКЕН), along rows and down columns.
KEYBOARDS = [
    *("12345678901", "!@#$%^&*()_+", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "tzuiop", "yxcvbnm"),
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"),
]
SIDE_BY_SIDE = {pair for row in KEYBOARDS for pair in pairwise(row)}


def refuse_endless(password: str) -> None:
    """Raise ValidationError for more than anybody types: it would be hashed for as long as it is."""
    if len(password.encode()) > MOST_BYTES:
        raise ValidationError("This is longer than a password can be.", "too_long")


class LengthValidator:
    """At least 12 characters, as people count them; long ones are welcome."""

    def validate(self, password: str, user: User | None = None) -> None:
        refuse_endless(password)
        if len(normalize("NFC", password)) < LEAST:
            raise ValidationError(f"Please use at least {LEAST} characters: a few words make a good one.", "too_short")

    def get_help_text(self) -> str:
        return f"At least {LEAST} characters: a few words that don’t belong together, with or without spaces."


class CommonPasswordValidator:
    """No password that many people use, whatever digits and signs stand around it or in place of its letters."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not _cores(_folded(password)).isdisjoint(common_passwords()):
            raise ValidationError("Many people use this one, so it is tried first. Please choose another.", "common")

    def get_help_text(self) -> str:
        return "Not a common one with digits added."


class PatternValidator:
    """No password of runs along the alphabet or the keyboard, and none that repeats one thing."""

    def validate(self, password: str, user: User | None = None) -> None:
        folded = _folded(password)
        texts = [folded, _letters(folded), _words_alone(folded)]
        if any(_is_repeated(text) or _is_made_of_runs(text) for text in texts):
            raise ValidationError(
                "This repeats itself or follows the alphabet or the keyboard. Please choose unrelated words.", "pattern"
            )

    def get_help_text(self) -> str:
        return "No pattern, such as 123456 or a word twice."


class OwnWordsValidator:
    """Not made of the person's own names and e-mail; `attributes` are paths from the account to them."""

    def __init__(self, attributes: Iterable[str] = ("email",)) -> None:
        self.attributes = attributes

    def validate(self, password: str, user: User | None = None) -> None:
        if _is_made_of(password, self.words_of(user)):
            raise ValidationError("This is mostly your own name or e-mail. Please choose unrelated words.", "own")

    def words_of(self, user: User | None) -> set[str]:
        return _words(*(_text_at(user, path) for path in self.attributes))

    def get_help_text(self) -> str:
        return "Not your name or e-mail."


class ProductWordsValidator(OwnWordsValidator):
    """Not made of the product's and the organisation's words, with or without the own ones (ASVS 5.0, 6.1.2)."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = PRODUCT | _words(*settings.ALLOWED_HOSTS)
        if _is_made_of(password, words | self.words_of(user)) and not _is_made_of(password, self.words_of(user)):
            raise ValidationError("This is mostly the name of this site. Please choose unrelated words.", "product")

    def get_help_text(self) -> str:
        return "Not the name of this site."


@cache
def common_passwords() -> frozenset[str]:
    """Django's list, in which long ones are rare, and our own list of those."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text().splitlines()
    ours = (line for line in lines if not line.startswith("#"))
    return frozenset([*password_validation.CommonPasswordValidator().passwords, *ours])


def _folded(password: str) -> str:
    return fold(password[:MOST_BYTES])


def _letters(text: str) -> str:
    """Without signs and spaces."""
    return "".join(filter(str.isalnum, text))


def _words_alone(text: str) -> str:
    """Without digits too; nothing where little else is there."""
    alone = "".join(filter(str.isalpha, text))
    return alone if 2 * len(alone) >= LEAST else ""


def _cores(folded: str) -> set[str]:
    """What may be the whole password once its decoration is gone: digits, signs, runs such as 123 and abc."""
    bare = DECORATION.sub("", folded)
    without_runs = DECORATION.sub("", "".join(run for run in _runs(_letters(folded)) if len(run) < 3))
    cores = {folded, bare, _letters(bare), _words_alone(folded), without_runs}
    return {core for each in cores for core in (each, each.translate(IN_DISGUISE)) if core}


def _is_repeated(text: str) -> bool:
    """Whether `text` is one thing, too short by itself, at least twice."""
    return any(text[size:] == text[:-size] for size in range(1, min(len(text) // 2, LEAST - 1) + 1))


def _is_made_of_runs(text: str) -> bool:
    return bool(text) and 3 * len(_runs(text)) <= len(text)


def _is_made_of(password: str, words: set[str]) -> bool:
    """Whether `words` stand in `password`, and little beside them; a run counts as two letters."""
    text = _letters(_folded(password))
    left = text
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != text and sum(min(len(run), 2) for run in _runs(left)) < LEAST_BESIDE_WORDS


def _runs(text: str) -> list[str]:
    """`text` cut into runs such as "123", "cba" or "aaa", and the single letters between them."""
    runs, step = [text[:1]], ""
    for before, letter in pairwise(text):
        last, step = step, _step(before, letter)
        if step and (step == last or len(runs[-1]) == 1):
            runs[-1] += letter
        else:
            runs.append(letter)
    return [run for run in runs if run]


def _step(letter: str, following: str) -> str:
    """How a letter is followed: by itself, by the next or by the one before; empty when by none of them."""
    if letter == following:
        return "="
    if (letter, following) in SIDE_BY_SIDE or ord(following) - ord(letter) == 1:
        return ">"
    return "<" if (following, letter) in SIDE_BY_SIDE or ord(letter) - ord(following) == 1 else ""


def _words(*texts: str) -> set[str]:
    """The words in some names and addresses that are long enough to mean somebody, and each text as one word."""
    words = {_letters(word) for text in texts for word in [text, *re.split(r"[\W_]+", text)] if word}
    return {word for word in map(fold, words) if len(word) >= LEAST_WORD}


def _text_at(user: User | None, path: str) -> str:
    """What the path of attributes leads to; nothing where it ends early."""
    value: object = user
    for name in path.split("."):
        value = getattr(value, name, None)
    return str(value or "")
