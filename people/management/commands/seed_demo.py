"""Fill the database with the people of a demo organisation and the accounts to look around with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localdate

from people.accounts.models import HR_MANAGERS, User
from people.management import demo, demo_work
from people.models import Employee, EmployeeProfile, Location, Team
from people.server.memory import remembering


class Command(BaseCommand):
    help = "Make a demo organisation. Run again with more people to add the missing ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=200, help="how many employees (default: 200)")
        parser.add_argument("--force", action="store_true", help="add the demo people to a real organisation's")
        parser.add_argument(
            "--first-run", action="store_true", help="do nothing in production or when there is any employee"
        )

    def handle(self, *args: Any, people: int, force: bool, first_run: bool, **options: Any) -> None:
        if first_run and (settings.PRODUCTION or Employee.objects.exists()):
            self.print_sign_ins()
            return
        refuse_unless_safe(people, force)
        with transaction.atomic():
            made = add_people(demo.generate(people), demo_users())
        self.stdout.write(f"Added {made} demo employees; there are {Employee.objects.count()} employees now.")
        self.print_sign_ins()

    def print_sign_ins(self) -> None:
        """Say how to get in, when the demo accounts are there and may be."""
        existing = set(User.objects.filter(email__in=demo.SIGN_INS).values_list("email", flat=True))
        if settings.PRODUCTION or not existing:
            return
        lines = [f"  {email:<22} {role}" for email, role in demo.SIGN_INS.items() if email in existing]
        block = "\n".join(["Demo sign-ins:", *lines, f"  Password: {demo.PASSWORD} (unless you changed it)"])
        self.stdout.write(f"\n{block}\n")


def refuse_unless_safe(people: int, force: bool) -> None:
    """Raise CommandError rather than mix invented people with real ones."""
    if settings.PRODUCTION:
        raise CommandError(
            "The demo's password is known to everyone, so production refuses it. "
            "Use an installation without PRODUCTION=1."
        )
    if people < 1:
        raise CommandError("Write --people with a number of 1 or more, such as --people 200.")
    others = Employee.objects.exclude(email__endswith=f"@{demo.DOMAIN}").count()
    if others and not force:
        raise CommandError(
            f"{others} of the employees here are not of the demo (their e-mail is not @{demo.DOMAIN}). "
            "Set DATABASE_URL to an empty database, or add --force to put the demo people beside them."
        )


def demo_users() -> dict[str, User]:
    """The accounts by e-mail; existing ones are left as they are."""
    users = {user.email: user for user in User.objects.filter(email__in=demo.SIGN_INS)}
    for email in [email for email in demo.SIGN_INS if email not in users]:
        create = User.objects.create_superuser if email == demo.ADMIN_EMAIL else User.objects.create_user
        users[email] = create(email=email, password=demo.PASSWORD)
        if email == demo.HR_EMAIL:
            users[email].groups.add(Group.objects.get(name=HR_MANAGERS))
    return users


def add_people(people: list[demo.DemoPerson], users: dict[str, User]) -> int:
    """Save the people who are not there yet and return how many; the others keep what they have."""
    locations, works = add_organisation(), demo_work.work_of(people, localdate())
    emails = set(Employee.objects.values_list("email", flat=True))
    missing = [(person, work) for person, work in zip(people, works, strict=True) if person.email not in emails]
    employees = Employee.objects.bulk_create(new_employees(missing, users))
    leads = leads_of(people, works)
    with remembering():
        for (person, work), employee in zip(missing, employees, strict=True):
            above = demo_work.teams_above(work.team, is_lead=leads[work.team] == employee) if work.team else []
            manager = next((leads[team] for team in above if team in leads), None)
            fill_profile(employee.profile, person, work, manager=manager, location=locations[work.location])
    for key, lead in leads.items():
        Team.objects.get(pk=key).leads.add(lead)
    return len(missing)


def add_organisation() -> dict[str, Location]:
    """Save the demo's teams and places that are not there yet; returns the places by name."""
    for team in demo_work.TEAMS:
        Team.objects.get_or_create(pk=team.key, defaults={"name": team.name, "parent_id": team.parent})
    places = {}
    for place in demo_work.LOCATIONS:
        told = {"address": place.address, "time_zone": place.time_zone}
        places[place.name], _ = Location.objects.get_or_create(name=place.name, defaults=told)
    return places


def leads_of(people: list[demo.DemoPerson], works: list[demo_work.DemoWork]) -> dict[str, Employee]:
    """Who leads each team, by its key: the first who is in it."""
    first: dict[str, str] = {}
    for person, work in zip(people, works, strict=True):
        first.setdefault(work.team or "", person.email)
    first.pop("", None)
    by_email = {employee.email: employee for employee in Employee.objects.filter(email__in=first.values())}
    return {key: by_email[email] for key, email in first.items()}


def new_employees(people: list[tuple[demo.DemoPerson, demo_work.DemoWork]], users: dict[str, User]) -> list[Employee]:
    """Unsaved employees, each with a phone that nobody has and the account of the same e-mail."""
    phones = {employee.phone.as_e164 for employee in Employee.objects.only("phone")}
    linked = set(Employee.objects.exclude(user=None).values_list("user__email", flat=True))
    employees = []
    for person, work in people:
        phone = demo.free_phone(person.phone, phones)
        phones.add(phone)
        employees.append(
            Employee(
                first_name=person.first_name,
                last_name=person.last_name,
                known_as=work.known_as,
                email=person.email,
                phone=phone,
                first_day=work.first_day,
                user=None if person.email in linked else users.get(person.email),
            )
        )
    return employees


def fill_profile(
    profile: EmployeeProfile,
    person: demo.DemoPerson,
    work: demo_work.DemoWork,
    *,
    manager: Employee | None,
    location: Location,
) -> None:
    """Give a new profile what the person has told, and what they do where."""
    for field in demo.OPTIONAL_FIELDS:
        setattr(profile, field, getattr(person, field))
    for field in ("team", "job_title", "pronouns", "about", "chat"):
        setattr(profile, field, getattr(work, field))
    profile.manager, profile.location = manager, location
    profile.save()
