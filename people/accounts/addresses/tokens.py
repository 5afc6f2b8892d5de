"""Links that confirm a change of address, and that take one back: signed, and bound to that change alone.

What ends them stands in the row of the change, which is read under a lock.
"""

from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from people.accounts.links.tokens import DeadLink
from people.accounts.models import User
from people.accounts.roles import Role

from .models import AddressChange


class Act(StrEnum):
    """What a link does."""

    CONFIRM = "confirm"
    UNDO = "undo"


class ChangeLink(NamedTuple):
    """Which change, and what the link does with it."""

    change: AddressChange
    act: Act

    @property
    def token(self) -> str:
        return f"{self.act}-{int_to_base36(self.change.pk)}-{_fingerprint(self.change, self.act)}"

    @property
    def address(self) -> str:
        """The whole address, at which the site is found from anywhere."""
        return settings.SITE_URL + reverse(f"accounts:address-{self.act}-link", args=[self.token])


def is_alive(change: AddressChange, act: Act) -> bool:
    """Whether it may be done now. The account is `change.account`.

    Nobody takes over an account with a role: there, only its own person's wish is confirmed.
    """
    changes = AddressChange.objects.filter(pk=change.pk)
    if not change.account.is_active:
        return False
    if act is Act.UNDO:
        return changes.undoable().exists()
    is_allowed = change.is_own or change.account.role is Role.COLLEAGUE
    return is_allowed and change.account.email == change.old and changes.pending().exists()


def is_taken(change: AddressChange) -> bool:
    """Whether the new address is somebody else's, or may become theirs again."""
    others = AddressChange.objects.exclude(account=change.account_id)
    return User.objects.filter(email=change.new).exists() or bool(others.kept([change.new]))


def read(token: str, act: Act, *, lock: bool = False) -> AddressChange:
    """The change with which one may do `act` now; raises DeadLink.

    With `lock`, inside a transaction, its account stays as it is until that ends.
    """
    accounts = User.objects.select_for_update() if lock else User.objects
    try:
        name, key, fingerprint = token.split("-")
        change = AddressChange.objects.get(pk=base36_to_int(key))
        is_genuine = name == act and constant_time_compare(fingerprint, _fingerprint(change, act))
    except (ValueError, OverflowError, AddressChange.DoesNotExist) as error:
        raise DeadLink from error
    if not is_genuine:
        raise DeadLink
    change.account = accounts.get(pk=change.account_id)
    if not is_alive(change, act) or (act is Act.CONFIRM and is_taken(change)):
        raise DeadLink
    return change


def _fingerprint(change: AddressChange, act: Act) -> str:
    bound = [change.pk, act.value, change.account_id, change.old, change.new, change.asked_at.timestamp()]
    return salted_hmac("people.accounts.addresses", repr(bound), algorithm="sha256").hexdigest()
