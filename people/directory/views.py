"""Finding people: the directory and what a search box suggests."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.generic import TemplateView

from people.accounts.access.giving import why_not_several
from people.accounts.requests import SignedInRequest
from people.ground.htmx import PartialMixin
from people.visibility import can_move_people, can_see_access

from .filters import Filters
from .forms import EmployeeFilterForm, SearchBoxForm
from .listing import Directory
from .rows import rows_of
from .suggestions import LOOKED_FOR, Suggestions, starred_by


class EmployeeListView(PartialMixin, TemplateView):
    """The directory: search, team, location, order and page stand in the query string."""

    request: SignedInRequest
    template_name = "directory/employee_list.html"
    partials = frozenset({"employee-results"})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = EmployeeFilterForm(self.request.GET)
        chosen = filters.cleaned_data
        directory = Directory(chosen, self.request.user)
        return super().get_context_data(
            directory=directory,
            chosen=chosen,
            orders=filters.orders,
            default_sort=next(iter(filters.orders)),
            filters=Filters(directory),
            page=directory.page,
            state=state_of(directory),
            can_select=can_move_people(self.request.user),
            can_give_access=can_see_access(self.request.user) and not why_not_several(),
            **kwargs,
        )


class EmployeePrintView(TemplateView):
    """Those whom the directory's query string asks for, on one page that is made to be printed."""

    request: SignedInRequest
    template_name = "directory/employee_print.html"
    most = 500

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = EmployeeFilterForm(self.request.GET)
        directory = Directory(filters.cleaned_data | {"page": 1}, self.request.user)
        return super().get_context_data(
            directory=directory,
            rows=directory.rows(0, self.most),
            order=filters.orders[filters.cleaned_data["sort"]],
            state=state_of(directory),
            most=self.most,
            **kwargs,
        )


def state_of(directory: Directory) -> str:
    """What the list shows, for the title of the window: "mar in Product, Berlin, page 2"; of everyone nothing."""
    q, number, filters = directory.chosen["q"], directory.page.number, Filters(directory)
    people = " in ".join(filter(None, [Truncator(q).chars(40), filters.place]))
    if q and not directory.count:
        people = f"Nobody matches {people}"
    page = f"{'page' if people else 'Page'} {number}" if number and number > 1 else ""
    return ", ".join(filter(None, [people, page]))


class SuggestionsView(PartialMixin, TemplateView):
    """The few people whom a text means, for a search box in use; of the empty box those at hand.

    Without HTMX a text leads to the directory, and nothing to the page of the starred people.
    """

    request: SignedInRequest
    template_name = "directory/suggestions.html"

    @cached_property
    def partial(self) -> str | None:
        """The same fragment for each box, whatever its popup is called."""
        return "suggestions" if self.request.htmx else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.asked = SearchBoxForm(request.GET).cleaned_data
        if self.asked["q"] and not self.partial:
            return redirect(f"{reverse('people:employee-list')}?{urlencode({'q': self.asked['q']})}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if not self.partial:
            return super().get_context_data(groups=[("", rows_of(starred_by(user)))], **kwargs)
        suggestions = Suggestions(**self.asked, user=user)
        return super().get_context_data(
            q=suggestions.q, groups=suggestions.groups, total=suggestions.total, looked_for=LOOKED_FOR, **kwargs
        )
