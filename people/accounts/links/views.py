"""Where a link leads: to a page on which its account gets a new password, and is signed in.

Mail programs and their scanners open links, so nothing changes before the form is sent. The address in the mail only
hands the token to the browser, as a cookie, and leads on: so the token stands in no history and no Referer.
"""

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView, View

from people.accounts.forms import NewPasswordForm
from people.accounts.views import TryLaterMixin
from people.server.security_log import Event, note_when_stored

from .tokens import DeadLink, Link, read

TOKEN = re.compile(r"[a-z0-9-]{1,150}")
COOKIE_LASTS = 60 * 60  # seconds


@method_decorator(login_not_required, name="dispatch")
class LinkView(View):
    """The address in the mail, which the browser forgets."""

    leads_to = "accounts:password-by-link"
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        response = redirect(self.leads_to)
        response["Referrer-Policy"] = "no-referrer"
        if TOKEN.fullmatch(token):
            hand_token(response, token, self.leads_to)
        else:
            forget_token(response, self.leads_to)
        return response


@method_decorator(login_not_required, name="dispatch")
class PasswordByLinkView(TryLaterMixin[NewPasswordForm], FormView[NewPasswordForm]):
    """A new password without the old one, for whoever has a link that is alive.

    The form holds the token itself, so that it stays that of its account when another link is opened in another tab.
    """

    form_class = NewPasswordForm
    template_name = "accounts/password_by_link.html"
    http_method_names = ("get", "head", "options", "post")
    link: Link

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.token = request.POST.get("token") or request.COOKIES.get(settings.LINK_COOKIE_NAME, "")
        try:
            self.link = read(self.token)
            return super().dispatch(request, *args, **kwargs)
        except DeadLink:
            return self.dead()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.link.account}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(link=self.link, token=self.token, **kwargs)

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        with transaction.atomic():
            account = form.user = read(self.token, lock=True).account
            form.save()
            note_when_stored(Event.LINK_USED, account=account.pk, by=account.pk)
            login(self.request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
        note_when_stored(Event.SIGNED_IN, account=account.pk, by=account.pk)
        messages.success(self.request, "Your password is set, and you are signed in.")
        response = redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
        forget_token(response)
        return response

    def dead(self) -> HttpResponse:
        """The same answer for every link that isn't alive, whether there is such an account or not."""
        response = self.response_class(self.request, ["accounts/link_dead.html"], status=410)
        forget_token(response)
        return response


def hand_token(response: HttpResponse, token: str, page: str = LinkView.leads_to) -> None:
    """Let the browser keep the token for the page of this name."""
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        token,
        max_age=COOKIE_LASTS,
        path=reverse(page),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_token(response: HttpResponse, page: str = LinkView.leads_to) -> None:
    response.delete_cookie(settings.LINK_COOKIE_NAME, path=reverse(page), samesite="Lax")
