"""Where sessions are kept: Django's own way, in a table that also says whose each is, since when and where.

A session ends `SESSION_IDLE` after its last use and `SESSION_LONGEST` after its sign-in, whatever its cookie says.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import DatabaseError
from django.utils import timezone

from people.ground.locks import without_waiting
from people.server.logs import origin

from .models import LONGEST_BROWSER, Session

# How exactly it is known when a session was used last: not every page is worth a write.
NOTED_EVERY = timedelta(minutes=5)
SWEPT_AT_ONCE = 20


class SessionStore(db.SessionStore):
    """The session of one browser."""

    began: datetime | None = None  # when the stored one did
    confirmed: datetime | None = None  # when its person last proved who they are; a sign-in is such a proof

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.over().delete()

    def _get_session_from_db(self) -> Session | None:
        session = Session.objects.running().filter(session_key=self.session_key).first()
        if session is None or session.is_left:
            self._session_key = None
            return None
        self.began, self.confirmed = session.began, session.confirmed
        if session.seen < timezone.now() - NOTED_EVERY:
            self._note_use()
        return session

    def _note_use(self) -> None:
        """What can't be noted now is noted at the next request; nobody waits for it."""
        with suppress(DatabaseError), without_waiting():
            Session.objects.filter(session_key=self.session_key).update(seen=timezone.now(), **self._client())

    def save(self, must_create: bool = False) -> None:
        """A new one begins now, at each sign-in; some that are over go with it, so that they never become many."""
        if must_create:
            self.began = self.confirmed = None
            over = Session.objects.over().order_by("seen").values_list("pk", flat=True)[:SWEPT_AT_ONCE]
            Session.objects.filter(pk__in=list(over)).delete()
        super().save(must_create=must_create)

    def confirm(self) -> None:
        """Its person has just proved who they are: it goes on under another key, as after a sign-in."""
        self._get_session()  # type: ignore[attr-defined]  # it may not have been read yet
        began = self.began
        self.cycle_key()
        self.began = began
        self.modified = True

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.user_id = data.get(SESSION_KEY)
        session.began = self.began = self.began or session.began
        session.confirmed = self.confirmed = self.confirmed or session.confirmed
        for name, value in self._client().items():
            setattr(session, name, value)
        return session

    def _client(self) -> dict[str, str]:
        client = origin.get()
        browser = "".join(letter for letter in client.browser if letter.isprintable())
        return {"address": client.address, "browser": browser[:LONGEST_BROWSER]}
