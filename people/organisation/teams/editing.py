"""The pages by which HR changes teams: add, edit, merge, close and open again."""

from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.generic import FormView, TemplateView, View

from people.accounts.requests import SignedInRequest
from people.models import Employee, EmployeeProfile, Team
from people.organisation.actions import (
    add_lead,
    add_team,
    close_team,
    merge_teams,
    move_team,
    open_team,
    remove_lead,
    rename_team,
)
from people.visibility import can_manage_organisation

from .forms import PeopleMoveForm, TeamForm, TeamMergeForm

Form = TypeVar("Form", TeamForm, TeamMergeForm, PeopleMoveForm)


class ManagerMixin(UserPassesTestMixin, View):
    """For those who may change teams; `team` is the one in the address."""

    request: SignedInRequest

    def test_func(self) -> bool:
        return can_manage_organisation(self.request.user)

    @cached_property
    def team(self) -> Team:
        return get_object_or_404(Team.objects.select_related("merged_into"), pk=self.kwargs["key"])

    def say(self, sentence: str, *names: object) -> None:
        """Say that an act was done; `sentence` has a pair of braces for each name."""
        bdi = SafeString('<bdi translate="no">{}</bdi>')
        messages.success(self.request, format_html(sentence, *(format_html(bdi, name) for name in names)))


class TeamFormView(ManagerMixin, FormView[Form]):
    """A form whose `act` may still refuse what was typed: then too it comes back with the error beside its field."""

    request: SignedInRequest
    http_method_names = ("get", "head", "options", "post")
    form_class: type[Form]

    @classmethod
    def refilled_form(cls, request: HttpRequest, **kwargs: Any) -> Form:
        """What was typed in a refused request, to be sent once more; `kwargs` are those of the address."""
        return cls.form_class.refilled(request.POST)

    def act(self, form: Form) -> Team | str:
        """Do what the form says; returns the team whose page comes next, or the address of another page."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            with transaction.atomic():
                next_page = self.act(form)
        except ValidationError as error:
            form.add_error(None, error)
            form.focus_first([name for name in form.fields if name in form.errors])
            return self.form_invalid(form)
        return redirect(next_page)

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TeamDetailsView(TeamFormView[TeamForm]):
    """The form of a team, of a new one or of one that is there."""

    form_class = TeamForm
    template_name = "organisation/team_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reader": self.request.user}


class TeamCreateView(TeamDetailsView):
    """HR adds a team; "Add a sub-team" of a team's page begins as a part of it."""

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"parent": self.request.GET.get("parent", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title="Add team", cancel=reverse("people:team-list"), **kwargs)

    def act(self, form: TeamForm) -> Team:
        name, parent, lead = (form.cleaned_data[field] for field in ("name", "parent", "lead"))
        team = add_team(name, parent=parent, leads=[lead] if lead else [], by=self.request.user)
        self.say("{} was added", team)
        return team


class TeamUpdateView(TeamDetailsView):
    """HR renames a team, moves it, and says who leads it."""

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"name": self.team.name, "parent": self.team.parent_id}

    def get_form(self, form_class: type[TeamForm] | None = None) -> TeamForm:
        form = super().get_form(form_class)
        if self.leads:
            form.fields["lead"].label = "Also led by"
        return form

    @cached_property
    def leads(self) -> list[Any]:
        return list(self.team.leads.order_by("sort_name", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = Team.objects.tree().name_of(self.team.pk)
        return super().get_context_data(
            title=f"Edit {name}", team=self.team, leads=self.leads, cancel=self.team.get_absolute_url(), **kwargs
        )

    def act(self, form: TeamForm) -> Team:
        by, lead = self.request.user, form.cleaned_data["lead"]
        rename_team(self.team, form.cleaned_data["name"], by=by)
        move_team(self.team, form.cleaned_data["parent"], by=by)
        if lead:
            add_lead(self.team, lead, by=by)
        self.say("{} was saved", self.team)
        return self.team


class TeamMergeView(TeamFormView[TeamMergeForm]):
    """HR merges a team into another; the page says beforehand what comes of it."""

    form_class = TeamMergeForm
    template_name = "organisation/team_merge.html"

    def get_form(self, form_class: type[TeamMergeForm] | None = None) -> TeamMergeForm:
        form = super().get_form(form_class)
        form.leave_out(self.team.pk)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = EmployeeProfile.objects.in_team(self.team.pk)
        return super().get_context_data(
            team=self.team,
            number=people.count(),
            sharing=people.sharing_with_team().count(),
            parts=self.team.parts.order_by("folded_name"),
            **kwargs,
        )

    def act(self, form: TeamMergeForm) -> Team:
        into: Team = form.cleaned_data["into"]
        try:
            merge_teams(self.team, into, by=self.request.user)
        except ValidationError as error:
            raise ValidationError({"into": error.messages}) from error
        self.say("{} was merged into {}", self.team, into)
        return into


class TeamCloseView(ManagerMixin, TemplateView):
    """HR closes a team, after reading what that means."""

    request: SignedInRequest
    template_name = "organisation/team_close.html"
    http_method_names = ("get", "head", "options", "post")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            team=self.team,
            number=EmployeeProfile.objects.in_team(self.team.pk).count(),
            parts=self.team.parts.filter(is_closed=False).order_by("folded_name"),
            **kwargs,
        )

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            close_team(self.team, by=self.request.user)
        except ValidationError:  # the page says which parts are open
            return self.render_to_response(self.get_context_data(), status=422)
        self.say("{} is closed", self.team)
        return redirect(self.team)


class TeamOpenView(ManagerMixin, View):
    """HR opens a closed team again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            open_team(self.team, by=self.request.user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            self.say("{} is open again", self.team)
        return redirect(self.team)


class TeamLeadTakeView(ManagerMixin, View):
    """Somebody leads a team no longer."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        remove_lead(self.team, get_object_or_404(Employee, pk=pk), by=self.request.user)
        messages.success(request, "Saved")
        return redirect("people:team-update", key)
