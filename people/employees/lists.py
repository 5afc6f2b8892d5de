"""Lists of people that hang on a person or on what is missing: fifty a page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from people.accounts.requests import SignedInRequest
from people.directory.rows import rows_of
from people.models import Employee
from people.querysets import EmployeeQuerySet
from people.visibility import ASKED, ROWS, can_see_gaps

from .sections import label_of

PEOPLE_PER_PAGE = 50


class PeopleListView(TemplateView):
    """A page of people with their rows; a page that isn't there is the nearest one."""

    request: SignedInRequest
    http_method_names = ("get", "head", "options")

    def page_of(self, people: EmployeeQuerySet) -> dict[str, Any]:
        """The page that is asked for, by name."""
        in_order = people.sorted_by("name")
        page = Paginator(in_order, PEOPLE_PER_PAGE).get_page(self.request.GET.get("page"))
        return {"page": page, "rows": rows_of(in_order[max(page.start_index() - 1, 0) : page.end_index()])}


class EmployeeReportsView(PeopleListView):
    """Everybody whose manager somebody is."""

    template_name = "employees/employee_reports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employee = get_object_or_404(Employee, pk=self.kwargs["pk"])
        people = Employee.objects.filter(profile__manager=employee)
        return super().get_context_data(employee=employee, **self.page_of(people), **kwargs)


class GapsView(PeopleListView):
    """For HR: how many people miss what is asked for, by field, and who misses a chosen one.

    It reads no value of anybody, also of what is private: only that there is none.
    """

    template_name = "employees/gaps.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_gaps(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("kind", "")
        if chosen and chosen not in ASKED:
            raise Http404("Nobody is asked for this")
        counts = Employee.objects.aggregate(**{name: Count("pk", filter=lacks(name)) for name in ASKED})
        kinds = [(name, label_of(name), counts[name]) for name in ASKED]
        people = self.page_of(Employee.objects.filter(lacks(chosen))) if chosen else {}
        return super().get_context_data(
            kinds=kinds,
            chosen=chosen,
            label=label_of(chosen) if chosen else "",
            section=ROWS[chosen].section if chosen else "",
            **people,
            **kwargs,
        )


def lacks(name: str) -> Q:
    """Those who have no value in a field of the profile that is asked for."""
    return Q((f"profile__{name}", None))
