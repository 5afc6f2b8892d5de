"""What the environment and `.env` say, read strictly: a mistake stops the start with a sentence."""

import os
import re
import sys
from collections.abc import Callable
from difflib import get_close_matches
from email.utils import formataddr
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import phonenumbers
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import URLValidator, validate_email

from people.ground.emails import mailto

T = TypeVar("T")

LINE = re.compile(
    r"""
    (?:export\s+)? (?P<name>\w+) \s*=\s*
    (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<bare>[^"'\#\s].*?)? )
    \s* (?:(?<=\s)\#.*)?
    """,
    re.VERBOSE,
)
# What Django can compare a request's Host with: a name or an address, without port.
HOST = r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])"
DOMAIN = re.compile(rf"\*|\.?{HOST}", re.IGNORECASE)
ORIGIN = re.compile(rf"https?://(?:\*|(?:\*\.)?{HOST})(?::\d+)?", re.IGNORECASE)
# An address alone, or after a name: IT help <help@example.com>.
CONTACT = re.compile(r"(?:(?P<name>[^<>]*[^<>\s])\s*<(?P<named>[^<>\s]+)>|(?P<bare>[^<>\s]+))")


class Contact(NamedTuple):
    """Whom people ask, and where the link to them leads."""

    name: str
    link: str


class Environment:
    """Variables of the shell before lines of a file; it knows every name that it was asked for."""

    def __init__(self, file: Path) -> None:
        self.lines: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.asked: set[str] = set()
        for number, line in enumerate(read_lines(file), 1):
            if line and not line.startswith("#"):
                self.add(number, line)

    def add(self, number: int, line: str) -> None:
        """Take one line of the file. What is refused isn't repeated: it may be a part of a password."""
        found = LINE.fullmatch(line)
        if not found:
            raise ImproperlyConfigured(f".env, line {number}, can't be read. Write NAME=value.")
        name = found["name"]
        if name in self.numbers:
            raise ImproperlyConfigured(f".env, line {number}, sets again what line {self.numbers[name]} has set.")
        self.numbers[name] = number
        self.lines[name] = found["double"] or found["single"] or found["bare"] or ""

    def setting(self, name: str, default: str, read: Callable[[str], T], mend: str) -> T:
        """The variable `name`, read by `read`; `mend` says what it must look like.

        Raises ImproperlyConfigured when `read` raises a ValueError.
        """
        self.asked.add(name)
        raw = os.environ.get(name, self.lines.get(name, "")).strip() or default
        try:
            return read(raw)
        except ValueError as error:
            # Without the value, which may hold a password.
            raise ImproperlyConfigured(f"{name} can't be used as it is set. {mend}") from error

    def refuse_unknown(self) -> None:
        """Raise ImproperlyConfigured for a line that sets what nobody has asked for."""
        for name, number in self.numbers.items():
            if name not in self.asked:
                near = get_close_matches(name.upper(), self.asked, n=1)
                advice = f"Did you mean {near[0]}?" if near else "All that are known stand in .env.example."
                raise ImproperlyConfigured(f".env, line {number}, sets a name that isn't known. {advice}")


def read_lines(file: Path) -> list[str]:
    """The lines of a text file, none when there is no such file; one that can't be read would be missed silently."""
    if not os.path.lexists(file):
        return []
    try:
        return [line.strip() for line in file.read_text("utf-8-sig").split("\n")]
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(".env is there and can't be read: it must be yours, and UTF-8 text.") from error


def flag(raw: str) -> bool:
    """`1`, `true`, `yes`, `on` or their opposites as a bool; anything else is a ValueError."""
    answers = dict.fromkeys(["1", "true", "yes", "on"], True)
    answers |= dict.fromkeys(["0", "false", "no", "off"], False)
    if raw.lower() not in answers:
        raise ValueError(raw)
    return answers[raw.lower()]


def words(raw: str) -> list[str]:
    """A comma-separated list, without empty parts."""
    return [part.strip() for part in raw.split(",") if part.strip()]


def matching(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    """A reader of a comma-separated list whose parts look like `pattern`."""

    def read(raw: str) -> list[str]:
        if not all(map(pattern.fullmatch, words(raw))):
            raise ValueError(raw)
        return words(raw)

    return read


hosts = matching(DOMAIN)
origins = matching(ORIGIN)  # as browsers send them (RFC 6454): scheme, host and port


def is_too_wide(name: str) -> bool:
    """Whether a host or origin stands for all names, or for those of everybody under a domain such as .com."""
    domain = name.rpartition("://")[2].partition(":")[0] if "[" not in name else name
    return domain == "*" or (domain.startswith((".", "*.")) and domain.count(".") == 1)


def whole_number(raw: str, *, least: int = 0, most: int = sys.maxsize) -> int:
    """A whole number within bounds."""
    if not least <= int(raw) <= most:
        raise ValueError(raw)
    return int(raw)


def region(raw: str) -> str:
    """An ISO 3166-1 country code that has phone numbers."""
    if raw.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(raw)
    return raw.upper()


def sharing(raw: str) -> str:
    """With whom a person may share at most; the names are those of `people.models.Sharing`."""
    if raw not in {"hr", "team", "colleagues"}:
        raise ValueError(raw)
    return raw


def who_needs_a_second_factor(raw: str) -> str:
    """Of whom a second factor is demanded; `hr` are HR managers and administrators."""
    if raw not in {"nobody", "hr", "everyone"}:
        raise ValueError(raw)
    return raw


def time_zone(raw: str) -> str:
    """A name from the IANA time zone database."""
    try:
        ZoneInfo(raw)
    except (KeyError, OSError) as error:  # ZoneInfoNotFoundError; a folder of names, such as Europe
        raise ValueError(raw) from error
    return raw


def contact(raw: str) -> Contact | None:
    """An e-mail or web address, alone or after a name; None for nobody."""
    found = CONTACT.fullmatch(raw)
    if not found:
        if raw:
            raise ValueError(raw)
        return None
    address = found["named"] or found["bare"]
    try:
        if "://" in address:
            URLValidator(schemes=["https", "http"])(address)
            return Contact(found["name"] or f"the help at {urlsplit(address).hostname}", address)
        validate_email(address)
    except ValidationError as error:
        raise ValueError(raw) from error
    return Contact(found["name"] or address, f"mailto:{mailto(address)}")


def chat_link(raw: str) -> str:
    """A web address with {name} once, after the host, so that no name leads elsewhere; nothing for no chat."""
    if not raw:
        return raw
    try:
        URLValidator(schemes=["https", "http"])(raw.replace("{name}", "name"))
    except ValidationError as error:
        raise ValueError(raw) from error
    parts = urlsplit(raw)
    if raw.count("{name}") != 1 or "{name}" in parts.netloc or not parts.path.startswith("/"):
        raise ValueError(raw)
    return raw


def site(raw: str) -> str:
    """The one origin at which people find the site, such as https://people.example.com; nothing for nothing."""
    origin = raw.rstrip("/")
    if origin and ("*" in origin or not ORIGIN.fullmatch(origin)):
        raise ValueError(raw)
    return origin.lower()


def issuer(raw: str) -> str:
    """Where a company's sign-in is, just as it calls itself (OpenID Connect Discovery 1.0, 3); nothing for none.

    Without TLS only on this machine. The table of links holds 200 characters.
    """
    if not raw:
        return raw
    parts = urlsplit(raw)
    host = parts.hostname or ""
    is_host = re.fullmatch(HOST, f"[{host}]" if ":" in host else host)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in THIS_MACHINE)
    is_too_much = parts.username is not None or {"?", "#"} & set(raw) or len(raw) > 200
    if not is_host or not is_safe or is_too_much or not raw.isascii() or parts.port == 0:
        raise ValueError(raw)
    return raw


def line(raw: str) -> str:
    """A few words that fit on a button."""
    if not raw.isprintable() or len(raw) > 40:
        raise ValueError(raw)
    return raw


class MailServer(NamedTuple):
    """How mail is handed over (RFC 5321): TLS from the start (RFC 8314), after the greeting (RFC 3207), or none."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    use_ssl: bool

    @property
    def is_encrypted(self) -> bool:
        return self.use_tls or self.use_ssl


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def mail_server(raw: str) -> MailServer | None:
    """The server at smtp+tls://user:password@host:587, smtp+ssl:// or smtp://; None for no mail.

    No password goes over the network without encryption.
    """
    if not raw:
        return None
    parts = urlsplit(raw)
    kind, host = parts.scheme, parts.hostname or ""
    port = parts.port or MAIL_PORTS[kind] if kind in MAIL_PORTS else 0  # a number that is none is a ValueError
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    is_address = bool(port and re.fullmatch(HOST, f"[{host}]" if ":" in host else host))
    is_too_much = parts.path.strip("/") or parts.query or parts.fragment
    is_readable = bool(user) == bool(password) and (user + password).isascii()
    is_open = bool(user) and kind == "smtp" and host not in THIS_MACHINE
    if not is_address or is_too_much or not is_readable or is_open:
        raise ValueError(raw)
    return MailServer(host, port, user, password, kind == "smtp+tls", kind == "smtp+ssl")


class Sender(NamedTuple):
    """From whom mails are."""

    name: str
    address: str

    def __str__(self) -> str:
        return formataddr(self, charset="utf-8") if self.name else self.address


def sender(raw: str) -> Sender | None:
    """An e-mail address, alone or after a name; None for nobody."""
    if not raw:
        return None
    found = CONTACT.fullmatch(raw)
    address = found and (found["named"] or found["bare"])
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(raw) from error
    if not (found and address and address.isascii()):
        raise ValueError(raw)
    return Sender((found["name"] or "").strip('"'), address)


def sqlite_path(raw: str) -> str:
    """The path of `sqlite:///path`; it has no options, ours are all."""
    path = raw.removeprefix("sqlite:///")
    if not path or path == raw or {"?", "#"} & set(path):
        raise ValueError(raw)
    return unquote(path)


def postgresql_parts(raw: str) -> dict[str, str]:
    """What PostgreSQL's own reader of addresses finds in one (its documentation, 34.1.1.2), options included."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not raw.startswith(("postgres://", "postgresql://")):
        raise ValueError(raw)
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(raw).items()}
    except ProgrammingError as error:
        raise ValueError(raw) from error
    # A password that isn't written in percent-encoding falls into pieces, which would be shown as host or port.
    is_in_pieces = {"/", "@"} & set(parts.get("dbname", "")) or not re.fullmatch(r"[\d,]*", parts.get("port", ""))
    if is_in_pieces or not parts.keys() & {"dbname", "service"} or not all(parts.values()):
        raise ValueError(raw)
    return parts
