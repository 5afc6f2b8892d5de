"""Whether the database can't be asked at the moment, and why; everything else that goes wrong is a bug."""

import re
import sqlite3
from enum import StrEnum

from django.db import Error, InterfaceError, OperationalError


class Outage(StrEnum):
    """What keeps the database from answering, as `/health/` says it."""

    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    FULL = "disk full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    NOT_MIGRATED = "not migrated"


# Primary result codes (https://www.sqlite.org/rescode.html).
SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.LOCKED,
    sqlite3.SQLITE_LOCKED: Outage.LOCKED,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_IOERR: Outage.UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_CANTOPEN: Outage.UNREACHABLE,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
}
MISSING = re.compile("no such (table|column)|.* has no column")
# SQLSTATE, whole or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
POSTGRESQL = {
    "08": Outage.UNREACHABLE,
    "25006": Outage.READ_ONLY,
    "40P01": Outage.LOCKED,
    "42P01": Outage.NOT_MIGRATED,
    "42703": Outage.NOT_MIGRATED,
    "53": Outage.UNREACHABLE,
    "53100": Outage.FULL,
    "55P03": Outage.LOCKED,
    "57P": Outage.UNREACHABLE,
    "58": Outage.UNREACHABLE,
    "XX001": Outage.DAMAGED,
}


def outage_of(error: BaseException | None) -> Outage | None:
    """What kept the database from answering when `error` came; None when that isn't why."""
    while error:
        found = _outage(error, error.__cause__)
        if found:
            return found
        error = error.__cause__
    return None


def _outage(error: BaseException, cause: BaseException | None) -> Outage | None:
    """Django's class says that it is an error of the database; its cause, the driver's error (PEP 249), says which."""
    if not isinstance(error, Error):
        return None
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if state := getattr(cause, "sqlstate", None):
        return POSTGRESQL.get(state) or POSTGRESQL.get(state[:3]) or POSTGRESQL.get(state[:2])
    return Outage.UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None


def _of_sqlite(error: sqlite3.Error) -> Outage | None:
    if MISSING.match(str(error)):
        return Outage.NOT_MIGRATED
    return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
