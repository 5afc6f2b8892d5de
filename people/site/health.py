"""Whether the database works and takes writes, how many employees lack a profile, right search words or their team, and
how many jobs of the server are late.

Anybody may ask, so it has to cost little.
"""

from functools import cache as once
from time import perf_counter

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from people.accounts.mail.models import Mail
from people.accounts.sessions.models import Session
from people.derived import out_of_date
from people.models import Employee, EmployeeProfile
from people.server.jobs.runner import kinds_of_jobs
from people.server.outages import Outage, outage_of

# Where trouble and counts are remembered, and in seconds for how long, and from when on counting is slow.
TROUBLE_KEY, REMEMBERED = "health-trouble", 10
COUNTS_KEY, SLOW_COUNT = "health-counts", 0.1


def what_is_wrong() -> str:
    """In two words what keeps the database from working; empty when nothing does.

    The database is asked each time. Looking at every table and writing are remembered for some seconds.
    """
    try:
        Employee.objects.exists()
        return cache.get_or_set(TROUBLE_KEY, _look_closely, REMEMBERED) or ""
    except DatabaseError as error:
        return in_words(error)


def _look_closely() -> str:
    try:
        if _lacks_tables():
            return Outage.NOT_MIGRATED
        _write()
    except DatabaseError as error:
        return in_words(error)
    return ""


def in_words(error: DatabaseError) -> str:
    return outage_of(error) or "failing"


def _lacks_tables() -> bool:
    """Whether a table is missing, or a migration that this version of the product brings."""
    names = connection.introspection
    if not set(names.django_table_names()) <= set(names.table_names()):
        return True
    return not _newest_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@once
def _newest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _write() -> None:
    """Store a session that has ended already, as every sign-in has to store one: only a write meets a full disk."""
    now = timezone.now()
    ended = {"expire_date": now, "began": now - settings.SESSION_LONGEST, "seen": now}
    Session.objects.update_or_create(session_key="health", defaults=ended)


def counts() -> dict[str, int]:
    """What should all be 0; a slow count is remembered for ten times as long as it took."""
    return cache.get(COUNTS_KEY) or _count()


def _count() -> dict[str, int]:
    start = perf_counter()
    found = {
        "employees_without_profile": Employee.objects.without_profile().count(),
        "employees_with_outdated_search_words": out_of_date().count(),
        "employees_in_missing_teams": EmployeeProfile.objects.in_missing_team().count(),
        "jobs_stuck": sum(kind.objects.stuck().count() for kind in kinds_of_jobs()),
        "mails_waiting_for_an_hour": Mail.objects.overdue().count(),
    }
    spent = perf_counter() - start
    if spent > SLOW_COUNT:
        cache.set(COUNTS_KEY, found, max(1, 10 * spent))
    return found
