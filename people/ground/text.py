"""Text as people type it: tidied before it is stored, folded before it is compared."""

import re
import unicodedata
from typing import NoReturn

import regex
from anyascii import anyascii
from django.core.exceptions import ValidationError

# What shows nothing: the property Default_Ignorable_Code_Point (UAX 44, DerivedCoreProperties), and beside it
# annotation marks and the empty Braille pattern, which counts as a symbol.
INVISIBLE = r"[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800]"
# Devanagari to Sinhala, Myanmar, Khmer: scripts that shape syllables, with joiners in more places than UAX 31 lists.
INDIC = r"\u0900-\u0DFF\u1000-\u109F\u1780-\u17D3"
# Where such a mark changes what is seen: between letters that join (UAX 31, contexts A and B),
# in emoji (UTS 51), and after a letter that has variants (UTS 37).
NEEDED = (
    r"(?<=[\p{jt=D}\p{jt=R}\p{jt=L}\u0640]\p{M}{0,4})[\u200C\u200D](?=[\p{jt=D}\p{jt=R}\u0640])",
    rf"(?<=[{INDIC}])[\u200C\u200D](?=[{INDIC}])",
    r"(?<=\p{ccc=9}\p{M}{0,2})\u200C(?=\p{L})",
    r"(?<=\p{ccc=9})\u200D",
    r"(?<=\p{ExtPict}[\uFE0F\p{EMod}]?)\u200D(?=\p{ExtPict})",
    r"(?<=[\p{ExtPict}\p{So}])[\uFE0E\uFE0F]",
    r"(?<=[0-9#*])\uFE0F(?=\u20E3)",
    # Flags of countries inside countries: a black flag, a few letters, an end (bounded, because each looks back).
    (
        r"(?<=\U0001F3F4[\U000E0030-\U000E007A]{0,5})[\U000E0030-\U000E007A]"
        r"(?=[\U000E0030-\U000E007A]{0,5}\U000E007F)"
    ),
    r"(?<=\U0001F3F4[\U000E0030-\U000E007A]{1,6})\U000E007F",
    r"(?<=\p{Han})[\uFE00-\uFE02\U000E0100-\U000E01EF]",
    r"(?<=[\u1820-\u18AA])[\u180B-\u180F]",
    r"(?<=[\p{Myanmar}\p{Phags_Pa}])\uFE00",
)
SHOWS_NOTHING = regex.compile(INVISIBLE)
HIDDEN = regex.compile(f"(?!{'|'.join(NEEDED)}){INVISIBLE}")
# In text of lines other marks say where a line may break and which way it runs; these mislead (UTR 36).
MISLEADING = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Signs that people type for one another. Hawaiian, Arabic and Hebrew names have letters that look like these.
APOSTROPHES = "’‘‛`´′ʻʼʽʾʿ՚׳"
DASHES = "‐‑‒–—―−＿"
SAME_SIGN = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(DASHES, "-"))
# Names are sorted as if apostrophes weren't there.
AS_SORTED = str.maketrans({"'": None, "`": None, "_": "-"})
WHITE_SPACE = regex.compile(r"[\t\p{Z}]+")
NO_DIGITS = re.compile(r"[^0-9]+")
# What may stand in text of several lines, though it is a control character.
LINE_BREAKS = frozenset("\n\r\t")
BETWEEN_LINES = re.compile(r"\s*[\r\n]\s*")
LONGEST_QUERY = 200
LONGEST_SORT_NAME = 120
# Of a text that would get more new letters than any name, no mistakes with new letters are written out.
MOST_NEW_LETTERS = 10_000


def tidy(text: str) -> str:
    """`text` without outer white space and marks that show nothing, in Unicode's normal form C (UAX 15)."""
    text = text.strip()
    if text.isascii():
        return text
    hidden = {mark.start() for mark in HIDDEN.finditer(text)}
    shown = [place for place, letter in enumerate(text) if not (letter.isspace() or place in hidden)]
    return unicodedata.normalize("NFC", text[shown[0] : shown[-1] + 1]) if shown else ""


def tidy_line(text: str) -> str:
    """`tidy`, with one space for each run of white space."""
    return WHITE_SPACE.sub(" ", tidy(text))


def without_invisible(text: str) -> str:
    """`text` without any mark that shows nothing."""
    return text if text.isascii() else SHOWS_NOTHING.sub("", text)


def printable(text: str) -> str:
    """`text` without marks that show nothing, and with a space for each character that no database can hold."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if _is_control(letter) else letter for letter in HIDDEN.sub("", text))


def has_hidden_characters(text: str) -> bool:
    """Whether a line holds control characters, or marks that show nothing where none is needed."""
    return HIDDEN.search(text) is not None or any(map(_is_control, text))


def validate_line(text: str) -> None:
    """Raise ValidationError unless `text` is one visible line."""
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in without_invisible(text)):
        raise ValidationError("Please write at least one visible character.", "invisible")
    if has_hidden_characters(text):
        _refuse_hidden()


def validate_lines(text: str) -> None:
    """Raise ValidationError unless `text` is visible text of one or more lines."""
    if any(letter in MISLEADING or (_is_control(letter) and letter not in LINE_BREAKS) for letter in text):
        _refuse_hidden()


def _refuse_hidden() -> NoReturn:
    raise ValidationError("Please remove the invisible characters: type this again by hand.", "hidden")


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"}


def fold(text: str) -> str:
    """`text` as it is compared: lower case, without accents, special Latin letters spelt out, one apostrophe, one dash.

    Other scripts keep their own letters: only marks that are written above, below or through a
    letter go, as do the vowel points of Hebrew and Arabic (combining classes of UAX 44).
    """
    if text.isascii():
        return text.lower()
    text = without_invisible(text).translate(SAME_SIGN).casefold()
    letters = (_plain(letter) for letter in unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", "".join(letters))


def sort_name(first_name: str, last_name: str) -> str:
    """The folded "last first" by which people are sorted, as if there were no apostrophes.

    Cut, because folding can make text longer.
    """
    return fold(f"{last_name} {first_name}").translate(AS_SORTED)[:LONGEST_SORT_NAME]


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


def clean_query(text: str) -> str:
    """What was typed to search, tidy and in one line: several lines become a list; what is too long is cut."""
    return tidy(printable("; ".join(BETWEEN_LINES.split(text.strip()))))[:LONGEST_QUERY]


def digits_of(text: str) -> str:
    """The ASCII digits in `text`."""
    return NO_DIGITS.sub("", text)
