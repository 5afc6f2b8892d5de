"""The page where administrators make HR managers of people, and unmake them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.generic import FormView, View

from people.accounts.actions import give_hr_role, take_hr_role
from people.accounts.guards.confirmation import confirmed
from people.accounts.models import Membership
from people.accounts.requests import SignedInRequest
from people.models import name_of

from .forms import HRManagerForm


class RoleGiverMixin(UserPassesTestMixin, View):
    """For those who may give and take roles."""

    request: SignedInRequest

    def test_func(self) -> bool:
        return self.request.user.can_give_roles


@method_decorator(confirmed("make somebody an HR manager"), name="post")
class HRManagersView(RoleGiverMixin, FormView[HRManagerForm]):
    """Who is an HR manager, since when and by whom; and the form that makes one more."""

    request: SignedInRequest
    form_class = HRManagerForm
    template_name = "site/hr_managers.html"
    http_method_names = ("get", "head", "options", "post")
    success_url = reverse_lazy("accounts:hr-managers")

    @classmethod
    def refilled_form(cls, request: HttpRequest) -> HRManagerForm:
        """What was typed in a refused request, to be sent once more."""
        return HRManagerForm.refilled(request.POST)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reader": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        memberships = Membership.objects.of_hr_managers().select_related("user__employee", "given_by__employee")
        return super().get_context_data(memberships=memberships, **kwargs)

    def form_valid(self, form: HRManagerForm) -> HttpResponse:
        account = form.cleaned_data["person"]
        give_hr_role(account, by=self.request.user)
        sentence = '<bdi translate="no">{}</bdi> is an HR manager now'
        messages.success(self.request, format_html(sentence, name_of(account)))
        return super().form_valid(form)

    def form_invalid(self, form: HRManagerForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(confirmed("take a role from somebody", back="accounts:hr-managers"), name="post")
class HRManagerTakeView(RoleGiverMixin, View):
    """Takes the role of HR managers from an account."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        membership = get_object_or_404(Membership.objects.of_hr_managers(), user=pk)
        take_hr_role(membership.user, by=self.request.user)
        sentence = '<bdi translate="no">{}</bdi> is no longer an HR manager'
        messages.success(request, format_html(sentence, name_of(membership.user)))
        return redirect("accounts:hr-managers")
