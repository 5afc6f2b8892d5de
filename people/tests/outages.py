"""What goes wrong: a page that fails, and a database that can't be written to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.db import connection
from django.http import HttpRequest

SECRET = "Secret Lane 7"


def broken(request: HttpRequest) -> NoReturn:
    """A page that fails, with something private at hand."""
    address = SECRET
    raise RuntimeError(address)


@contextmanager
def locked() -> Iterator[None]:
    """Somebody else writes and doesn't end; we wait for less than a moment."""
    is_sqlite = connection.vendor == "sqlite"
    other = connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'")
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN; LOCK TABLE people_employee")
        yield
        cursor.execute("ROLLBACK")
    other.close()
