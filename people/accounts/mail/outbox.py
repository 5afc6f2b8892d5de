"""Where mail is left that shall be handed over soon."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from people.accounts.addresses.models import AddressChange
from people.accounts.models import User
from people.server.jobs.runner import wake_when_stored

from .messages import Purpose
from .models import Mail


def is_set_up() -> bool:
    """Whether there is a mail server. Without one nothing is queued: a link is shown to whoever asked for it."""
    return settings.MAIL_SERVER is not None


def queue(
    account: User | None, purpose: Purpose, change: AddressChange | None = None, *, due: datetime | None = None
) -> Mail:
    """Let a mail be handed over as soon as the transaction is committed; if it is rolled back, there is none.

    No `account` is somebody unknown: the same work here, and no mail. `change` is what the mail is about, if it is, and
    `due` when it shall be handed over, if not at once.
    """
    [mail] = queue_all([account], purpose, change, due=due)
    return mail


def queue_notice(account: User, purpose: Purpose) -> None:
    """`queue` about something that is done with and without mail."""
    if is_set_up():
        queue(account, purpose)


def queue_all(
    accounts: Iterable[User | None],
    purpose: Purpose,
    change: AddressChange | None = None,
    *,
    due: datetime | None = None,
) -> list[Mail]:
    """`queue` for many, with one statement."""
    if not is_set_up():
        raise ImproperlyConfigured("There is no MAIL_URL, so there is no mail.")
    planned = {"made": due, "due": due} if due else {}
    mails: list[Mail] = Mail.objects.bulk_create(
        Mail(account=account, purpose=purpose, change=change, **planned) for account in accounts
    )
    wake_when_stored()
    return mails
