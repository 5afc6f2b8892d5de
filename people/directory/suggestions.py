"""The few people for a search box in use: whom a text means, or who is at hand before anything is typed."""

from collections.abc import Iterable
from functools import cached_property

from people.accounts.models import User
from people.models import Employee
from people.querysets import EmployeeQuerySet
from people.search.findings import Findings

from .rows import Row, ranked_rows

SHOWN = 8
# Looking for more costs more than the number is worth: it says "more than 24".
LOOKED_FOR = 24
Groups = list[tuple[str, list[Row]]]


class Suggestions:
    """What a search box shows to `user`: people in groups, each with a title or none."""

    def __init__(self, q: str, recent: Iterable[int], user: User) -> None:
        self.q, self.recent, self.user = q, recent, user

    @cached_property
    def findings(self) -> Findings | None:
        """What the text means; None without one."""
        return Employee.objects.found_by(self.q, self.user, at_most=LOOKED_FOR)

    @property
    def total(self) -> int | None:
        """How many people match; None when it is more than were looked for. Similar names don't."""
        if self.findings and self.findings.are_similar:
            return 0
        return None if self.findings is None or self.findings.is_cut else len(self.findings.hits)

    @property
    def groups(self) -> Groups:
        """The people found, or those at hand while nothing is typed."""
        return self._found() if self.q else self._starred_and_recent()

    def _found(self) -> Groups:
        """The first of those found; when nobody is, people of similar names."""
        if self.findings and self.findings.hits:
            title = "Did you mean" if self.findings.are_similar else ""
            return [(title, ranked_rows(list(self.findings.hits)[:SHOWN], self.findings.hits))]
        return without_empty({"Did you mean": ranked_rows(Employee.objects.nearest_to(self.q))})

    def _starred_and_recent(self) -> Groups:
        """The first of the starred, then those opened last who aren't among them."""
        starred = list(starred_by(self.user).values_list("pk", flat=True)[:SHOWN])
        recent = [key for key in self.recent if key not in starred]
        rows = ranked_rows([*starred, *recent])
        is_starred = {str(key) for key in starred}
        return without_empty(
            {
                "Starred": [row for row in rows if row["pk"] in is_starred],
                "Recent": [row for row in rows if row["pk"] not in is_starred],
            }
        )


def starred_by(user: User) -> EmployeeQuerySet:
    """Whom `user` has starred."""
    return Employee.objects.starred_by(user).sorted_by("name")


def without_empty(groups: dict[str, list[Row]]) -> Groups:
    """The groups that have somebody, by their titles."""
    return [(title, rows) for title, rows in groups.items() if rows]
