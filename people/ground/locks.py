"""Locks for what has no row of its own that could be locked, and writes that aren't worth waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection

# The locks of PostgreSQL are numbers; this one keeps ours apart from those of other programs in the database.
NAMESPACE = 2026


class Lock(IntEnum):
    """What only one transaction at a time may do. Locks are taken in this order, and locks on rows after them."""

    ADMINISTRATORS = 1
    MANAGERS = 2  # who reports to whom
    ORGANISATION = 3  # which teams and places there are


def hold(lock: Lock, *, is_shared: bool = False) -> None:
    """Wait for `lock`, and hold it until the transaction ends; `is_shared` with others who hold it so.

    SQLite has only one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [NAMESPACE, lock])


@contextmanager
def without_waiting() -> Iterator[None]:
    """What is written in here fails at once while somebody else writes, which on SQLite may be anybody."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [(usual,)] = cursor.execute("PRAGMA busy_timeout").fetchall()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
