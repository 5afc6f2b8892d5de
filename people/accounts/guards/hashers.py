"""Argon2, a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth import hashers

from people.server.refusals import TryLater

HASHES_AT_ONCE = 2  # in each process
LONGEST_WAIT = 5  # seconds
_free = BoundedSemaphore(HASHES_AT_ONCE)


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Django's own. A hash takes 100 MB of memory, so a flood of them waits instead of taking it all."""

    def encode(self, password: str, salt: str) -> str:
        with room_for_a_hash():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with room_for_a_hash():
            return super().verify(password, encoded)


@contextmanager
def room_for_a_hash() -> Iterator[None]:
    """Wait until this process hashes few enough passwords; raises TryLater when that takes too long."""
    if not _free.acquire(timeout=LONGEST_WAIT):
        raise TryLater(1, "Too many people are signing in just now. Please try again in a few seconds.")
    try:
        yield
    finally:
        _free.release()
