"""The security log: who came in and who changed an account, one line each, for those who act on attacks.

It tells what ASVS 5.0 asks for in 16.2 and 16.3, by keys: never what was typed, no names and no e-mails.
Only these lines hold client addresses.
"""

import logging
from enum import StrEnum

from people.logs import origin

logger = logging.getLogger("people.security")


class Event(StrEnum):
    """What happened to an account; the value is the line's first word."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGNED_OUT = "signed-out"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (the name of an event)
    EMAIL_CHANGED = "e-mail-changed"
    HR_ROLE_GIVEN = "hr-role-given"
    HR_ROLE_TAKEN = "hr-role-taken"
    ADMINISTRATION_GIVEN = "administration-given"
    ADMINISTRATION_TAKEN = "administration-taken"
    SWITCHED_OFF = "switched-off"
    SWITCHED_ON = "switched-on"
    LINKED = "linked"
    UNLINKED = "unlinked"


ALARMING = {Event.SIGN_IN_FAILED, Event.SIGN_IN_THROTTLED}


def note(event: Event, *, account: int | None, by: int | None = None, **keys: int | None) -> None:
    """Write that `event` happened to `account`, done `by` an account: if unnamed, the one that is signed in."""
    here = origin.get()
    told = {"account": account, "by": by or here.user, "address": here.address, **keys}
    words = [f"{name}={'-' if value is None else value}" for name, value in told.items()]
    logger.log(logging.WARNING if event in ALARMING else logging.INFO, "%s %s", event, " ".join(words))
