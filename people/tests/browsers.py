"""How tests ask for a page: as whom, and with which headers."""

from django.contrib.auth.models import Group
from django.test import Client

from people.accounts.models import HR_MANAGERS, User
from people.backends import EmployeeBackend
from people.benchmarks.readers import counted
from people.models import Employee, Location, Team
from people.server.memory import remembering

from .factories import employee, user

ROLES = ["signed-out", "colleague", "team-mate", "person", "hr", "administrator"]
# The headers of HTMX after Back, and when it asks for suggestions.
RESTORED = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
TYPING = {"HX-Request": "true", "HX-Target": "suggestions"}


def sign_in(client: Client, *, is_hr: bool = False, **fields) -> User:
    """A signed-in reader. Nobody types their password, so none is hashed, which is slow."""
    reader = User.objects.create(email=f"reader{User.objects.count()}@example.com", **fields)
    if is_hr:
        reader.groups.add(Group.objects.get(name=HR_MANAGERS))
    enter(client, reader)
    return reader


def enter(client: Client, reader: User) -> None:
    """Sign in by a server that has answered before, so that it knows which teams and places there are."""
    client.force_login(reader)
    with remembering():
        EmployeeBackend().get_user(reader.pk)
        Team.objects.tree()
        Location.objects.names()


def htmx(target: str, **headers: str) -> dict[str, str]:
    """The headers of HTMX when it asks for a fragment."""
    return {"HX-Request": "true", "HX-Target": target, **headers}


def browser(reader: User | None) -> Client:
    """Signed in as `reader`, or signed out."""
    client = Client()
    if reader:
        enter(client, reader)
    return client


def reader_of(person: Employee, audience: str) -> User:
    """Somebody with an employee of their own who looks at `person` as that audience."""
    if audience == "person":
        return User.objects.get(employee=person)
    team = {"team-mate": person.profile.team, "colleague": "marketing"}.get(audience)
    account = user(f"{audience}@example.com", is_hr=audience == "hr")
    employee(user=account, profile__team=team)
    return account


def visitor(role: str, person: Employee) -> Client:
    """The browser of somebody in that role; a team mate is one of the team Product."""
    if role == "signed-out":
        return Client()
    if role == "person":
        return browser(person.user)
    account = user(f"{role}@example.com", is_hr=role == "hr", is_superuser=role == "administrator")
    employee(user=account, profile__team={"team-mate": "product"}.get(role))
    return browser(account)


def statements_of(request, *args, **kwargs) -> list[str]:
    """What a request asks of the database, without session, user, role and transaction."""
    response, statements = counted(lambda: request(*args, **kwargs))

    assert response.status_code < 400
    return statements
