"""The star that a reader gives to a colleague whom they often look for."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.views.generic import TemplateView

from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.models import Employee, Star
from people.visibility import can_star


class StarView(PartialMixin, TemplateView):
    """Gives the star or takes it away: the form says which, so a second click is harmless."""

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
                self.take_star(employee)
            case _:
                raise BadRequest
        return self.button_of(employee) if self.partial else redirect(employee)

    def give_star(self, employee: Employee) -> None:
        """Star `employee`, unless the reader has starred as many others as can be."""
        others = Star.objects.filter(reader=self.request.user).exclude(employee=employee)
        if others.count() >= Star.MOST:
            sentence = f"You have starred {Star.MOST} people, and more can’t be. Remove a star first."
            messages.warning(self.request, sentence)
        else:
            employee.stars.get_or_create(reader=self.request.user)
            messages.success(self.request, format_html('<bdi translate="no">{}</bdi> is starred', employee.name))

    def take_star(self, employee: Employee) -> None:
        employee.stars.filter(reader=self.request.user).delete()
        messages.success(self.request, format_html('<bdi translate="no">{}</bdi> is no longer starred', employee.name))

    def button_of(self, employee: Employee) -> HttpResponse:
        """The button as it stands now."""
        starred = Employee.objects.with_star_of(self.request.user).get(pk=employee.pk)
        return self.render_to_response(self.get_context_data(employee=starred))
