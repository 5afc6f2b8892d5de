"""How a link in a mail gets to its page.

Mail programs and their scanners open links, so nothing changes before a form is sent. The address in the mail only
hands the token to the browser, as a cookie, and leads on: so the token stands in no history and no Referer.
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from .tokens import DeadLink

TOKEN = re.compile(r"[a-z0-9-]{1,150}")
COOKIE_LASTS = 60 * 60  # seconds


@method_decorator(login_not_required, name="dispatch")
class LinkView(View):
    """The address in the mail, which the browser forgets."""

    leads_to = ""  # the name of the page
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        response = redirect(self.leads_to)
        response["Referrer-Policy"] = "no-referrer"
        if TOKEN.fullmatch(token):
            hand_token(response, token, self.leads_to)
        else:
            forget_token(response, self.leads_to)
        return response


class ByLinkMixin(TemplateResponseMixin, ContextMixin, View):
    """A page for whoever has a link that is alive.

    The form holds the token itself, so that it stays what it was when another link is opened in another tab. Every
    link that isn't alive gets the same answer, whatever it was once.
    """

    page = ""  # the name of its address
    token: str

    def read_link(self) -> None:
        """Find what the token lets one do now; raises DeadLink."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.token = request.POST.get("token") or request.COOKIES.get(settings.LINK_COOKIE_NAME, "")
        try:
            self.read_link()
            return super().dispatch(request, *args, **kwargs)
        except DeadLink:
            response = self.response_class(request, ["accounts/link_dead.html"], status=410)
            forget_token(response, self.page)
            return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(token=self.token, **kwargs)


def hand_token(response: HttpResponse, token: str, page: str) -> None:
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


def forget_token(response: HttpResponseBase, page: str) -> None:
    response.delete_cookie(settings.LINK_COOKIE_NAME, path=reverse(page), samesite="Lax")
