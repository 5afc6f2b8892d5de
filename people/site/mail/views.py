"""The page where administrators see whether mail gets out, try it, and mend what is stuck."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.db.models import Count, F, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.mail.outbox import is_set_up, queue
from people.accounts.requests import SignedInRequest, reader_of
from people.ground.htmx import PartialMixin
from people.server.jobs.models import PLANNED
from people.server.jobs.runner import wake_when_stored
from people.visibility import can_manage_mail

MOST_LISTED = 50


class MailManagerMixin(UserPassesTestMixin, View):
    """For those who see to it that mail gets out."""

    def test_func(self) -> bool:
        return can_manage_mail(reader_of(self.request))


class MailView(MailManagerMixin, PartialMixin, TemplateView):
    """Whether mail is set up, what waits and since when, what is stuck and why, and what became of the last test."""

    request: SignedInRequest
    template_name = "site/mail.html"
    http_method_names = ("get", "head", "options")
    partials = frozenset({"mail-test"})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        test = Mail.objects.filter(account=self.request.user, purpose=Purpose.TEST).order_by("pk").last()
        context = super().get_context_data(server=settings.MAIL_SERVER, sender=settings.MAIL_FROM, test=test, **kwargs)
        if self.partial:
            return context
        in_trouble = Mail.objects.in_trouble()
        stuck_first = in_trouble.select_related("account__employee").order_by(F("due").asc(nulls_first=True), "-pk")
        undone = Mail.objects.filter(due__isnull=False).aggregate(
            waiting=Count("pk", filter=~PLANNED),
            oldest=Min("made", filter=~PLANNED),
            planned=Count("pk", filter=PLANNED),
        )
        context |= {**undone, "in_trouble": in_trouble.count()}
        return context | {"mails": stuck_first[:MOST_LISTED], "most": MOST_LISTED}


class MailActMixin(MailManagerMixin):
    """Does something and leads back to the page."""

    request: SignedInRequest
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        self.act(Mail.objects.all() if pk is None else Mail.objects.filter(pk=pk))
        return redirect("accounts:mail")

    def act(self, mails: Any) -> None:
        raise NotImplementedError


class MailTestView(MailActMixin):
    """Sends a mail to oneself; while one is on its way, that is enough."""

    def act(self, mails: Any) -> None:
        tests = mails.filter(account=self.request.user, purpose=Purpose.TEST)
        if not is_set_up():
            messages.error(self.request, "Mail isn’t set up")
        elif not tests.waiting().exists():
            queue(self.request.user, Purpose.TEST)


class MailAgainView(MailActMixin):
    """Tries one mail, or all that are in trouble, from now on as if for the first time."""

    def act(self, mails: Any) -> None:
        if mails.try_again():
            messages.success(self.request, "Being tried again")
        wake_when_stored()


class MailRemoveView(MailActMixin):
    """Gives up a mail that is in trouble."""

    def act(self, mails: Any) -> None:
        if mails.give_up():
            messages.success(self.request, "Removed, and not sent")
