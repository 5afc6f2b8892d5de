"""Argon2, a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth import hashers

from people.server.refusals import TryLater

AT_ONCE, PATIENCE = 2, 5  # hashes in a process, seconds
_places = BoundedSemaphore(AT_ONCE)


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Django's own. A hash takes 100 MB of memory, so a flood of them waits instead of taking it all."""

    def encode(self, password: str, salt: str) -> str:
        with place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with place():
            return super().verify(password, encoded)


@contextmanager
def place() -> Iterator[None]:
    """Room for one hash in this process; raises TryLater when there is none for too long."""
    if not _places.acquire(timeout=PATIENCE):
        raise TryLater(1, "Too many people are signing in just now. Please try again in a few seconds.")
    try:
        yield
    finally:
        _places.release()
