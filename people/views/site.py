"""The product itself: its components and its health."""

from time import perf_counter
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from people.accounts.requests import SignedInRequest
from people.forms import (
    EmployeeCreateForm,
    EmployeeForm,
    PickerForm,
)
from people.models import Employee, EmployeeProfile
from people.visibility import (
    can_see_styleguide,
)

HEALTH_COUNTS, SLOW_COUNT = "health-counts", 0.1  # seconds


class StyleguideView(TemplateView):
    """Tokens and components, drawn by the templates that the pages use; for administrators."""

    request: SignedInRequest
    template_name = "people/styleguide.html"
    tokens = (
        *("canvas", "surface", "hover", "line", "edge", "ink", "ink-2"),
        *("accent", "link", "accent-soft", "focus", "danger", "success", "warning", "private", "mark"),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_styleguide(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employee = Employee(pk=1, first_name="Magdalena", last_name="Kowalczyk-Wiśniewska", email="m@example.com")
        employee.profile = EmployeeProfile(team=EmployeeProfile.Teams.Engineering)
        form = EmployeeCreateForm({"first_name": "Ann", "email": "ann"}, editable=EmployeeForm.Meta.fields)
        form.similar_people = [employee]
        picker = PickerForm(self.request.GET if "person" in self.request.GET else None)
        return super().get_context_data(
            picker=picker,
            picked=picker.cleaned_data["person"] if picker.is_valid() else None,
            tokens=self.tokens,
            people=[Employee(pk=hue, first_name="Hue", last_name=str(hue)) for hue in range(12)],
            employee=employee,
            form=form,
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class HealthView(View):
    """Whether the site works, for machines: no personal data."""

    def get(self, request: HttpRequest) -> JsonResponse:
        try:
            Employee.objects.exists()
            counts = cache.get(HEALTH_COUNTS) or self.count()
        except DatabaseError:
            return JsonResponse({"database": "unreachable"}, status=503)
        return JsonResponse({"database": "ok", **counts})

    def count(self) -> dict[str, int]:
        """What must be none. Where counting is slow, it is done in a tenth of the time at most: anybody may ask."""
        start = perf_counter()
        counts = {
            "employees_without_profile": Employee.objects.without_profile().count(),
            "employees_with_outdated_search_words": Employee.objects.with_words_out_of_date().count(),
        }
        spent = perf_counter() - start
        if spent > SLOW_COUNT:
            cache.set(HEALTH_COUNTS, counts, max(1, 10 * spent))
        return counts
