"""A state of a page, and how to get there."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from playwright.sync_api import Page

DEMANDING, WITHOUT_PASSWORDS = "demanding_server", "server_without_passwords"
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
AWAY = HTTPStatus.SERVICE_UNAVAILABLE
SOMEONE = "Henrik Jørgensen"
LONG_NAME = "Aikaterini"  # a part of the e-mail of the person with the longest words


@dataclass(frozen=True)
class State:
    """How to get somewhere.

    `status` is that of the last answer; `part` selects what covers the rest, when only that can be
    judged. With `is_locked` somebody else keeps the database from being written meanwhile. `server` is the fixture of
    the server that it is a state of.
    """

    name: str
    url_name: str | None
    email: str | None
    reach: Callable[[Page], object]
    status: HTTPStatus = HTTPStatus.OK
    part: str = "html"
    is_locked: bool = False
    server: str = "server"


def at(address: str) -> Callable[[Page], object]:
    """A state that has an address of its own."""
    return lambda page: page.goto(address)
