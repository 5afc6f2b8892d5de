"""One person's page: seen, added, edited in place, starred, looked at as others see it."""

import copy
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import CreateView, DetailView, RedirectView, TemplateView, UpdateView, View
from django.views.generic.detail import SingleObjectMixin
from django_htmx.http import push_url, replace_url

from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.models import Employee, Star
from people.privacy.read_log import fields_to_send
from people.querysets import EmployeeQuerySet
from people.visibility import (
    Audience,
    audiences_of,
    can_add_employees,
    can_preview,
    can_star,
    editable_by,
    editable_fields,
    fields_seen_by,
    private_fields,
)

from .forms import EmployeeCreateForm, EmployeeForm, EmployeeProfileForm, RecordForm
from .saving import SaveMixin
from .searched import fields_in

ADDED = "added_employee"
SEARCHED = "searched_employee"


class EmployeePageMixin(PartialMixin, SingleObjectMixin[Employee], View):
    """One person's page, whole or by section; every section may be its form instead."""

    request: SignedInRequest
    employee: Employee
    template_name = "employees/employee_detail.html"
    partials = frozenset({"main", "contact", "profile"})

    def get_queryset(self) -> EmployeeQuerySet:
        return Employee.objects.with_card_details().with_star_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employee, audiences = self.employee, self.get_audiences()
        seen = fields_seen_by(audiences, employee)
        self.visible = self.fields_to_send(seen)
        is_own_page = Audience.PERSON in audiences
        return super().get_context_data(
            employee=employee,
            profile=getattr(employee, "profile", None),
            visible=self.visible,
            editable=editable_by(audiences),
            private=private_fields(employee),
            is_withheld=self.visible != seen,
            is_own_page=is_own_page,
            is_hr=Audience.HR in audiences,
            can_preview=can_preview(self.request.user, employee),
            readings=employee.readings.newest_first()[:10] if is_own_page else [],
            account_links=employee.account_links.newest_first()[:10] if is_own_page else [],
            **kwargs,
        )

    def get_audiences(self) -> frozenset[Audience]:
        """As whom the reader looks at the employee."""
        return audiences_of(self.request.user, self.employee)

    def fields_to_send(self, seen: frozenset[str]) -> frozenset[str]:
        """`seen`, without the private fields when their reading can't be recorded; the contact section has none."""
        if self.partial == "contact":
            return seen
        return fields_to_send(self.request.user, self.employee, seen, self.request.path)


class EmployeeDetailView(EmployeePageMixin, DetailView[Employee]):
    """The employee's page; right after adding, with the form of the new profile open."""

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        """Read from the database, unless the caller has just saved it."""
        if not hasattr(self, "employee"):
            self.employee = super().get_object(queryset)
        return self.employee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        is_new = self.request.session.get(ADDED) == self.employee.pk
        if is_new and context["profile"]:
            del self.request.session[ADDED]
            context |= {"is_added": True, "profile_form": self.form_of_new_profile(context["editable"])}
        return context

    def form_of_new_profile(self, editable: frozenset[str]) -> EmployeeProfileForm:
        """The form bound to the profile that the receiver made."""
        return EmployeeProfileForm(instance=self.employee.profile, editable=editable & self.visible)


class EmployeePreviewView(EmployeePageMixin, DetailView[Employee]):
    """The page as others see it, drawn by the very partial that they receive; for the person and HR."""

    template_name = "employees/employee_preview.html"
    partials = frozenset()
    audiences: ClassVar = {Audience.COLLEAGUE: "Everyone", Audience.TEAM_MATE: "My team", Audience.HR: "HR"}

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        self.employee = super().get_object(queryset)
        if not can_preview(self.request.user, self.employee):
            raise PermissionDenied
        if self.kwargs["audience"] not in {audience.value for audience in self.audiences}:
            raise Http404("Nobody looks at people in this way")
        return self.employee

    def get_audiences(self) -> frozenset[Audience]:
        return frozenset({Audience(self.kwargs["audience"])})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without any field to edit: the page is looked at, and offers no act."""
        labels = {audience.value: label for audience, label in self.audiences.items()}
        if self.employee.user_id != self.request.user.pk:
            labels[Audience.TEAM_MATE.value] = "Their team"
        audience = self.kwargs["audience"]
        context = super().get_context_data(
            audience=audience, seen_by=labels[audience], choices=labels.items(), **kwargs
        )
        return context | {"editable": frozenset()}


class EmployeeCreateView(SaveMixin[EmployeeCreateForm], PartialMixin, CreateView[Employee, EmployeeCreateForm]):
    """The main job: HR adds an employee, and the form of its profile appears in place."""

    request: SignedInRequest
    model = Employee
    form_class = EmployeeCreateForm
    template_name = "employees/employee_form.html"
    partials = frozenset({"main"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_add_employees(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """What was searched for, once."""
        searched: dict[str, str] = self.request.session.pop(SEARCHED, {})
        return super().get_initial() | searched

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"editable": EmployeeForm.Meta.fields}

    def form_valid(self, form: EmployeeCreateForm) -> HttpResponse:
        employee = form.save()
        self.request.session[ADDED] = employee.pk
        address = employee.get_absolute_url()
        if not self.partial:
            return redirect(address)
        page = EmployeeDetailView(employee=employee)
        page.setup(self.request, pk=employee.pk)
        return push_url(page.get(self.request), address)


class SearchedEmployeeView(RedirectView):
    """Opens the form of a new employee with what was searched for. A note in the session keeps it out of addresses."""

    request: SignedInRequest
    http_method_names = ("get", "post", "options")
    pattern_name = "people:employee-create"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_add_employees(self.request.user):
            raise PermissionDenied
        request.session[SEARCHED] = fields_in(request.POST.get("q", ""))
        return self.get(request, *args, **kwargs)


class SectionUpdateView(SaveMixin[RecordForm[Any]], EmployeePageMixin, UpdateView[Employee, RecordForm[Any]]):
    """One section of the employee's page as its form. A subclass names section and record."""

    form_class: type[RecordForm[Any]]
    section: str

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Any:
        self.employee = super().get_object(queryset)
        self.editable = editable_fields(self.request.user, self.employee)
        if not self.editable & set(self.form_class.Meta.fields):
            raise PermissionDenied
        # A copy: an invalid form writes into its record, and the page must not show that.
        return copy.copy(self.record())

    def record(self) -> Any:
        """The record behind the section."""
        return self.employee

    def get_form_kwargs(self) -> dict[str, Any]:
        """What isn't sent isn't in the form either; what was typed is always taken."""
        is_typed = self.request.method == "POST"
        return super().get_form_kwargs() | {"editable": self.editable if is_typed else self.editable & self.visible}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_added = "is_added" in self.request.POST
        context = super().get_context_data(is_added=is_added, **kwargs)
        return context | {f"{self.section}_form": context["form"]}

    def form_valid(self, form: RecordForm[Any]) -> HttpResponse:
        form.save()
        after_adding = "is_added" in self.request.POST
        messages.success(self.request, "Saved", extra_tags="add-another" if after_adding else "")
        address = self.employee.get_absolute_url()
        if not self.partial:
            return redirect(address)
        page = EmployeeDetailView()
        page.setup(self.request, pk=self.employee.pk)
        return replace_url(page.get(self.request), address)


class EmployeeUpdateView(SectionUpdateView):
    """The contact section: names, e-mail, phone."""

    form_class = EmployeeForm
    section = "contact"
    partials = frozenset({section})


class EmployeeProfileUpdateView(SectionUpdateView):
    """The profile: team and the private fields."""

    form_class = EmployeeProfileForm
    section = "profile"
    partials = frozenset({section})

    def record(self) -> Any:
        try:
            return self.employee.profile
        except Employee.profile.RelatedObjectDoesNotExist as error:
            raise Http404("This employee's profile is missing") from error


class StarView(PartialMixin, TemplateView):
    """Stars an employee for the reader, or takes the star away: the form says which, so a second click is harmless."""

    request: SignedInRequest
    http_method_names = ("post", "options")
    template_name = "employees/employee_detail.html"
    partials = frozenset({"star"})

    @transaction.atomic
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        employee = get_object_or_404(Employee, pk=pk)
        if not can_star(self.request.user, employee):
            raise PermissionDenied
        match request.POST.get("starred"):
            case "1":
                self.give_star(employee)
            case "0":
                employee.stars.filter(reader=self.request.user).delete()
                messages.success(request, f"{employee} is no longer starred")
            case _:
                raise BadRequest
        if not self.partial:
            return redirect(employee)
        return self.render_to_response(
            self.get_context_data(employee=Employee.objects.with_star_of(self.request.user).get(pk=pk))
        )

    def give_star(self, employee: Employee) -> None:
        """Star `employee`, unless the reader has starred as many others as can be."""
        others = Star.objects.filter(reader=self.request.user).exclude(employee=employee)
        if others.count() >= Star.MOST:
            sentence = f"You have starred {Star.MOST} people, and more can’t be. Remove a star first."
            messages.warning(self.request, sentence)
        else:
            employee.stars.get_or_create(reader=self.request.user)
            messages.success(self.request, f"{employee} is starred")
