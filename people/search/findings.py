"""The people found: how well each matches, and by what. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .marks import Reason
from .query import Spelling, Term
from .words import Kind

# What a row is made of counts too: a name is meant more often than an address.
WEIGHTS = tuple({Kind.NAME: 0, Kind.SPELLING: 0, Kind.EMAIL: 2, Kind.PHONE: 2, Kind.TEAM: 3}[kind] for kind in Kind)

# Which terms were met by which of their spellings.
Met = tuple[tuple[Term, Spelling], ...]


@dataclass(slots=True)
class Hit:
    """One person found: how well, and which terms were met by which of their spellings."""

    employee: int
    rank: tuple[int, str, int]
    team: str | None
    met: Met

    @property
    def reason(self) -> Reason:
        """Why, made for those only who are shown."""
        return Reason(self.met)


@dataclass
class Findings:
    """The people found, best first."""

    hits: dict[int, Hit] = field(default_factory=dict)
    is_cut: bool = False

    def count_by_team(self) -> dict[str | None, int]:
        """How many of the people each team has; None is for people without a team."""
        return Counter(hit.team for hit in self.hits.values())

    def add(self, rows: Iterable[tuple[Any, ...]], branches: list["Branch"], terms: Iterable[Term]) -> None:
        """The best row of each person. In the rows: what `WordTable` reads."""
        counts, hits = [0] * len(branches), self.hits
        for employee, word, kind, number, *others, team in rows:
            counts[number] += 1
            penalty, met = branches[number].judge(word, kind, zip(terms, others, strict=True) if others else ())
            rank = (penalty, word, employee)
            if employee not in hits or rank < hits[employee].rank:
                hits[employee] = Hit(employee, rank, team, met)
        self.is_cut |= any(count >= branch.limit for count, branch in zip(counts, branches, strict=True))

    @property
    def best(self) -> list[Hit]:
        """Those whom nobody matches better: of a name, whoever is called just that."""
        least = min((hit.rank[0] for hit in self.hits.values()), default=0)
        return [hit for hit in self.hits.values() if hit.rank[0] == least]

    def first(self, number: int) -> "Findings":
        """The best of them only."""
        best = sorted(self.hits.values(), key=lambda hit: hit.rank)
        return Findings({hit.employee: hit for hit in best[:number]}, self.is_cut or len(best) > number)


@dataclass
class Branch:
    """One range to start from, the terms that its rows meet, and how many of them are wanted."""

    spelling: Spelling
    parts: Met
    limit: int

    def __post_init__(self) -> None:
        self.text, self.whole_word = self.spelling.text, f"{self.spelling.text} "
        self.least = self.spelling.least_penalty - self.is_as_typed

    def judge(self, word: str, kind: int, found: Iterable[tuple[Term, str]]) -> tuple[int, Met]:
        """The penalty of a row, and which term was met by which spelling; `found`: the words of the others."""
        # Thousands are judged for one letter, so this calls nothing that can be known before.
        penalty, met = self.least + WEIGHTS[kind], self.parts
        if word == self.text:
            penalty -= self.is_as_typed
        elif not word.startswith(self.whole_word):
            penalty += 1
        for term, other in found:
            text, _, other_kind = other.rpartition(" ")
            spelling = min((one for one in term.spellings if one.meets(text)), key=lambda one: one.penalty(text))
            penalty += spelling.penalty(text) + WEIGHTS[int(other_kind)]
            met = (*met, (term, spelling))
        return penalty, met

    @cached_property
    def is_as_typed(self) -> bool:
        """Whether its rows hold the whole query as it was typed."""
        return bool(self.parts) and not self.parts[0][0].typed
