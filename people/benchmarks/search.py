"""How fast search is, and how often it finds the right person."""

import resource
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import asdict
from functools import partial
from time import perf_counter
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.models import Q

from people.derived import rebuild
from people.directory.rows import Row, ranked_rows
from people.models import Employee, SearchWord
from people.search.models import SearchWordQuerySet
from people.server.memory import know_version, remembering

from .crowd import tidy_up
from .invented import CLASSES, Person, people, searches
from .measure import Budget, Spent, where

SHOWN = 20
# Milliseconds at p95 of each class, among at most so many people.
BUDGETS = {100_000: 5, 1_000_000: 10}
SLOW_BUDGETS = {100_000: 10, 1_000_000: 15}
FIRST, AMONG_THREE, TYPO_AMONG_THREE = 0.95, 0.98, 0.90
SAVE_RATIO = 1.6
SLOW = {"typo", "no hit"}
SIZE_ON_POSTGRESQL = "SELECT pg_total_relation_size(%s)"
SIZE_ON_SQLITE = "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = %s)"


def measure(size: int, number: int) -> dict[str, Any]:
    """The figures among so many people, from so many searches of each class; leaves all words as they were."""
    names = Counter(person.name for person in people(0, size))
    return {
        "classes": {kind: measure_class(kind, size, number, names) for kind in CLASSES},
        "save": measure_save(),
        "index_bytes": index_bytes(),
        **measure_rebuild(size),
    }


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'search':<16}{'median ms':>10}{'p95':>9}{'first':>8}{'of 3':>8}{'icontains p95':>16}"
    for kind, row in report["classes"].items():
        shares = f"{share(row['first']):>8}{share(row['three']):>8}"
        yield f"{kind:<16}{row['median']:>10.2f}{row['p95']:>9.2f}{shares}{row['icontains']:>16.1f}"
    save = report["save"]
    yield f"save {save['with']:.2f} ms with words, {save['without']:.2f} without: {save['ratio']:.2f} times"
    yield f"rebuild {report['rebuild_rate']:,.0f} people a second, {report['rebuild_memory_mb']:.0f} MB more memory"
    yield f"words table and indexes {report['index_bytes'] / 1e6:,.1f} MB"


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def seconds(run: Callable[[], Any], times: int = 1) -> float:
    """The best time of several runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    return best


def found_by(text: str) -> list[Employee]:
    """Who is found, best first."""
    return list(Employee.objects.search(text, at_most=SHOWN).with_card_details()[:SHOWN])


def search_timed(text: str) -> list[Row]:
    """The search and its rows with marks and reasons, as the suggestions draw them in a request.

    A request knows the version of the organisation from the account, and remembers the names of teams by it.
    """
    with remembering():
        know_version("as filled")
        findings = Employee.objects.found_by(text, at_most=SHOWN)
        return ranked_rows(list(findings.hits), findings.hits) if findings else []


def found_by_icontains(text: str) -> list[Employee]:
    """What most directories do."""
    people = Employee.objects.defer("phone").order_by("sort_name")
    for word in text.split():
        anywhere = [Q(**{f"{name}__icontains": word}) for name in ("first_name", "last_name", "email", "phone")]
        people = people.filter(Q(*anywhere, _connector=Q.OR))
    return list(people[:SHOWN])


def measure_class(kind: str, size: int, number: int, names: Counter[tuple[str, str]]) -> dict[str, float | None]:
    """Times of one class (the best of three runs), and how often the right person is first and among three.

    `names` says how many people have each name: only one without namesakes must be first.
    """
    asked = searches(kind, number, size)
    for search in asked[:10]:
        found_by(search.text)
    times = [seconds(partial(search_timed, search.text), 3) for search in asked]
    slow = [seconds(partial(found_by_icontains, search.text)) for search in asked[: number // 10]]
    right = [[search.means(as_person(employee)) for employee in found_by(search.text)[:3]] for search in asked]
    three = [any(means) for means in right] if kind != "no hit" else [not means for means in right]
    is_first = [
        means[:1] == [True]
        for search, means in zip(asked, right, strict=True)
        if search.person and (names[search.person.name] == 1 or kind == "e-mail part")
    ]
    return asdict(Spent.of(times)) | {
        "first": sum(is_first) / len(is_first) if is_first else None,
        "three": sum(three) / len(three),
        "icontains": Spent.of(slow).p95,
    }


def as_person(employee: Employee) -> Person:
    profile, phone = employee.profile, str(employee.phone.raw_input or employee.phone)
    contact = employee.first_name, employee.last_name, employee.email, phone
    return Person(*contact, profile.team, profile.job_title, profile.location_id)


def measure_save() -> dict[str, float]:
    """The median time of saving a changed name, with its words and past them; everybody is as before afterwards."""
    ways: dict[str, AbstractContextManager[Any]] = {
        "with": nullcontext(),
        "without": patch.object(SearchWordQuerySet, "write", write_nothing),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number, employee in enumerate(Employee.objects.order_by("pk")[:200]):
        before = copy(employee)
        for name in list(ways)[:: -1 if number % 2 else 1]:
            employee.first_name = f"{before.first_name} {name}"
            with ways[name]:
                spent[name].append(seconds(employee.save))
        before.save(update_modified=False)
    medians = {name: Spent.of(times).median for name, times in spent.items()}
    return medians | {"ratio": medians["with"] / medians["without"]}


def write_nothing(words: SearchWordQuerySet, *args: Any, is_new: bool) -> None:
    """Stands in for writing words: a save does all else that it does."""


def measure_rebuild(size: int) -> dict[str, float]:
    """How fast words are written from nothing, and how much memory that takes."""
    SearchWord.objects.all()._raw_delete(connection.alias)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    for _ in rebuild(Employee.objects.all()):
        pass
    spent = perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    tidy_up()
    return {"rebuild_rate": size / spent, "rebuild_memory_mb": grown / 1_000}


def index_bytes() -> int:
    """What the words take on disk, with their indexes."""
    statement = SIZE_ON_POSTGRESQL if connection.vendor == "postgresql" else SIZE_ON_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(statement, [SearchWord._meta.db_table])
        (number,) = map(int, cursor.fetchone())
        return number


def budgets_of(reports: list[dict[str, Any]]) -> Iterator[Budget]:
    """The budgets of every size."""
    for report in reports:
        here = where(report)
        for kind, row in report["classes"].items():
            first, three = (TYPO_AMONG_THREE, TYPO_AMONG_THREE) if kind in SLOW else (FIRST, AMONG_THREE)
            yield Budget(f"{here}: {kind}, p95 in ms", row["p95"], time_limit(kind, report["people"]))
            yield Budget(f"{here}: {kind}, right person among three", row["three"], three, at_least=True)
            if row["first"] is not None:
                yield Budget(f"{here}: {kind}, right person first", row["first"], first, at_least=True)
        yield Budget(f"{here}: save with words to without", report["save"]["ratio"], SAVE_RATIO)


def time_limit(kind: str, size: int) -> float:
    """The milliseconds that a search of this class may take among so many people."""
    limits = SLOW_BUDGETS if kind in SLOW else BUDGETS
    return next((limit for people, limit in sorted(limits.items()) if size <= people), limits[max(limits)])
