"""Codes: of an authenticator app, and those kept for the day on which it is lost."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from people.accounts.guards.known_browsers import mark_of
from people.accounts.guards.throttle import Kind, attempt, spend_once
from people.accounts.models import User
from people.ground.layout import FieldsLayout, FocusMixin
from people.server.addresses import client_address

from .held import Factors

WRONG = "This code is wrong, or was used before. Please wait for the next one."
WRONG_RECOVERY_CODE = "This is none of your recovery codes, or it was used before."
LONGEST_CODE = 50
# How long a code of an app is good for, with a clock that is wrong by what is allowed: in seconds.
GOOD_FOR = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)


def judged(kind: Kind, account: User, check: Callable[[], str]) -> str:
    """The code that `check` finds right, and that nobody used before; raises ValidationError and Throttled."""
    request: HttpRequest = context.request
    with attempt(kind, account.email, client_address(request), mark_of(request, account)):
        try:
            code = check()
        except Authenticator.DoesNotExist as error:  # taken away at the same moment
            raise ValidationError(WRONG, "incorrect_code") from error
        digits = "".join(filter(str.isalnum, code))
        if not spend_once(Kind.CODE, str(account.pk), digits, period=GOOD_FOR):
            raise ValidationError(WRONG, "incorrect_code")
    return code


def code_field(label: str = "Code", help_text: str = "") -> forms.CharField:
    """Where a code is typed, or filled in by what keeps codes."""
    return forms.CharField(
        label=label,
        help_text=help_text or "Six digits from your authenticator app. Without it: one of your recovery codes.",
        max_length=LONGEST_CODE,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Please give the code."},
    )


def describe(code: forms.Field, factors: Factors) -> None:
    """Say in the field what may be typed there by whoever has these factors."""
    if not factors.app:
        code.label, code.help_text = "Recovery code", "One of those that you have kept."


def wrong_code(factors: Factors) -> str:
    """What is said of a wrong code to whoever has these factors."""
    return WRONG if factors.app else WRONG_RECOVERY_CODE


class CodeForm(FocusMixin, AuthenticateForm):
    """The second step of a sign-in: a code of the app, or a recovery code."""

    code = code_field()
    helper = FieldsLayout("code")
    kind = Kind.SECOND_STEP
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factors = Factors.of(self.user)
        describe(self.fields["code"], self.factors)
        self.focus_first(["code"] if self.factors.app else [])

    def clean_code(self) -> str:
        try:
            return judged(self.kind, self.user, lambda: super(CodeForm, self).clean_code())
        except ValidationError as error:
            raise ValidationError(wrong_code(self.factors), "incorrect_code") from error


class CodeProofForm(CodeForm):
    """A code once more, from whoever is signed in."""

    kind = Kind.CONFIRMATION


class AppForm(FocusMixin, ActivateTOTPForm):
    """The first code of an app that has just read the secret: proves that it makes the right ones."""

    code = code_field("Code from the app", "Six digits. The app shows other ones every half minute.")
    helper = FieldsLayout("code")
    user: User

    def clean_code(self) -> str:
        return judged(Kind.NEW_FACTOR, self.user, lambda: super(AppForm, self).clean_code())
