"""The directory at any size: who is on a page, how many people there are, and which pages there are.

A page is found by its keys alone, in the order of one index; then what is shown is read of those. Numbers and pages
end where counting and skipping people would take time that grows with the organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import ceil
from typing import Any

from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.http import urlencode

from people.accounts.models import User
from people.ground.compiled import CompiledQuery
from people.models import Employee, ListPlace, Team
from people.querysets import ORDERS
from people.search.findings import Findings, Hit

from .rows import NO_HITS, Row, ranked_rows, rows_of

PEOPLE_PER_PAGE = 50
# Nobody turns so many pages, and skipping more people would take longer than drawing the page.
LAST_PAGE = 2_000
# Nobody reads a number further than this: it says "10,000+".
COUNT_LIMIT = 10_000


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
    # Whether more people follow, on a next page or, after the last one, on none.
    has_more: bool = False

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
        return self.number + 1 if self.has_more and self.number < LAST_PAGE else None


class Directory:
    """The people whom a query string asks for: `chosen` has q, team, sort and page. `reader` is who asks."""

    def __init__(self, chosen: Mapping[str, Any], reader: User | None = None) -> None:
        self.chosen, self.reader = chosen, reader

    @cached_property
    def findings(self) -> Findings | None:
        """What the search found; None without a search."""
        return Employee.objects.found_by(self.chosen["q"], self.reader)

    @property
    def has_more(self) -> bool:
        """Whether more people match than the search reads."""
        return bool(self.findings and self.findings.is_cut)

    @property
    def are_similar(self) -> bool:
        """Whether nobody matches exactly, and those found have similar names."""
        return bool(self.findings and self.findings.are_similar)

    @cached_property
    def counts_by_team(self) -> dict[str, int]:
        """How many of the people found each team has, and all under ""; above COUNT_LIMIT it means more than that."""
        if self.findings is None:
            return self._counts_of_everyone
        found = self.findings.count_by_team()
        return {"": sum(found.values()), **{team: found.get(team, 0) for team in Team.objects.tree().nodes}}

    @cached_property
    def _counts_of_everyone(self) -> dict[str, int]:
        """The counts without a search, of teams only if nobody searches; one query."""
        teams = ("", *Team.objects.tree().nodes) if self.findings is None else ("",)
        counts = next(iter(_counts_query(teams, COUNT_LIMIT).rows()), [0] * len(teams))
        return dict(zip(teams, counts, strict=True))

    @property
    def total(self) -> int:
        """How many people there are, found or not."""
        return self._counts_of_everyone[""]

    @property
    def count(self) -> int:
        """How many people are found, in the chosen team if there is one."""
        return self.counts_by_team[self.chosen["team"]]

    @cached_property
    def nearest(self) -> list[Row]:
        """Rows of a few people who may have been meant when nobody was found in any team."""
        return [] if self.counts_by_team[""] else ranked_rows(Employee.objects.nearest_to(self.chosen["q"]))

    def query(self, **changes: Any) -> str:
        """The query string that asks for these people with `changes`, from the first page unless they name another."""
        asked = {name: self.chosen[name] for name in ("q", "team", "sort")} | changes
        if asked["sort"] == "best" or (asked["sort"] == "name" and not asked["q"]):
            asked["sort"] = None  # the order without a choice
        given = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(given)}" if given else ""

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out, as far as people were counted."""
        is_asked = self.chosen["q"] or self.chosen["team"]
        return self.count == self.total and (self.total <= COUNT_LIMIT or not is_asked)

    @cached_property
    def page(self) -> Page:
        """The chosen page, or the nearest one that there is."""
        number = min(self.chosen["page"], LAST_PAGE)
        if self.count <= COUNT_LIMIT:
            number = min(number, max(1, ceil(self.count / PEOPLE_PER_PAGE)))
        rows = self._rows_of_page(number)
        if not rows and number > 1:
            people = keys_in_order(self.chosen["team"], self.chosen["sort"])[: LAST_PAGE * PEOPLE_PER_PAGE]
            number = ceil(people.count() / PEOPLE_PER_PAGE)
            rows = self._rows_of_page(number)
        return Page(rows[:PEOPLE_PER_PAGE], number, self._numbers(number, len(rows)), len(rows) > PEOPLE_PER_PAGE)

    def _numbers(self, number: int, rows: int) -> list[int | None]:
        """The numbers to choose from: the first, those around and the last, if that is known; None for a gap."""
        is_known = self.count <= COUNT_LIMIT
        people = self.count if is_known else max(COUNT_LIMIT, (number - 1) * PEOPLE_PER_PAGE + rows)
        paginator = Paginator(range(min(people, LAST_PAGE * PEOPLE_PER_PAGE)), PEOPLE_PER_PAGE)
        pages = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
        numbers = [page if isinstance(page, int) else None for page in pages]
        return numbers if is_known else [*numbers, None]

    def _rows_of_page(self, number: int) -> list[Row]:
        """The rows of a page and of one person more, if there is one."""
        return self.rows((number - 1) * PEOPLE_PER_PAGE, PEOPLE_PER_PAGE + 1)

    def rows(self, start: int, wanted: int) -> list[Row]:
        """The rows of so many people as are wanted, after the first `start`."""
        team, sort = self.chosen["team"], self.chosen["sort"]
        if self.findings is None:
            asked = [team, wanted, start] if team else [wanted, start]
            return ranked_rows([key for (key,) in _keys_query(sort, is_team=bool(team)).rows(asked)])
        found = [hit.employee for hit in self._hits.values() if not team or hit.team == team]
        if sort == "best":
            return ranked_rows(found[start : start + wanted], self._hits)
        people = Employee.objects.filter(pk__in=found).sorted_by(sort)
        return rows_of(people[start : start + wanted], self._hits)

    @property
    def _hits(self) -> Mapping[int, Hit]:
        return self.findings.hits if self.findings else NO_HITS


def keys_in_order(team: str, sort: str) -> QuerySet[Any, Any]:
    """The employees' keys, of a team or of everyone, in an order that one index holds."""
    if team:
        order = [name.replace("pk", "employee") for name in ORDERS[sort]]
        return ListPlace.objects.filter(team=team).order_by(*order).values("employee")
    return Employee.objects.order_by(*ORDERS[sort]).values("pk")


@cache
def _counts_query(teams: tuple[str, ...], limit: int) -> CompiledQuery:
    """How many people each team has, and all of them under "", counted to the limit; no row if there is nobody.

    Looking whether there is one more than the limit is quicker than counting so far, so it comes first.
    """
    counts = []
    for team in teams:
        people = keys_in_order(team, "newest").order_by()
        is_more = Subquery(people.values_list(Value(limit + 1))[limit : limit + 1])
        counts.append(Coalesce(is_more, NumberOfRows(people[:limit])))
    return CompiledQuery(Employee.objects.order_by().values_list(*counts)[:1])


@cache
def _keys_query(sort: str, *, is_team: bool) -> CompiledQuery:
    """The keys of everyone or of a team in order; to be told the team, how many, and after how many."""
    return CompiledQuery(keys_in_order("any" if is_team else "", sort), " LIMIT %s OFFSET %s")
