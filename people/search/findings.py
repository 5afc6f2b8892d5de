"""The people found: how well each matches, and by what. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .marks import Reason
from .query import LookUp, Met, Term, Way
from .words import Kind

if TYPE_CHECKING:
    from .table import FoundRow

# What a word is made of counts too: a name is meant more often than an address.
PENALTIES: dict[int, int] = {
    **{Kind.NAME: 0, Kind.SPELLING: 0, Kind.HIDDEN_NAME: 1},
    **{Kind.EMAIL: 2, Kind.PHONE: 2, Kind.FACT: 3},
}


@dataclass(slots=True)
class Hit:
    """One person found: how well (the lowest rank is the best), and which terms were met by which spellings."""

    employee: int
    rank: tuple[int, str, int]
    team: str | None
    location: int | None
    met: Met

    @property
    def is_by_fact(self) -> bool:
        """Whether a fact of the profile led to the person."""
        return any(spelling.is_fact for _, spelling in self.met)

    @property
    def reason(self) -> Reason:
        """Why the person was found."""
        return Reason(self.met)


@dataclass
class Findings:
    """The people found, best first. `is_cut` says that there may be more than were read."""

    hits: dict[int, Hit] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def are_similar(self) -> bool:
        """Whether nobody is called what was typed: then all of these have similar names, so the first one tells."""
        first = next(iter(self.hits.values()), None)
        return first is not None and any(spelling.way is Way.MISTYPED for _, spelling in first.met)

    def add(self, rows: Iterable["FoundRow"], look_ups: Sequence[LookUp], others: Sequence[Term] = ()) -> None:
        """Take the best row of each person. `others` are the terms that the rows' other words meet."""
        for row in rows:
            penalty, met = judge(row, look_ups[row.look_up], others)
            rank = (penalty, row.word, row.employee)
            if row.employee not in self.hits or rank < self.hits[row.employee].rank:
                self.hits[row.employee] = Hit(row.employee, rank, row.team, row.location, met)

    @property
    def best(self) -> list[Hit]:
        """Those whom nobody matches better: of a name, whoever is called just that."""
        least = min((hit.rank[0] for hit in self.hits.values()), default=0)
        return [hit for hit in self.hits.values() if hit.rank[0] == least]

    def first(self, number: int) -> "Findings":
        """Only the best of them, so many."""
        best = sorted(self.hits.values(), key=lambda hit: hit.rank)
        return Findings({hit.employee: hit for hit in best[:number]}, self.is_cut or len(best) > number)


def judge(row: "FoundRow", look_up: LookUp, others: Sequence[Term]) -> tuple[int, Met]:
    """How far a row is from what was typed, and which term it meets by which spelling."""
    penalty, met = look_up.penalty(row.word) + PENALTIES[row.kind], look_up.met
    for term, word_with_kind in zip(others, row.other_words, strict=True):
        word, _, kind = word_with_kind.rpartition(" ")
        spelling = min((one for one in term.spellings if one.meets(word)), key=lambda one: one.penalty(word))
        penalty += spelling.penalty(word) + PENALTIES[int(kind)]
        met = (*met, (term, spelling))
    return penalty, met
