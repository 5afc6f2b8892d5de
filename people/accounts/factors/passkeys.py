"""Passkeys: the pages on which they are added, renamed and removed, and signing in with one alone."""

from typing import Any, cast

from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.generic import FormView

from people.accounts.forms import SignInForm
from people.accounts.guards.throttle import Kind, spend_begun
from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.models import User
from people.accounts.requests import SafeNextMixin, is_unchanged, reader_of
from people.server.addresses import client_address
from people.server.security_log import Event, note

from .changes import one_at_a_time, stay_signed_in
from .credentials import UNKNOWN, PasskeyAddForm, PasskeyNameForm, PasskeySignInForm, is_challenge_wanted
from .held import Factors
from .stages import sign_in
from .views import PAGE, asks, asks_first, is_open, onward


@is_open
@asks_first
class PasskeyAddView(TryLaterMixin[PasskeyAddForm], AddWebAuthnView):
    """The browser makes a passkey, which from then on signs in by itself."""

    form_class = PasskeyAddForm
    template_name = "accounts/passkey_add.html"
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Factors.of(reader_of(request)).may_add_passkey:
            return redirect(onward(PAGE, request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; or, for its script, what the browser needs to make a passkey."""
        if not is_challenge_wanted(request):
            return super().get(request, *args, **kwargs)
        challenge = AddWebAuthnView.get_context_data(self)["js_data"]
        kind = challenge["creation_options"]["publicKey"]["authenticatorSelection"]
        kind |= {"residentKey": "required", "requireResidentKey": True}
        return JsonResponse(challenge)

    @one_at_a_time
    def form_valid(self, form: PasskeyAddForm) -> HttpResponse:
        response = super().form_valid(form)
        stay_signed_in(self.request)
        messages.success(self.request, "Your passkey is set up. Everywhere else you are signed out.")
        return response

    def form_invalid(self, form: PasskeyAddForm) -> HttpResponse:
        note(Event.FACTOR_REFUSED, account=self.request.user.pk)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without a challenge: the page may stand open for long."""
        return FormView.get_context_data(self, **kwargs)

    def get_success_url(self) -> str:
        return onward("accounts:recovery-codes" if self.did_generate_recovery_codes else PAGE, self.request)


class OwnPasskeyMixin(View):
    """One of the own passkeys; whoever comes too late for it is led back."""

    @one_at_a_time
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = {passkey.pk for passkey in Factors.of(reader_of(request)).passkeys}
        is_answered = (request.method or "").lower() in self.http_method_names
        return redirect(PAGE) if is_answered and kwargs["pk"] not in own else super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse(PAGE)


@asks_first
class PasskeyRenameView(OwnPasskeyMixin, TryLaterMixin[PasskeyNameForm], EditWebAuthnView):
    """Another name."""

    form_class = PasskeyNameForm
    template_name = "accounts/passkey_rename.html"
    http_method_names = ("get", "head", "options", "post")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        return super().post(request, *args, **kwargs)


@asks
class PasskeyRemoveView(OwnPasskeyMixin, RemoveWebAuthnView):
    """Without this passkey from now on."""

    http_method_names = ("post",)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        stay_signed_in(self.request)
        messages.success(self.request, "The passkey is removed. Everywhere else you are signed out.")
        return response


@method_decorator(login_not_required, name="dispatch")
class PasskeySignInView(SafeNextMixin, TryLaterMixin[PasskeySignInForm], LoginWebAuthnView):
    """Signs in with a passkey alone: it is both factors."""

    throttled = Event.SIGN_IN_THROTTLED
    form_class = PasskeySignInForm
    template_name = "accounts/sign_in.html"
    http_method_names = ("get", "head", "options", "post")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the browser needs to ask for a passkey; a person is led to the sign-in page."""
        if is_challenge_wanted(request) and request.session.session_key is None:
            spend_begun(Kind.CHALLENGE, client_address(request))
        return super().get(request, *args, **kwargs)

    def account_meant(self, form: PasskeySignInForm) -> int | None:
        return form.user.pk if form.user else None

    def form_valid(self, form: PasskeySignInForm) -> HttpResponse:
        account = cast(User, form.user)
        with transaction.atomic():
            holds = is_unchanged(account)
            if holds:
                form.save()
        if not holds:
            form.add_error("credential", UNKNOWN)
            return self.form_invalid(form)
        return sign_in(self.request, account, then=self.get_success_url())

    def form_invalid(self, form: PasskeySignInForm) -> HttpResponse:
        note(Event.SIGN_IN_FAILED, account=self.account_meant(form))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"next": self.get_redirect_url(), "password_form": SignInForm(self.request)}
        return FormView.get_context_data(self, **own, **kwargs)


@is_open
class PasskeyChallengeView(ReauthenticateWebAuthnView):
    """What the browser needs to ask for a passkey of whoever confirms that it's them."""

    http_method_names = ("get", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(self.get_context_data()["js_data"])
