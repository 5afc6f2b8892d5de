"""What comes of somebody whom the company's sign-in has named; django-allauth asks here."""

import time
from typing import Any, NoReturn, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from people.accounts.factors.stages import sign_in
from people.accounts.models import User
from people.accounts.sessions.store import SessionStore
from people.server.security_log import Event, note

from .links import link, link_by_email
from .provider import CompanyLogin, application
from .sessions import Way
from .troubles import PAGE, Failure, Trouble

# What a provider answers while it can't (RFC 6749, 4.1.2.1).
AWAY = {"server_error", "temporarily_unavailable"}
LATELY = 2 * 60  # seconds since a sign-in there that confirms who one is here


class CompanyAccountAdapter(DefaultSocialAccountAdapter):
    """Signs in accounts that are linked; nobody signs up."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one that the settings name. Rows would be read at every step, and give power to whoever writes them."""
        if not settings.OIDC_ISSUER:
            return []
        app = application()
        return [app] if provider in {None, app.provider, app.provider_id} else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """All is decided here: nothing of what django-allauth would do next is wanted."""
        what = {AuthProcess.CONNECT: _linked, AuthProcess.REDIRECT: _confirmed}
        carry_out = what.get(sociallogin.state["process"], _signed_in)
        raise ImmediateHttpResponse(carry_out(request, cast(CompanyLogin, sociallogin)))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, *args: Any, **kwargs: Any
    ) -> NoReturn:
        """There is no code, or it belongs to no way that this session began."""
        if error == AuthError.CANCELLED:
            raise Failure(Trouble.CANCELLED, "Somebody turned back.")
        if "state" not in kwargs.get("extra_context", {}):
            raise Failure(Trouble.LATE, "This session began no such way, or long ago, or it has ended.")
        if request.GET.get("error") in AWAY:
            raise Failure(Trouble.AWAY, "The provider says that it can't.")
        raise Failure(Trouble.FAILED, "The provider sent no code.")


def _signed_in(request: HttpRequest, login: CompanyLogin) -> HttpResponse:
    """Signed in, or led to the second step."""
    then = login.state.get("next") or ""
    account: User | None = login.account.user if login.account.pk else link_by_email(login.claims_with_email())
    if not account:
        raise Failure(Trouble.NOT_LINKED, "It is linked to nobody.", then=then)
    if not account.is_active:
        raise Failure(Trouble.NOT_LINKED, "Its account here is switched off.", account=account.pk, then=then)
    if request.user.is_authenticated:
        logout(request)
    return sign_in(request, account, then=then or resolve_url(settings.LOGIN_REDIRECT_URL), way=Way.of(login))


def _linked(request: HttpRequest, login: CompanyLogin) -> HttpResponse:
    """Linked with whoever began it, and is still signed in."""
    link(_who_began(request, login), login.claims.sub)
    messages.success(request, "Your company account is linked: you can sign in with it.")
    return redirect(PAGE)


def _confirmed(request: HttpRequest, login: CompanyLogin) -> HttpResponse:
    """Whoever is signed in has just signed in at the company too, and so proved who they are."""
    account = _who_began(request, login)
    if not login.account.pk or login.account.user != account:
        raise Failure(Trouble.OTHER, "It isn't the one of whoever is signed in.", account=account.pk)
    if (login.claims.signed_in_at or 0) < time.time() - LATELY:
        raise Failure(Trouble.FAILED, "The provider let somebody pass who signed in long ago.", account=account.pk)
    cast(SessionStore, request.session).confirm()
    note(Event.CONFIRMED, account=account.pk)
    return redirect(login.state.get("next") or "accounts:company-confirmed")


def _who_began(request: HttpRequest, login: CompanyLogin) -> User:
    account = request.user
    if not isinstance(account, User) or account.pk != login.state["account"]:
        raise Failure(Trouble.LATE, "Somebody else is signed in than who began it.")
    return account
