"""Reads the query strings of the directory and of the search boxes: nothing in them is an error."""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from people.ground.text import clean_query
from people.models import Location, Team

from .suggestions import SHOWN


class QueryField(forms.CharField):
    """A search text of any content, lines as a list; too much of it is cut, nothing of it is an error."""

    def clean(self, value: str | None) -> str:
        return clean_query(value or "")


class LenientChoiceField(forms.Field):
    """One of the values; anything else counts as the first of them."""

    def __init__(self, values: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self.values = values

    def clean(self, value: str | None) -> str:
        values = self.values()
        return value if value and value in values else values[0]


class PageField(forms.IntegerField):
    """The number of a page; what is no number, or less than one, counts as the first."""

    def clean(self, value: str | None) -> int:
        try:
            return max(1, int((value or "1")[:18]))  # no list has so many pages
        except ValueError:
            return 1


class EmployeeFilterForm(forms.Form):
    """Reads the directory's query string; a bad value counts as the nearest valid one, a missing one too."""

    ORDERS: ClassVar = {"best": "Best match", "name": "A–Z", "-name": "Z–A", "newest": "Newest"}

    q = QueryField()
    team = LenientChoiceField(lambda: ["", *Team.objects.tree().nodes])
    parts = LenientChoiceField(lambda: ["", "1"])
    location = LenientChoiceField(lambda: ["", *map(str, Location.objects.names())])
    sort = LenientChoiceField(lambda: [*EmployeeFilterForm.ORDERS])
    page = PageField()

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        """Without a search nobody is the best match, and not every team has parts."""
        chosen = self.cleaned_data
        if chosen["sort"] == "best" and not chosen["q"]:
            chosen["sort"] = "name"
        if not Team.objects.tree().parts.get(chosen["team"]):
            chosen["parts"] = ""
        return chosen

    @property
    def orders(self) -> dict[str, str]:
        """The orders to choose from; the first is the one without a choice."""
        return {key: label for key, label in self.ORDERS.items() if self.cleaned_data["q"] or key != "best"}


class KeysField(forms.Field):
    """Primary keys such as "3,17,4", without what is no key; too many are cut."""

    def __init__(self, *, at_most: int) -> None:
        super().__init__()
        self.at_most = at_most

    def clean(self, value: str | None) -> list[int]:
        keys = re.findall(r"(?<![^,])[0-9]{1,18}(?![^,])", value or "")
        return list(dict.fromkeys(map(int, keys)))[: self.at_most]


class SearchBoxForm(forms.Form):
    """Reads what a search box asks: the text typed so far, or of the empty box whom this browser opened last."""

    q = QueryField()
    recent = KeysField(at_most=SHOWN)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.full_clean()
