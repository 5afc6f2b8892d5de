"""What HR does with teams and places. Each act is one transaction, says by whom it is done, and refuses who may not."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from people import derived
from people.accounts.models import User
from people.models import Employee, EmployeeProfile, Location, Team
from people.querysets import EmployeeQuerySet
from people.server.memory import forget
from people.visibility import can_manage_organisation, can_move_people

from .models import changing_teams, hold_organisation


def add_team(name: str, *, parent: Team | None = None, leads: Iterable[Employee] = (), by: User) -> Team:
    """A new team, which may be a part of another one; raises ValidationError for a name that another team has."""
    _refuse(by)
    with changing_teams():
        team = Team(name=name, parent=_open_parent(parent))
        team.full_clean(exclude=["key", "folded_name"])
        team.save()
        team.leads.set(leads)
    return team


def rename_team(team: Team, name: str, *, by: User) -> None:
    """Give `team` another name; search finds its people by that one as soon as it is stored."""
    _refuse(by)
    with changing_teams():
        team.refresh_from_db()
        if team.name == name:
            return
        team.name = name
        team.full_clean(exclude=["folded_name"])
        team.save()
        people = EmployeeProfile.objects.in_team(team.key).order_by("employee").values_list("employee", flat=True)
        for keys in derived.batches(list(people)):
            derived.rewrite_profiles(keys)


def move_team(team: Team, parent: Team | None, *, by: User) -> None:
    """Make `team` a part of `parent`, or of none; raises ValidationError if it would become a part of itself."""
    _refuse(by)
    with changing_teams():
        team.refresh_from_db()
        if team.parent_id != (parent and parent.pk):
            team.parent = _open_parent(parent)
            team.save()


def add_lead(team: Team, employee: Employee, *, by: User) -> None:
    """Let `employee` lead `team`, beside those who do already."""
    _refuse(by)
    team.leads.add(employee)


def remove_lead(team: Team, employee: Employee, *, by: User) -> None:
    """Let `employee` lead `team` no longer."""
    _refuse(by)
    team.leads.remove(employee)


def close_team(team: Team, *, by: User) -> None:
    """Let nobody new into `team`; who is in it stays. Raises ValidationError while it has parts that are open."""
    _refuse(by)
    with changing_teams():
        team.refresh_from_db()
        if parts := team.parts.filter(is_closed=False):
            names = ", ".join(part.name for part in parts.order_by("folded_name")[:3])
            raise ValidationError(f"Please close or move its parts first: {names}.", "has_parts")
        team.is_closed = True
        team.save()


def open_team(team: Team, *, by: User) -> None:
    """Let people into `team` again; what it was merged into is forgotten."""
    _refuse(by)
    with changing_teams():
        team.refresh_from_db()
        _open_parent(team.parent)
        team.is_closed, team.merged_into = False, None
        team.save()


def merge_teams(source: Team, into: Team, *, by: User) -> int:
    """Move everyone of `source` into another team, and its parts too; returns how many people moved.

    `source` stays, closed, and says what it was merged into. Raises ValidationError when the other team takes nobody.
    """
    _refuse(by)
    with changing_teams():
        source.refresh_from_db()
        into.refresh_from_db()
        if source == into:
            raise ValidationError({"into": ValidationError("Please choose another team.", "same")})
        if into.is_closed:
            problem = ValidationError(f"{into.name} is closed and takes nobody new.", "closed")
            raise ValidationError({"into": problem})
        moved = EmployeeProfile.objects.in_team(source.key).move_to_team(into.key)
        if source.key in {node.key for node in Team.objects.tree().above(into.key)}:
            into.parent = source.parent
            into.save()
        Team.objects.filter(parent=source).exclude(pk=into.pk).update(parent=into)
        source.is_closed, source.merged_into = True, into
        source.save()
    return moved


def move_people(people: EmployeeQuerySet, team: Team | None, *, by: User) -> int:
    """Give all of `people` this team, or none; returns how many were not in it before.

    Everyone moves or nobody. Raises ValidationError when the team takes nobody new.
    """
    if not can_move_people(by):
        raise PermissionDenied
    return EmployeeProfile.objects.filter(employee__in=people).move_to_team(team.pk if team else None)


def save_location(location: Location, *, by: User) -> None:
    """Store a place, new or changed; search finds its people by another name as soon as that is stored."""
    _refuse(by)
    with transaction.atomic():
        hold_organisation(to_change_it=True)
        before = Location.objects.filter(pk=location.pk).values_list("name", flat=True).first()
        location.save()
        if before not in {None, location.name}:
            people = EmployeeProfile.objects.filter(location=location).order_by("employee")
            for keys in derived.batches(list(people.values_list("employee", flat=True))):
                derived.rewrite_profiles(keys)


def remove_location(location: Location, *, by: User) -> None:
    """Remove a place; raises ValidationError while somebody works there."""
    _refuse(by)
    with transaction.atomic():
        hold_organisation(to_change_it=True)
        if EmployeeProfile.objects.filter(location=location).exists():
            raise ValidationError(f"Somebody works at {location.name}, so it stays.", "in_use")
        location.delete()
    forget()


def _refuse(user: User) -> None:
    """Raise PermissionDenied for who may not change teams and places."""
    if not can_manage_organisation(user):
        raise PermissionDenied


def _open_parent(parent: Team | None) -> Team | None:
    """`parent` as it is stored; raises ValidationError when it is closed, because its parts would be closed off."""
    if parent:
        parent.refresh_from_db()
        if parent.is_closed:
            raise ValidationError({"parent": ValidationError(f"{parent.name} is closed.", "closed")})
    return parent
