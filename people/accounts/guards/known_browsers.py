"""Browsers in which somebody has signed in before: their tries are counted by themselves.

A cookie holds a mark for each of the accounts used last in this browser: since when, and a keyed hash of that and
the account with its password. So it names nobody, can't be made up, and ends with the password.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from people.accounts.models import User

MOST_ACCOUNTS = 5
LASTS = 90 * 24 * 60 * 60  # seconds

_just_signed_in: ContextVar[User | None] = ContextVar("just_signed_in", default=None)


class KnownBrowserMiddleware:
    """Makes a browser known once a sign-in in it is complete, however many steps it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _just_signed_in.set(None)
        response = self.get_response(request)
        if account := _just_signed_in.get():
            remember(request, response, account)
        return response


@receiver(user_logged_in)
def sign_in_completed(sender: type[User], user: User, **kwargs: Any) -> None:
    """Tell the middleware who came in: the signal knows no response."""
    _just_signed_in.set(user)


def mark_of(request: HttpRequest, account: User | None) -> str | None:
    """The mark by which the request's browser is known to `account`; None if it isn't."""
    return next((mark for mark in _marks(request) if account and _is_of(mark, account)), None)


def remember(request: HttpRequest, response: HttpResponse, account: User) -> None:
    """Give the browser a mark of `account`, in place of the one that it may have."""
    since = str(time.time_ns())
    others = [mark for mark in _marks(request) if not _is_of(mark, account)]
    marks = [f"{since}-{_proof(since, account)}", *others][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        ".".join(marks),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    return [mark for mark in request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").split(".") if mark][
        :MOST_ACCOUNTS
    ]


def _is_of(mark: str, account: User) -> bool:
    since, _, proof = mark.partition("-")
    is_proved = constant_time_compare(proof, _proof(since, account))
    return is_proved and time.time_ns() < int(since) + LASTS * 1_000_000_000


def _proof(since: str, account: User) -> str:
    whose = f"{account.pk} {account.password} {since}"
    return salted_hmac("people.accounts.known_browsers", whose, algorithm="sha256").hexdigest()
