"""How a person looks in a circle: two initials on a steady colour. Pure."""

import regex

HUES = 12
# In Thai and Lao some vowels are written before their consonant.
CHARACTER = regex.compile(r"\p{Logical_Order_Exception}?\X")


def hue(key: int) -> int:
    """The colour of the avatar of the employee with this key; steady, because keys never change."""
    return key % HUES


def initials(first_name: str, last_name: str) -> str:
    """Two initials in scripts with capitals, else the first character of the last name."""
    first, last = _capital(first_name), _capital(last_name)
    has_capitals = last.lower() != last.upper()
    return f"{first}{last}" if has_capitals else last


def _capital(name: str) -> str:
    """The first capital, which skips particles ("von Ahn" gives A); else the first letter; else what comes first."""
    characters = characters_of(name)
    letters = [character for character in characters if character[0].isalpha()] or characters[:1]
    capitals = [letter for letter in letters if letter[0].isupper()]
    return next(iter(characters_of((capitals or letters or [""])[0].upper())), "")


def characters_of(text: str) -> list[str]:
    """What people take for one character each (UAX 29): a flag, a letter with its marks, a vowel written before it."""
    return list(text) if text.isascii() else CHARACTER.findall(text)
