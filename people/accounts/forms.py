from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from people.addresses import client_address
from people.layout import FieldsLayout

from .known_browsers import mark_of
from .models import User
from .passwords import refuse_endless
from .throttle import Kind, attempt

WRONG = "This e-mail and password don’t belong together. Please try again."


class SignInForm(AuthenticationForm):
    """E-mail and password; the same sentence for every way to be wrong."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}
    helper = FieldsLayout("username", "password")

    request: HttpRequest
    account: User | None = None  # whom the e-mail means

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.input_type = "email"
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


class HRManagerForm(forms.Form):
    """The e-mail of the account that becomes an HR manager."""

    email = forms.EmailField(
        label="E-mail",
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text="The one with which this person signs in.",
        error_messages={
            "required": "Please give the e-mail.",
            "invalid": "Please write a whole e-mail address, such as ann@example.com.",
        },
    )
    helper = FieldsLayout("email")

    @classmethod
    def refilled(cls, typed: QueryDict) -> "HRManagerForm":
        """What was typed in a refused request, in a form that checks nothing."""
        return cls(initial=typed.dict())

    def clean_email(self) -> str:
        """Keep the account itself as `user`; an unknown e-mail is an error."""
        email: str = self.cleaned_data["email"].strip().lower()
        user = User.objects.with_role().filter(email=email).first()
        if not user:
            raise ValidationError("No account signs in with this e-mail. An administrator can make one.", "unknown")
        if user.is_in_hr_group:
            raise ValidationError("This account is an HR manager already.", "already")
        self.user = user
        return email
