"""The reader's own things."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from people.accounts.access import own_page
from people.accounts.guards.throttle import Kind, spend_mail
from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.links.handing import ByLinkMixin, forget_token
from people.accounts.mail import outbox
from people.accounts.requests import SignedInRequest
from people.models import Employee
from people.server.addresses import client_address
from people.server.security_log import Event

from .my_data import parts_about


class MeView(TryLaterMixin[forms.Form], FormView[forms.Form]):
    """To the own page; without a linked employee, how to get one: by a mail, or whom to ask."""

    request: SignedInRequest
    throttled = Event.OWN_PAGE_THROTTLED
    form_class = forms.Form
    template_name = "privacy/me.html"
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        employee = getattr(request.user, "employee", None)
        return redirect(employee) if employee else super().dispatch(request, *args, **kwargs)

    @cached_property
    def employee(self) -> Employee | None:
        """Whom the reader may be by a link in a mail."""
        return own_page.own_employee(self.request.user) if outbox.is_set_up() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(employee=self.employee, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if self.employee is None:
            raise PermissionDenied
        account = self.request.user
        spend_mail(Kind.OWN_PAGE, account.email, client_address(self.request))
        own_page.ask(account)
        messages.success(self.request, f"A mail to {account.email} is on its way.")
        return redirect("people:me")


class OwnPageView(ByLinkMixin, TryLaterMixin[forms.Form], FormView[forms.Form]):
    """Links the account that is signed in to the employee of its e-mail, by the link that was sent there."""

    request: SignedInRequest
    page = "people:own-page"
    form_class = forms.Form
    template_name = "privacy/own_page.html"
    http_method_names = ("get", "head", "options", "post")

    def read_link(self) -> None:
        self.link = own_page.read(self.token, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(link=self.link, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        employee = own_page.join(self.token, self.request.user)
        messages.success(self.request, "This is your page from now on.")
        response = redirect(employee)
        forget_token(response, self.page)
        return response


class MyDataView(TemplateView):
    """Everything held about the reader, to read."""

    request: SignedInRequest
    template_name = "privacy/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(parts=parts_about(self.request.user), **kwargs)


class MyDataDownloadView(View):
    """Everything held about the reader, as a file that programs read."""

    request: SignedInRequest
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> JsonResponse:
        data = {part.key: part.as_dicts() for part in parts_about(self.request.user)}
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False}, headers=headers)
