"""Where people work: the places that HR keeps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.generic import CreateView, ListView, UpdateView, View

from people.accounts.requests import reader_of
from people.employees.saving import SaveMixin
from people.organisation.actions import remove_location, save_location
from people.organisation.models import Location
from people.visibility import can_manage_organisation

from .forms import LocationForm


class OrganisationMixin(UserPassesTestMixin, View):
    """For those who look after teams and places."""

    def test_func(self) -> bool:
        return can_manage_organisation(reader_of(self.request))


class LocationListView(OrganisationMixin, ListView[Location]):
    """All places, with the number of people at each."""

    template_name = "organisation/locations.html"

    def get_queryset(self) -> QuerySet[Location]:
        return Location.objects.annotate(people=Count("profiles")).order_by("folded_name")


class LocationFormMixin(OrganisationMixin, SaveMixin[LocationForm]):
    """The form of a place; saved, it leads back to the list."""

    model = Location
    form_class = LocationForm
    template_name = "organisation/location_form.html"
    success_url = reverse_lazy("people:location-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"editable": LocationForm.Meta.fields}

    def form_valid(self, form: LocationForm) -> HttpResponse:
        save_location(form.instance, by=reader_of(self.request))
        messages.success(self.request, "Saved")
        return redirect(str(self.success_url))


class LocationCreateView(LocationFormMixin, CreateView[Location, LocationForm]):
    """HR adds a place."""


class LocationUpdateView(LocationFormMixin, UpdateView[Location, LocationForm]):
    """HR changes a place."""


class LocationRemoveView(OrganisationMixin, View):
    """HR removes a place where nobody works."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        location = get_object_or_404(Location, pk=pk)
        try:
            remove_location(location, by=reader_of(request))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "Removed")
        return redirect("people:location-list")
