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


def wait_for_locks(milliseconds: int) -> None:
    """Wait so long at most, over this connection, for what somebody else is writing."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}" if is_sqlite else f"SET lock_timeout = {milliseconds}")


@contextmanager
def locked() -> Iterator[None]:
    """Somebody else writes and doesn't end; we wait for less than a moment."""
    other = connection.copy()
    wait_for_locks(50)
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN; LOCK TABLE people_employee")
        yield
        cursor.execute("ROLLBACK")
    other.close()
