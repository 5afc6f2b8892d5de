"""How somebody who is signed in proves once more who they are."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from people.accounts.company.links import link_of
from people.accounts.factors.credentials import WRONG as WRONG_PASSKEY
from people.accounts.factors.credentials import PasskeyProofForm
from people.accounts.factors.forms import CodeProofForm, code_field, describe, wrong_code
from people.accounts.factors.held import Factors
from people.accounts.requests import SignedInRequest, holds_session
from people.ground.layout import FieldsLayout, FocusMixin
from people.server.addresses import client_address

from .known_browsers import mark_of
from .passwords import refuse_endless
from .throttle import Kind, attempt

PREFIX = "confirm_"  # of every field
WRONG_PASSWORD = "This is not your password. Please type it again."  # noqa: S105 (a sentence)


class Proof(FocusMixin, forms.Form):
    """How somebody proves who they are: by the password, and a code where the account has a second factor.

    A passkey is both at once. Where there is no second factor, the company account proves it too, by pages of its own:
    after them nothing is asked. Every field begins with `PREFIX`, and what is judged wrong has the code "wrong".
    """

    confirm_password = forms.CharField(
        label="Password",
        strip=False,
        validators=[refuse_endless],
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": "Please give your password."},
    )
    confirm_code = code_field()
    confirm_passkey = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: SignedInRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.factors = request, Factors.of(request.user)
        has = {
            "confirm_password": request.user.signs_in_by_password,
            "confirm_code": bool(self.factors),
            "confirm_passkey": bool(self.factors.passkeys),
        }
        describe(self.fields["confirm_code"], self.factors)
        for name in [name for name in has if not has[name]]:
            del self.fields[name]
        self.typed = [name for name in ("confirm_password", "confirm_code") if name in self.fields]
        # Who knows how somebody signs in, and finds a browser signed in, takes no second factor away.
        self.by_company = not self.factors and bool(settings.OIDC_ISSUER) and link_of(request.user) is not None
        self.helper = FieldsLayout(*self.typed)
        self.focus_first(self.typed)

    def full_clean(self) -> None:
        """Whoever uses a passkey types nothing."""
        if self.is_bound and self.data.get("confirm_passkey") and "confirm_passkey" in self.fields:
            for name in self.typed:
                self.fields[name].required = False
        super().full_clean()

    @property
    def is_possible(self) -> bool:
        """Whether the account has anything to prove it with."""
        return bool(self.typed) or self.by_company

    @property
    def wanted(self) -> str:
        """Completes "Before you …, please …"."""
        code = "a code" if self.factors.app else "a recovery code"
        secrets = {"confirm_password": "your password", "confirm_code": code}
        typed = "give " + " and ".join(secrets[name] for name in self.typed) if self.typed else ""
        ways = [
            "use a passkey" if self.factors.passkeys else "",
            typed,
            f"sign in with {settings.OIDC_NAME} once more" if self.by_company else "",
        ]
        return ", or ".join(filter(None, ways))

    @property
    def is_wrong(self) -> bool:
        """Whether it was judged and refused."""
        return any(error.code == "wrong" for errors in self.errors.as_data().values() for error in errors)

    def clean(self) -> dict[str, Any]:
        """Judge what was sent; too many wrong ones have to wait, so a session left open doesn't invite to guess."""
        sent = self.cleaned_data
        if self.errors:
            return sent
        if not self.typed:
            raise ValidationError(f"Please sign in with {settings.OIDC_NAME} first, then go on here.", "first")
        if sent.get("confirm_passkey"):
            if not self._is_proved_by(PasskeyProofForm, credential=sent["confirm_passkey"]):
                raise ValidationError(WRONG_PASSKEY, "wrong")
            return sent
        if "confirm_password" in sent:
            self._judge_password(sent["confirm_password"])
        if "confirm_code" in sent and not self._is_proved_by(CodeProofForm, code=sent["confirm_code"]):
            raise ValidationError({"confirm_code": ValidationError(wrong_code(self.factors), "wrong")})
        return sent

    def _judge_password(self, password: str) -> None:
        account, address = self.request.user, client_address(self.request)
        with attempt(Kind.CONFIRMATION, account.email, address, mark_of(self.request, account)):
            if not account.check_password(password):
                raise ValidationError({"confirm_password": ValidationError(WRONG_PASSWORD, "wrong")})

    def _is_proved_by(self, judge: type[CodeProofForm] | type[PasskeyProofForm], **sent: str) -> bool:
        form = judge(data=sent, user=self.request.user)
        if not form.is_valid():
            return False
        with transaction.atomic():
            holds = holds_session(self.request)  # and so does what was judged
            if holds:
                form.save()
        return holds
