"""Text as people type it: tidied before it is stored, folded before it is compared."""

import re
import unicodedata

from anyascii import anyascii
from django.core.exceptions import ValidationError

# Zero-width space, bidirectional overrides and isolates (Unicode TR36, "visual security").
HIDDEN = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NO_DIGITS = re.compile(r"[^0-9]+")
LINE_BREAKS = frozenset("\n\r\t")
LONGEST_QUERY = 200
LONGEST_SORT_NAME = 120
MOST_NEW_LETTERS = 10_000


def tidy(text: str) -> str:
    """Without outer white space, in Unicode's normal form C (UAX 15)."""
    return unicodedata.normalize("NFC", text).strip()


def has_hidden_characters(text: str, *, allowed: frozenset[str] = frozenset()) -> bool:
    """Whether `text` holds control characters or others that show nothing and mislead."""
    return any(
        character in HIDDEN or (unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed)
        for character in text
    )


def validate_line(text: str) -> None:
    """Raise ValidationError unless `text` is one visible line."""
    if has_hidden_characters(text):
        raise ValidationError("Please remove the invisible characters: type this again by hand.", "hidden")
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise ValidationError("Please write at least one visible character.", "invisible")


def validate_lines(text: str) -> None:
    """Raise ValidationError unless `text` is visible text of one or more lines."""
    if has_hidden_characters(text, allowed=LINE_BREAKS):
        raise ValidationError("Please remove the invisible characters: type this again by hand.", "hidden")


def fold(text: str) -> str:
    """`text` as it is compared: lower case, without accents, special Latin letters spelt out.

    Other scripts keep their own letters: only marks that are written above, below or through a
    letter go, as do the vowel points of Hebrew and Arabic (combining classes of UAX 44).
    """
    if text.isascii():
        return text.lower()
    letters = (_plain(letter) for letter in unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", "".join(letters))


def sort_name(first_name: str, last_name: str) -> str:
    """The folded "last first" by which people are sorted; cut, because folding can make text longer."""
    return fold(f"{last_name} {first_name}")[:LONGEST_SORT_NAME]


def one_letter_off(folded: str) -> set[str]:
    """Every text that `folded` becomes by at most one typing mistake.

    A letter too many, too few, another one, or two in the wrong order. New letters come from the
    alphabets that `folded` is written in (their 128 code points of Unicode) and from what
    separates the parts of a name; in a text of so many alphabets as no name is, there are none.
    """
    splits = [(folded[:place], folded[place:]) for place in range(len(folded) + 1)]
    alphabet = {" ", "-", "'"}.union(*(_alphabet_of(letter) for letter in set(folded)))
    if len(alphabet) * len(folded) > MOST_NEW_LETTERS:
        alphabet = set()
    shorter = {left + right[1:] for left, right in splits if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    other = {left + letter + right[1:] for left, right in splits if right for letter in alphabet}
    longer = {left + letter + right for left, right in splits for letter in alphabet}
    return {folded} | shorter | swapped | other | longer


def _alphabet_of(letter: str) -> set[str]:
    start = ord(letter) & ~0x7F
    if not letter.isalpha() or start >= 0x2000:  # beyond the alphabets: ideographs, symbols
        return set()
    return {chr(point) for point in range(start, start + 0x80) if chr(point).isalpha() and not chr(point).isupper()}


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    mark = unicodedata.combining(letter)
    if mark >= 200 or 10 <= mark <= 36:
        return ""
    if unicodedata.name(letter, "").startswith("LATIN"):
        return anyascii(letter).lower()
    return letter


def search_words(text: str) -> list[str]:
    """The folded words of a query, without characters that no database can hold; too long a query is cut."""
    printable = "".join(" " if has_hidden_characters(letter) else letter for letter in text[:LONGEST_QUERY])
    return fold(printable).split()


def digits_of(text: str) -> str:
    """The ASCII digits in `text`."""
    return NO_DIGITS.sub("", text)
