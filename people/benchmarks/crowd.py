"""A database of its own, filled with invented people."""

from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from people.models import Employee, EmployeeProfile, Location, Team

from .invented import DOMAIN, LOCATIONS, TEAMS, Person, people

BATCH = 2_000
# A team that nobody is in, which others are merged into.
NOBODYS = "reserve"


def refuse_other_databases(most: int) -> None:
    """Raise CommandError unless at most so many people are here, all invented, and pages are as in production."""
    if Employee.objects.exclude(email__endswith=f"@{DOMAIN}").exists():
        raise CommandError("This database has real people. Set DATABASE_URL to one of its own.")
    if Employee.objects.count() > most:
        raise CommandError("This database has more people than are to be measured. Set DATABASE_URL to a new one.")
    if settings.DEBUG:
        raise CommandError("With DEBUG=1 pages take longer than in production. Leave it out.")


def fill(size: int) -> None:
    """Add those of the first `size` invented people who are missing, and their teams and locations."""
    add_organisation()
    for start in range(0, size, BATCH):
        invented = list(people(start, min(start + BATCH, size)))
        emails = [person.email for person in invented]
        stored = set(Employee.objects.filter(email__in=emails).values_list("email", flat=True))
        add([person for person in invented if person.email not in stored])
    tidy_up()


def add_organisation() -> None:
    """Make the teams and locations that are missing."""
    with transaction.atomic():
        for key, (name, parent) in (TEAMS | {NOBODYS: ("Reserve", None)}).items():
            Team.objects.get_or_create(key=key, defaults={"name": name, "parent_id": parent})
        for location, name in LOCATIONS.items():
            Location.objects.get_or_create(pk=location, defaults={"name": name, "time_zone": "UTC"})


def add(invented: list[Person]) -> None:
    """Make employees of invented people with their work; each manages eight of those added together."""
    with transaction.atomic():
        added = Employee.objects.bulk_create(
            Employee(first_name=person.first_name, last_name=person.last_name, email=person.email, phone=person.phone)
            for person in invented
        )
        for employee, person in zip(added, invented, strict=True):
            profile = employee.profile
            profile.team, profile.job_title, profile.location_id = person.team, person.title, person.location
        for place, employee in enumerate(added[1:]):
            employee.profile.manager = added[place // 8]
        profiles = [employee.profile for employee in added]
        EmployeeProfile.objects.bulk_update(profiles, ["team", "job_title", "location", "manager"], batch_size=500)


def tidy_up() -> None:
    """Let the database finish what is left of much writing, so that it isn't measured with something else."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
