"""The second step of a sign-in, and the pages on which somebody sets it up."""

from typing import Any, cast
from urllib.parse import urlencode

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django import forms
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from people.accounts.guards.confirmation import confirmed
from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.requests import SignedInRequest, page_asked_for, reader_of
from people.server.security_log import Event, note

from .changes import notify, one_at_a_time, stay_signed_in
from .credentials import PasskeyForm, is_challenge_wanted
from .forms import AppForm, CodeForm
from .held import Factors
from .required import demand_on, open_without_second_factor

PAGE = "accounts:two-steps"
TOO_LATE = "That took too long, or your account was changed meanwhile. Please sign in once more."
asks = method_decorator(confirmed("change how you sign in", back=PAGE), name="dispatch")
is_open = method_decorator(open_without_second_factor, name="dispatch")
asks_first = method_decorator(confirmed("change how you sign in", back=PAGE, pages=True), name="dispatch")


def onward(page: str, request: HttpRequest) -> str:
    """The address of a page in between that keeps in mind which one was asked for."""
    asked_for = page_asked_for(request)
    return reverse(page) + (f"?{urlencode({REDIRECT_FIELD_NAME: asked_for})}" if asked_for else "")


@method_decorator(login_not_required, name="dispatch")
class SecondStepView(TryLaterMixin[CodeForm], AuthenticateView):
    """A code or a passkey, from whoever has given the password."""

    throttled = Event.SECOND_STEP_THROTTLED
    form_class = CodeForm
    webauthn_form_class = PasskeyForm
    template_name = "accounts/second_step.html"
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and not hasattr(self, "form") and not request.user.is_authenticated:
            messages.warning(request, TOO_LATE)
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; or, for its script, what the browser needs to ask for a passkey."""
        if is_challenge_wanted(request):
            return JsonResponse(AuthenticateView.get_context_data(self)["js_data"])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.stage.is_alive else self.start_over()

    def start_over(self) -> HttpResponse:
        messages.warning(self.request, TOO_LATE)
        return cast(HttpResponse, self.stage.abort())

    def account_meant(self, form: forms.Form) -> int | None:
        return int(self.stage.login.user.pk)

    def get_form(self, form_class: type[CodeForm] | None = None) -> CodeForm:
        return cast(CodeForm, self.form)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        with transaction.atomic():
            holds = self.stage.holds()
            if holds:
                form.save()
        return cast(HttpResponse, self.stage.exit()) if holds else self.start_over()

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        note(Event.SECOND_STEP_FAILED, account=self.account_meant(form))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without a challenge: the page may stand open for long."""
        own = {"form": self.auth_form, "code_form": self.auth_form, "account": self.stage.login.user}
        return TemplateView.get_context_data(self, **{**own, **kwargs})


@is_open
class TwoStepsView(TemplateView):
    """What the own account has beside the password."""

    request: SignedInRequest
    template_name = "accounts/two_steps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.request.user
        asked_for = page_asked_for(self.request)
        return super().get_context_data(
            factors=Factors.of(account), demand=demand_on(account), asked_for=asked_for, **kwargs
        )


@is_open
@asks_first
class AppAddView(TryLaterMixin[AppForm], ActivateTOTPView):
    """An authenticator app reads the secret, and proves it by its first code."""

    throttled = Event.FACTOR_THROTTLED
    form_class = AppForm
    template_name = "accounts/app_add.html"
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if Factors.of(reader_of(request)).app:
            return redirect(onward(PAGE, request))
        return super().dispatch(request, *args, **kwargs)

    @one_at_a_time
    def form_valid(self, form: AppForm) -> HttpResponse:
        response = super().form_valid(form)
        stay_signed_in(self.request)
        messages.success(self.request, "Your authenticator app is set up. Everywhere else you are signed out.")
        return response

    def form_invalid(self, form: AppForm) -> HttpResponse:
        note(Event.FACTOR_REFUSED, account=self.request.user.pk)
        return super().form_invalid(form)

    def get_success_url(self) -> str:
        return onward("accounts:recovery-codes" if self.did_generate_recovery_codes else PAGE, self.request)


@asks
class AppRemoveView(DeactivateTOTPView):
    """Without the app from now on."""

    success_url = reverse_lazy(PAGE)

    @one_at_a_time
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return super().dispatch(request, *args, **kwargs) if Factors.of(reader_of(request)).app else redirect(PAGE)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        stay_signed_in(self.request)
        messages.success(self.request, "The authenticator app is removed. Everywhere else you are signed out.")
        return response


@is_open
@asks_first
class RecoveryCodesView(ViewRecoveryCodesView):
    """The codes, once: afterwards the page says how many are left."""

    template_name = "accounts/recovery_codes.html"
    http_method_names = ("get", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            context = self.get_context_data(**kwargs)
        except ValidationError:  # stored under another SECRET_KEY
            return redirect(onward(PAGE, request))
        return self.render_to_response(context) if context["can_view_codes"] else redirect(onward(PAGE, request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return cast(dict[str, Any], super().get_context_data(asked_for=page_asked_for(self.request), **kwargs))


@asks
class RecoveryCodesNewView(GenerateRecoveryCodesView):
    """New codes; those before are dead."""

    http_method_names = ("post",)
    success_url = reverse_lazy("accounts:recovery-codes")

    @one_at_a_time
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        notify(reader_of(self.request), Event.RECOVERY_CODES_MADE)
        return response

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return redirect(PAGE)
