"""The directory at any size: who is on a page, how many people there are, and which pages there are.

A page is found by its keys alone, in the order of one index; then what is shown is read of those. Numbers and pages
end where counting and skipping people would take time that grows with the organisation.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import ceil
from typing import Any

from django.core.paginator import Paginator
from django.db.models import IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.http import urlencode

from people.accounts.models import User
from people.ground.compiled import CompiledQuery
from people.models import Employee, ListPlace, Team
from people.querysets import ORDERS
from people.search.findings import Findings, Hit

from .combined import MOST_RANGES, combined_keys
from .rows import NO_HITS, Row, ranked_rows, rows_of
from .sizes import COUNT_LIMIT, sizes_of_teams

PEOPLE_PER_PAGE = 50
# Nobody turns so many pages, and skipping more people would take longer than drawing the page.
LAST_PAGE = 2_000


class NumberOfRows(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass
class Page:
    """The people on one page."""

    rows: list[Row] = field(default_factory=list)
    number: int = 1
    # The pages to choose from; None for a gap.
    numbers: list[int | None] = field(default_factory=list)
    # Whether more people follow, on a next page or, after the last one that can be asked for, on none.
    has_more: bool = False
    last: int = LAST_PAGE

    @property
    def start(self) -> int:
        """The place of its first person, from 1."""
        return (self.number - 1) * PEOPLE_PER_PAGE + 1

    @property
    def end(self) -> int:
        """The place of its last person."""
        return self.start + len(self.rows) - 1

    @property
    def previous(self) -> int | None:
        """The number of the page before; None without one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after; None without one."""
        return self.number + 1 if self.has_more and self.number < self.last else None


class Directory:
    """The people whom a query string asks for; `reader` is who asks.

    `chosen` has q, team, parts, location, sort and page.
    """

    def __init__(self, chosen: Mapping[str, Any], reader: User | None = None) -> None:
        self.chosen, self.reader = chosen, reader

    @cached_property
    def findings(self) -> Findings | None:
        """What the search found; None without a search."""
        return Employee.objects.found_by(self.chosen["q"], self.reader)

    @property
    def has_more(self) -> bool:
        """Whether more people match than are read."""
        if self.findings is None:
            return self.teams_left_out > 0 and self.count <= COUNT_LIMIT
        return self.findings.is_cut

    @property
    def is_counted(self) -> bool:
        """Whether everyone who matches is counted, and can be read."""
        return not self.has_more and self.count < COUNT_LIMIT

    @property
    def are_similar(self) -> bool:
        """Whether nobody matches exactly, and those found have similar names."""
        return bool(self.findings and self.findings.are_similar)

    @cached_property
    def teams(self) -> list[str]:
        """The chosen team, with its parts if they are asked for; none if any team will do."""
        team = self.chosen["team"]
        return Team.objects.tree().with_parts(team) if self.chosen["parts"] else [team] if team else []

    @property
    def teams_left_out(self) -> int:
        """How many of the chosen teams are not listed, because no database merges the lists of so many."""
        return max(0, len(self.teams) - MOST_RANGES) if self.findings is None else 0

    @cached_property
    def location(self) -> int | None:
        """The key of the chosen location."""
        return int(self.chosen["location"]) if self.chosen["location"] else None

    @cached_property
    def sizes(self) -> Counter[str | None]:
        """How many people each team has, of those found and of those at the chosen location; None is for no team."""
        if self.findings is None:
            return sizes_of_teams(self.location)
        return Counter(hit.team for hit in self.findings.hits.values() if self.location in (None, hit.location))

    @cached_property
    def total(self) -> int:
        """How many people there are, found or not; above COUNT_LIMIT it means more than that."""
        rows = _total_query(COUNT_LIMIT).rows()
        return int(rows[0][0]) if rows else 0

    @cached_property
    def count(self) -> int:
        """How many people are found, in the chosen teams and at the chosen location."""
        if self.teams:
            listed = self.teams[: len(self.teams) - self.teams_left_out]
            return min(sum(self.sizes[team] for team in listed), COUNT_LIMIT + 1)
        return self.count_in_any_team

    @property
    def count_in_any_team(self) -> int:
        """How many people are found at the chosen location, whatever their team."""
        is_of_everyone = self.findings is None and self.location is None
        return self.total if is_of_everyone else min(self.sizes.total(), COUNT_LIMIT + 1)

    @property
    def _is_combined(self) -> bool:
        """Whether the list is merged of several teams' lists."""
        return len(self.teams) > 1

    @cached_property
    def nearest(self) -> list[Row]:
        """Rows of a few people who may have been meant when nobody was found in any team."""
        return [] if self.count_in_any_team else ranked_rows(Employee.objects.nearest_to(self.chosen["q"]))

    def query(self, **changes: Any) -> str:
        """The query string that asks for these people with `changes`, from the first page unless they name another."""
        asked = self.asked(**changes)
        return f"?{urlencode(asked)}" if asked else ""

    def asked(self, **changes: Any) -> dict[str, Any]:
        """What `query` consists of."""
        asked = {name: self.chosen[name] for name in ("q", "team", "parts", "location", "sort")} | changes
        if not asked["team"]:
            asked["parts"] = None
        if asked["sort"] == "best" or (asked["sort"] == "name" and not asked["q"]):
            asked["sort"] = None  # the order without a choice
        return {name: value for name, value in asked.items() if value}

    @property
    def asked_for_this_page(self) -> dict[str, Any]:
        """What asks for the chosen page of these people."""
        return self.asked(page=self.chosen["page"] if self.chosen["page"] > 1 else None)

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out, as far as people were counted."""
        is_asked = self.chosen["q"] or self.teams or self.location
        return self.count == self.total and (self.total <= COUNT_LIMIT or not is_asked)

    @cached_property
    def page(self) -> Page:
        """The chosen page, or the nearest one that there is."""
        last = ceil(COUNT_LIMIT / PEOPLE_PER_PAGE) if self._is_combined else LAST_PAGE
        number = min(self.chosen["page"], last)
        if self.count <= COUNT_LIMIT:
            number = min(number, max(1, ceil(self.count / PEOPLE_PER_PAGE)))
        rows = self._rows_of_page(number)
        if not rows and number > 1:
            people = keys_in_order(self.chosen["sort"], **self._place)[: last * PEOPLE_PER_PAGE]
            number = 1 if self._is_combined else max(1, ceil(people.count() / PEOPLE_PER_PAGE))
            rows = self._rows_of_page(number)
        numbers = self._numbers(number, len(rows), last)
        return Page(rows[:PEOPLE_PER_PAGE], number, numbers, len(rows) > PEOPLE_PER_PAGE, last)

    def _numbers(self, number: int, rows: int, last: int) -> list[int | None]:
        """The numbers to choose from: the first, those around and the last, if that is known; None for a gap."""
        is_known = self.count <= COUNT_LIMIT
        people = self.count if is_known else max(COUNT_LIMIT, (number - 1) * PEOPLE_PER_PAGE + rows)
        paginator = Paginator(range(min(people, last * PEOPLE_PER_PAGE)), PEOPLE_PER_PAGE)
        pages = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
        numbers = [page if isinstance(page, int) else None for page in pages]
        return numbers if is_known else [*numbers, None]

    def _rows_of_page(self, number: int) -> list[Row]:
        """The rows of a page and of one person more, if there is one."""
        return self.rows((number - 1) * PEOPLE_PER_PAGE, PEOPLE_PER_PAGE + 1)

    def rows(self, start: int, wanted: int) -> list[Row]:
        """The rows of so many people as are wanted, after the first `start`."""
        sort = self.chosen["sort"]
        if self.findings is None:
            return ranked_rows(self._keys(start, wanted))
        if sort == "best":
            return ranked_rows(self._found[start : start + wanted], self._hits)
        people = Employee.objects.filter(pk__in=self._found).sorted_by(sort)
        return rows_of(people[start : start + wanted], self._hits)

    def keys(self) -> list[int]:
        """The keys of everyone who matches, as far as people are counted."""
        return self._keys(0, COUNT_LIMIT) if self.findings is None else self._found

    @property
    def _found(self) -> list[int]:
        """The keys of those whom the search found in the chosen teams and at the chosen location, the best first."""
        return [hit.employee for hit in self._hits.values() if self._is_meant(hit)]

    def _keys(self, start: int, wanted: int) -> list[int]:
        """The keys of those people without a search."""
        sort = self.chosen["sort"]
        if self._is_combined:
            return combined_keys(self.teams, self.location, sort, start, wanted)
        query = _keys_query(sort, *self._place)
        return [key for (key,) in query.rows([*self._place.values(), wanted, start])]

    @property
    def _place(self) -> dict[str, str | int]:
        """The columns by which people are found, if not everyone is, and their values."""
        place = {"team": self.chosen["team"], "location": self.location}
        return {column: value for column, value in place.items() if value}

    def _is_meant(self, hit: Hit) -> bool:
        """Whether somebody found is in the chosen teams and at the chosen location."""
        return (not self.teams or hit.team in self.teams) and self.location in (None, hit.location)

    @property
    def _hits(self) -> Mapping[int, Hit]:
        return self.findings.hits if self.findings else NO_HITS


def keys_in_order(sort: str, **place: str | int) -> QuerySet[Any, Any]:
    """The employees' keys, of a team, a location, both or everyone, in an order that one index holds."""
    if place:
        order = [name.replace("pk", "employee") for name in ORDERS[sort]]
        return ListPlace.objects.filter(*map(Q, place.items())).order_by(*order).values("employee")
    return Employee.objects.order_by(*ORDERS[sort]).values("pk")


@cache
def _total_query(limit: int) -> CompiledQuery:
    """How many people there are, counted to the limit; no row if there is nobody.

    Looking whether there is one more than the limit is quicker than counting so far, so it comes first.
    """
    people = Employee.objects.order_by().values("pk")
    is_more = Subquery(people.values_list(Value(limit + 1))[limit : limit + 1])
    return CompiledQuery(Employee.objects.order_by().values_list(Coalesce(is_more, NumberOfRows(people[:limit])))[:1])


@cache
def _keys_query(sort: str, *columns: str) -> CompiledQuery:
    """The keys of everyone, or of those with some values in the columns, in order.

    To be told these values, how many keys are wanted, and after how many.
    """
    return CompiledQuery(keys_in_order(sort, **dict.fromkeys(columns, 0)), " LIMIT %s OFFSET %s")
