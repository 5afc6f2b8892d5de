"""The directory at any size: who is on a page, how many there are, and the way to the pages beside it.

A page is found by its keys alone, in the order of one index; then what is shown is read of those.
Numbers end where counting and skipping would take time that grows with the organisation: from there
on a page begins after the last person of the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache as remember
from functools import cached_property
from math import ceil
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.utils.http import urlencode

from people.ground.prepared import Prepared
from people.models import Employee, EmployeeProfile, TeamPlace
from people.querysets import ORDERS
from people.search.findings import Findings, Hit

from .rows import NO_HITS, Row, ranked_rows, rows_of

PEOPLE_PER_PAGE = 50
LAST_NUMBER = 2_000
# Nobody reads a number further than this; beyond it says "10,000+".
COUNTED = 10_000
MANY = "directory-has-many-{}"
SECONDS_REMEMBERED = 60
People = QuerySet[TeamPlace] | QuerySet[Employee]
Step = dict[str, str | int]


class CountUpTo(Subquery):
    """How many rows a sliced query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass
class Page:
    """The people on one page. `previous` and `next` are what the query string must say to get there."""

    rows: list[Row] = field(default_factory=list)
    number: int | None = None
    numbers: list[int | None] = field(default_factory=list)
    previous: Step | None = None
    next: Step | None = None

    @property
    def start(self) -> int | None:
        """The place of its first person, from 1; None when it isn't known."""
        return (self.number - 1) * PEOPLE_PER_PAGE + 1 if self.number else None

    @property
    def end(self) -> int | None:
        """The place of its last person; None when it isn't known."""
        return self.start + len(self.rows) - 1 if self.start else None


class Directory:
    """The people whom a query string asks for: `chosen` has q, team, sort, page, after and before."""

    def __init__(self, chosen: Mapping[str, Any]) -> None:
        self.chosen = chosen

    @cached_property
    def findings(self) -> Findings | None:
        """What the search found; None without a search."""
        return Employee.objects.found_by(self.chosen["q"])

    @property
    def has_more(self) -> bool:
        """Whether more people match than the search reads."""
        return bool(self.findings and self.findings.is_cut)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """How many of the people found each team has, and all of them under ""; counted to COUNTED + 1."""
        if self.findings is None:
            return self.everyone
        by_team = self.findings.count_by_team()
        return {"": sum(by_team.values()), **{team.value: by_team.get(team, 0) for team in EmployeeProfile.Teams}}

    @cached_property
    def everyone(self) -> dict[str, int]:
        """`numbers` of a directory that nobody searches; one query.

        That a group has more than COUNTED is remembered for a minute: counting so far takes as long as a page.
        """
        names = ["", *EmployeeProfile.Teams.values] if self.findings is None else [""]
        many = cache.get_many(map(MANY.format, names))
        few = tuple(name for name in names if MANY.format(name) not in many)
        counts = next(iter(_counting(few, COUNTED + 1).rows()), [0] * len(few)) if few else []
        numbers = dict.fromkeys(names, COUNTED + 1) | dict(zip(few, counts, strict=True))
        for name in few:
            if numbers[name] > COUNTED:
                cache.set(MANY.format(name), True, SECONDS_REMEMBERED)
        return numbers

    @property
    def total(self) -> int:
        """How many people there are, found or not; counted to COUNTED + 1."""
        return self.everyone[""]

    @property
    def count(self) -> int:
        """How many people are found, in the chosen team if there is one; counted to COUNTED + 1."""
        return self.numbers[self.chosen["team"]]

    @cached_property
    def nearest(self) -> list[Row]:
        """Rows of a few people who may have been meant when nobody was found in any team."""
        if self.numbers[""]:
            return []
        return ranked_rows(Employee.objects.nearest_to(self.chosen["q"]))

    def query(self, **changes: Any) -> str:
        """The query string that asks for these people with `changes`, from the first page unless they name another."""
        asked = {name: self.chosen[name] for name in ("q", "team", "sort")} | changes
        if asked["sort"] == "best" or (asked["sort"] == "name" and not asked["q"]):
            asked["sort"] = None  # the order without a choice
        said = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(said)}" if said else ""

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out, as far as people were counted."""
        is_asked = self.chosen["q"] or self.chosen["team"]
        return self.count == self.total and (self.total <= COUNTED or not is_asked)

    @cached_property
    def page(self) -> Page:
        """The chosen page, or the nearest one that there is."""
        after, before = self.chosen["after"], self.chosen["before"]
        if (after or before) and self.findings is None:
            return self._page_next_to(after or before, backwards=not after) or self._numbered_page()
        return self._numbered_page()

    def _numbered_page(self) -> Page:
        number = min(self.chosen["page"], LAST_NUMBER)
        if self.count <= COUNTED:
            number = min(number, max(1, ceil(self.count / PEOPLE_PER_PAGE)))
        rows = self._rows(number)
        if not rows and number > 1:
            number = ceil(self._line.keys[: LAST_NUMBER * PEOPLE_PER_PAGE].count() / PEOPLE_PER_PAGE)
            rows = self._rows(number)
        page = Page(rows[:PEOPLE_PER_PAGE], number, self._numbers(number, len(rows)))
        if number > 1:
            page.previous = {"page": number - 1}
        if len(rows) > PEOPLE_PER_PAGE:
            page.next = {"page": number + 1} if number < LAST_NUMBER else {"after": page.rows[-1]["pk"]}
        return page

    def _page_next_to(self, key: int, *, backwards: bool) -> Page | None:
        """The page after the person with this key, or before; None when nobody is there."""
        keys = self._line.beyond(key, backwards=backwards)[: PEOPLE_PER_PAGE + 1]
        rows = rows_of(Employee.objects.filter(pk__in=keys).sorted_by(self.chosen["sort"]))
        if not rows:
            return None
        has_more = len(rows) > PEOPLE_PER_PAGE
        page = Page(rows[-PEOPLE_PER_PAGE:] if backwards else rows[:PEOPLE_PER_PAGE])
        if has_more or not backwards:
            page.previous = {"before": page.rows[0]["pk"]}
        if has_more or backwards:
            page.next = {"after": page.rows[-1]["pk"]}
        return page

    def _numbers(self, number: int, rows: int) -> list[int | None]:
        """The numbers to choose from: the first, those around and the last, if that is known; None for a gap."""
        is_known = self.count <= COUNTED
        people = self.count if is_known else max(COUNTED, (number - 1) * PEOPLE_PER_PAGE + rows)
        paginator = Paginator(range(min(people, LAST_NUMBER * PEOPLE_PER_PAGE)), PEOPLE_PER_PAGE)
        elided = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
        numbers = [number if isinstance(number, int) else None for number in elided]
        return numbers if is_known else [*numbers, None]

    def _rows(self, number: int) -> list[Row]:
        """The rows of a page and of one person more, if there is one."""
        start, wanted = (number - 1) * PEOPLE_PER_PAGE, PEOPLE_PER_PAGE + 1
        team, sort = self.chosen["team"], self.chosen["sort"]
        if self.findings is None:
            asked = [team, wanted, start] if team else [wanted, start]
            return ranked_rows([key for (key,) in _paging(sort, bool(team)).rows(asked)])
        found = [hit.employee for hit in self._hits.values() if not team or hit.team == team]
        if sort == "best":
            return ranked_rows(found[start : start + wanted], self._hits)
        people = Employee.objects.filter(pk__in=found).sorted_by(sort)
        return rows_of(people[start : start + wanted], self._hits)

    @property
    def _hits(self) -> Mapping[int, Hit]:
        return self.findings.hits if self.findings else NO_HITS

    @property
    def _line(self) -> "Line":
        team = self.chosen["team"]
        return Line(people_of(team), "employee" if team else "pk", self.chosen["sort"])


@dataclass(frozen=True)
class Line:
    """People in an order that one index holds. `people` are employees or places; `key` names the employee's."""

    people: People
    key: str
    sort: str

    @property
    def keys(self) -> QuerySet[Any, Any]:
        """The employees' keys, in order."""
        order = [field.replace("pk", self.key) for field in ORDERS[self.sort]]
        keys: QuerySet[Any, Any] = self.people.order_by(*order).values(self.key)
        return keys

    def beyond(self, key: int, *, backwards: bool) -> QuerySet[Any, Any]:
        """The keys of those after the employee with this key; of those before, the nearest first, if `backwards`."""
        side = "lt" if ORDERS[self.sort][-1].startswith("-") != backwards else "gt"
        is_beyond = Q((f"{self.key}__{side}", key))
        if self.sort != "newest":
            name = Subquery(Employee.objects.filter(pk=key).values("sort_name"))
            # The name's bound alone is a range of the index; the rest is checked in there.
            is_beyond = Q((f"sort_name__{side}e", name)) & (Q((f"sort_name__{side}", name)) | is_beyond)
        keys = self.keys.filter(is_beyond)
        return keys.reverse() if backwards else keys


def people_of(team: str) -> People:
    """The places of a team's people; without a team everyone."""
    return TeamPlace.objects.filter(team=team) if team else Employee.objects.order_by()


@remember
def _counting(teams: tuple[str, ...], limit: int) -> Prepared:
    """How many people each team has, and all of them under "", counted to the limit; no row if there is nobody."""
    counts = [CountUpTo(people_of(team).values("pk")[:limit]) for team in teams]
    return Prepared(people_of("").values_list(*counts)[:1])


@remember
def _paging(sort: str, is_team: bool) -> Prepared:
    """The keys of everyone or of a team in order; to be told the team, how many, and after how many."""
    team = "any" if is_team else ""
    return Prepared(Line(people_of(team), "employee" if team else "pk", sort).keys, " LIMIT %s OFFSET %s")
