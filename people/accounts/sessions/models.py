"""Who is signed in where."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from ua_parser import parse

LONGEST_BROWSER = 300
# How long after its last use a session ends in which nobody has signed in: anybody can begin one.
NOBODYS_LASTS = timedelta(hours=1)


def browser_in_words(told: str) -> str:
    """The browser and the system that call themselves so, as far as that tells: "Firefox on Windows"."""
    known = parse(told)
    browser = known.user_agent.family.replace("Mobile", "").strip() if known.user_agent else "A browser"
    return f"{browser} on {known.os.family}" if known.os else browser


class SessionQuerySet(models.QuerySet["Session"]):
    def running(self) -> Self:
        """Those that were used lately, and whose sign-in isn't too long ago (ASVS 5.0 7.3.1 and 7.3.2)."""
        now = timezone.now()
        return self.filter(seen__gt=now - settings.SESSION_IDLE, began__gt=now - settings.SESSION_LONGEST)

    def over(self) -> Self:
        """All others, and those that are left."""
        now = timezone.now()
        is_idle, is_old = Q(seen__lte=now - settings.SESSION_IDLE), Q(began__lte=now - settings.SESSION_LONGEST)
        return self.filter(is_idle | is_old | Q(user=None, seen__lte=now - NOBODYS_LASTS))

    def with_handle(self, handle: str) -> "Session | None":
        """The one with this handle."""
        return next((session for session in self if constant_time_compare(session.handle, handle)), None)


class Session(AbstractBaseSession):
    """A browser that somebody uses: Django's session, with what its account is told of it.

    The address and the browser go with the row.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="sessions")
    began = models.DateTimeField(default=timezone.now)
    confirmed = models.DateTimeField("when its person last proved who they are", default=timezone.now)
    seen = models.DateTimeField("last used, to five minutes", default=timezone.now, db_index=True)
    address = models.CharField("address of the client", max_length=45)
    browser = models.CharField("what the browser calls itself", max_length=LONGEST_BROWSER)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment, misc]  # Django's own has a type of its own

    class Meta:
        verbose_name = "session"

    @property
    def is_left(self) -> bool:
        """Whether nobody has signed in, and it wasn't used lately.

        This is judged here, because one more condition in the query of every request costs a tenth of a millisecond.
        """
        return self.user_id is None and self.seen <= timezone.now() - NOBODYS_LASTS

    @property
    def in_words(self) -> str:
        """The browser and the system."""
        return browser_in_words(self.browser)

    @property
    def handle(self) -> str:
        """Names the session to its account: its key would let in whoever reads it."""
        return salted_hmac("people.accounts.sessions", self.session_key, algorithm="sha256").hexdigest()[:32]
