"""Where django-allauth asks the site: its words, its sign-in, and how secrets are stored."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from people.accounts.guards.confirmation import is_confirmed
from people.accounts.sessions.models import browser_in_words
from people.server.security_log import Event, note_when_stored

LONGEST_DEVICE = 50


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, and what must be confirmed before."""

    request: HttpRequest

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """The end of every sign-in, however many steps it took."""
        super().login(request, user)
        note_when_stored(Event.SIGNED_IN, account=user.pk, by=user.pk)

    def get_login_stages(self) -> list[str]:
        return ["people.accounts.factors.stages.SecondStepStage"]

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect(settings.LOGIN_URL)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Unless "Confirm it's you" was answered lately, as in front of every page that gives power."""
        return not is_confirmed(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """The one address of django-allauth's own that is used: "Confirm it's you" asks there for a challenge."""
        return [{"id": "mfa_reauthenticate:webauthn", "description": "", "url": reverse("accounts:passkey-challenge")}]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what was done."""


class FactorAdapter(DefaultMFAAdapter):
    """Names and secrets of second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is wrong, or was used before. Please wait for the next one.",
    }

    def get_totp_issuer(self) -> str:
        return f"People ({self._host})"

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 (its name)
        """What a new passkey is called at first: by the browser and the system, and its number where there are more."""
        here = browser_in_words(self.request.headers.get("User-Agent", ""))[:LONGEST_DEVICE]
        names = {record.wrap().name for record in Authenticator.objects.filter(user_id=user.pk, type=type)}
        return here if here not in names else f"{here} ({len(names) + 1})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": self._host, "name": "People"}

    @property
    def _host(self) -> str:
        return str(self.request.get_host().partition(":")[0])

    def encrypt(self, text: str) -> str:
        """What the database holds: whoever reads only that can make no codes."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; a ValidationError where it was stored under another `SECRET_KEY`."""
        try:
            return _fernet().decrypt(encrypted_text).decode()
        except InvalidToken as error:
            raise self.validation_error("incorrect_code") from error


def _fernet() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac("people.accounts.factors", "", algorithm="sha256").digest()))
