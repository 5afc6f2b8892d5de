"""From a query to the people it means: two or three look-ups in one table, the best first."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections

from .marks import Reason
from .models import KnownWord, SearchWord
from .query import Query, Spelling, Term, Way, read
from .typos import alike, mistyped
from .words import FIELDS, TEAM_MARK, Kind, words_of_team

# Counting further than this wouldn't change which word is the rarer one to start from: two words
# that are both more frequent are met together soon.
COUNTED = 2_000
# Of each known word that is like a mistyped one, so many people are compared.
NEAREST_PER_WORD = 40


@dataclass
class Hit:
    """One person found: how well, by which words and by which of their spellings."""

    employee: int
    rank: tuple[int, str, int]
    kind: Kind
    team: str | None
    reason: Reason


@dataclass
class Findings:
    """The people found, best first."""

    hits: dict[int, Hit] = field(default_factory=dict)
    is_cut: bool = False

    def count_by_team(self) -> dict[str | None, int]:
        """How many of the people each team has; None is for people without a team."""
        return Counter(hit.team for hit in self.hits.values())

    def first(self, number: int) -> "Findings":
        """The best of them only."""
        best = sorted(self.hits.values(), key=lambda hit: hit.rank)
        return Findings({hit.employee: hit for hit in best[:number]}, self.is_cut or len(best) > number)


def find(text: str, fields: Collection[str], at_most: int, using: str) -> Findings:
    """The people whom `text` means by these fields.

    Exact ways first. Only when they find nobody: initials and domains, then mistyped words.
    """
    query = read(text)
    if query is None:
        return Findings()
    index = Index(fields, at_most, using)
    findings = index.meet(query)
    if not findings.hits and (initials := query.with_initials()):
        findings = index.meet(initials)
    if not findings.hits and Kind.EMAIL in index.kinds:
        findings = index.meet(query.with_domains())
    if not findings.hits and Kind.NAME in index.kinds:
        findings = index.meet_mistyped(query)
    return findings


def nearest(text: str, fields: Collection[str], using: str) -> list[int]:
    """The keys of a few people whose names are the most like `text`, for a search that found nobody."""
    query = read(text)
    index = Index(fields, NEAREST_PER_WORD, using)
    if query is None or Kind.NAME not in index.kinds:
        return []
    near = alike(query.terms, KnownWord.objects.using(using))
    return index.nearest(near)


class Index:
    """The table of search words, as far as these fields go."""

    def __init__(self, fields: Collection[str], at_most: int, using: str) -> None:
        self.kinds = [kind for kind in Kind if FIELDS[kind] <= set(fields)]
        self.at_most, self.using = at_most, using
        quote = connections[using].ops.quote_name
        employee = SearchWord._meta.get_field("employee").related_model
        profile = employee._meta.get_field("profile").related_model
        labels = [label for _, label in profile._meta.get_field("team").flatchoices]
        self.teams = [word for label in labels for word, _ in words_of_team(label)]
        self.words, self.profiles = quote(SearchWord._meta.db_table), quote(profile._meta.db_table)

    def meet(self, query: Query) -> Findings:
        """Everyone whom all terms mean, at most twice the wanted number."""
        if not self.kinds or not query.terms:
            return Findings()
        start, *others = self._rarest_first([self._without_other_teams(term) for term in query.terms])
        branches = [self._branch((start, spelling), others) for spelling in start.spellings]
        typed = {spelling.text for spelling in start.spellings}
        whole = Term("", query.phrases)
        alone = [phrase for phrase in query.phrases if others or phrase.text not in typed]
        branches += [self._branch((whole, phrase), []) for phrase in alone]
        return self._run(branches, len(others))

    def meet_mistyped(self, query: Query) -> Findings:
        """Everyone whom all terms mean when each may be mistyped."""
        found = mistyped(query.terms, KnownWord.objects.using(self.using))
        return self.meet(query.with_spellings(found)) if found else Findings()

    def nearest(self, near: dict[str, dict[str, float]]) -> list[int]:
        """Whoever has words like the most terms, the most alike first. `near`: term, known word, likeness."""
        branches = {
            (term, word): Branch(Term(term, ()), Spelling(word, is_whole=True), [], self.at_most)
            for term, words in near.items()
            for word in words
        }
        if not branches:
            return []
        likeness: dict[int, dict[str, float]] = {}
        for employee, _, _, number, _ in self._read(list(branches.values()), 0):
            term, word = list(branches)[number]
            of_person = likeness.setdefault(employee, {})
            of_person[term] = max(of_person.get(term, 0), near[term][word])
        return sorted(likeness, key=lambda employee: (-sum(likeness[employee].values()), employee))

    def _without_other_teams(self, term: Term) -> Term:
        """Without looking up a team that there is not."""
        kept = [
            spelling
            for spelling in term.spellings
            if not spelling.text.startswith(TEAM_MARK) or any(map(spelling.meets, self.teams))
        ]
        return replace(term, spellings=tuple(kept))

    def _rarest_first(self, terms: list[Term]) -> list[Term]:
        """The terms, the one with the fewest rows in front: every other is looked up for each of its people."""
        if len(terms) == 1:
            return terms
        counts, params = [], []
        for term in terms:
            one_term = []
            for spelling in term.spellings:
                one_term.append(
                    f"(SELECT COUNT(*) FROM (SELECT 1 FROM {self.words} a"  # noqa: S608 # nosec B608
                    f" WHERE a.word >= %s AND a.word < %s ORDER BY a.word LIMIT {COUNTED}) counted)"
                )
                params += spelling.bounds
            counts.append(" + ".join(one_term))
        rows = self._rows(f"SELECT {', '.join(counts)}", params)  # nosec B608
        return [term for _, _, term in sorted(zip(rows[0], range(len(terms)), terms, strict=True))]

    def _branch(self, start: tuple[Term, Spelling], others: list[Term]) -> "Branch":
        term, spelling = start
        is_written = spelling.way <= Way.RESPELT
        limit = self.at_most * 2 if is_written else max(self.at_most // 4, 20)
        return Branch(term, spelling, others, limit)

    def _run(self, branches: list["Branch"], others: int) -> Findings:
        return self._findings(self._read(branches, others), branches)

    def _read(self, branches: list["Branch"], others: int) -> list[tuple[Any, ...]]:
        """All branches in one statement, each in the order of the index and no further than its limit."""
        statements, params = [], []
        for number, branch in enumerate(branches):
            statement, values = self._statement(number, branch, others)
            statements.append(statement)
            params += values
        return self._rows(
            f"SELECT found.*, (SELECT p.team FROM {self.profiles} p WHERE p.employee_id = found.employee_id)"  # noqa: S608 # nosec B608
            f" FROM ({' UNION ALL '.join(statements)}) found",
            params,
        )

    def _statement(self, number: int, branch: "Branch", others: int) -> tuple[str, list[Any]]:
        """One branch: a range of the index, and for each row the other terms looked up for its person.

        Scalar subqueries, because PostgreSQL would turn EXISTS into a join that reads every row of both.
        """
        # Compared as rows, so that only the index by employee and word can answer: PostgreSQL takes a
        # range of the other one for short, and reads it again for every person.
        one = (
            f"(SELECT o.word || ' ' || o.kind FROM {self.words} o"  # noqa: S608 # nosec B608
            " WHERE (o.employee_id, o.word) >= (a.employee_id, %s) AND (o.employee_id, o.word) < (a.employee_id, %s)"
            f"{self._only('o')} ORDER BY o.employee_id, o.word LIMIT 1)"
        )
        # One after the other: an OR of ranges would be collected and sorted first.
        met = [f"COALESCE({', '.join([one] * len(term.spellings))}, NULL)" for term in branch.others]
        params = [bound for term in branch.others for spelling in term.spellings for bound in spelling.bounds]
        columns = "".join(f", {one}" for one in met) + ", CAST(NULL AS varchar)" * (others - len(met))
        conditions = "".join(f" AND {one} IS NOT NULL" for one in met)
        statement = (
            f"SELECT * FROM (SELECT a.employee_id, a.word, a.kind, {number} AS branch{columns}"  # noqa: S608 # nosec B608
            f" FROM {self.words} a WHERE a.word >= %s AND a.word < %s{self._only('a')}{conditions}"
            f" ORDER BY a.word, a.kind, a.employee_id LIMIT {branch.limit}) branch_{number}"
        )
        return statement, [*params, *branch.spelling.bounds, *params]

    def _only(self, alias: str) -> str:
        """The condition that keeps to the searchable fields; nothing when all of them are."""
        if len(self.kinds) == len(Kind):
            return ""
        return f" AND {alias}.kind IN ({', '.join(str(int(kind)) for kind in self.kinds)})"

    def _rows(self, statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall()

    def _findings(self, rows: Iterable[tuple[Any, ...]], branches: list["Branch"]) -> Findings:
        """The best row of each person."""
        hits: dict[int, Hit] = {}
        counts = [0] * len(branches)
        for employee, word, kind, number, *others, team in rows:
            counts[number] += 1
            branch = branches[number]
            penalty, met = branch.judge(word, kind, others)
            rank = (penalty, word, employee)
            if employee not in hits or rank < hits[employee].rank:
                hits[employee] = Hit(employee, rank, Kind(kind), team, Reason(met))
        is_cut = any(count == branch.limit for count, branch in zip(counts, branches, strict=True))
        return Findings(hits, is_cut).first(self.at_most)


@dataclass
class Branch:
    """One range to start from, and the terms that its people must meet too."""

    term: Term
    spelling: Spelling
    others: list[Term]
    limit: int

    def judge(self, word: str, kind: int, others: list[str | None]) -> tuple[int, tuple]:
        """The penalty of a row, and which term was met by which spelling and word."""
        penalty = self.spelling.penalty(word) + WEIGHTS[kind]
        met = [(self.term, self.spelling, word)]
        if not self.term.typed:
            return penalty - 1 - (word == self.spelling.text), tuple(met)
        for term, other in zip(self.others, others, strict=False):
            text, _, other_kind = str(other).rpartition(" ")
            spelling = min((one for one in term.spellings if one.meets(text)), key=lambda one: one.penalty(text))
            penalty += spelling.penalty(text) + WEIGHTS[int(other_kind)]
            met.append((term, spelling, text))
        return penalty, tuple(met)


# What a row is made of counts too: a name is meant more often than an address.
WEIGHTS = {Kind.NAME: 0, Kind.SPELLING: 0, Kind.EMAIL: 2, Kind.PHONE: 2, Kind.TEAM: 3}
