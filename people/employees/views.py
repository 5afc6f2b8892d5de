"""One person's page: as its reader sees it, and as others do."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.generic import DetailView, View
from django.views.generic.detail import SingleObjectMixin

from people.accounts.access.stages import Access, access_of
from people.accounts.models import User
from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.models import Employee
from people.privacy.read_log import fields_to_send
from people.querysets import EmployeeQuerySet
from people.visibility import Audience, audiences_of, can_preview, editable_by, fields_seen_by

from .around import people_around
from .forms import SectionForm
from .sections import COMPLETE, FORMS, SECTIONS, Gap, Section, ShownSection, facts_of, gaps, sections_held_by

# The note in the session that names whom the reader has just added.
ADDED = "added_employee"


class EmployeePageMixin(PartialMixin, SingleObjectMixin[Employee], View):
    """One person's page, whole or by section; every section may be its form instead.

    A view calls `decide_what_is_sent` as soon as it has the employee; all that is shown follows from it.
    """

    request: SignedInRequest
    employee: Employee
    audiences: frozenset[Audience]  # as whom the reader looks at the employee
    visible: frozenset[str]  # the fields that are sent
    is_withheld: bool  # whether some are not, because their reading can't be recorded
    form_section: Section | None = None  # the section that is shown as its form
    offers_acts = True
    is_new = False  # just added: the profile comes first, and access afterwards
    template_name = "employees/employee_detail.html"
    partials = frozenset({"main", *FORMS})

    @property
    def requested_section(self) -> Section | None:
        """The section that HTMX asks for alone, if it does."""
        return FORMS.get(self.partial or "")

    def get_template_names(self) -> list[str]:
        """All sections are drawn by one partial."""
        return [f"{self.template_name}#sections"] if self.requested_section else super().get_template_names()

    def get_queryset(self) -> EmployeeQuerySet:
        people = Employee.objects.with_card_details().with_star_of(self.request.user)
        return people.select_related("profile__manager", "profile__location")

    def decide_what_is_sent(self, employee: Employee, audiences: frozenset[Audience]) -> None:
        """Send what `audiences` see of `employee`, what is private in it only once its reading is recorded."""
        self.employee, self.audiences = employee, audiences
        seen = fields_seen_by(audiences, employee)
        if self.requested_section:
            seen &= set(self.requested_section.shown_fields)
        self.visible = fields_to_send(self.request.user, employee, seen, self.request.path)
        self.is_withheld = self.visible != seen

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows; a keyword `form` is that of `form_section`."""
        employee, is_own_page = self.employee, Audience.PERSON in self.audiences
        return super().get_context_data(
            employee=employee,
            sections=self.get_sections(kwargs.get("form")),
            is_withheld=self.is_withheld,
            is_own_page=is_own_page,
            is_hr=Audience.HR in self.audiences,
            can_preview=can_preview(self.request.user, employee),
            around=people_around(employee.pk),
            access=self.get_access(),
            offers_acts=self.offers_acts,
            gaps=self.get_gaps(),
            readings=employee.readings.newest_first()[:10] if is_own_page else [],
            account_links=employee.account_links.newest_first()[:10] if is_own_page else [],
            **kwargs,
        )

    def get_access(self) -> Access | None:
        """Where the person's access stands, for HR; with a section alone after what may have changed it."""
        alone = self.requested_section
        is_shown = alone is None or (self.form_section is None and (alone is COMPLETE or "email" in alone.fields))
        is_told = Audience.HR in self.audiences and is_shown and not self.is_new
        return access_of(self.employee, User.objects.all()) if is_told else None

    def get_gaps(self) -> list[Gap]:
        """What is missing and the reader may fill in; nothing while what is private isn't read."""
        is_told = self.offers_acts and not self.is_withheld and hasattr(self.employee, "profile")
        return gaps(self.employee, editable_by(self.audiences)) if is_told else []

    def get_sections(self, form: SectionForm | None) -> list[ShownSection]:
        """The sections of the answer, without those in which this reader sees nothing."""
        every_section = [
            self.show(section, form if section is self.form_section else None) for section in self.sections_in_order()
        ]
        sections = [section for section in every_section if section.form or section.facts or section.can_edit]
        first_to_edit = next((section for section in sections if section.can_edit), None)
        if self.requested_section and first_to_edit:
            first_to_edit.takes_focus = True
        return sections

    def sections_in_order(self) -> list[Section]:
        """The requested sections; the one with the form stands in place of all those that show its fields."""
        sections = sections_held_by(self.requested_section) if self.requested_section else list(SECTIONS.values())
        if not self.form_section:
            return sections
        first, *others = sections_held_by(self.form_section)
        return [self.form_section if section is first else section for section in sections if section not in others]

    def show(self, section: Section, form: SectionForm | None) -> ShownSection:
        """One section as this reader sees it."""
        may_fill = not self.audiences.isdisjoint({Audience.PERSON, Audience.HR})
        facts = facts_of(self.employee, section, visible=self.visible, with_empty=may_fill)
        title = section.own_title if Audience.PERSON in self.audiences and section.own_title else section.title
        can_edit = self.offers_acts and bool(editable_by(self.audiences) & self.visible & set(section.fields))
        return ShownSection(section, title, list(facts), can_edit, form)


class EmployeeDetailView(EmployeePageMixin, DetailView[Employee]):
    """The employee's page; right after adding, with the form open that completes the new profile."""

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        """Read from the database, unless the caller has just saved it."""
        employee = self.employee if hasattr(self, "employee") else super().get_object(queryset)
        self.decide_what_is_sent(employee, audiences_of(self.request.user, employee))
        return employee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.is_new = self.request.session.get(ADDED) == self.employee.pk and hasattr(self.employee, "profile")
        if self.is_new:
            del self.request.session[ADDED]
            self.form_section = COMPLETE
            kwargs["form"] = self.form_to_complete()
        return super().get_context_data(is_new=self.is_new, **kwargs)

    def form_to_complete(self) -> SectionForm:
        editable = editable_by(self.audiences) & self.visible & set(COMPLETE.fields)
        return SectionForm(instance=self.employee, editable=editable)


def employee_page(request: SignedInRequest, pk: int, **known: Employee) -> HttpResponse:
    """What a form answers once it is saved in place: the page, as if it were opened now."""
    page = EmployeeDetailView(**known)
    page.setup(request, pk=pk)
    return page.get(request)


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
        self.decide_what_is_sent(employee, frozenset({Audience(self.kwargs["audience"])}))
        return employee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {audience.value: label for audience, label in self.choices.items()}
        if self.employee.user_id != self.request.user.pk:
            labels[Audience.TEAM_MATE.value] = "Their team"
        audience = self.kwargs["audience"]
        return super().get_context_data(audience=audience, seen_by=labels[audience], choices=labels.items(), **kwargs)
