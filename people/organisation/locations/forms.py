from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from people.employees.forms import RecordForm
from people.organisation.models import Location

AREAS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@cache
def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The time zones to choose from, by part of the world: those named after a city (IANA time zone database)."""
    zones: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        area, _, city = zone.partition("/")
        if area in AREAS:
            zones.setdefault(area, []).append((zone, city.replace("_", " ").replace("/", ", ")))
    return [*zones.items(), ("Everywhere", [("UTC", "UTC")])]


class LocationForm(RecordForm[Location]):
    """A place where people work."""

    class Meta(RecordForm.Meta):
        model = Location
        fields = ["name", "address", "time_zone"]
        help_texts = {
            "name": "As people say it, such as the town.",
            "time_zone": "What the clock shows there, also in summer.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            zones = [("", "Please choose"), *time_zones()]
            stored = self.instance.time_zone
            if stored and stored not in {zone for _, group in time_zones() for zone, _ in group}:
                zones.append((stored, stored))
            self.fields["time_zone"].widget = forms.Select({"autocomplete": "off"}, zones)
