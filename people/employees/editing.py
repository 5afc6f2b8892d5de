"""One section of a person's page is edited."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import UpdateView, View
from django_htmx.http import replace_url

from people.accounts.requests import SignedInRequest
from people.models import Employee
from people.visibility import audiences_of, can_choose_sharing, editable_by

from .forms import PROFILE_FIELDS, SectionForm
from .saving import SaveMixin
from .sections import COMPLETE, FORMS, Section
from .views import EmployeePageMixin, employee_page


def section_called(key: str) -> Section:
    """The section whose form has this key in its address."""
    if key not in FORMS:
        raise Http404("No section of a person's page is called so")
    return FORMS[key]


class SectionUpdateView(SaveMixin[SectionForm], EmployeePageMixin, UpdateView[Employee, Any]):
    """The employee's page with one section as its form; of HTMX's request, that section alone."""

    form_class = SectionForm
    form_section: Section

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form_section = section_called(kwargs["section"])
        self.partials = frozenset({self.form_section.key})

    @classmethod
    def refilled_form(cls, request: HttpRequest, **kwargs: Any) -> SectionForm:
        section_called(kwargs["section"])
        return super().refilled_form(request, **kwargs)

    def get_object(self, queryset: QuerySet[Employee] | None = None) -> Employee:
        employee = super().get_object(queryset)
        audiences = audiences_of(self.request.user, employee)
        self.editable = editable_by(audiences) & set(self.form_section.fields)
        if not self.editable:
            raise PermissionDenied
        if self.editable & PROFILE_FIELDS and not hasattr(employee, "profile"):
            raise Http404("This employee's profile is missing")
        self.decide_what_is_sent(employee, audiences)
        return employee

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the reader isn't sent isn't in the form either; what they typed is always taken."""
        editable = self.editable if self.request.method == "POST" else self.editable & self.visible
        return super().get_form_kwargs() | {"editable": editable, "reader": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.get_form()
        field = self.request.GET.get("field", "")
        if field in form.fields and not form.is_bound:
            form.focus_first([field])
        return super().get_context_data(form=form, **kwargs)

    def form_valid(self, form: SectionForm) -> HttpResponse:
        form.save()
        messages.success(self.request, "Saved", extra_tags="add-another" if self.form_section is COMPLETE else "")
        address = self.employee.get_absolute_url()
        if not self.partial:
            return redirect(address)
        return replace_url(employee_page(self.request, self.employee.pk), address)


class SharingKeptView(View):
    """The person leaves it so that nobody sees any more what they shared with the team before."""

    request: SignedInRequest
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        employee = get_object_or_404(Employee.objects.with_card_details().exclude(profile=None), pk=pk)
        if not can_choose_sharing(self.request.user, employee):
            raise PermissionDenied
        employee.profile.sharing_ended = None
        employee.profile.save(update_fields=["sharing_ended"])
        messages.success(request, "Kept: only HR and you see it")
        return redirect(employee)


class SectionMovedView(View):
    """Where the form of a section was before every section had one; what is sent there is saved all the same."""

    section = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        address = reverse("people:section-update", args=[kwargs["pk"], self.section])
        return HttpResponsePermanentRedirect(address, preserve_request=True)  # 308 (RFC 9110, 15.4.9)
