"""The table of search words: what is looked up in it, in SQL that SQLite and PostgreSQL both take."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection

from .models import SearchWord, table_of
from .query import LookUp, Spelling, Term

# Of the rarest word so many rows are read, and rows are counted no further: it then says that there may be more.
MOST_ROWS = 1_000


class FoundRow(NamedTuple):
    """A row of the table that a look-up found."""

    employee: int
    word: str
    kind: int
    # Which of the look-ups found it, by its place among them.
    look_up: int
    # The words, each with its kind ("lee 0"), by which the employee meets the other terms.
    other_words: tuple[str, ...]
    team: str | None
    location: int | None


def read_ranges(look_ups: Sequence[LookUp], *, of_each: int, in_all: int) -> list[FoundRow]:
    """The first rows of each look-up in the order of the index; of the first look-ups if there are too many."""
    return _found_rows(_ranges(look_ups, of_each), bounds_of([one.spelling for one in look_ups]), in_all)


def read_with_others(
    look_ups: Sequence[LookUp], others: Sequence[Term], *, of_each: int | None, in_all: int
) -> list[FoundRow]:
    """The rows of each look-up, or only the first, whose employees meet the other terms by rows of their own."""
    words = [f"{_word_of_employee(term)} AS other_{number}" for number, term in enumerate(others)]
    are_there = [f"other_{number} IS NOT NULL" for number in range(len(others))]
    rows = (
        f"SELECT * FROM (SELECT start.*, {', '.join(words)} FROM ({_ranges(look_ups, of_each)}) start) met"  # noqa: S608
        f" WHERE {' AND '.join(are_there)}"
    )
    looked_up = [spelling for term in others for spelling in term.spellings]
    return _found_rows(rows, bounds_of([*looked_up, *(one.spelling for one in look_ups)]), in_all)


def count_rows(spellings: Sequence[Spelling]) -> dict[Spelling, int]:
    """How many rows each of the spellings finds, counted to MOST_ROWS."""
    count = (
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM {_words()} WHERE word >= %s AND word < %s LIMIT {MOST_ROWS}) counted)"  # noqa: S608
    )
    [numbers] = _rows(f"SELECT {', '.join([count] * len(spellings))}", bounds_of(spellings))
    return dict(zip(spellings, numbers, strict=True))


def bounds_of(spellings: Sequence[Spelling]) -> list[str]:
    """Where the range of each spelling begins and ends, one after the other."""
    return list(chain.from_iterable(spelling.bounds for spelling in spellings))


def _ranges(look_ups: Sequence[LookUp], of_each: int | None) -> str:
    """The rows of all look-ups, each a range of the index."""
    limit = "" if of_each is None else f" LIMIT {of_each}"
    ranges = (
        f"SELECT * FROM (SELECT employee_id, word, kind, {number} AS look_up FROM {_words()}"  # noqa: S608
        f" WHERE word >= %s AND word < %s ORDER BY word, kind, employee_id{limit}) range_{number}"
        for number in range(len(look_ups))
    )
    return " UNION ALL ".join(ranges)


def _word_of_employee(term: Term) -> str:
    """A word with its kind by which the employee of a row of `start` meets the term, or NULL.

    A scalar subquery, because PostgreSQL would turn EXISTS into a join that reads every row of both. Compared as
    rows, so that only the index by employee and word can answer: PostgreSQL takes a range of the other one for
    short, and reads it again for every person. One after the other, because an OR of ranges would be collected
    and sorted first.
    """
    one = (
        f"(SELECT word || ' ' || kind FROM {_words()}"  # noqa: S608
        " WHERE (employee_id, word) >= (start.employee_id, %s) AND (employee_id, word) < (start.employee_id, %s)"
        " ORDER BY employee_id, word LIMIT 1)"
    )
    return f"COALESCE({', '.join([one] * len(term.spellings))}, NULL)"


def _found_rows(rows: str, bounds: list[str], most: int) -> list[FoundRow]:
    """Run the statement that gives `rows`, with the team and location of each employee.

    Scalar subqueries: PostgreSQL expects so many rows of many ranges that it would read all profiles for a join.
    """
    profile = table_of(apps.get_model("people.EmployeeProfile"))
    place = f"(SELECT {{}} FROM {profile} WHERE {profile}.employee_id = found.employee_id)"  # noqa: S608
    columns = ", ".join(map(place.format, ("team", "location_id")))
    found = _rows(f"SELECT found.*, {columns} FROM ({rows} LIMIT {most}) found", bounds)  # noqa: S608
    return [
        FoundRow(employee, word, kind, look_up, tuple(other_words), team, location)
        for employee, word, kind, look_up, *other_words, team, location in found
    ]


def _words() -> str:
    return table_of(SearchWord)


def _rows(statement: str, params: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
