"""How a person looks in a circle: two initials on a steady colour. Pure."""

HUES = 12


def hue(key: int) -> int:
    """The colour of the avatar of the employee with this key; steady, because keys never change."""
    return key % HUES


def initials(first_name: str, last_name: str) -> str:
    """Two initials in scripts with capitals, else the first character of the last name."""
    first, last = _capital(first_name), _capital(last_name)
    has_capitals = last.lower() != last.upper()
    return f"{first}{last}" if has_capitals else last


def _capital(name: str) -> str:
    """The first capital, which skips particles ("von Ahn" gives A); else the first letter."""
    letters = [letter for letter in name if letter.isalpha()] or [*name[:1]]
    capitals = [letter for letter in letters if letter.isupper()]
    return (capitals or letters or [""])[0].upper()[:1]
