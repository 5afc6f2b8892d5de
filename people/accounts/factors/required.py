"""A second factor that is demanded: of whom, until when they are only reminded, and what is closed afterwards."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from people.accounts.middleware import View, page_of
from people.accounts.models import User
from people.accounts.requests import reader_of
from people.ground.htmx import htmx_of
from people.ground.locks import without_waiting
from people.server.refusals import filled_form_again

SET_UP = "accounts:two-steps"
IS_OPEN = "is_open_without_second_factor"
NOT_DONE = "This was not done. Please set up two-step sign-in first."

Marked = TypeVar("Marked", bound=Callable[..., Any])


def open_without_second_factor(view: Marked) -> Marked:
    """Marks a page that needs none: one that sets it up, or leads out."""
    setattr(view, IS_OPEN, True)
    return view


@dataclass(frozen=True)
class Demand:
    """That an account has a second factor."""

    last_day: date  # on which it is only reminded

    @property
    def has_days(self) -> bool:
        """Whether there are days of grace at all."""
        return bool(settings.SECOND_FACTOR_GRACE)

    @property
    def is_over(self) -> bool:
        """Whether these days are over."""
        return not self.has_days or timezone.localdate() > self.last_day


def demand_on(account: User) -> Demand | None:
    """What is demanded of an account, whether it has a factor or not; nothing where a password is enough."""
    who = settings.REQUIRE_SECOND_FACTOR
    if who == "nobody" or (who == "hr" and not account.is_hr_manager):
        return None
    asked_at = account.second_factor_asked_at or timezone.now()
    return Demand(timezone.localdate(asked_at) + settings.SECOND_FACTOR_GRACE)


def wanted_of(reader: object) -> Demand | None:
    """What is demanded of whoever asks, and missing still."""
    if not isinstance(reader, User) or reader.has_second_factor:
        return None
    return demand_on(reader)


class SecondFactorMiddleware:
    """Reminds whoever needs a second factor and has none; after the days of grace every address leads to setting it up.

    Closed by default: only what is marked `open_without_second_factor`, or public, stays open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if settings.REQUIRE_SECOND_FACTOR == "nobody" or not getattr(view_func, "login_required", True):
            return None
        account = reader_of(request)
        wanted = wanted_of(account)
        if wanted and account.second_factor_asked_at is None:
            begin_days_of_grace(account)
        is_open = wanted is None or not wanted.is_over or getattr(view_func, IS_OPEN, False)
        return None if is_open else led_aside(request)


def begin_days_of_grace(account: User) -> None:
    """What can't be stored now is stored at the next request; nobody waits for it."""
    account.second_factor_asked_at = timezone.now()
    with suppress(DatabaseError), without_waiting():
        accounts = User.objects.filter(pk=account.pk, second_factor_asked_at=None)
        accounts.update(second_factor_asked_at=account.second_factor_asked_at)


def led_aside(request: HttpRequest) -> HttpResponse:
    """The way to the page that sets a factor up, and from there on to the page that was asked for.

    What was to be changed isn't, and what was typed comes back.
    """
    is_reading = request.method in {"GET", "HEAD"}
    if htmx_of(request):
        if is_reading:
            return HttpResponseClientRedirect(redirect_to_login(page_of(request), resolve_url(SET_UP)).url)
        return HttpResponse(status=403, headers={"X-Refused": "second-factor"})
    if is_reading:
        return redirect_to_login(request.get_full_path(), resolve_url(SET_UP))
    if again := filled_form_again(request, status=403):
        return again
    messages.warning(request, NOT_DONE)
    return redirect(SET_UP)
