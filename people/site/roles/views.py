"""The page where administrators give and take roles."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.generic import FormView, View

from people.accounts.actions import give_administration, give_hr_role, take_administration, take_hr_role
from people.accounts.guards.confirmation import confirmed
from people.accounts.models import HR_MANAGERS, Membership, User
from people.accounts.requests import SignedInRequest
from people.accounts.roles import Role
from people.models import name_of

from .forms import RoleForm

OWN_ROLE = "This role is your own: another administrator takes it from you."


class RoleGiverMixin(UserPassesTestMixin, View):
    """For those who may give and take roles."""

    request: SignedInRequest

    def test_func(self) -> bool:
        return self.request.user.can_give_roles


@method_decorator(confirmed("give somebody a role"), name="post")
class RolesView(RoleGiverMixin, FormView[RoleForm]):
    """Who has which role, since when and by whom; and the form that gives one."""

    request: SignedInRequest
    form_class = RoleForm
    template_name = "site/roles.html"
    http_method_names = ("get", "head", "options", "post")
    success_url = reverse_lazy("accounts:roles")

    @classmethod
    def refilled_form(cls, request: HttpRequest) -> RoleForm:
        """What was typed in a refused request, to be sent once more."""
        return RoleForm.refilled(request.POST)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reader": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        memberships = (
            Membership.objects.of_hr_managers()
            .with_second_factor()
            .with_way_in()
            .select_related("user__employee", "given_by__employee")
        )
        administrators = User.objects.filter(is_superuser=True).order_by("email")
        administrators = administrators.with_second_factor().with_way_in()
        administrators = administrators.select_related("employee", "made_administrator_by__employee")
        return super().get_context_data(memberships=memberships, administrators=administrators, **kwargs)

    def form_valid(self, form: RoleForm) -> HttpResponse:
        account, role = form.cleaned_data["person"], form.cleaned_data["role"]
        give = give_administration if role == Role.ADMINISTRATOR.name else give_hr_role
        give(account, by=self.request.user)
        sentence = '<bdi translate="no">{}</bdi> is an {} now'
        messages.success(self.request, format_html(sentence, name_of(account), Role[role].in_a_sentence))
        return super().form_valid(form)

    def form_invalid(self, form: RoleForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(confirmed("take a role from somebody", back="accounts:roles"), name="post")
class RoleTakeView(RoleGiverMixin, View):
    """Takes a role from an account that has it."""

    role: Role
    http_method_names = ("post",)

    def holders(self) -> QuerySet[User]:
        """The accounts from which it can be taken."""
        raise NotImplementedError

    def take(self, account: User) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = get_object_or_404(self.holders(), pk=pk)
        try:
            self.take(account)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
        else:
            sentence = '<bdi translate="no">{}</bdi> is no longer an {}'
            messages.success(request, format_html(sentence, name_of(account), self.role.in_a_sentence))
        return redirect("accounts:roles")


class HRManagerTakeView(RoleTakeView):
    role = Role.HR_MANAGER

    def holders(self) -> QuerySet[User]:
        return User.objects.filter(groups__name=HR_MANAGERS)

    def take(self, account: User) -> None:
        take_hr_role(account, by=self.request.user)


class AdministratorTakeView(RoleTakeView):
    """Nobody loses this one by a slip of their own: another administrator takes it."""

    role = Role.ADMINISTRATOR

    def holders(self) -> QuerySet[User]:
        return User.objects.filter(is_superuser=True)

    def take(self, account: User) -> None:
        if account == self.request.user:
            raise ValidationError(OWN_ROLE, "own")
        take_administration(account, by=self.request.user)
