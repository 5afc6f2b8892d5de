"""The product itself: its components and its health."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from people.accounts.requests import SignedInRequest
from people.directory.rows import Columns, row_of
from people.employees.forms import EmployeeCreateForm, EmployeeForm
from people.ground.avatars import HUES
from people.visibility import can_see_styleguide

from .forms import PickerForm
from .health import counts, what_is_wrong


class StyleguideView(TemplateView):
    """Tokens and components, drawn by the templates that the pages use; for administrators."""

    request: SignedInRequest
    template_name = "site/styleguide.html"
    tokens = (
        *("canvas", "surface", "hover", "line", "edge", "ink", "ink-quiet"),
        *("accent", "link", "accent-soft", "focus", "danger", "success", "warning", "private", "mark"),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_styleguide(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names, reach = ("Magdalena", None, "Kowalczyk-Wiśniewska"), ("m@example.com", "+48223984176")
        person = row_of(Columns(1, *names, *reach, "engineering", "Engineer"))
        form = EmployeeCreateForm({"first_name": "Ann", "email": "ann"}, editable=EmployeeForm.Meta.fields)
        form.similar_people = [person]
        picker = PickerForm(self.request.GET if "person" in self.request.GET else None)
        return super().get_context_data(
            picker=picker,
            picked=picker.cleaned_data["person"] if picker.is_valid() else None,
            tokens=self.tokens,
            avatars=[{"hue": hue, "initials": hue} for hue in range(HUES)],
            person=person,
            form=form,
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class HealthView(View):
    """Whether the site works, for machines: no personal data."""

    def get(self, request: HttpRequest) -> JsonResponse:
        wrong = what_is_wrong()
        if wrong:
            return JsonResponse({"database": wrong}, status=503)
        return JsonResponse({"database": "ok", **counts()})
