"""The table of search words: what is looked up in it, as SQL for both databases."""

from collections.abc import Collection, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

from .findings import Branch
from .models import SearchWord
from .query import Term

if TYPE_CHECKING:
    from people.models import EmployeeProfile

# Number or place, from where and to where; of a range also how many rows of it are wanted.
Range = tuple[int, str, str, int]
Count = tuple[int, str, str]
EVERY_ROW = 1_000_000_000
# In place of the kind of a word, in a row that says how many there are.
A_COUNT = -1


def profile_model() -> type["EmployeeProfile"]:
    """The model that has the team."""
    return apps.get_model("people.EmployeeProfile")


class WordTable:
    """The look-ups; rows are counted no further than `counted`."""

    def __init__(self, counted: int, using: str) -> None:
        self.counted, self.using = counted, using
        quote = connections[using].ops.quote_name
        profile = quote(profile_model()._meta.db_table)
        self.words = quote(SearchWord._meta.db_table)
        self.team = f"(SELECT p.team FROM {profile} p WHERE p.employee_id = found.employee_id) AS team"  # noqa: S608
        self.has_lateral = connections[using].vendor == "postgresql"

    def read_ranges(
        self, branches: list[Branch], counted: Iterable[Term] = (), most: int | None = None
    ) -> list[tuple[Any, ...]]:
        """All branches in one statement, each in the order of the index and no further than its limit.

        With `most` no more rows than that are read, of the first branches first.

        Gives a row of each: employee, word, kind, number of the branch, team.
        And for each spelling of the `counted` terms: number of rows, nothing, A_COUNT, place of the term, nothing.
        """
        counts = [(place, *one.bounds) for place, term in enumerate(counted) for one in term.plain]
        ranges = [(number, *branch.spelling.bounds, branch.limit) for number, branch in enumerate(branches)]
        union, params = self._together(ranges, counts) if self.has_lateral else self._one_by_one(ranges, counts)
        statement = f"SELECT found.*, {self.team} FROM ({union}) found LIMIT %s"  # noqa: S608
        return self._rows(statement, [*params, most or EVERY_ROW])

    def _together(self, ranges: list[Range], counts: list[Count]) -> tuple[str, list[Any]]:
        """The same text however many there are: the database plans it once."""
        of_ranges = [list(column) for column in zip(*ranges, strict=True)] or [[], [], [], []]
        of_counts = [list(column) for column in zip(*counts, strict=True)] or [[], [], []]
        sql = (
            f"SELECT one.*, number FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[])"  # noqa: S608
            f" ranges(number, low, high, most) CROSS JOIN LATERAL ({self._range('low', 'high')} LIMIT most) one"
            f" UNION ALL SELECT counted.*, place FROM unnest(%s::int[], %s::text[], %s::text[])"
            f" counts(place, low, high) CROSS JOIN LATERAL ({self._count('low', 'high')}) counted"
        )
        return sql, [*of_ranges, *of_counts]

    def _one_by_one(self, ranges: list[Range], counts: list[Count]) -> tuple[str, list[Any]]:
        """For a database that has no LATERAL."""
        arms = [
            f"SELECT *, {number} AS branch FROM ({self._range()} LIMIT {limit})"  # noqa: S608
            for number, _, _, limit in ranges
        ]
        arms += [f"SELECT *, {place} AS branch FROM ({self._count()})" for place, _, _ in counts]  # noqa: S608
        return " UNION ALL ".join(arms), [bound for _, low, high, *_ in [*ranges, *counts] for bound in (low, high)]

    def _range(self, low: str = "%s", high: str = "%s") -> str:
        """The rows of a range in the order of the index."""
        return (
            f"SELECT a.employee_id, a.word, a.kind FROM {self.words} a"  # noqa: S608
            f" WHERE a.word >= {low} AND a.word < {high} ORDER BY a.word, a.kind, a.employee_id"
        )

    def _count(self, low: str = "%s", high: str = "%s") -> str:
        """How many rows a range has, as far as it matters."""
        return (
            f"SELECT COUNT(*) AS employee_id, '' AS word, {A_COUNT} AS kind FROM (SELECT 1 FROM {self.words} a"  # noqa: S608
            f" WHERE a.word >= {low} AND a.word < {high} LIMIT {self.counted}) first"
        )

    def read_apart(
        self, branches: list[Branch], others: list[Term], reading: int, listed: Collection[Term]
    ) -> list[tuple[Any, ...]]:
        """The people of each branch, among its first `reading` rows, who meet the other terms too.

        Gives a row of each: employee, word, kind, number of the branch, a word that meets each of `others`, team.
        """
        start = [
            f"SELECT *, {number} AS branch FROM ({self._range()} LIMIT {reading}) branch_{number}"  # noqa: S608
            for number in range(len(branches))
        ]
        met = [self._listed(term) if term in listed else self._looked_up(term) for term in others]
        words = [self._word_of("found", term) for term in others]
        statement = (
            f"SELECT found.*, {', '.join(sql for sql, _ in words)}, {self.team}"  # noqa: S608
            f" FROM (SELECT * FROM ({' UNION ALL '.join(start)}) start"
            f" WHERE {' AND '.join(sql for sql, _ in met)} LIMIT {sum(branch.limit for branch in branches)}) found"
        )
        bounds = (branch.spelling.bounds for branch in branches)
        return self._rows(
            statement, list(chain(*(params for _, params in words), *bounds, *(params for _, params in met)))
        )

    def _listed(self, term: Term) -> tuple[str, list[str]]:
        """Whether the person of `start` is among all who meet the term.

        IS TRUE, because PostgreSQL would turn IN alone into a join that reads the list again for every person.
        """
        rows = f"SELECT o.employee_id FROM {self.words} o WHERE o.word >= %s AND o.word < %s"  # noqa: S608
        bounds = [bound for spelling in term.spellings for bound in spelling.bounds]
        return f"(start.employee_id IN ({' UNION ALL '.join([rows] * len(term.spellings))})) IS TRUE", bounds

    def _looked_up(self, term: Term) -> tuple[str, list[str]]:
        """Whether the person of `start` meets the term."""
        sql, params = self._word_of("start", term)
        return f"{sql} IS NOT NULL", params

    def _word_of(self, alias: str, term: Term) -> tuple[str, list[str]]:
        """A word with its kind by which the person of `alias` meets the term, or NULL.

        Scalar subqueries, because PostgreSQL would turn EXISTS into a join that reads every row of both.
        Compared as rows, so that only the index by employee and word can answer: PostgreSQL takes a
        range of the other one for short, and reads it again for every person.
        """
        one = (
            f"(SELECT o.word || ' ' || o.kind FROM {self.words} o"  # noqa: S608
            f" WHERE (o.employee_id, o.word) >= ({alias}.employee_id, %s)"
            f" AND (o.employee_id, o.word) < ({alias}.employee_id, %s) ORDER BY o.employee_id, o.word LIMIT 1)"
        )
        # One after the other: an OR of ranges would be collected and sorted first.
        bounds = [bound for spelling in term.spellings for bound in spelling.bounds]
        return f"COALESCE({', '.join([one] * len(term.spellings))}, NULL)", bounds

    def _rows(self, statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
