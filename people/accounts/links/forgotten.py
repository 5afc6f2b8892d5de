"""Who forgot the password has a link sent to the address of the account.

Nothing in the answer tells whether there is such an account: its words, its status, the statements that it takes. A
mail is queued in any case; whether one goes out is known only when it would be handed over (ASVS 5.0, 6.3.8).
"""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.generic import FormView, TemplateView

from people.accounts.guards.throttle import Kind, spend_mail
from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.mail import outbox
from people.accounts.mail.messages import Purpose
from people.accounts.mail.needed import NeedsMailMixin
from people.accounts.models import User
from people.ground.emails import validate_letters
from people.ground.fields import EmailFormField
from people.ground.layout import FieldsLayout, FocusMixin
from people.server.addresses import client_address
from people.server.refusals import in_words
from people.server.security_log import Event, note

from . import tokens


class ForgottenPasswordForm(FocusMixin, forms.Form):
    """The e-mail of the account, in the spelling in which accounts are kept."""

    helper = FieldsLayout("email")

    email = EmailFormField(
        label="E-mail",
        max_length=None,  # a browser would cut what is pasted
        validators=[validate_letters],
        error_messages={"required": "Please give the e-mail with which you sign in."},
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
    )


@method_decorator(login_not_required, name="dispatch")
class ForgottenPasswordView(NeedsMailMixin, TryLaterMixin[ForgottenPasswordForm], FormView[ForgottenPasswordForm]):
    """Asks for the e-mail. Without a mail server it says whom to ask instead."""

    throttled = Event.PASSWORD_LINK_THROTTLED
    form_class = ForgottenPasswordForm
    template_name = "accounts/password_forgotten.html"
    template_without_mail = "accounts/password_not_mailed.html"
    http_method_names = ("get", "head", "options", "post")
    account: User | None = None  # whom the e-mail means

    def form_valid(self, form: ForgottenPasswordForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        self.account = User.objects.filter(email=email).first()
        spend_mail(Kind.PASSWORD_LINK, email, client_address(self.request))
        with transaction.atomic():
            outbox.queue(self.account, Purpose.PASSWORD)
        note(Event.PASSWORD_LINK_ASKED, account=self.account_meant(form))
        return redirect("accounts:password-mailed")

    def account_meant(self, form: ForgottenPasswordForm) -> int | None:
        return self.account.pk if self.account else None


@method_decorator(login_not_required, name="dispatch")
class PasswordMailedView(TemplateView):
    """The same page for everybody who asked."""

    template_name = "accounts/password_mailed.html"
    http_method_names = ("get", "head", "options")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seconds = int(tokens.Purpose.PASSWORD.lasts.total_seconds())
        return super().get_context_data(lasts=in_words(seconds), **kwargs)
