from typing import Any

from django.contrib.auth import forms as auth_forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpRequest

from people.ground.layout import FieldsLayout, FocusMixin
from people.server.addresses import client_address

from .guards.known_browsers import mark_of
from .guards.passwords import refuse_endless
from .guards.throttle import Kind, attempt
from .mail.messages import Purpose
from .mail.outbox import queue_notice
from .models import User

WRONG = "This e-mail and password don’t belong together. Please try again."


class SignInForm(auth_forms.AuthenticationForm):
    """E-mail and password; the same sentence for every way to be wrong."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}
    helper = FieldsLayout("username", "password")

    request: HttpRequest
    account: User | None = None  # whom the e-mail means

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["password"].validators.append(refuse_endless)
        if self.is_bound:
            self.fields["username"].widget.attrs.pop("autofocus")
            self.fields["password"].widget.attrs["autofocus"] = True

    def clean_username(self) -> str:
        """As accounts keep it, so that every way of writing an e-mail counts as the same."""
        return str(User._meta.get_field("email").to_python(self.cleaned_data["username"]))

    def clean(self) -> dict[str, Any]:
        """Judge the password, unless too many were wrong; what is done is the same for every e-mail."""
        if self.errors:
            return self.cleaned_data
        email = self.cleaned_data["username"]
        self.account = User.objects.filter(email=email).first()
        mark = mark_of(self.request, self.account)
        with attempt(Kind.SIGN_IN, email, client_address(self.request), mark):
            return super().clean()

    @property
    def account_key(self) -> int | None:
        """The key of the account that was meant, for the security log."""
        return self.account.pk if self.account else None


# Django's form isn't generic while the program runs.
class NewPasswordForm(FocusMixin, auth_forms.SetPasswordForm):  # type: ignore[type-arg]
    """A new password, twice."""

    user: User

    error_messages = {"password_mismatch": "This differs from the new password above. Please type both again."}
    helper = FieldsLayout("new_password1", "new_password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.validators.append(refuse_endless)
            field.error_messages["required"] = f"Please give the {str(field.label).lower()}."

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        """Beside the first of the two, where the rules are told."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> User:
        """Only the password: what others change of the account meanwhile stays. The account hears of it by mail."""
        self.user.set_password(self.cleaned_data["new_password1"])
        with transaction.atomic():
            self.user.save(update_fields=["password"], by=self.user)
            queue_notice(self.user, Purpose.PASSWORD_CHANGED)
        return self.user


class PasswordChangeForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    """The old password, and the new one twice."""

    error_messages = NewPasswordForm.error_messages | {
        "password_incorrect": "This is not your password now. Please type it again."
    }
    helper = FieldsLayout("old_password", "new_password1", "new_password2")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        old = self.fields["old_password"]
        old.label, old.error_messages["required"] = "Password now", "Please give the password now."

    def clean_old_password(self) -> str:
        """Judge it, unless too many were wrong: a session left open doesn't invite to guess."""
        mark = mark_of(self.request, self.user)
        with attempt(Kind.PASSWORD_CHANGE, self.user.email, client_address(self.request), mark):
            return super().clean_old_password()
