from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from people.server.security_log import Event, note

from .company.leaving import leave
from .company.sessions import way_of
from .company.troubles import TroubleMixin
from .factors.required import open_without_second_factor
from .factors.stages import sign_in
from .forms import PasswordChangeForm, SignInForm
from .guards.known_browsers import remember
from .guards.waiting import TryLaterMixin
from .requests import SafeNextMixin, SignedInRequest, reader_of


class SignInView(SafeNextMixin, TroubleMixin, TryLaterMixin[SignInForm], LoginView[SignInForm]):
    """E-mail and password, then on to the page that was asked for."""

    throttled = Event.SIGN_IN_THROTTLED
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "options", "post")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"password_form": context["form"]}

    def account_meant(self, form: SignInForm) -> int | None:
        return form.account_key

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Signed in, or led to the second step."""
        return sign_in(self.request, form.get_user(), then=self.get_success_url())

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        note(Event.SIGN_IN_FAILED, account=form.account_key)
        return super().form_invalid(form)


@method_decorator(open_without_second_factor, name="dispatch")
class PasswordChangeView(TryLaterMixin[PasswordChangeForm], auth_views.PasswordChangeView):
    """The own password: all other sessions of the account end with the old one, this one stays."""

    request: SignedInRequest
    throttled = Event.PASSWORD_CHANGE_THROTTLED
    form_class = PasswordChangeForm
    template_name = "accounts/password_change.html"
    http_method_names = ("get", "head", "options", "post")
    success_url = reverse_lazy(settings.LOGIN_REDIRECT_URL)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not reader_of(request).signs_in_by_password:
            return render(request, "accounts/no_password.html", status=403)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        remember(self.request, response, form.user)
        messages.success(self.request, "Password changed. Everywhere else you are signed out.")
        return response

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            note(Event.PASSWORD_CHANGE_FAILED, account=form.user.pk)
        return super().form_invalid(form)


@method_decorator(open_without_second_factor, name="dispatch")
class SignOutView(LogoutView):
    """Signs out, and leads back to the sign-in page; by way of the company's, if one came by that."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            note(Event.SIGNED_OUT, account=request.user.pk, by=request.user.pk)
        way = way_of(request)
        response = super().post(request, *args, **kwargs)
        out = way.out(request) if way else None
        return leave(request, out, is_signing_out=True) if out else response
