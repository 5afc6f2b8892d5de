"""E-mail addresses: the one spelling of each by which it is stored and found, and links to it."""

import re
from urllib.parse import quote

import idna
import regex
from django.core.exceptions import ValidationError

from .text import SHOWS_NOTHING, tidy, without_invisible

LONGEST_DOMAIN = 253
# Stands in a link as it is.
PLAIN = re.compile(r"[a-z0-9._~+-]+@[a-z0-9.-]+")
# Scripts in everyday use (UAX 31, table 5).
SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Bopomofo", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek"),
    *("Gujarati", "Gurmukhi", "Hangul", "Han", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer", "Lao", "Latin"),
    *("Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan"),
)
# The scripts that one part of a domain may mix: "highly restrictive" of UTS 39, section 5.2.
MAY_BE_MIXED = (
    *((script,) for script in SCRIPTS),
    *(("Latin", "Han", "Hiragana", "Katakana"), ("Latin", "Han", "Bopomofo"), ("Latin", "Han", "Hangul")),
)
OF_ONE_SCRIPT = regex.compile(
    "|".join(
        "[{}]+".format("".join(rf"\p{{scx={script}}}" for script in (*scripts, "Common", "Inherited")))
        for scripts in MAY_BE_MIXED
    )
)
# Cyrillic letters that look like Latin ones.
LOOKS_LATIN = regex.compile("[асԁеһіјӏорԛѕԝхуѵ0-9-]+")
# A dot on a letter that has one already can't be seen (UTS 39, section 5.4).
UNSEEN_DOT = re.compile("[ijlı]\u0307")
# Django takes these before the @, because their capitals are Latin letters.
PASS_FOR_LATIN = re.compile("[ıſ]")


def tidy_email(text: str) -> str:
    """The address in lower case, without marks that show nothing, with its domain in Unicode."""
    local, at, domain = tidy(without_invisible(text)).lower().rpartition("@")
    return f"{local}{at}{unicode_domain(domain)}"


def unicode_domain(domain: str) -> str:
    """A domain as people write it: the U-labels of RFC 5890; as it is when there is no such domain."""
    if (domain.isascii() and "xn--" not in domain) or len(domain) > LONGEST_DOMAIN:
        return domain
    try:
        shown = idna.decode(idna.encode(domain, uts46=True))
    except UnicodeError:  # IDNAError among them
        return domain
    return domain if SHOWS_NOTHING.search(shown) else shown


def ascii_domain(domain: str) -> str:
    """A domain as machines write it: the A-labels of RFC 5890; as it is when there is no such domain."""
    try:
        return domain if domain.isascii() else idna.encode(domain).decode()
    except UnicodeError:
        return domain


def validate_letters(email: str) -> None:
    """Raise ValidationError for an address with letters that pass for others, before or after the @."""
    if PASS_FOR_LATIN.search(email.rpartition("@")[0]):
        raise ValidationError(
            "The part before the @ has a letter that looks like another one. Please type it again by hand.",
            "look-alike",
        )
    validate_domain(email)


def validate_domain(email: str) -> None:
    """Raise ValidationError for an international domain that doesn't exist, or looks like another one (UTS 39)."""
    domain = unicode_domain(email.rpartition("@")[2])
    if domain.isascii() and "xn--" not in domain:
        return
    if domain.isascii() or ascii_domain(domain) == domain:
        raise ValidationError("There is no domain like the one after the @. Please check its letters.", "domain")
    labels = domain.split(".")
    has_others = not all(map(OF_ONE_SCRIPT.fullmatch, labels)) or UNSEEN_DOT.search(domain)
    if has_others or (labels[-1].isascii() and any(map(_looks_latin, labels))):
        raise ValidationError(
            "The domain after the @ has letters of another alphabet that look like these. "
            "Please type it again by hand.",
            "look-alike",
        )


def _looks_latin(label: str) -> bool:
    return not label.isascii() and LOOKS_LATIN.fullmatch(label) is not None


def mailto(email: str) -> str:
    """The address as it stands after `mailto:` in a link (RFC 6068), its domain as every mail program takes it."""
    if PLAIN.fullmatch(email):
        return email
    local, _, domain = email.rpartition("@")
    return f"{quote(local, safe='!$*+')}@{ascii_domain(domain)}"
