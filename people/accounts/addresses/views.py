"""The pages of the address with which somebody signs in: asking for another, and where the links in mails lead.

Mail programs and their scanners open links, so nothing changes before a form is sent.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView, View

from people.accounts.guards.confirmation import confirmed
from people.accounts.guards.known_browsers import mark_of
from people.accounts.guards.passwords import refuse_endless
from people.accounts.guards.throttle import Kind, attempt, spend_mail
from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.links import tokens as password_links
from people.accounts.links.handing import ByLinkMixin, forget_token, hand_token
from people.accounts.mail.needed import NeedsMailMixin
from people.accounts.models import User
from people.accounts.requests import SignedInRequest
from people.ground.emails import validate_letters
from people.ground.fields import EmailFormField
from people.ground.layout import FieldsLayout, FocusMixin
from people.server.addresses import client_address
from people.server.security_log import Event, note

from .actions import ask, cancel, confirm, undo
from .models import AddressChange
from .tokens import Act, is_alive, read


class AddressForm(FocusMixin, forms.Form):
    """Another address, in the spelling in which accounts are kept."""

    helper = FieldsLayout("email")

    email = EmailFormField(
        label="New sign-in address",
        max_length=User._meta.get_field("email").max_length,
        validators=[validate_letters],
        error_messages={"required": "Please give the address with which you want to sign in."},
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email == self.account.email:
            raise ValidationError("This is the address with which you sign in now.", "same")
        return email


@method_decorator(confirmed("change your sign-in address"), name="post")
class SignInAddressView(NeedsMailMixin, TryLaterMixin[AddressForm], FormView[AddressForm]):
    """The own address. The answer is the same whether the new one is somebody else's or not."""

    request: SignedInRequest
    throttled = Event.EMAIL_CHANGE_THROTTLED
    form_class = AddressForm
    template_name = "accounts/sign_in_address.html"
    template_without_mail = "accounts/sign_in_address_not_mailed.html"
    http_method_names = ("get", "head", "options", "post")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"account": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = AddressChange.objects.pending().filter(account=self.request.user).first()
        if change:
            change.account = self.request.user
        is_waiting = change and is_alive(change, Act.CONFIRM)
        return super().get_context_data(change=change if is_waiting else None, **kwargs)

    def form_valid(self, form: AddressForm) -> HttpResponse:
        account = self.request.user
        spend_mail(Kind.ADDRESS_CHANGE, account.email, client_address(self.request))
        ask(account, form.cleaned_data["email"], by=account.pk)
        messages.success(self.request, "A mail to the new address is on its way.")
        return redirect("accounts:sign-in-address")


class AddressCancelView(View):
    """Ends the own change that waits. It doesn't ask who one is: everything stays as it is, and haste may be needed."""

    request: SignedInRequest
    http_method_names = ("post",)

    def post(self, request: SignedInRequest) -> HttpResponse:
        account = cancel(request.user)
        messages.success(request, f"Nothing waits to be confirmed: you sign in as {account.email}.")
        return redirect("accounts:sign-in-address")


class LinkForm(FocusMixin, forms.Form):
    """Nothing but a button; and the password, where somebody could have got the mail by a mistyped address."""

    helper = FieldsLayout("password")

    password = forms.CharField(
        strip=False,
        validators=[refuse_endless],
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": "Please give your password."},
    )

    def __init__(self, *args: Any, request: HttpRequest, change: AddressChange, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.account = request, change.account
        self.must_sign_in = False
        if act is Act.UNDO or request.user == self.account or not self.account.signs_in_by_password:
            self.must_sign_in = act is Act.CONFIRM and request.user != self.account and self.account.is_used
            del self.fields["password"]
            self.helper = FieldsLayout()

    def clean(self) -> dict[str, Any]:
        """Whoever signs in without a password has none to give: they sign in first."""
        if self.must_sign_in:
            raise ValidationError("Please sign in, then open the link in the mail once more.", "signed_out")
        return self.cleaned_data

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        mark = mark_of(self.request, self.account)
        with attempt(Kind.CONFIRMATION, self.account.email, client_address(self.request), mark):
            if not self.account.check_password(password):
                raise ValidationError("This is not your password. Please type it again.", "wrong")
        return password


@method_decorator(login_not_required, name="dispatch")
class AddressByLinkView(ByLinkMixin, TryLaterMixin[LinkForm], FormView[LinkForm]):
    """Confirms a change of address, or takes one back, for whoever has a link that is alive."""

    throttled = Event.CONFIRMATION_THROTTLED
    form_class = LinkForm
    http_method_names = ("get", "head", "options", "post")
    act = Act.CONFIRM
    template_name = "accounts/address_by_link.html"

    def read_link(self) -> None:
        self.change = read(self.token, self.act)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request, "change": self.change, "act": self.act}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(change=self.change, act=self.act, **kwargs)

    def form_valid(self, form: LinkForm) -> HttpResponse:
        account = undo(self.token) if self.act is Act.UNDO else confirm(self.token).account
        is_in = account.signs_in_by_password or (self.act is Act.CONFIRM and account.is_used)
        if is_in or not account.may_have_password:
            messages.success(self.request, f"From now on you sign in as {account.email}.")
            response = redirect("accounts:sign-in")
            forget_token(response, self.page)
        else:
            purpose = password_links.Purpose.PASSWORD if self.act is Act.UNDO else password_links.Purpose.INVITATION
            response = redirect("accounts:password-by-link")
            token = password_links.Link(account, purpose, timezone.now()).token
            hand_token(response, token, "accounts:password-by-link")
        return response

    def form_invalid(self, form: LinkForm) -> HttpResponse:
        if form.has_error("password", "wrong"):
            note(Event.CONFIRMATION_FAILED, account=self.change.account_id)
        return super().form_invalid(form)

    def account_meant(self, form: LinkForm) -> int | None:
        return self.change.account_id
