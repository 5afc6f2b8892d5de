"""What the pages of teams show: the tree with its numbers, and the people of one team."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from people.directory.listing import PEOPLE_PER_PAGE, NumberOfRows, Page
from people.directory.rows import Row, ranked_rows, rows_of
from people.directory.sizes import COUNT_LIMIT
from people.models import Employee, ListPlace, Team
from people.organisation.tree import Node, Tree

# How long somebody is new, and of how many it is said.
LATELY, MOST_NEW = timedelta(days=90), 5
# So deep the tree is open when its page opens.
OPEN_LEVELS = 2


class Branch(NamedTuple):
    """A team in the tree; numbers above COUNT_LIMIT mean more than that."""

    node: Node
    people: int
    with_parts: int
    parts: list["Branch"]
    is_open: bool


def numbers_of_people(teams: QuerySet[Team] | None = None) -> dict[str, int]:
    """How many people each team has, by key, without those in its parts; above COUNT_LIMIT it means more than that."""
    people = ListPlace.objects.filter(team=OuterRef("pk")).order_by().values("pk")[: COUNT_LIMIT + 1]
    counted = (Team.objects.all() if teams is None else teams).order_by().annotate(people=NumberOfRows(people))
    return dict(counted.values_list("pk", "people"))


def branches(tree: Tree, numbers: dict[str, int], parent: str | None = None, depth: int = 0) -> list[Branch]:
    """The open teams below `parent`, each with its parts."""
    found = []
    for node in tree.parts.get(parent, []):
        if not node.is_closed:
            parts = branches(tree, numbers, node.key, depth + 1)
            own = numbers.get(node.key, 0)
            total = own + sum(part.with_parts for part in parts)
            found.append(Branch(node, own, total, parts, is_open=depth < OPEN_LEVELS))
    return found


def page_of_people(keys: Sequence[str], count: int, number: int) -> Page:
    """So many people of these teams by name; `count` is how many there are, at most COUNT_LIMIT."""
    last = max(1, ceil(count / PEOPLE_PER_PAGE))
    number = min(number, last)
    start = (number - 1) * PEOPLE_PER_PAGE
    # A list with one element reads the index in its order; several are sorted, of which there are at most COUNT_LIMIT.
    places = ListPlace.objects.filter(team__in=keys).order_by("sort_name", "employee")
    rows = ranked_rows([*places.values_list("employee", flat=True)[start : start + PEOPLE_PER_PAGE]])
    return Page(rows, number, [], number < last)


def joined_lately(keys: Sequence[str]) -> list[Row]:
    """Rows of the people of these teams who began in the last months, the newest first."""
    today = localdate()
    # The newest are read until enough of them are in the teams; of a join SQLite would read all people of the teams.
    is_inside = Exists(ListPlace.objects.filter(employee=OuterRef("pk"), team__in=keys))
    new = Employee.objects.filter(is_inside, first_day__range=(today - LATELY, today))
    return rows_of(new.order_by("-first_day", "-pk")[:MOST_NEW])


def leads_of(key: str) -> list[Row]:
    """Rows of the people who lead a team, by name."""
    return rows_of(Employee.objects.filter(teams_led=key).sorted_by("name"))
