"""Links that let somebody set the password of an account: signed, so that nothing of them is stored.

A link is bound to an account and a purpose by a fingerprint of everything that ends it: it is dead once it was used,
and after any change of the account's address, password or access (ASVS 5.0, 6.4.1 and 6.4.3). Whoever has it reads
the account's mail, or got it from somebody who may give access.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from people.accounts.models import User

# How much clocks of servers may differ.
AHEAD = timedelta(minutes=1)


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 (a purpose)

    @property
    def lasts(self) -> timedelta:
        """How long such a link is good for."""
        return settings.INVITATION_LASTS if self is Purpose.INVITATION else settings.PASSWORD_LINK_LASTS


class DeadLink(Exception):  # noqa: N818 (nothing went wrong)
    """It leads nowhere: it was used, ended, is too old, or never was a link."""


class Link(NamedTuple):
    """Whose password it sets, why, and since when."""

    account: User
    purpose: Purpose
    signed_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.signed_at + self.purpose.lasts

    @property
    def token(self) -> str:
        """The same for the same account as it is now, purpose and second."""
        at = int_to_base36(int(self.signed_at.timestamp()))
        return f"{self.purpose}-{int_to_base36(self.account.pk)}-{at}-{_fingerprint(self.account, self.purpose, at)}"

    @property
    def address(self) -> str:
        """The whole address, at which the site is found from anywhere."""
        return settings.SITE_URL + reverse("accounts:link", args=[self.token])


def read(token: str, *, lock: bool = False) -> Link:
    """What a token lets one do now; raises DeadLink.

    With `lock`, inside a transaction, the account stays as it is until that ends: of several who use the link at once
    only the first finds it alive.
    """
    accounts = User.objects.select_for_update() if lock else User.objects
    try:
        name, key, at, fingerprint = token.split("-")
        purpose, pk, seconds = Purpose(name), base36_to_int(key), base36_to_int(at)
        account = accounts.get(pk=pk)
        is_genuine = constant_time_compare(fingerprint, _fingerprint(account, purpose, at))
    except (ValueError, User.DoesNotExist) as error:
        raise DeadLink from error
    if not (is_genuine and account.may_have_password):
        raise DeadLink
    link = Link(account, purpose, datetime.fromtimestamp(seconds, timezone.get_current_timezone()))
    if not (account.is_active and link.signed_at - AHEAD <= timezone.now() < link.ends_at):
        raise DeadLink
    return link


def _fingerprint(account: User, purpose: Purpose, at: str) -> str:
    """Changes with everything that ends the link."""
    bound = [account.pk, purpose.value, at, account.email, account.password, account.is_active, account.links_ended]
    return salted_hmac("people.accounts.links", repr(bound), algorithm="sha256").hexdigest()
