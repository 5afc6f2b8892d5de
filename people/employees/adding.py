"""HR adds an employee."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.generic import CreateView, RedirectView
from django_htmx.http import push_url

from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.models import Employee
from people.visibility import can_add_employees

from .forms import EmployeeCreateForm
from .saving import SaveMixin
from .searched import fields_from
from .views import ADDED, employee_page

# The note in the session that holds what was searched for: no address may hold a name.
SEARCHED = "searched_employee"


class EmployeeCreateView(SaveMixin[EmployeeCreateForm], PartialMixin, CreateView[Employee, EmployeeCreateForm]):
    """The form of a new employee. Once it is saved, their page takes its place, with the form of their profile open."""

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
        """Start with what was searched for, once."""
        searched: dict[str, str] = self.request.session.pop(SEARCHED, {})
        return super().get_initial() | searched

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"editable": EmployeeCreateForm.field_order}

    def form_valid(self, form: EmployeeCreateForm) -> HttpResponse:
        employee = form.save()
        self.request.session[ADDED] = employee.pk
        address = employee.get_absolute_url()
        if not self.partial:
            return redirect(address)
        return push_url(employee_page(self.request, employee.pk, employee=employee), address)


class SearchedEmployeeView(RedirectView):
    """Opens the form of a new employee, filled with what was searched for."""

    request: SignedInRequest
    http_method_names = ("get", "post", "options")
    pattern_name = "people:employee-create"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_add_employees(self.request.user):
            raise PermissionDenied
        request.session[SEARCHED] = fields_from(request.POST.get("q", ""))
        return self.get(request, *args, **kwargs)
