"""Measuring things side by side: they take turns, so that a busy machine slows them all alike."""

import gc
import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

WARM_UP = 2
# Prepares a round, whose number it is given, and returns what is to be timed.
Case = Callable[[int], Callable[[], Any]]


@dataclass(frozen=True)
class Spent:
    """Milliseconds that half of the runs took at most, and that 95 % of them took at most."""

    median: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Spent":
        return cls(median(seconds) * 1_000, quantiles(seconds, n=20)[-1] * 1_000)


@dataclass(frozen=True)
class Cost:
    """What a thing costs: processor time of this process, which runs SQLite but not PostgreSQL, and the clock's."""

    cpu: Spent
    wall: Spent


def in_turns(cases: dict[str, Case], rounds: int) -> dict[str, Cost]:
    """Run each case once a round, each round in another order."""
    gc.collect()
    gc.freeze()  # what was made for measuring is no part of a server, which would not search it for garbage
    names, chance = list(cases), random.Random("rounds")  # noqa: S311 # nosec B311
    cpu: dict[str, list[float]] = {name: [] for name in cases}
    wall: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(WARM_UP + rounds):
        chance.shuffle(names)
        for name in names:
            run = cases[name](number)
            wall_start, cpu_start = perf_counter(), process_time()
            run()
            cpu[name].append(process_time() - cpu_start)
            wall[name].append(perf_counter() - wall_start)
    gc.unfreeze()
    return {name: Cost(Spent.of(cpu[name][WARM_UP:]), Spent.of(wall[name][WARM_UP:])) for name in cases}


@dataclass(frozen=True)
class Budget:
    """What a figure may be at most, or at least."""

    name: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def is_missed(self) -> bool:
        return self.figure < self.limit if self.at_least else self.figure > self.limit

    def __str__(self) -> str:
        return f"{self.name}: {self.figure:,.2f}, {'at least' if self.at_least else 'at most'} {self.limit:,.2f}"


def missed(budgets: list[Budget]) -> str:
    """The budgets that are missed, one on each line; empty without any."""
    lines = [str(budget) for budget in budgets if budget.is_missed]
    return "\n".join(["Budgets missed:", *lines]) if lines else ""


def where(report: dict[str, Any]) -> str:
    """The database and the size that a report is about."""
    return f"{report['database']}, {report['people']:,} people"


def write_report(path: Path, report: Any) -> None:
    """The figures as JSON, dataclasses as dicts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, default=asdict, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
