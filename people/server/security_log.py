"""The security log: who came in and who changed an account, one line each, for those who act on attacks.

It holds what ASVS 5.0 asks for in 16.2 and 16.3. People and accounts are named by their keys: never what was typed, no
names and no e-mails. Only these lines hold the addresses of clients.
"""

import logging
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any

from django.db import transaction

from people.server.logs import origin

logger = logging.getLogger("people.security")


class Event(StrEnum):
    """What happened to an account; the value is the line's first word."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGNED_OUT = "signed-out"
    ACCOUNT_MADE = "account-made"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (the name of an event)
    PASSWORD_CHANGE_FAILED = "password-change-failed"  # noqa: S105 (the name of an event)
    PASSWORD_CHANGE_THROTTLED = "password-change-throttled"  # noqa: S105 (the name of an event)
    PASSWORD_LINK_ASKED = "password-link-asked"  # noqa: S105 (the name of an event)
    PASSWORD_LINK_THROTTLED = "password-link-throttled"  # noqa: S105 (the name of an event)
    INVITED = "invited"
    LINK_MADE = "link-made"
    LINKS_ENDED = "links-ended"
    LINK_USED = "link-used"
    CONFIRMED = "confirmed"
    CONFIRMATION_FAILED = "confirmation-failed"
    CONFIRMATION_THROTTLED = "confirmation-throttled"
    SECOND_STEP_FAILED = "second-step-failed"
    SECOND_STEP_THROTTLED = "second-step-throttled"
    APP_ADDED = "authenticator-app-added"
    APP_REMOVED = "authenticator-app-removed"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    FACTORS_RESET = "second-factor-reset"
    FACTOR_REFUSED = "second-factor-refused"
    FACTOR_THROTTLED = "second-factor-throttled"
    COMPANY_FAILED = "company-sign-in-failed"
    COMPANY_THROTTLED = "company-sign-in-throttled"
    COMPANY_LINKED = "company-account-linked"
    COMPANY_UNLINKED = "company-account-unlinked"
    EMAIL_CHANGE_ASKED = "e-mail-change-asked"
    EMAIL_CHANGE_CANCELLED = "e-mail-change-cancelled"
    EMAIL_CHANGE_THROTTLED = "e-mail-change-throttled"
    EMAIL_CHANGED = "e-mail-changed"
    EMAIL_CHANGE_UNDONE = "e-mail-change-undone"
    HR_ROLE_GIVEN = "hr-role-given"
    HR_ROLE_TAKEN = "hr-role-taken"
    ADMINISTRATION_GIVEN = "administration-given"
    ADMINISTRATION_TAKEN = "administration-taken"
    SWITCHED_OFF = "switched-off"
    SWITCHED_ON = "switched-on"
    SESSIONS_ENDED = "sessions-ended"
    OWN_PAGE_ASKED = "own-page-asked"
    OWN_PAGE_THROTTLED = "own-page-throttled"
    LINKED = "linked"
    UNLINKED = "unlinked"


ALARMING = {
    *(Event.SIGN_IN_FAILED, Event.SIGN_IN_THROTTLED),
    *(Event.PASSWORD_CHANGE_FAILED, Event.PASSWORD_CHANGE_THROTTLED),
    *(Event.SECOND_STEP_FAILED, Event.SECOND_STEP_THROTTLED),
    *(Event.COMPANY_FAILED, Event.COMPANY_THROTTLED),
    *(Event.FACTOR_REFUSED, Event.FACTOR_THROTTLED),
    *(Event.CONFIRMATION_FAILED, Event.CONFIRMATION_THROTTLED),
    *(Event.PASSWORD_LINK_THROTTLED, Event.EMAIL_CHANGE_THROTTLED, Event.OWN_PAGE_THROTTLED),
}


def note(event: Event, *, account: int | None, by: int | None = None, **keys: int | None) -> None:
    """Write that `event` happened to `account`, done `by` an account: if unnamed, the one that is signed in."""
    level = logging.WARNING if event in ALARMING else logging.INFO
    logger.log(level, _line(event, account=account, by=by, **keys))


def note_when_stored(event: Event, *, account: int | None, by: int | None = None, **keys: int | None) -> None:
    """Like `note`, once the transaction is committed; what is rolled back never happened."""
    transaction.on_commit(partial(logger.info, _line(event, account=account, by=by, **keys)))


def _line(event: Event, *, by: int | None, **keys: int | None) -> str:
    here = origin.get()
    facts = {"account": keys.pop("account"), "by": by or here.user, "address": here.address, **keys}
    return " ".join([event, *(f"{name}={'-' if value is None else value}" for name, value in facts.items())])


# What gives power over an account, and the event when its value changes, or when it is switched on or off.
CHANGED = {"email": Event.EMAIL_CHANGED, "password": Event.PASSWORD_CHANGED}
SWITCHED = {
    "is_active": {True: Event.SWITCHED_ON, False: Event.SWITCHED_OFF},
    "is_superuser": {True: Event.ADMINISTRATION_GIVEN, False: Event.ADMINISTRATION_TAKEN},
}
RIGHTS = frozenset(CHANGED.keys() | SWITCHED.keys())


def changes_of_rights(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Event]:
    """What happened to an account whose rights were `before`, empty for a new one, and are `after`."""
    if not before and after:
        yield Event.ACCOUNT_MADE
        before = {**after, "is_superuser": False}
    for name in sorted(name for name in RIGHTS if before.get(name) != after.get(name)):
        yield CHANGED[name] if name in CHANGED else SWITCHED[name][after[name]]
