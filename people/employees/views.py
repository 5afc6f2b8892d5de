"""One person's page: seen, added, edited in place, starred, looked at as others see it."""

import copy
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import CreateView, DetailView, RedirectView, TemplateView, UpdateView, View
from django.views.generic.detail import SingleObjectMixin
from django_htmx.http import push_url, replace_url

from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.models import Employee, EmployeeProfile, Star
from people.privacy.read_log import fields_to_send
from people.querysets import EmployeeQuerySet
from people.visibility import (
    Audience,
    audiences_of,
    can_add_employees,
    can_preview,
    can_star,
    editable_by,
    fields_seen_by,
    private_fields,
)

from .forms import EmployeeCreateForm, EmployeeForm, EmployeeProfileForm, RecordForm
from .saving import SaveMixin
from .searched import fields_in
from .sections import COMPLETE, FORMS, SECTIONS, Section, ShownSection, facts_of, missing, sections_held_by

ADDED = "added_employee"
SEARCHED = "searched_employee"
FORM_OF: dict[type[Model], type[RecordForm[Any]]] = {Employee: EmployeeForm, EmployeeProfile: EmployeeProfileForm}


def section_called(key: str) -> Section:
    """The section whose form has this key in its address."""
    if key not in FORMS:
        raise Http404("No section of a person's page is called so")
    return FORMS[key]


class EmployeePageMixin(PartialMixin, SingleObjectMixin[Employee], View):
    """One person's page, whole or by section; every section may be its form instead."""

    request: SignedInRequest
    employee: Employee
    audiences: frozenset[Audience]  # as whom the reader looks at the employee
    visible: frozenset[str]
    opened: Section | None = None  # the section in whose place its form stands
    offers_acts = True
    template_name = "employees/employee_detail.html"
    partials = frozenset({"main", *FORMS})

    def get_template_names(self) -> list[str]:
        """All sections are drawn by one partial."""
        names = super().get_template_names()
        return [f"{self.template_name}#sections"] if self.partial in FORMS else names

    def get_queryset(self) -> EmployeeQuerySet:
        return Employee.objects.with_card_details().with_star_of(self.request.user)

    def read(self, employee: Employee, audiences: frozenset[Audience]) -> None:
        """Keep what the reader sees of `employee`; the reading of what is private is recorded before it is sent."""
        self.employee, self.audiences = employee, audiences
        seen = fields_seen_by(audiences, employee)
        sent = seen & set(self.section.fields) if self.section else seen
        self.visible = fields_to_send(self.request.user, employee, sent, self.request.path)
        self.is_withheld = self.visible != sent

    @property
    def section(self) -> Section | None:
        """The section that is asked for alone."""
        return FORMS.get(self.partial or "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`form` is that of the section that is opened."""
        employee, is_own_page = self.employee, Audience.PERSON in self.audiences
        return super().get_context_data(
            employee=employee,
            sections=self.shown_sections(kwargs.get("form")),
            is_withheld=self.is_withheld,
            is_own_page=is_own_page,
            is_hr=Audience.HR in self.audiences,
            can_preview=can_preview(self.request.user, employee),
            missing=missing(employee),
            readings=employee.readings.newest_first()[:10] if is_own_page else [],
            account_links=employee.account_links.newest_first()[:10] if is_own_page else [],
            **kwargs,
        )

    def shown_sections(self, form: RecordForm[Any] | None) -> list[ShownSection]:
        """The sections that are asked for, in order; the opened one stands for those that show its fields."""
        asked = sections_held_by(self.section) if self.section else list(SECTIONS.values())
        if self.opened:
            first, *others = sections_held_by(self.opened)
            asked = [self.opened if section is first else section for section in asked if section not in others]
        shown = [self.shown_section(section, form if section is self.opened else None) for section in asked]
        shown = [section for section in shown if section.form or section.facts or section.can_edit]
        editable = [section for section in shown if section.can_edit]
        if self.section and editable:
            editable[0].takes_focus = True
        return shown

    def shown_section(self, section: Section, form: RecordForm[Any] | None) -> ShownSection:
        """One section as this reader sees it."""
        facts = facts_of(
            self.employee,
            section,
            visible=self.visible,
            private=private_fields(self.employee),
            with_empty=not self.audiences.isdisjoint({Audience.PERSON, Audience.HR}),
        )
        title = section.own_title if Audience.PERSON in self.audiences and section.own_title else section.title
        can_edit = self.offers_acts and bool(editable_by(self.audiences) & self.visible & set(section.fields))
        return ShownSection(section, title, list(facts), can_edit, form)


class EmployeeDetailView(EmployeePageMixin, DetailView[Employee]):
    """The employee's page; right after adding, with the form open that completes the new profile."""

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        """Read from the database, unless the caller has just saved it."""
        employee = self.employee if hasattr(self, "employee") else super().get_object(queryset)
        self.read(employee, audiences_of(self.request.user, employee))
        return employee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.session.get(ADDED) != self.employee.pk or not hasattr(self.employee, "profile"):
            return super().get_context_data(**kwargs)
        del self.request.session[ADDED]
        editable = editable_by(self.audiences) & self.visible & set(COMPLETE.fields)
        form = EmployeeProfileForm(instance=self.employee.profile, editable=editable)
        self.opened = COMPLETE
        return super().get_context_data(form=form, is_new=True, **kwargs)


class EmployeePreviewView(EmployeePageMixin, DetailView[Employee]):
    """The page as others see it, drawn by the very partial that they receive; for the person and HR."""

    template_name = "employees/employee_preview.html"
    partials = frozenset()
    choices: ClassVar = {Audience.COLLEAGUE: "Everyone", Audience.TEAM_MATE: "My team", Audience.HR: "HR"}
    offers_acts = False

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        employee = super().get_object(queryset)
        if not can_preview(self.request.user, employee):
            raise PermissionDenied
        if self.kwargs["audience"] not in {audience.value for audience in self.choices}:
            raise Http404("Nobody looks at people in this way")
        self.read(employee, frozenset({Audience(self.kwargs["audience"])}))
        return employee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {audience.value: label for audience, label in self.choices.items()}
        if self.employee.user_id != self.request.user.pk:
            labels[Audience.TEAM_MATE.value] = "Their team"
        audience = self.kwargs["audience"]
        return super().get_context_data(audience=audience, seen_by=labels[audience], choices=labels.items(), **kwargs)


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
    """One section of the employee's page as its form."""

    opened: Section

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.opened = section_called(kwargs["section"])
        self.partials = frozenset({self.opened.key})

    @classmethod
    def refilled_form(cls, request: HttpRequest, **kwargs: Any) -> RecordForm[Any]:
        return FORM_OF[section_called(kwargs["section"]).record].refilled(request.POST)

    def get_form_class(self) -> type[RecordForm[Any]]:
        return FORM_OF[self.opened.record]

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Any:
        """The record behind the section.

        It is a copy: an invalid form writes into its record, and the page must not show that.
        """
        employee = super().get_object(queryset)
        audiences = audiences_of(self.request.user, employee)
        self.editable = editable_by(audiences) & set(self.opened.fields)
        if not self.editable:
            raise PermissionDenied
        self.read(employee, audiences)
        if self.opened.record is Employee:
            return copy.copy(employee)
        try:
            return copy.copy(employee.profile)
        except Employee.profile.RelatedObjectDoesNotExist as error:
            raise Http404("This employee's profile is missing") from error

    def get_form_kwargs(self) -> dict[str, Any]:
        """What isn't sent isn't in the form either; what was typed is always taken."""
        is_typed = self.request.method == "POST"
        return super().get_form_kwargs() | {"editable": self.editable if is_typed else self.editable & self.visible}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.get_form()
        return super().get_context_data(form=form, **kwargs)

    def form_valid(self, form: RecordForm[Any]) -> HttpResponse:
        form.save()
        messages.success(self.request, "Saved", extra_tags="add-another" if self.opened is COMPLETE else "")
        address = self.employee.get_absolute_url()
        if not self.partial:
            return redirect(address)
        page = EmployeeDetailView()
        page.setup(self.request, pk=self.employee.pk)
        return replace_url(page.get(self.request), address)


class SectionMovedView(View):
    """Where the form of a section was before every section had one; what is sent there is saved all the same."""

    section = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        address = reverse("people:section-update", args=[kwargs["pk"], self.section])
        return HttpResponsePermanentRedirect(address, preserve_request=True)  # 308 (RFC 9110, 15.4.9)


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
