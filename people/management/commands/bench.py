"""Measure search, pages and acts at several sizes on an own database, and fail when a budget is missed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from people.benchmarks import acts, pages, search
from people.benchmarks.crowd import fill, refuse_other_databases
from people.benchmarks.measure import missed, where, write_report

# What is measured, in this order, and the option that says how often; each module measures, prints and judges.
PARTS = {"search": (search, "searches"), "pages": (pages, "rounds"), "acts": (acts, "times")}


class Command(BaseCommand):
    help = "Measure search, pages and acts. Needs a database of its own: DATABASE_URL=sqlite:///var/bench.sqlite3."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000], help="numbers of people, rising")
        parser.add_argument("--searches", type=int, default=200, help="of each class (default: 200)")
        parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for (default: 40)")
        parser.add_argument("--times", type=int, default=3, help="how often each act on teams is done (default: 3)")
        parser.add_argument("--only", choices=PARTS, help="measure one of them")
        parser.add_argument("--json", type=Path, help="where to write the figures")

    def handle(self, *args: Any, sizes: list[int], only: str | None, json: Path | None, **options: Any) -> None:
        refuse_other_databases(min(sizes))
        parts = {part: options[number] for name, (part, number) in PARTS.items() if only in (None, name)}
        reports = [self.measure(size, parts) for size in sorted(sizes)]
        budgets = [budget for part in parts for budget in part.budgets_of(reports)]
        if json:
            write_report(json, {"reports": reports, "budgets": budgets})
        if sentences := missed(budgets):
            raise CommandError(sentences)

    def measure(self, size: int, parts: dict[Any, int]) -> dict[str, Any]:
        """The figures of one size, printed as they come."""
        fill(size)
        report = {"database": connection.vendor, "people": size}
        self.stdout.write(f"\n{where(report)}")
        for part, number in parts.items():
            report |= part.measure(size, number)
            self.stdout.writelines(f"{line}\n" for line in part.lines(report))
        return report
