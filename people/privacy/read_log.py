"""The read log: who was sent whose private fields, when and on which page. It holds no values."""

import logging
from collections.abc import Collection

from django.db import DatabaseError
from django.utils import timezone

from people.accounts.models import User
from people.models import Employee, ReadLogEntry
from people.visibility import RECORDED, private_fields

logger = logging.getLogger(__name__)


def fields_to_send(reader: User, employee: Employee, visible: frozenset[str], page: str) -> frozenset[str]:
    """`visible`, once it is recorded that `reader` gets what is private in it; if it can't be, without that."""
    private = private_fields(employee)
    told = {name for name in visible & private & RECORDED if _has_value(employee, name)}
    if not told or employee.user_id == reader.pk:
        return visible
    try:
        _record(reader, employee, told, page)
    except DatabaseError as error:
        logger.error("The read log could not be written: %s", type(error).__name__)
        return visible - private
    return visible


def _has_value(employee: Employee, name: str) -> bool:
    """Whether there is a value to tell; a "no" is one, and a relation to many always counts."""
    records = (employee, getattr(employee, "profile", None))
    return any(getattr(record, name, None) not in (None, "") for record in records)


def _record(reader: User, employee: Employee, fields: Collection[str], page: str) -> None:
    """One entry an hour: look first, because on SQLite only the insert takes the lock of writers."""
    now = timezone.now()
    entry, _ = ReadLogEntry.objects.get_or_create(
        reader=reader,
        employee=employee,
        hour=now.replace(minute=0, second=0, microsecond=0),
        defaults={"at": now, "fields": sorted(fields), "page": page},
    )
    if not set(fields) <= set(entry.fields):
        entry.fields = sorted({*entry.fields, *fields})
        entry.save()
