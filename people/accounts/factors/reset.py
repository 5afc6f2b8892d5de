"""Taking the second factor from an account whose person has lost it: what others do who know that it is really them."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from people.accounts.actions import end_sessions
from people.accounts.mail.messages import Purpose
from people.accounts.mail.outbox import is_set_up, queue_notice
from people.accounts.models import User
from people.server.security_log import Event, note_when_stored

OWN = "You change your own factors under “Two-step sign-in” in your account menu."
OF_SWITCHED_OFF = "This account is switched off. Switch it on first."
NOTHING = "There is no second step to reset: this account signs in without one."


def why_no_reset(user: User, *, by: User | None) -> str | None:
    """The sentence that says why `by` can't reset the second step of `user`; None if they can, where there is one."""
    if user == by:
        return OWN
    return None if user.is_active else OF_SWITCHED_OFF


def reset_factors(user: User, *, by: User | None) -> None:
    """Take app, passkeys and recovery codes from `user`: the first step alone signs in until its person sets up others.

    All its sessions end, and every sign-in between the steps, so that whoever has what was lost is out. The account is
    held, so that a factor that is added at that moment comes before and goes too, or doesn't come.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=user.pk)
        if reason := why_no_reset(account, by=by):
            raise ValidationError(reason, "no_reset")
        number, _ = Authenticator.objects.filter(user=account).delete()
        if not number:
            raise ValidationError(NOTHING, "nothing")
        end_sessions(account, by=by)
        note_when_stored(Event.FACTORS_RESET, account=account.pk, by=by.pk if by else None)
        queue_notice(account, Purpose.FACTORS_RESET)


def what_was_done() -> str:
    """For whoever has reset it."""
    told = (
        "A mail about it is on its way."
        if is_set_up()
        else "No mail goes out from here: the person hears of it from you."
    )
    return f"Two-step sign-in is reset. {told}"
