"""Locks for what has no row of its own that could be locked."""

from enum import IntEnum

from django.db import connection

# The locks of PostgreSQL are numbers; this one keeps ours apart from those of other programs in the database.
NAMESPACE = 2026


class Lock(IntEnum):
    """What only one transaction at a time may do. Locks are taken in this order, and locks on rows after them."""

    ADMINISTRATORS = 1


def hold(lock: Lock) -> None:
    """Wait for `lock`, and hold it until the transaction ends. SQLite has only one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, lock])
