"""Passkeys: what a browser hands over for one, and how it is judged (WebAuthn, level 3)."""

import json
import re
import struct
from typing import Any

from allauth.account.utils import url_str_to_user_pk
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from fido2.cose import UnsupportedKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AuthenticatorData, RegistrationResponse

from people.accounts.guards.known_browsers import mark_of
from people.accounts.guards.throttle import Kind, attempt
from people.accounts.models import User
from people.ground.fields import LineFormField
from people.ground.layout import FieldsLayout, FocusMixin
from people.ground.text import printable, tidy_line, validate_line
from people.server.addresses import client_address

from .held import Type

LONGEST_NAME = 60
LONGEST_CREDENTIAL = 20_000  # of about 1,000 characters
WRONG = "This passkey isn’t one of this account, or came too late. Please try again."
UNKNOWN = "This passkey isn’t known here, or came too late. Please try again, or give your password."
NOT_ADDED = "This passkey can’t be added, or came too late. Please try again."
TOO_LONG = f"Please shorten this to {LONGEST_NAME} characters."
BASE64 = re.compile(r"[A-Za-z0-9_-]+")
OF_RESPONSE = {"attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"}
# What reading somebody else's bytes may raise.
BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    *(struct.error, UnsupportedAlgorithm, ValidationError),
)


def is_challenge_wanted(request: HttpRequest) -> bool:
    """Whether a page's script asks for what the browser needs before it asks for a passkey."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


class CredentialField(forms.JSONField):
    """What a browser hands over for a passkey: what is known of it, and nothing else."""

    widget = forms.HiddenInput
    text = forms.CharField(max_length=LONGEST_CREDENTIAL)

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            return _known_of(json.loads(self.text.clean(value)))
        except BROKEN as error:
            raise ValidationError(WRONG, "wrong") from error


class JudgedMixin(forms.Form):
    """Whatever a browser hands over is judged, and what is wrong is said of the whole form: its field isn't seen."""

    wrong = WRONG

    def add_error(self, field: str | None, error: Any) -> None:
        if field != "credential":
            super().add_error(field, error)
            return
        self.cleaned_data.pop("credential", None)
        super().add_error(None, ValidationError(self.wrong, "wrong"))


class PasskeyForm(JudgedMixin, AuthenticateWebAuthnForm):
    """The second step of a sign-in by a passkey."""

    credential = CredentialField()
    kind = Kind.SECOND_STEP
    user: User | None

    def clean_credential(self) -> Authenticator:
        """The passkey that was used; only wrong ones count as tries."""
        sent, request, account = self.cleaned_data["credential"], context.request, self.user
        email = account.email if account else ""
        with attempt(self.kind, email, client_address(request), mark_of(request, account)):
            try:
                if not (account and account.is_active):
                    raise LookupError(email)
                passkey: Authenticator = super().clean_credential()
                passkey.data["counter"] = _counted(passkey, sent)
            except BROKEN as error:
                raise ValidationError(self.wrong, "wrong") from error
        return passkey

    def save(self) -> None:
        self.cleaned_data["credential"].save(update_fields=["data"])
        super().save()


class PasskeyProofForm(PasskeyForm):
    """A passkey once more, from whoever is signed in."""

    kind = Kind.CONFIRMATION
    reauthenticated = True


class PasskeySignInForm(PasskeyForm, LoginWebAuthnForm):
    """A passkey alone, which itself says whose it is."""

    kind = Kind.PASSKEY
    wrong = UNKNOWN

    def clean_credential(self) -> Authenticator:
        self.user = _account_of(self.cleaned_data["credential"])
        return super().clean_credential()


class PasskeyAddForm(JudgedMixin, FocusMixin, AddWebAuthnForm):
    """A new passkey and its name. Whatever its name, a passkey that the browser has made is taken."""

    name = LineFormField(label="Name", required=False, help_text="Tells it from your other ones.")
    credential = CredentialField()
    passwordless = None  # type: ignore[assignment]  # takes out the field: each is
    helper = FieldsLayout("name")
    wrong = NOT_ADDED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"maxlength": LONGEST_NAME, "autocomplete": "off"}
        self.focus_first(["name"])

    def clean_name(self) -> str:
        name = tidy_line(printable(self.cleaned_data["name"]))[:LONGEST_NAME].strip()
        return name or str(self.initial["name"])

    def clean(self) -> dict[str, Any]:
        try:
            sent = super().clean()
            if "credential" in sent:
                _refuse_unusable(sent["credential"])
        except BROKEN as error:
            raise ValidationError(NOT_ADDED, "wrong") from error
        return sent


class PasskeyNameForm(FocusMixin, EditWebAuthnForm):
    """Another name."""

    name = LineFormField(
        label="Name",
        validators=[MaxLengthValidator(LONGEST_NAME, TOO_LONG), validate_line],
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Please give the passkey a name."},
    )
    helper = FieldsLayout("name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.focus_first(["name"])


def _known_of(sent: Any) -> dict[str, Any]:
    """Raises one of `BROKEN` where anything isn't what it should be."""
    key = websafe_encode(websafe_decode(_base64(sent["rawId"])))
    response = {
        name: _base64(text) for name, text in sent["response"].items() if name in OF_RESPONSE and text is not None
    }
    return {"id": key, "rawId": key, "type": "public-key", "response": response}


def _base64(text: str) -> str:
    """`text` itself, which is base64 of the kind for addresses and has no other letters."""
    if not BASE64.fullmatch(text.rstrip("=")):
        raise ValueError(text)
    return text


def _account_of(credential: dict[str, Any]) -> User | None:
    """The account that a passkey says it is for."""
    try:
        key = url_str_to_user_pk(websafe_decode(credential["response"]["userHandle"]).decode())
        return User.objects.filter(pk=key).first()
    except BROKEN:
        return None


def _counted(passkey: Authenticator, credential: dict[str, Any]) -> int:
    """How often it was used, as it says; where one counts and doesn't go on, there are two of it."""
    before = passkey.data.get("counter", passkey.wrap().authenticator_data.counter)
    now = AuthenticatorData(websafe_decode(credential["response"]["authenticatorData"])).counter
    if (now or before) and now <= before:
        raise ValueError(now)
    return now


def _refuse_unusable(credential: dict[str, Any]) -> None:
    """A passkey that somebody has already, or one that makes signatures of a kind that can't be judged."""
    made = RegistrationResponse.from_dict(credential).response.attestation_object.auth_data.credential_data
    of_all = Authenticator.objects.filter(type=Type.WEBAUTHN)
    if made is None or isinstance(made.public_key, UnsupportedKey):
        raise ValueError(made)
    if websafe_encode(made.credential_id) != credential["rawId"]:
        raise ValueError(made)
    if of_all.filter(data__credential__rawId=credential["rawId"]).exists():
        raise ValueError(made)
