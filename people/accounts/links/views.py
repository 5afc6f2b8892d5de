"""Where a link leads that sets a password: to a page on which its account gets a new one, and then signs in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from people.accounts.factors.stages import sign_in
from people.accounts.forms import NewPasswordForm
from people.accounts.guards.waiting import TryLaterMixin
from people.server.security_log import Event, note_when_stored

from .handing import ByLinkMixin, forget_token
from .tokens import Link, read


@method_decorator(login_not_required, name="dispatch")
class PasswordByLinkView(ByLinkMixin, TryLaterMixin[NewPasswordForm], FormView[NewPasswordForm]):
    """A new password without the old one, for whoever has a link that is alive."""

    page = "accounts:password-by-link"
    form_class = NewPasswordForm
    template_name = "accounts/password_by_link.html"
    http_method_names = ("get", "head", "options", "post")
    link: Link

    def read_link(self) -> None:
        self.link = read(self.token)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.link.account}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(link=self.link, **kwargs)

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        with transaction.atomic():
            account = form.user = read(self.token, lock=True).account
            form.save()
            note_when_stored(Event.LINK_USED, account=account.pk, by=account.pk)
            response = sign_in(self.request, account, then=resolve_url(settings.LOGIN_REDIRECT_URL))
        is_signed_in = self.request.user.is_authenticated
        done = "Your password is set, and you are signed in." if is_signed_in else "Your password is set."
        messages.success(self.request, done)
        forget_token(response, self.page)
        return response
