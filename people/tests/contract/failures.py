"""Ways in which making a profile fails for real: by a trigger in the database, or by a second receiver."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.db.models.signals import post_save

from people.models import Employee, EmployeeProfile

from .steps import run_sql

TWIN = (
    "INSERT INTO people_employeeprofile (created, modified, employee_id)"
    " VALUES (NEW.created, NEW.modified, NEW.employee_id)"
)
if connection.vendor == "postgresql":
    REFUSED = "RAISE unique_violation"
    BROKEN = "RAISE disk_full"
    COLLISION = f"IF pg_trigger_depth() = 1 THEN {TWIN}; END IF"
else:
    REFUSED = "SELECT RAISE(ABORT, 'forced')"
    BROKEN = "DELETE FROM nowhere"
    COLLISION = TWIN


@contextmanager
def trigger(body: str, *, when: str = "1 = 1") -> Iterator[None]:
    """Until the end of the block, `body` runs before a profile is inserted."""
    event = "CREATE TRIGGER forced BEFORE INSERT ON people_employeeprofile"
    if connection.vendor == "postgresql":
        block = f"BEGIN IF {when} THEN {body}; END IF; RETURN NEW; END"
        run_sql(f"CREATE FUNCTION forced() RETURNS trigger LANGUAGE plpgsql AS $${block}$$")
        run_sql(f"{event} FOR EACH ROW EXECUTE FUNCTION forced()")
    else:
        run_sql(f"{event} WHEN {when} BEGIN {body}; END")
    try:
        yield
    finally:
        run_sql("DROP FUNCTION forced CASCADE" if connection.vendor == "postgresql" else "DROP TRIGGER forced")


@contextmanager
def listening(receiver: Callable) -> Iterator[None]:
    """Until the end of the block, `receiver` listens to saved employees too."""
    post_save.connect(receiver, sender=Employee, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(receiver, sender=Employee)


def raise_an_error(**kwargs) -> None:
    raise RuntimeError("forced")


def insert_a_second_profile(instance: Employee, **kwargs) -> None:
    EmployeeProfile.objects.bulk_create([EmployeeProfile(employee=instance)])


def query_a_missing_table(**kwargs) -> None:
    run_sql("SELECT * FROM nowhere")


def insert_a_profile_of_nobody(**kwargs) -> None:
    """The database notices at COMMIT: foreign keys are deferred."""
    EmployeeProfile.objects.bulk_create([EmployeeProfile(employee_id=0)])


FAILURES = [
    pytest.param(lambda: trigger(REFUSED), IntegrityError, id="refusing-trigger"),
    pytest.param(lambda: trigger(BROKEN), OperationalError, id="broken-trigger"),
    pytest.param(lambda: trigger(COLLISION), IntegrityError, id="collision"),
    pytest.param(lambda: listening(insert_a_second_profile), IntegrityError, id="second-profile"),
    pytest.param(lambda: listening(query_a_missing_table), DatabaseError, id="missing-table"),
    pytest.param(lambda: listening(insert_a_profile_of_nobody), IntegrityError, id="at-commit"),
]
Failure = Callable[[], AbstractContextManager]
