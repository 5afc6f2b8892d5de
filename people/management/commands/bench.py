"""Measure search at several sizes on an own database, and fail when a budget is missed."""

import json
import resource
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Q
from django_extensions.db.models import TimeStampedModel

from people.benchmarks import invented
from people.models import Employee, EmployeeProfile, SearchWord

BATCH = 2_000
SHOWN = 20
# Milliseconds, p95 of each class, up to so many people; shares of searches; ratio; people a second.
BUDGETS = {100_000: 2.5, 1_000_000: 10}
TYPO_BUDGET = 25
FIRST, AMONG_THREE, TYPO_AMONG_THREE = 0.95, 0.98, 0.90
SAVE_RATIO = 1.5
REBUILD_RATE = 15_000
SLOW = {"typo", "no hit"}
SIZE_ON_POSTGRESQL = "SELECT pg_total_relation_size(%s)"
SIZE_ON_SQLITE = "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = %s)"


class Command(BaseCommand):
    help = "Measure search. Needs a database of its own: DATABASE_URL=sqlite:///var/bench.sqlite3."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000], help="numbers of people, rising")
        parser.add_argument("--searches", type=int, default=200, help="of each class (default: 200)")
        parser.add_argument("--json", type=Path, help="where to write the figures")

    def handle(self, *args: Any, sizes: list[int], searches: int, json: Path | None, **options: Any) -> None:
        if Employee.objects.exclude(email__endswith=f"@{invented.DOMAIN}").exists():
            raise CommandError("This database has real people. Set DATABASE_URL to one of its own.")
        reports = [self.measure(size, searches) for size in sorted(sizes)]
        missed = [sentence for report in reports for sentence in report["missed"]]
        if json:
            write_json(json, reports)
        if missed:
            raise CommandError("Budgets missed:\n" + "\n".join(missed))

    def measure(self, size: int, number: int) -> dict[str, Any]:
        """The figures of one size, printed as they come."""
        names = fill(size)
        self.stdout.write(f"\n{connection.vendor}, {size:,} people (milliseconds; best of 3 runs of each search)")
        self.stdout.write(f"{'class':<16}{'median':>9}{'p95':>9}{'first':>8}{'of 3':>8}{'icontains p95':>16}")
        classes = {kind: measure_class(kind, size, number, names) for kind in invented.CLASSES}
        for kind, row in classes.items():
            shares = f"{share(row['first']):>8}{share(row['three']):>8}"
            self.stdout.write(f"{kind:<16}{row['median']:>9.2f}{row['p95']:>9.2f}{shares}{row['icontains']:>16.1f}")
        report = {"database": connection.vendor, "people": size, "classes": classes, "save": measure_save()}
        report |= {"index_bytes": index_bytes(), **measure_rebuild(size)}
        report["missed"] = missed_budgets(report)
        save = report["save"]
        self.stdout.write(
            f"save {save['with']:.2f} ms with words, {save['without']:.2f} without: {save['ratio']:.2f} times\n"
            f"rebuild {report['rebuild_rate']:,.0f} people a second, {report['rebuild_memory_mb']:.0f} MB more memory\n"
            f"words table and indexes {report['index_bytes'] / 1e6:,.1f} MB"
        )
        return report


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def write_json(path: Path, reports: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(reports, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def fill(size: int) -> Counter[tuple[str, str]]:
    """Add the people that are missing; returns how many have each name."""
    for start in range(Employee.objects.count(), size, BATCH):
        some = list(invented.people(start, min(start + BATCH, size)))
        with transaction.atomic():
            added = Employee.objects.bulk_create(
                [Employee(first_name=p.first_name, last_name=p.last_name, email=p.email, phone=p.phone) for p in some]
            )
            for employee, one in zip(added, some, strict=True):
                employee.profile.team = one.team
            EmployeeProfile.objects.bulk_update([employee.profile for employee in added], ["team"], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    return Counter(one.name for one in invented.people(0, size))


def milliseconds(run: Callable[[], Any], times: int = 1) -> float:
    """The best time of several runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        run()
        best = min(best, (perf_counter() - start) * 1_000)
    return best


def found_by(text: str) -> list[Employee]:
    """What a picker shows."""
    return list(Employee.objects.search(text, at_most=SHOWN).with_card_details()[:SHOWN])


def search_timed(text: str) -> list[Employee]:
    """The search and the rows it found; phones are left out, because parsing twenty takes longer than both."""
    return list(Employee.objects.search(text, at_most=SHOWN).defer("phone")[:SHOWN])


def found_by_icontains(text: str) -> list[Employee]:
    """What most directories do."""
    people = Employee.objects.defer("phone").order_by("sort_name")
    for word in text.split():
        anywhere = [Q(**{f"{name}__icontains": word}) for name in ("first_name", "last_name", "email", "phone")]
        people = people.filter(Q(*anywhere, _connector=Q.OR))
    return list(people[:SHOWN])


def measure_class(kind: str, size: int, number: int, names: Counter[tuple[str, str]]) -> dict[str, float | None]:
    """Times of one class, and the shares of searches with the right person first and among three."""
    searches = invented.searches(kind, number, size)
    for search in searches[:10]:
        found_by(search.text)
    times = [milliseconds(lambda text=search.text: search_timed(text), 3) for search in searches]
    slow = [milliseconds(lambda text=search.text: found_by_icontains(text)) for search in searches[: number // 10]]
    right = [[search.means(as_person(employee)) for employee in found_by(search.text)[:3]] for search in searches]
    three = [any(means) for means in right] if kind != "no hit" else [not means for means in right]
    one = [
        means[:1] == [True]
        for search, means in zip(searches, right, strict=True)
        if search.one and (names[search.one.name] == 1 or kind == "e-mail part")
    ]
    return {
        "median": median(times),
        "p95": quantiles(times, n=20)[-1],
        "first": sum(one) / len(one) if one else None,
        "three": sum(three) / len(three),
        "icontains": quantiles(slow, n=20)[-1],
    }


def as_person(employee: Employee) -> invented.Person:
    profile = employee.profile
    return invented.Person(
        employee.first_name,
        employee.last_name,
        employee.email,
        str(employee.phone.raw_input or employee.phone),
        profile.team,
    )


def measure_save() -> dict[str, float]:
    """The median time of saving a changed name, with its words and past them."""
    employees = list(Employee.objects.order_by("pk")[:200])
    spent: dict[str, list[float]] = {"with": [], "without": []}
    for number, employee in enumerate(employees):
        old = employee.first_name
        saves = {"with": employee.save, "without": lambda one=employee: save_without_words(one)}
        for name in list(saves)[:: -1 if number % 2 else 1]:
            employee.first_name = f"{old} {name}"
            spent[name].append(milliseconds(saves[name]))
        employee.first_name = old
        employee.save()
    medians = {name: median(times) for name, times in spent.items()}
    return medians | {"ratio": medians["with"] / medians["without"]}


def save_without_words(employee: Employee) -> None:
    """What `Employee.save()` does but for the words."""
    employee.set_sort_name()
    with transaction.atomic():
        TimeStampedModel.save(employee)


def measure_rebuild(size: int) -> dict[str, float]:
    """How fast words are written from nothing, and how much memory that takes."""
    SearchWord.objects.all()._raw_delete(connection.alias)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    keys = list(Employee.objects.order_by("pk").values_list("pk", flat=True))
    for place in range(0, size, BATCH):
        with transaction.atomic():
            Employee.objects.rewrite_words(keys[place : place + BATCH])
    spent = perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"rebuild_rate": size / spent, "rebuild_memory_mb": grown / 1_000}


def index_bytes() -> int:
    """What the words take on disk, with their indexes."""
    statement = SIZE_ON_POSTGRESQL if connection.vendor == "postgresql" else SIZE_ON_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(statement, [SearchWord._meta.db_table])
        return cursor.fetchone()[0]


def missed_budgets(report: dict[str, Any]) -> list[str]:
    """A sentence for each budget that the figures miss."""
    where, limit = f"{report['database']}, {report['people']:,} people", budget(report["people"])
    missed = []
    for kind, row in report["classes"].items():
        is_typo = kind in SLOW
        if row["p95"] > (TYPO_BUDGET if is_typo else limit):
            missed.append(f"{where}: {kind} takes {row['p95']:.2f} ms")
        if row["three"] < (TYPO_AMONG_THREE if is_typo else AMONG_THREE):
            missed.append(f"{where}: {kind} has the right person among three in {row['three']:.0%}")
        if row["first"] is not None and row["first"] < (TYPO_AMONG_THREE if is_typo else FIRST):
            missed.append(f"{where}: {kind} has the right person first in {row['first']:.0%}")
    if report["save"]["ratio"] > SAVE_RATIO:
        missed.append(f"{where}: a save takes {report['save']['ratio']:.2f} times that without words")
    if report["database"] == "sqlite" and report["rebuild_rate"] < REBUILD_RATE:
        missed.append(f"{where}: a rebuild writes {report['rebuild_rate']:,.0f} people a second")
    return missed


def budget(size: int) -> float:
    """The time that a search may take among so many people."""
    return next((limit for people, limit in sorted(BUDGETS.items()) if size <= people), BUDGETS[max(BUDGETS)])
