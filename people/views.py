"""One class per page: what to fetch, which form, where next."""

import copy
import logging
import traceback
from time import perf_counter
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.generic import CreateView, DetailView, TemplateView, UpdateView, View
from django_htmx.http import push_url, replace_url

from .directory import Directory
from .forms import (
    EmployeeCreateForm,
    EmployeeFilterForm,
    EmployeeForm,
    EmployeeProfileForm,
    PickerForm,
    RecordForm,
    SuggestionsForm,
)
from .htmx import PartialMixin
from .models import Employee, EmployeeProfile, Star, Teams
from .my_data import parts_about
from .read_log import fields_to_send
from .rows import rows_of
from .suggestions import COUNTED, Suggestions, starred_by
from .visibility import (
    Audience,
    audiences_of,
    can_add_employees,
    can_preview,
    can_see_styleguide,
    can_star,
    editable_by,
    editable_fields,
    fields_seen_by,
    private_fields,
)

logger = logging.getLogger(__name__)

ADDED = "added_employee"
HEALTH_COUNTS, SLOW_COUNT = "health-counts", 0.1  # seconds
# What ends a request by design, and is no failure to save.
REFUSALS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


class EmployeeListView(PartialMixin, TemplateView):
    """The directory: search, team, order and page stand in the query string."""

    template_name = "people/employee_list.html"
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
            teams=[(value, label, directory.numbers[value]) for value, label in [("", "All"), *Teams.choices]],
            team_label=Teams(chosen["team"]).label if chosen["team"] else "",
            page=directory.page,
            **kwargs,
        )


class SuggestionsView(PartialMixin, TemplateView):
    """The few people whom a text means, for a search box in use; of the empty box those at hand.

    Without HTMX a text leads to the directory, and nothing to the page of the starred people.
    """

    template_name = "people/suggestions.html"

    @property
    def partial(self) -> str | None:
        """The same fragment for each box, whatever its popup is called."""
        return "suggestions" if self.request.htmx else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.asked = SuggestionsForm(request.GET).cleaned_data
        if self.asked["q"] and not self.partial:
            return redirect(f"{reverse('people:employee-list')}?{urlencode({'q': self.asked['q']})}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if not self.partial:
            return super().get_context_data(groups=[("", rows_of(starred_by(user)))], **kwargs)
        suggestions = Suggestions(**self.asked, user=user)
        return super().get_context_data(
            q=suggestions.q, groups=suggestions.groups, total=suggestions.total, counted=COUNTED, **kwargs
        )


class EmployeePageMixin(PartialMixin):
    """One person's page, whole or by section; every section may be its form instead."""

    queryset = Employee.objects.with_card_details()
    template_name = "people/employee_detail.html"
    partials = frozenset({"main", "contact", "profile"})

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_star_of(self.request.user)

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


class EmployeeDetailView(EmployeePageMixin, DetailView):
    """The employee's page; right after adding, with the form of the new profile open."""

    employee: Employee | None = None

    def get_object(self, queryset: QuerySet | None = None) -> Employee:
        """Read from the database, unless the caller has just saved it."""
        self.employee = self.employee or super().get_object(queryset)
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


class StarView(PartialMixin, TemplateView):
    """Stars an employee for the reader, or takes the star away: the form says which, so a second click is harmless."""

    http_method_names = ("post", "options")
    template_name = "people/employee_detail.html"
    partials = frozenset({"star"})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        employee = get_object_or_404(Employee, pk=pk)
        if not can_star(request.user, employee):
            raise PermissionDenied
        match request.POST.get("starred"):
            case "1":
                self.give_star(employee)
            case "0":
                employee.stars.filter(reader=request.user).delete()
                messages.success(request, f"{employee} is no longer starred")
            case _:
                raise BadRequest
        if not self.partial:
            return redirect(employee)
        return self.render_to_response(
            self.get_context_data(employee=Employee.objects.with_star_of(request.user).get(pk=pk))
        )

    def give_star(self, employee: Employee) -> None:
        """Star `employee`, unless the reader has starred as many others as can be."""
        others = Star.objects.filter(reader=self.request.user).exclude(employee=employee)
        if others.count() >= Star.MOST:
            sentence = f"You have starred {Star.MOST} people, and more can’t be. Take a star away first."
            messages.warning(self.request, sentence)
        else:
            employee.stars.get_or_create(reader=self.request.user)
            messages.success(self.request, f"{employee} is starred")


class EmployeePreviewView(EmployeePageMixin, DetailView):
    """The page as others see it, drawn by the very partial that they receive; for the person and HR."""

    template_name = "people/employee_preview.html"
    partials = frozenset()
    audiences: ClassVar = {Audience.COLLEAGUE: "A colleague", Audience.TEAM_MATE: "A team mate", Audience.HR: "HR"}

    def get_object(self, queryset: QuerySet | None = None) -> Employee:
        self.employee = super().get_object(queryset)
        if not can_preview(self.request.user, self.employee):
            raise PermissionDenied
        if self.kwargs["audience"] not in {audience.value for audience in self.audiences}:
            raise Http404("Nobody looks at people in this way")
        return self.employee

    def get_audiences(self) -> frozenset[Audience]:
        return frozenset({Audience(self.kwargs["audience"])})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = [(audience.value, label) for audience, label in self.audiences.items()]
        return super().get_context_data(audience=self.kwargs["audience"], choices=choices, **kwargs)


class SaveMixin:
    """Validates and saves in one transaction; whatever goes wrong, what was typed comes back.

    Answers 422 for what the person can mend, 503 for what they can't.
    """

    http_method_names = ("get", "head", "options", "post")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.post_in_transaction(request, *args, **kwargs)
        except IntegrityError:
            # Someone else was quicker: in a fresh transaction the validation sees what they saved.
            return self.post_again(request, *args, **kwargs)
        except REFUSALS:
            raise
        except Exception as error:
            return self.save_failed(error)

    def post_again(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.post_in_transaction(request, *args, **kwargs)
        except Exception as error:
            return self.save_failed(error)

    @transaction.atomic
    def post_in_transaction(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: RecordForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def save_failed(self, error: Exception) -> HttpResponse:
        """The filled form again, with a sentence that nothing was stored.

        The log gets the error's place and kind only: its words may hold what was typed.
        """
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s could not save: %s\n%s", type(self).__name__, type(error).__name__, place)
        form = self.get_form()
        form.refuse("This could not be saved just now. Nothing was stored: please try again.")
        return self.render_to_response(self.get_context_data(form=form), status=503)


class EmployeeCreateView(SaveMixin, PartialMixin, CreateView):
    """The main job: HR adds an employee, and the form of its profile appears in place."""

    model = Employee
    form_class = EmployeeCreateForm
    partials = frozenset({"main"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_add_employees(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

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


class SectionUpdateView(SaveMixin, EmployeePageMixin, UpdateView):
    """One section of the employee's page as its form. A subclass names section and record."""

    section: str

    @property
    def partials(self) -> frozenset[str]:
        return frozenset({self.section})

    def get_object(self, queryset: QuerySet | None = None) -> Any:
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

    def form_valid(self, form) -> HttpResponse:
        form.save()
        after_adding = "is_added" in self.request.POST
        messages.success(self.request, self.saved, extra_tags="add-another" if after_adding else "")
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
    saved = "Contact saved"


class EmployeeProfileUpdateView(SectionUpdateView):
    """The profile: team and the private fields."""

    form_class = EmployeeProfileForm
    section = "profile"
    saved = "Profile saved"

    def record(self) -> Any:
        try:
            return self.employee.profile
        except Employee.profile.RelatedObjectDoesNotExist as error:
            raise Http404("This employee's profile is missing") from error


class MeView(TemplateView):
    """To the own page; without a linked employee, whom to ask."""

    template_name = "people/me.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        employee = getattr(request.user, "employee", None)
        return redirect(employee) if employee else super().get(request, *args, **kwargs)


class MyDataView(TemplateView):
    """Everything held about the reader, to read."""

    template_name = "people/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(parts=parts_about(self.request.user), **kwargs)


class MyDataDownloadView(View):
    """Everything held about the reader, as a file that programs read."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> JsonResponse:
        data = {part.key: part.as_dicts() for part in parts_about(request.user)}
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False}, headers=headers)


class StyleguideView(TemplateView):
    """Tokens and components, drawn by the templates that the pages use; for administrators."""

    template_name = "people/styleguide.html"
    tokens = (
        *("canvas", "surface", "hover", "line", "edge", "ink", "ink-2"),
        *("accent", "link", "accent-soft", "focus", "danger", "success", "warning", "private", "mark"),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_see_styleguide(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employee = Employee(pk=1, first_name="Magdalena", last_name="Kowalczyk-Wiśniewska", email="m@example.com")
        employee.profile = EmployeeProfile(team=Teams.ENGINEERING)
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
