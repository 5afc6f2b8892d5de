"""The people of several teams, everywhere or at a location: lists that no single range of an index holds.

Each team has its people in order, and so it has them at each location: the ranges are merged while they are read, of
at most COUNT_LIMIT people. SQL by hand, because databases merge in different ways.
"""

from collections.abc import Sequence
from itertools import chain

from django.db import connection

from people.models import ListPlace
from people.search.models import table_of

from .sizes import COUNT_LIMIT

# A database merges only so many ranges; whoever lists more teams says how many are left out.
MOST_RANGES = 100
ORDERS = {
    "name": "sort_name, employee_id",
    "-name": "sort_name DESC, employee_id DESC",
    "newest": "employee_id DESC",
}


def combined_keys(teams: Sequence[str], location: int | None, sort: str, start: int, wanted: int) -> list[int]:
    """The keys of so many people as are wanted after the first `start`, of the teams, at a location or anywhere."""
    ranges: list[list[str | int]] = [[team, *([location] if location else [])] for team in teams[:MOST_RANGES]]
    needed = min(start + wanted, COUNT_LIMIT)
    place = "team = %s AND location_id = %s" if location else "team = %s"
    one = f"SELECT employee_id, sort_name FROM {table_of(ListPlace)} WHERE {place}"  # noqa: S608
    if connection.vendor == "postgresql":
        # It merges only what is in order by itself. SQLite would sort each range because of it.
        one = f"SELECT * FROM ({one} ORDER BY {ORDERS[sort]} LIMIT {needed}) one_range"  # noqa: S608
    read = f"{' UNION ALL '.join([one] * len(ranges))} ORDER BY {ORDERS[sort]} LIMIT {needed}"
    with connection.cursor() as cursor:
        statement = f"SELECT employee_id FROM ({read}) met ORDER BY {ORDERS[sort]} LIMIT %s OFFSET %s"  # noqa: S608
        cursor.execute(statement, [*chain.from_iterable(ranges), wanted, start])
        return [key for (key,) in cursor.fetchall()]
