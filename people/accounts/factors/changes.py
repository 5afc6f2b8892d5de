"""What follows when a second factor comes or goes: a line in the security log, a mail, and the end of all sessions."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any, TypeVar, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed, authenticator_used
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.generic import View

from people.accounts.actions import end_sessions
from people.accounts.mail.messages import EXTRAS, SHARED, Purpose
from people.accounts.mail.outbox import queue_notice
from people.accounts.models import User
from people.accounts.requests import holds_session
from people.server.security_log import Event, note_when_stored

from .held import Type

Change = TypeVar("Change", bound=Callable[..., HttpResponseBase])

ADDED = {Type.TOTP: Event.APP_ADDED, Type.WEBAUTHN: Event.PASSKEY_ADDED}
REMOVED = {Type.TOTP: Event.APP_REMOVED, Type.WEBAUTHN: Event.PASSKEY_REMOVED}
# The mail about each, and what it says.
NOTICES = {
    Event.APP_ADDED: (Purpose.APP_ADDED, "An authenticator app was added"),
    Event.APP_REMOVED: (Purpose.APP_REMOVED, "The authenticator app was removed"),
    Event.PASSKEY_ADDED: (Purpose.PASSKEY_ADDED, "A passkey was added"),
    Event.PASSKEY_REMOVED: (Purpose.PASSKEY_REMOVED, "A passkey was removed"),
    Event.RECOVERY_CODES_MADE: (Purpose.CODES_MADE, "New recovery codes were made"),
    Event.RECOVERY_CODE_USED: (Purpose.CODE_USED, "A recovery code was used"),
}


def notify(account: User, event: Event) -> None:
    """Write the line and queue the mail, both with the transaction."""
    note_when_stored(event, account=account.pk, by=account.pk)
    queue_notice(account, NOTICES[event][0])


def one_at_a_time(change: Change) -> Change:
    """Decorates what changes the own factors: nothing changes in a session that was ended at the same moment."""

    @wraps(change)
    @transaction.atomic
    def change_if_signed_in(view: View, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return change(view, *args, **kwargs) if holds_session(view.request) else redirect("accounts:two-steps")

    return cast(Change, change_if_signed_in)


def stay_signed_in(request: HttpRequest) -> None:
    """Keep the session in which the account changed its factors, under another key; all others have ended."""
    account = User.objects.get(pk=request.user.pk)
    update_session_auth_hash(request, account)


@receiver(post_save, sender=Authenticator)
def factor_added(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """A session that began without it would go on without it."""
    if created and instance.type in ADDED:
        _changed(instance.user, ADDED[Type(instance.type)])


@receiver(authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type in REMOVED:
        _changed(user, REMOVED[Type(authenticator.type)])


@receiver(authenticator_used)
def factor_used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever uses a recovery code has lost something, or is somebody else."""
    if authenticator.type == Type.RECOVERY_CODES:
        notify(user, Event.RECOVERY_CODE_USED)


def _changed(account: User, event: Event) -> None:
    notify(account, event)
    end_sessions(account, by=account)


def _in_mail(news: str, account: User, at: datetime) -> dict[str, Any]:
    return {"news": news}


for purpose, news in NOTICES.values():
    EXTRAS[purpose], SHARED[purpose] = partial(_in_mail, news), "second-factor"
