"""Locks on what no row stands for."""

from enum import IntEnum

from django.db import connection

NAMESPACE = 2026  # so that no other program that locks numbers in this database means ours


class Lock(IntEnum):
    """What one transaction does at a time, in the order in which locks are taken; locks on rows come after them."""

    ADMINISTRATORS = 1


def hold(lock: Lock) -> None:
    """Wait for `lock`, and hold it until the transaction ends; on SQLite only one writes at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, lock])
