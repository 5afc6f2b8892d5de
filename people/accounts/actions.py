"""Writes that give and take what an account may do; each leaves a line in the security log."""

from django.contrib.auth.models import Group

from people.server.security_log import Event, note_when_stored

from .models import HR_MANAGERS, Membership, User


def give_hr_role(user: User, *, by: User) -> None:
    """Make `user` an HR manager; harmless when they are one."""
    hr_managers = Group.objects.get(name=HR_MANAGERS)
    _, is_new = Membership.objects.get_or_create(user=user, group=hr_managers, defaults={"given_by": by})
    if is_new:
        note_when_stored(Event.HR_ROLE_GIVEN, account=user.pk, by=by.pk)


def take_hr_role(user: User, *, by: User) -> None:
    """Make `user` a colleague again, from their next request on."""
    taken, _ = Membership.objects.filter(user=user, group__name=HR_MANAGERS).delete()
    if taken:
        note_when_stored(Event.HR_ROLE_TAKEN, account=user.pk, by=by.pk)


def switch_off(user: User, *, by: User) -> None:
    """Let nobody sign in with `user` any more; its sessions end for good. Refused for the last administrator."""
    user.is_active = False
    user.save(update_fields=["is_active"], by=by)


def switch_on(user: User, *, by: User) -> None:
    """Let `user` sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"], by=by)
