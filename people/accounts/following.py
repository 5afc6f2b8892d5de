"""What an account follows of the employee linked to it: the e-mail, in the address to sign in with, and the first day.

An invitation waits for that.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from people.server.jobs.runner import wake_when_stored
from people.server.logs import origin

from .actions import invite
from .addresses.actions import ask
from .addresses.models import AddressChange
from .addresses.tokens import is_taken
from .mail.outbox import is_set_up
from .models import User
from .roles import Role


class Identity(NamedTuple):
    """What an account follows of one employee."""

    account: int | None = None
    email: str = ""
    first_day: date | None = None


def begins_at(first_day: date | None) -> datetime | None:
    """When the first day begins, in the time zone of the organisation; None where it isn't ahead."""
    if first_day is None:
        return None
    begins = timezone.make_aware(datetime.combine(first_day, time.min), timezone.get_default_timezone())
    return begins if begins > timezone.now() else None


def follow(before: Mapping[int, Identity], after: Mapping[int, Identity]) -> None:
    """Let accounts follow what has become of their employees, which are held; both by the employees' keys."""
    changes = [(before.get(key, Identity()), now) for key, now in after.items()]
    followed = {was.account: (was, now) for was, now in changes if was.account and was != now}
    for key, (was, now) in sorted(followed.items()):
        account = User.objects.select_for_update().get(pk=key)
        if was.account != now.account:
            account.address_changes.open().exclude(asked_by=account).end()
            continue
        if was.email != now.email and account.is_active and account.role is Role.COLLEAGUE:
            _follow_email(account, was.email, now.email)
        if was.first_day != now.first_day:
            _follow_first_day(account, now.first_day)


def _follow_email(account: User, old: str, new: str) -> None:
    """Only where both were the same before, or shall be. What the person has asked for themselves stays."""
    asked: AddressChange | None = account.address_changes.open().first()
    if (asked and asked.is_own) or old not in {account.email, asked and asked.new}:
        return
    if account.email == new:
        account.address_changes.open().end()
    elif not account.is_used:
        replace_unused(account, new)
    elif is_set_up():
        ask(account, new, by=origin.get().user)


def replace_unused(account: User, new: str) -> None:
    """Nobody could sign in with the old address yet: it is replaced at once, and an invitation goes to the new one.

    Links to the old one are dead, so that a mistyped address lets nobody in. One that is somebody else's is left alone.
    """
    if is_taken(AddressChange(account=account, new=new)):
        return
    invited_at, account.email, account.invited_at = account.invited_at, new, None
    try:
        with transaction.atomic():
            account.save(update_fields=["email", "invited_at"])
    except IntegrityError:  # it became somebody else's at the same moment
        return
    if invited_at and (is_set_up() or not account.may_have_password):
        invite(account, by=None, at=invited_at if invited_at > timezone.now() else None)


def _follow_first_day(account: User, first_day: date | None) -> None:
    """An invitation that waits for it waits for another day, or goes now."""
    now = timezone.now()
    if account.invited_at and account.invited_at > now:
        account.invited_at = begins_at(first_day) or now
        account.save(update_fields=["invited_at"])
        account.mails.plan_for(account.invited_at)
        wake_when_stored()
