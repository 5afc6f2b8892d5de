"""The people of several teams, or of teams and a location: lists that no single index holds.

Each team and each location has its people in order, so that the ranges of several teams are merged while they are read,
and of another one's range those are left out who aren't meant. At most COUNT_LIMIT people are read. SQL by hand,
because Django neither filters a union nor counts what it read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from people.models import ListPlace
from people.search.models import placeholder, table_of

from .sizes import COUNT_LIMIT

# A database merges only so many ranges; whoever lists more teams says how many are left out.
MOST_RANGES = 100
ORDERS = {
    "name": "sort_name, employee_id",
    "-name": "sort_name DESC, employee_id DESC",
    "newest": "employee_id DESC",
}


@dataclass(frozen=True)
class Combined:
    """The first people of `ranges`, which are values of one column, of whom those of `only` are meant."""

    column: str
    ranges: Sequence[Any]
    only_column: str = ""
    only: Sequence[Any] = ()

    def keys(self, sort: str, start: int, wanted: int) -> list[int]:
        """The keys of so many employees as are wanted, after the first `start`, in the order `sort`."""
        needed = COUNT_LIMIT if self.only else min(start + wanted, COUNT_LIMIT)
        found = f"SELECT employee_id {self._met(sort, needed)} ORDER BY {ORDERS[sort]} LIMIT %s OFFSET %s"
        return [key for (key,) in self._rows(found, wanted, start)]

    def count(self, sort: str) -> int:
        """How many are meant among those read in the order `sort`."""
        [(number,)] = self._rows(f"SELECT COUNT(*) {self._met(sort, COUNT_LIMIT)}")
        return int(number)

    def _met(self, sort: str, needed: int) -> str:
        """Those who are meant among the first that the ranges have in this order."""
        columns, places = "employee_id, sort_name, team, location_id", table_of(ListPlace)
        one = f"SELECT {columns} FROM {places} WHERE {self.column} = %s"  # noqa: S608
        if connection.vendor == "postgresql":
            # It merges only what is in order by itself. SQLite would sort each range because of it.
            one = f"SELECT * FROM ({one} ORDER BY {ORDERS[sort]} LIMIT {needed}) one_range"  # noqa: S608
        read = f"{' UNION ALL '.join([one] * len(self._ranges))} ORDER BY {ORDERS[sort]} LIMIT {needed}"
        where = f"WHERE {self.only_column} IN {placeholder(self.only)}" if self.only else ""
        return f"FROM ({read}) met {where}"

    @property
    def _ranges(self) -> Sequence[Any]:
        return self.ranges[:MOST_RANGES]

    def _rows(self, statement: str, *params: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*self._ranges, *self.only, *params])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
