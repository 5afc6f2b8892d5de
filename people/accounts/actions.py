"""Writes with a second effect: giving and taking the role of HR managers, which is logged."""

from django.contrib.auth.models import Group

from .models import HR_MANAGERS, Membership, User
from .security_log import Event, note


def give_hr_role(user: User, *, by: User) -> None:
    """Make `user` an HR manager; harmless when they are one."""
    hr_managers = Group.objects.get(name=HR_MANAGERS)
    _, is_new = Membership.objects.get_or_create(user=user, group=hr_managers, defaults={"given_by": by})
    if is_new:
        note(Event.HR_ROLE_GIVEN, account=user.pk, by=by.pk)


def take_hr_role(user: User, *, by: User) -> None:
    """Make `user` a colleague again, from their next request on."""
    taken, _ = Membership.objects.filter(user=user, group__name=HR_MANAGERS).delete()
    if taken:
        note(Event.HR_ROLE_TAKEN, account=user.pk, by=by.pk)
