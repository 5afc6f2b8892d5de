"""Who reports to whom: nobody to themselves, neither at once nor by way of others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from people.ground.locks import Lock, hold

# So many people of a loop are named; a longer one says how many others there are.
MOST_NAMED = 10
# A chain ends at a loop that is stored, because UNION takes no row twice.
CHAIN = """
WITH RECURSIVE chain (employee_id, manager_id) AS (
    SELECT employee_id, manager_id FROM people_employeeprofile WHERE employee_id = %s
    UNION
    SELECT above.employee_id, above.manager_id
    FROM people_employeeprofile above JOIN chain ON above.employee_id = chain.manager_id
)
SELECT employee_id, manager_id FROM chain WHERE manager_id IS NOT NULL
"""

_written: ContextVar[set[int] | None] = ContextVar("written", default=None)


def loop_among(managers: Mapping[int, int], people: Iterable[int]) -> list[int]:
    """People of whom each reports to the next and the last to the first, one of `people` first; none without a loop.

    `managers` has the manager of everybody who has one, all by key.
    """
    asked, end_well = {*people}, set[int]()
    for start in asked:
        chain: dict[int, None] = {}
        key: int | None = start
        while key is not None and key not in chain and key not in end_well:
            chain[key] = None
            key = managers.get(key)
        loop = list(chain)[list(chain).index(key) :] if key in chain else []
        for place, member in enumerate(loop):
            if member in asked:
                return loop[place:] + loop[:place]
        end_well |= chain.keys()
    return []


def refuse_loop(employee: int | None, manager: int) -> None:
    """Raise ValidationError if `employee` (by key; None: a new one) stands above `manager` or is the same.

    Nobody else changes managers from here until the transaction ends.
    """
    with transaction.atomic():
        hold(Lock.MANAGERS)
        with connection.cursor() as cursor:
            cursor.execute(CHAIN, [manager])
            managers = dict(cursor.fetchall())
        if employee is not None:
            _refuse(loop_among(managers | {employee: manager}, [employee]))


@contextmanager
def changing_managers(people: Iterable[int] = ()) -> Iterator[set[int]]:
    """A transaction that changes the managers of `people` (by key) and of those who are added to the set that it gives.

    Raises ValidationError when it ends with one of them in a loop. One inside of another is part of it, so that the
    order in which many are written doesn't matter.
    """
    outer = _written.get()
    if outer is not None:
        outer |= {*people}
        yield outer
        return
    written = {*people}
    token = _written.set(written)
    try:
        with transaction.atomic():
            hold(Lock.MANAGERS)
            yield written
            profiles = apps.get_model("people.EmployeeProfile").objects
            managers = dict(profiles.exclude(manager=None).values_list("employee", "manager")) if written else {}
            _refuse(loop_among(managers, written))
    finally:
        _written.reset(token)


def _refuse(loop: Sequence[int]) -> None:
    if loop:
        people = apps.get_model("people.Employee").objects.in_bulk(loop[:MOST_NAMED])
        names = [people[key].name for key in loop if key in people]
        raise ValidationError({"manager": ValidationError(in_a_loop(names, len(loop)), "loop")})


def in_a_loop(names: list[str], length: int) -> str:
    """Says that so many people would report to each other, by the names of the first of them."""
    first, *others = names
    if not others:
        return f"{first} can’t report to themselves."
    end = ", and so on, back to " if length > len(names) else ", who reports to " if others[1:] else " reports to "
    return f"{first} can’t report to {others[0]}: {_each_to_the_next(others)}{end}{first}."


def _each_to_the_next(names: list[str]) -> str:
    """Such as "Ann", "Ann reports to Bo" and "Ann reports to Bo, who reports to Cy"."""
    first, *others = names
    return " reports to ".join([first, ", who reports to ".join(others)] if others else [first])
