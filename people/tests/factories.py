"""Plain functions around `G` that build what a test needs."""

from functools import cache
from itertools import count, pairwise

from django.contrib.auth.models import Group
from django_dynamic_fixture import G

from people.accounts.models import HR_MANAGERS, User
from people.management import demo
from people.models import Employee, EmployeeProfile, Team
from people.organisation.tree import MOST_LEVELS

NASTY = "<script>alert('\"&')</script>"
# Their last four digits are no year of birth, for which tests look in pages, and no number that tests write themselves.
_numbers = count(5_553_000)


def next_phone() -> str:
    """A valid phone number that no other test person has (San Francisco's area code)."""
    return f"+1415{next(_numbers)}"


def employee(**fields) -> Employee:
    """A saved employee; `profile__x` sets field x of the profile."""
    of_profile = {name.removeprefix("profile__"): fields.pop(name) for name in list(fields) if "__" in name}
    person = G(Employee, **fields)
    for name, value in of_profile.items():
        setattr(person.profile, name, value)
    if of_profile:
        person.profile.save()
    return person


def user(email: str = "colleague@example.com", *, is_hr: bool = False, **fields) -> User:
    """A saved user who may sign in."""
    account = User.objects.create_user(email, "correct horse battery", **fields)
    if is_hr:
        account.groups.add(Group.objects.get(name=HR_MANAGERS))
    return account


invented = cache(demo.generate)  # the same people each time


def add_demo_people(number: int, *, skip: int = 0) -> None:
    """People with names, e-mails and teams as long as those of a real organisation."""
    people = invented(skip + number)[skip:]
    contact = ["first_name", "last_name", "email", "phone"]
    added = Employee.objects.bulk_create(
        Employee(**{name: getattr(person, name) for name in contact}) for person in people
    )
    for row, person in zip(added, people, strict=True):
        row.profile.team = person.team
    EmployeeProfile.objects.bulk_update([row.profile for row in added], ["team"])


def levels_of_teams() -> list[Team]:
    """As many teams below one another as there may be, the uppermost first."""
    teams = [Team(key=f"level-{number}", name=f"Level {number}") for number in range(MOST_LEVELS)]
    for above, below in pairwise(teams):
        below.parent_id = above.key
    return Team.objects.bulk_create(teams)


def add_namesakes(number: int) -> None:
    Employee.objects.bulk_create(
        Employee(
            first_name=f"Ada {index:03}", last_name="Ng", email=f"a{index}@example.com", phone=f"+1415555{index:04}"
        )
        for index in range(number)
    )
