"""How the address with which an account signs in changes: asked for, cancelled, confirmed, changed at once, taken back.

Everything here holds the account first, so that of two acts at once the second sees what the first did.
"""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from people.accounts.links.tokens import DeadLink
from people.accounts.mail.messages import Purpose
from people.accounts.mail.outbox import is_set_up, queue
from people.accounts.models import User
from people.server.security_log import Event, note_when_stored

from .models import AddressChange
from .tokens import Act, read


def ask(account: User, new: str, *, by: int | None) -> AddressChange:
    """Let `account` sign in with `new` once that is confirmed from there; the address until now hears of it.

    It is the same work whether `new` is somebody else's. It ends the change that was asked for before; who asks for the
    same once more gets another mail with the same link, so that the first one is good too when it comes late.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=account.pk)
        change: AddressChange | None = account.address_changes.pending().filter(new=new, asked_by=by).first()
        if change is None:
            account.address_changes.open().end()
            change = account.address_changes.create(old=account.email, new=new, asked_by_id=by)
            queue(account, Purpose.ADDRESS_ASKED, change)
        queue(account, Purpose.ADDRESS_CONFIRM, change)
        note_when_stored(Event.EMAIL_CHANGE_ASKED, account=account.pk, by=by)
    return change


def cancel(account: User) -> User:
    """Let what waits to be confirmed end, whoever asked for it, as the account's person wishes."""
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=account.pk)
        if account.address_changes.open().end():
            note_when_stored(Event.EMAIL_CHANGE_CANCELLED, account=account.pk, by=account.pk)
    return account


def confirm(token: str) -> AddressChange:
    """The account signs in with the new address from now on; raises DeadLink."""
    try:
        with transaction.atomic():
            change = read(token, Act.CONFIRM, lock=True)
            _carry_out(change, by=change.account)
    except IntegrityError as error:  # somebody else has it since a moment ago
        raise DeadLink from error
    return change


def change_at_once(account: User, new: str, *, by: User) -> AddressChange:
    """The account signs in with `new` from now on, as `by` says who may; nobody confirms it.

    An address that the account had until lately is given back: what changed it is taken back, and whoever reads the one
    in between gets no link by which they could have it again.
    """
    with transaction.atomic():
        account = hold(account, by=by)
        change: AddressChange | None = account.address_changes.undoable().filter(old=new).order_by("pk").first()
        if change:
            _take_back(change, account, by=by)
        else:
            account.address_changes.open().end()
            change = account.address_changes.create(old=account.email, new=new, asked_by=by)
            _carry_out(change, by=by)
    return change


def hold(account: User, *, by: User) -> User:
    """The account as it is stored, held until the transaction ends, and with it that of `by`, whose row is referred to.

    The lower key comes first, so that two administrators who change each other at once don't block one another.
    """
    keys = {account.pk, by.pk}
    return User.objects.select_for_update().filter(pk__in=keys).order_by("pk").in_bulk()[account.pk]


def _carry_out(change: AddressChange, *, by: User) -> None:
    """Where mail is set up, whoever reads the old address hears of it, and can take it back.

    Not where the new one could have taken back a change: then the one in between may be that of whoever broke in, and
    gets no link by which they could have the account again.
    """
    account, change.confirmed_at = change.account, timezone.now()
    earlier = account.address_changes.undoable().filter(old=change.new).order_by("pk").first()
    change.save(update_fields=["confirmed_at"])
    account.email = change.new
    account.save(update_fields=["email"], by=by)
    if earlier:
        account.address_changes.filter(pk__gt=earlier.pk).end()
    elif is_set_up():
        queue(account, Purpose.ADDRESS_CHANGED, change)


def undo(token: str) -> User:
    """The account signs in with the old address again, and needs a new password; raises DeadLink."""
    try:
        with transaction.atomic():
            change = read(token, Act.UNDO, lock=True)
            account = change.account
            _take_back(change, account, by=account)
    except IntegrityError as error:  # an administrator gave it to somebody else
        raise DeadLink from error
    account.refresh_from_db()
    return account


def _take_back(change: AddressChange, account: User, *, by: User) -> None:
    """Whoever was in has lost it: all sessions and links end, and what was changed later can't be taken back either."""
    account.address_changes.filter(pk__gte=change.pk).end()
    account.email = change.old
    account.set_unusable_password()
    account.invited_at = None
    account.sessions_ended, account.links_ended = F("sessions_ended") + 1, F("links_ended") + 1
    account.save(update_fields=["email", "password", "invited_at", "sessions_ended", "links_ended"], by=by)
    note_when_stored(Event.EMAIL_CHANGE_UNDONE, account=account.pk, by=by.pk)
