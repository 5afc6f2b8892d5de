"""The addresses with which accounts signed in, and those that wait to be confirmed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from people.ground.fields import EmailField

# How long the link to the new address is good for, and the one to the old address that takes the change back.
LASTS, UNDO_LASTS = timedelta(hours=24), timedelta(hours=72)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def open(self) -> Self:
        """Those that weren't confirmed, and nothing has ended."""
        return self.filter(confirmed_at=None, ended_at=None)

    def pending(self) -> Self:
        """Those that can still be confirmed."""
        return self.open().filter(asked_at__gt=timezone.now() - LASTS)

    def undoable(self) -> Self:
        """Those that can still be taken back."""
        return self.filter(confirmed_at__gt=timezone.now() - UNDO_LASTS, ended_at=None)

    def kept(self, addresses: Iterable[str]) -> dict[str, datetime]:
        """Which of `addresses` an account can take back, and until when: nobody else gets them before."""
        changes = self.undoable().filter(old__in=addresses).order_by("confirmed_at")
        return {old: at + UNDO_LASTS for old, at in changes.values_list("old", "confirmed_at") if at}

    def end(self) -> int:
        """Let none of them be confirmed or taken back any more."""
        return self.filter(ended_at=None).update(ended_at=timezone.now())


def kept_until(until: datetime) -> ValidationError:
    """Says to those who look after accounts why nobody gets an address that is `kept`."""
    at = date_format(timezone.localtime(until), "j F Y, H:i")
    return ValidationError(
        f"This was the sign-in address of another account, which can take it back until {at}.", "kept"
    )


class AddressChange(models.Model):
    """An account shall sign in with another address: asked for, confirmed from the new one, or ended."""

    account = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="address_changes")
    old = EmailField("address until then")
    new = EmailField("new address")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="address_changes_asked"
    )
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField("ended, or taken back", null=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(confirmed_at=None, ended_at=None),
                name="one_open_address_change",
            )
        ]

    def __str__(self) -> str:
        return f"Address change {self.pk} of account {self.account_id}"

    @property
    def is_own(self) -> bool:
        """Whether the person of the account asked for it."""
        return self.asked_by_id == self.account_id

    @property
    def ends_at(self) -> datetime:
        """Until when it can be confirmed."""
        return self.asked_at + LASTS

    @property
    def undo_ends_at(self) -> datetime | None:
        """Until when it can be taken back."""
        return self.confirmed_at and self.confirmed_at + UNDO_LASTS
