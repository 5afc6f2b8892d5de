"""How long HR's acts on teams of thousands take, which is how long others wait on SQLite before they can save."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, NamedTuple

from people.accounts.models import User
from people.models import EmployeeProfile, Team
from people.organisation.actions import merge_teams, move_team, open_team, rename_team

from .crowd import NOBODYS, tidy_up
from .measure import Budget, where
from .readers import accounts

# A team without parts; and one that gets another as its part and then moves with half of all people.
TEAM, ROOT, PART, OTHER_ROOT = "reliability", "engineering", "product", "marketing"
# Seconds by the clock, for a team of so many people; a larger one may take longer in proportion.
PEOPLE, LIMITS = 5_000, {"rename a team": 2, "merge a team": 3}
LOCKED = 6  # seconds for which moving teams with all below them may keep others waiting


@dataclass(frozen=True)
class Time:
    """The seconds of the quickest run, by the clock and of this process, and how many people were concerned."""

    people: int
    wall: float
    cpu: float


class Act(NamedTuple):
    """What is timed, and what makes everything as it was."""

    people: int
    do: Callable[[], Any]
    undo: Callable[[], Any]


def measure(size: int, times: int) -> dict[str, Any]:
    """The time of each act, stored each time and undone."""
    with accounts() as (_, manager):
        measured = {name: timed(act, times) for name, act in acts(manager).items()}
    tidy_up()
    return {"acts": measured}


def acts(by: User) -> dict[str, Act]:
    """Everything that is timed."""
    team, nobodys, root, part, other_root = map(team_called, (TEAM, NOBODYS, ROOT, PART, OTHER_ROOT))
    name, tree = team.name, Team.objects.tree()
    below = [key for start in (root, part) for key in tree.with_parts(start.key)]

    def unmerge() -> None:
        open_team(team, by=by)
        merge_teams(nobodys, team, by=by)
        open_team(nobodys, by=by)

    def move() -> None:
        move_team(part, root, by=by)
        move_team(root, other_root, by=by)

    def move_back() -> None:
        move_team(root, None, by=by)
        move_team(part, None, by=by)

    number, with_parts = (EmployeeProfile.objects.in_team(*keys).count() for keys in ([TEAM], below))
    return {
        "rename a team": Act(
            number,
            lambda: rename_team(team, "Reliability and Spaceships", by=by),
            lambda: rename_team(team, name, by=by),
        ),
        "merge a team": Act(number, lambda: merge_teams(team, nobodys, by=by), unmerge),
        "move half of all teams": Act(with_parts, move, move_back),
    }


def team_called(key: str) -> Team:
    return Team.objects.get(pk=key)


def timed(act: Act, times: int) -> Time:
    """The quickest of so many runs."""
    spent = []
    for _ in range(times):
        wall, cpu = perf_counter(), process_time()
        act.do()
        spent.append((perf_counter() - wall, process_time() - cpu))
        act.undo()
    return Time(act.people, *min(spent))


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'act':<26}{'people':>9}{'clock s':>10}{'cpu s':>9}"
    for name, time in report["acts"].items():
        yield f"{name:<26}{time.people:>9,}{time.wall:>10.2f}{time.cpu:>9.2f}"


def budgets_of(reports: list[dict[str, Any]]) -> Iterator[Budget]:
    """The budgets of every size."""
    for report in reports:
        for name, time in report["acts"].items():
            limit = LIMITS[name] * max(1, time.people / PEOPLE) if name in LIMITS else LOCKED
            yield Budget(f"{where(report)}: {name}, seconds", time.wall, limit)
