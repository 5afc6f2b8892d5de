"""How often a secret may be tried: a password, a code, a link (ASVS 5.0, 6.3.1).

A bucket holds tries; each that is taken out comes back after a while. Its row keeps the one moment at which the
bucket is full again (the generic cell rate algorithm), so a single statement counts exactly, whatever other
threads and processes try meanwhile. Only failures stay taken, and whatever is spent, such as a mail.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from people.accounts.models import Throttle
from people.server.addresses import network_of
from people.server.refusals import TryLater, in_words

SECOND = 1_000_000  # microseconds, in which rows count
PERIOD = 15 * 60 * SECOND
# How many tries there are in the period, for an account from one address, a known browser, and an address.
OF_ACCOUNT_AND_ADDRESS = OF_KNOWN_BROWSER = 10
OF_ADDRESS = 100
# After so many failures at an account from anywhere, each address waits between two tries at it.
OF_ACCOUNT, LONGEST_WAIT = 30, 30 * SECOND
# How many mails may be asked for in an hour, for an account from anywhere, and from an address for anybody.
HOUR = 60 * 60 * SECOND
MAILS_OF_ACCOUNT, MAILS_OF_ADDRESS = 3, 20
# How many sign-ins may begin in the period at an address, behind which may be a whole company: each stores a session.
BEGUN_OF_ADDRESS = 1_000
SWEPT_AT_ONCE = 20

TAKE = """
INSERT INTO accounts_throttle (key, full_at) VALUES (%(key)s, %(first)s)
ON CONFLICT (key) DO UPDATE
SET full_at = CASE WHEN accounts_throttle.full_at > %(now)s THEN accounts_throttle.full_at ELSE %(now)s END + %(each)s
WHERE accounts_throttle.full_at <= %(latest)s
RETURNING full_at
"""


class Kind(StrEnum):
    """What is tried; each kind counts by itself."""

    SIGN_IN = "sign-in"
    PASSWORD_CHANGE = "password change"  # noqa: S105 (a name)
    CONFIRMATION = "confirmation"
    SECOND_STEP = "second step"
    PASSKEY = "passkey"
    CHALLENGE = "challenge"
    NEW_FACTOR = "new factor"
    CODE = "code"
    PASSWORD_LINK = "password link"  # noqa: S105 (a name)
    ADDRESS_CHANGE = "address change"
    OWN_PAGE = "own page"
    COMPANY = "company account"


class Throttled(TryLater):
    """Too many failures, or too much spent: what is tried now isn't even looked at."""

    status = 429

    def __init__(self, seconds: int, why: str = "Too many wrong tries.") -> None:
        super().__init__(seconds, f"{why} Please wait {in_words(seconds)}, then try again.")


@dataclass(frozen=True)
class Bucket:
    """`holds` tries, of which one comes back after each `each` microseconds."""

    key: str
    holds: int
    each: int

    @classmethod
    def of(cls, *whose: str, holds: int, period: int = PERIOD) -> "Bucket":
        """A bucket that is full again after the period; the key tells nobody whose it is."""
        return cls(_key(*whose), holds, period // holds)

    def take(self, now: int) -> int:
        """Take a try out; the answer is how long to wait for one, and 0 when it was taken."""
        latest = now + (self.holds - 1) * self.each
        values: dict[str, str | int] = {
            "key": self.key,
            "first": now + self.each,
            "now": now,
            "each": self.each,
            "latest": latest,
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            is_taken = cursor.fetchall()
        return 0 if is_taken else Throttle.objects.get(pk=self.key).full_at - latest

    def put_back(self, now: int) -> None:
        """Put a try back; a bucket never holds more than it was made for."""
        Throttle.objects.filter(pk=self.key).update(full_at=Greatest(F("full_at") - self.each, now))


@contextmanager
def attempt(kind: Kind, account: str, address: str, known_browser: str | None) -> Iterator[None]:
    """Judge a secret inside `with`. A ValidationError in there is a failure; otherwise the try is put back.

    `account` is the e-mail that was typed, whether there is such an account or not. `known_browser` is the mark of a
    browser in which the account has signed in before: it has tries of its own, so nobody elsewhere can use them up.
    Raises Throttled where too many failed.
    """
    taken = _take(kind, account, network_of(address), known_browser)
    try:
        yield
    except ValidationError:
        taken = []
        raise
    finally:
        if taken:
            _put_back(taken)


@transaction.atomic(durable=True)
def spend_mail(kind: Kind, account: str, address: str) -> None:
    """Count a mail that somebody asks for at `address`; it is never put back. Raises Throttled.

    `account` is the e-mail that was typed, whether there is such an account or not.
    """
    buckets = [
        Bucket.of(kind, "account", account, holds=MAILS_OF_ACCOUNT, period=HOUR),
        Bucket.of(kind, "address", network_of(address), holds=MAILS_OF_ADDRESS, period=HOUR),
    ]
    _all_of(buckets, _now(), "Too many mails were asked for.")


@transaction.atomic(durable=True)
def spend_begun(kind: Kind, address: str) -> None:
    """Count a sign-in that somebody begins at `address`, before anybody is known; never put back. Raises Throttled."""
    buckets = [Bucket.of(kind, "address", network_of(address), holds=BEGUN_OF_ADDRESS)]
    _all_of(buckets, _now(), "Too many sign-ins were begun.")


@transaction.atomic(durable=True)
def spend_once(kind: Kind, *what: str, period: int) -> bool:
    """Whether nobody spent the same within the `period` of seconds, in any process: a code counts once."""
    return not Bucket.of(kind, *what, holds=1, period=period * SECOND).take(_now())


@transaction.atomic(durable=True)
def _take(kind: Kind, account: str, network: str, known_browser: str | None) -> list[Bucket]:
    """Take a try out of each bucket in which it counts, or out of none of them.

    The order of the buckets is always the same, so that two attempts never wait for each other.
    """
    now = _now()
    if known_browser:
        return _all_of([Bucket.of(kind, "browser", account, known_browser, holds=OF_KNOWN_BROWSER)], now)
    everywhere = Bucket.of(kind, "account", account, holds=OF_ACCOUNT)
    buckets = [
        Bucket.of(kind, "account and address", account, network, holds=OF_ACCOUNT_AND_ADDRESS),
        Bucket.of(kind, "address", network, holds=OF_ADDRESS),
    ]
    if everywhere.take(now):
        pause = Bucket(_key(kind, "pause", account, network), holds=1, each=LONGEST_WAIT)
        return _all_of([*buckets, pause], now)
    return [everywhere, *_all_of(buckets, now)]


def _all_of(buckets: list[Bucket], now: int, *why: str) -> list[Bucket]:
    if wait := max(bucket.take(now) for bucket in buckets):
        raise Throttled(-(-wait // SECOND), *why)
    _sweep(now)
    return buckets


def _sweep(now: int) -> None:
    """Delete some rows of full buckets, so that they never become many; none that another try is using."""
    full = Throttle.objects.select_for_update(skip_locked=True).filter(full_at__lte=now).order_by()
    Throttle.objects.filter(pk__in=full.values("pk")[:SWEPT_AT_ONCE]).delete()


@transaction.atomic(durable=True)
def _put_back(buckets: list[Bucket]) -> None:
    for bucket in buckets:
        bucket.put_back(_now())


def _now() -> int:
    return time.time_ns() // 1_000


def _key(*whose: str) -> str:
    return salted_hmac("people.accounts.throttle", "\0".join(whose), algorithm="sha256").hexdigest()
