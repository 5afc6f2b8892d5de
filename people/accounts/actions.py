"""Writes that give and take what an account may do; each leaves a line in the security log."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from people.server.security_log import Event, note_when_stored

from .links.tokens import Link, Purpose
from .mail import messages, outbox
from .models import HR_MANAGERS, Membership, User

OWN_LINK = "You change your own password with the one that you have, under “Change password”."
NO_LINK = "Only administrators sign in with a password, so there is no link that sets one."
LINK_OF_SWITCHED_OFF = "This account is switched off, so no link to it works. Switch it on first."


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


def give_administration(user: User, *, by: User) -> None:
    """Make `user` an administrator; harmless when they are one."""
    user.is_superuser = True
    user.save(update_fields=["is_superuser"], by=by)


def take_administration(user: User, *, by: User) -> None:
    """Leave `user` without the administration from their next request on. Refused for the last administrator."""
    user.is_superuser = False
    user.save(update_fields=["is_superuser"], by=by)


def switch_off(user: User, *, by: User) -> None:
    """Let nobody sign in with `user` any more; its sessions end for good. Refused for the last administrator."""
    user.is_active = False
    user.save(update_fields=["is_active"], by=by)


def switch_on(user: User, *, by: User) -> None:
    """Let `user` sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"], by=by)


def why_no_link(user: User, *, by: User | None) -> str | None:
    """The sentence that says why `by` can't make a link for `user`; None if they can.

    None is made for the own account: whoever finds a browser signed in could take it over without its password.
    """
    if user == by:
        return OWN_LINK
    if not user.may_have_password:
        return NO_LINK
    return None if user.is_active else LINK_OF_SWITCHED_OFF


def make_link(user: User, *, by: User | None, at: datetime | None = None) -> Link:
    """A link with which `user` sets the password, to be shown to `by` once and to be kept nowhere.

    Those made before stay as they are. The account keeps when it was invited, or will be: `at` that moment.
    """
    if reason := why_no_link(user, by=by):
        raise ValidationError(reason, "no_link")
    purpose = Purpose.PASSWORD if user.has_usable_password() else Purpose.INVITATION
    link = Link(user, purpose, at or timezone.now())
    if purpose is Purpose.INVITATION:
        user.invited_at = link.signed_at
        user.save(update_fields=["invited_at"])
    note_when_stored(Event.LINK_MADE, account=user.pk, by=by.pk if by else None)
    return link


def invite(user: User, *, by: User | None, at: datetime | None = None) -> None:
    """Let `user` hear by mail how they sign in, at once or `at` that moment; a mail that was planned for later goes.

    A link to set the password is made when the mail is handed over, and nobody else sees it. Who signs in without one
    hears of the company's sign-in, which they can use also where no mail goes out.
    """
    if user.may_have_password:
        purpose = messages.Purpose(make_link(user, by=by, at=at).purpose.value)
    else:
        purpose = messages.Purpose.INVITATION
        user.invited_at = (at if outbox.is_set_up() else None) or timezone.now()
        user.save(update_fields=["invited_at"])
        note_when_stored(Event.INVITED, account=user.pk, by=by.pk if by else None)
    if user.may_have_password or outbox.is_set_up():
        user.mails.planned().delete()
        outbox.queue(user, purpose, due=at)


def end_links(user: User, *, by: User) -> None:
    """End every link that `user` was given, and the mail that is planned: the invitation is withdrawn."""
    user.mails.planned().delete()
    user.links_ended, user.invited_at = F("links_ended") + 1, None
    user.save(update_fields=["links_ended", "invited_at"])
    user.refresh_from_db(fields=["links_ended"])
    note_when_stored(Event.LINKS_ENDED, account=user.pk, by=by.pk)


def end_sessions(user: User, *, by: User | None) -> None:
    """Sign `user` out in every browser, also where a session is being written at this moment. The password stays."""
    user.sessions_ended = F("sessions_ended") + 1
    user.save(update_fields=["sessions_ended"])
    user.refresh_from_db(fields=["sessions_ended"])
    number, _ = user.sessions.all().delete()
    note_when_stored(Event.SESSIONS_ENDED, account=user.pk, by=by.pk if by else None, sessions=number)
