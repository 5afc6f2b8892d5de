"""Sessions; and closed by default: every view asks for a sign-in unless it is marked `login_not_required`."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect

from people.ground.htmx import htmx_of
from people.server.logs import origin
from people.server.refusals import TryLater, filled_form_again, wait_page

View = Callable[..., HttpResponseBase]

logger = logging.getLogger(__name__)


class ForgivingSessionMiddleware(SessionMiddleware):
    """When the session can't be written after a view, its answer still goes out: what the view did is stored.

    Only what was to be kept in the session is lost, such as a message. Where it has a new key, as at a sign-in, nobody
    is signed in without it. So there it is an error; unless it was somebody who ended it at that moment.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Pass over a forged key that holds a NUL: PostgreSQL refuses to compare it with anything."""
        if "\0" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            has_new_key = request.session.session_key != request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            if has_new_key and not isinstance(error, SessionInterrupted):
                raise
            logger.error("The session could not be written: %s", type(error).__name__)
            return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends signed-out visitors to the sign-in page, and keeps people's pages out of caches."""

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """From here on whatever is written knows by whom."""
        origin.set(replace(origin.get(), user=request.user.pk))
        return super().process_view(request, view_func, view_args, view_kwargs)

    def get_login_url(self, view_func: View) -> str:
        """The same sign-in page for everything: the admin would name its own."""
        return settings.LOGIN_URL

    # The type says more than Django's own, which can only redirect.
    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponse:  # type: ignore[override]
        is_reading = request.method in {"GET", "HEAD"}
        if not htmx_of(request):
            again = None if is_reading else filled_form_again(request, status=401)
            return again or super().handle_no_permission(request, view_func)
        if is_reading:
            sign_in = redirect_to_login(page_of(request), self.get_login_url(view_func))
            return HttpResponseClientRedirect(sign_in.url)
        return HttpResponse(status=401)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whoever has to wait is told so, where no form says it."""
        return wait_page(request, exception) if isinstance(exception, TryLater) else None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        return response


def page_of(request: HttpRequest) -> str:
    """The page, of this host only, on which HTMX asked; the directory when that isn't known."""
    try:
        return htmx_of(request).current_url_abs_path or "/"
    except ValueError:  # a forged header that is no URL
        return "/"
