"""The people whom HR selected in the directory, for an act on all of them.

An act is a page at an address of its own with this query string, and a form on it that is sent to the same address.
"""

import re
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from people.accounts.models import User
from people.models import Employee
from people.querysets import EmployeeQuerySet

from .forms import EmployeeFilterForm
from .listing import Directory
from .rows import Row, rows_of

NUMBER = re.compile(r"[0-9]{1,18}")
NAMED = 5
TOO_MANY = "More people match than are counted. Please search or choose a filter, so that fewer match."


class Selection:
    """Those whose boxes were ticked on one page (`who`, their keys), or everyone who matches (`all`, how many it said).

    The rest of the query string is the directory's own: by it "everyone who matches" is found anew, and the way back.
    What can't be read counts as not sent.
    """

    def __init__(self, query: QueryDict, reader: User) -> None:
        self.is_of_all = "all" in query
        self.ticked = {int(key) for key in query.getlist("who") if NUMBER.fullmatch(key)}
        said = query.get("all", "")
        self.shown = (int(said) if NUMBER.fullmatch(said) else 0) if self.is_of_all else len(self.ticked)
        self.directory = Directory(EmployeeFilterForm(query).cleaned_data, reader)

    @cached_property
    def is_too_much(self) -> bool:
        """Whether more people match than anybody counted, so that they can't be selected."""
        return self.is_of_all and not self.directory.is_counted

    @cached_property
    def keys(self) -> list[int]:
        """The keys of the selected people, read once, so that who is counted is who is meant."""
        if self.is_too_much:
            return []
        if self.is_of_all:
            return self.directory.keys()
        return list(Employee.objects.filter(pk__in=self.ticked).values_list("pk", flat=True))

    @property
    def people(self) -> EmployeeQuerySet:
        """The selected people."""
        return Employee.objects.filter(pk__in=self.keys)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys)

    @cached_property
    def named(self) -> list[Row]:
        """Rows of the first few by name."""
        return rows_of(self.people.sorted_by("name")[:NAMED])

    @property
    def others(self) -> int:
        """How many there are beside those few."""
        return self.count - len(self.named)

    @property
    def change(self) -> str:
        """Says that these are not as many as were selected; empty if they are."""
        if self.is_too_much or self.count == self.shown:
            return ""
        if self.is_of_all:
            return f"{number_of_people(self.shown)} matched when they were selected, {intcomma(self.count)} match now."
        gone = self.shown - self.count
        return f"{intcomma(gone)} of the {intcomma(self.shown)} selected people {'is' if gone == 1 else 'are'} gone."

    @property
    def why_nobody(self) -> str:
        """Says why nobody is selected."""
        return TOO_MANY if self.is_too_much else self.change or "Please tick people in the directory first."

    def check(self) -> None:
        """Raise ValidationError unless these are as many people as whoever selected them was told."""
        if not self.count:
            raise ValidationError(self.why_nobody, "nobody")
        if self.change:
            raise ValidationError(f"{self.change} Nothing was done yet: please look again.", "changed")

    @property
    def query(self) -> str:
        """The query string that carries these people on to the next request."""
        which = [("all", self.count)] if self.is_of_all else [("who", key) for key in self.keys]
        return f"?{urlencode([*which, *self.directory.asked_for_this_page.items()])}"

    @property
    def way_back(self) -> str:
        """The address of the directory where they were selected."""
        asked = self.directory.asked_for_this_page
        return reverse("people:employee-list") + (f"?{urlencode(asked)}" if asked else "")


def number_of_people(number: int) -> str:
    """The number in words: "1 person", "1,204 people"."""
    return f"{intcomma(number)} {'person' if number == 1 else 'people'}"
