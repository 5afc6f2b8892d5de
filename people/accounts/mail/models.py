"""Mail that waits to be handed over: to which account and what for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.accounts.addresses.models import AddressChange
from people.accounts.models import User
from people.server.jobs.models import Failed, Job, JobQuerySet, NoLongerPossible

from .messages import Purpose, message_for
from .server import MailServerLine, Unclear


class Mail(Job):
    """One mail. Its address, text and link are made when it is handed over, and stored nowhere.

    Without an account it is the answer to somebody who has none: the same work, and no mail.
    """

    account = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="mails")
    purpose = models.CharField(max_length=20, editable=False)  # one of Purpose: a new one is no migration
    change = models.ForeignKey(AddressChange, on_delete=models.CASCADE, null=True, editable=False, related_name="mails")
    handed_over_at = models.DateTimeField("first handed over, or being handed over", null=True, editable=False)

    objects: ClassVar[Any] = cast(Any, JobQuerySet.as_manager())

    class Meta(Job.Meta):
        verbose_name = "mail"

    def __str__(self) -> str:
        return f"{self.purpose} to account {self.account_id}"

    def get_purpose_display(self) -> str:
        """As Django says it of choices."""
        return str(Purpose(self.purpose).label)

    @classmethod
    @contextmanager
    def shared(cls) -> Iterator[MailServerLine]:
        line = MailServerLine()
        try:
            yield line
        finally:
            line.close()

    def work(self, shared: MailServerLine) -> None:
        """Hand it over.

        The moment is stored before: whoever has to try again, because the process was killed or the server's answer
        lost, hands over the same link under the same Message-ID. A mail that the server surely doesn't have is made
        anew, so that its link is a fresh one.
        """
        if self.account is None:
            return
        if not self.account.is_active:
            raise NoLongerPossible("The account was switched off meanwhile.")
        shared.open()
        at = self.handed_over_at or timezone.now()
        self._set_handed_over_at(at)
        message = message_for(self.account, Purpose(self.purpose), at, self.change)
        message.extra_headers["Message-ID"] = self.message_id
        try:
            shared.hand_over(message)
        except Failed as error:
            if not isinstance(error, Unclear):
                self._set_handed_over_at(None)
            raise

    def _set_handed_over_at(self, at: datetime | None) -> None:
        self.handed_over_at = at
        Mail.objects.filter(pk=self.pk).update(handed_over_at=at)

    @property
    def message_id(self) -> str:
        """The same at each try (RFC 5322, 3.6.4), so that two of the same mail can be told to be one."""
        which = f"{self.pk} {self.made.timestamp()}"
        name = salted_hmac("people.accounts.mail", which, algorithm="sha256").hexdigest()[:32]
        domain = settings.MAIL_FROM.address.rpartition("@")[2] if settings.MAIL_FROM else "localhost"
        return f"<{name}@{domain}>"
