"""A database of its own, filled with invented people."""

from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from people.models import Employee, EmployeeProfile

from .invented import DOMAIN, Person, people

BATCH = 2_000


def refuse_other_databases(most: int) -> None:
    """Raise CommandError unless at most so many people are here, all invented, and pages are as in production."""
    if Employee.objects.exclude(email__endswith=f"@{DOMAIN}").exists():
        raise CommandError("This database has real people. Set DATABASE_URL to one of its own.")
    if Employee.objects.count() > most:
        raise CommandError("This database has more people than are to be measured. Set DATABASE_URL to a new one.")
    if settings.DEBUG:
        raise CommandError("With DEBUG=1 pages take longer than in production. Leave it out.")


def fill(size: int) -> None:
    """Add those of the first `size` invented people who are missing."""
    for start in range(0, size, BATCH):
        some = {one.email: one for one in people(start, min(start + BATCH, size))}
        there = set(Employee.objects.filter(email__in=some).values_list("email", flat=True))
        add([one for email, one in some.items() if email not in there])
    tidy_up()


def add(invented: list[Person]) -> None:
    """Make employees of invented people, with their teams."""
    with transaction.atomic():
        added = Employee.objects.bulk_create(
            Employee(first_name=one.first_name, last_name=one.last_name, email=one.email, phone=one.phone)
            for one in invented
        )
        for employee, one in zip(added, invented, strict=True):
            employee.profile.team = one.team
        EmployeeProfile.objects.bulk_update([employee.profile for employee in added], ["team"], batch_size=500)


def tidy_up() -> None:
    """Let the database finish what much writing has left to be done, so that it isn't measured with something else."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
