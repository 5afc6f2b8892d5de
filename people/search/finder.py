"""From a query to the people it means: two or three look-ups in one table, the best first."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connections

from .marks import Reason
from .models import KnownWord, SearchWord
from .query import Phrase, Query, Spelling, Term, read
from .typos import alike, mistyped
from .words import FIELDS, TEAM_MARK, Kind, words_of_team

# Counting further than this wouldn't change which word is the rarer one to start from: two words
# that are both more frequent are met together soon.
COUNTED = 1_000
EVERY_ROW = 1_000_000_000
# In place of the kind of a word, in a row that says how many there are.
A_COUNT = -1
# A short list has its best people already, as phrases: it looks no further than this, and for so many people.
COUNTED_FOR_SHORT_LIST, LOOKED_UP_FOR_SHORT_LIST = 300, 60
# Looking a word up for one person takes as long as reading so many of its rows.
ROWS_PER_LOOK_UP = 8
# Of each known word that is like a mistyped one, so many people are compared.
NEAREST_PER_WORD = 40


@dataclass(slots=True)
class Hit:
    """One person found: how well, and which terms were met by which of their spellings."""

    employee: int
    rank: tuple[int, str, int]
    team: str | None
    met: tuple[tuple[Term, Spelling], ...]

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
        """The best row of each person. In the rows: what `_statement` says, a word for each term, the team."""
        counts, hits = [0] * len(branches), self.hits
        for employee, word, kind, number, *others, team in rows:
            counts[number] += 1
            penalty, met = branches[number].judge(word, kind, zip(terms, others, strict=True) if others else ())
            rank = (penalty, word, employee)
            if employee not in hits or rank < hits[employee].rank:
                hits[employee] = Hit(employee, rank, team, met)
        self.is_cut |= any(count >= branch.limit for count, branch in zip(counts, branches, strict=True))

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
        # People have several rows, so that fewer people are found than rows are read.
        self.most_rows = at_most * 2
        self.counted = COUNTED if at_most >= COUNTED else COUNTED_FOR_SHORT_LIST
        quote = connections[using].ops.quote_name
        employee = SearchWord._meta.get_field("employee").related_model
        profile = employee._meta.get_field("profile").related_model
        labels = [label for _, label in profile._meta.get_field("team").flatchoices]
        self.teams = [word for label in labels for word, _ in words_of_team(label)]
        self.words = quote(SearchWord._meta.db_table)
        table = quote(profile._meta.db_table)
        self.team = f"(SELECT p.team FROM {table} p WHERE p.employee_id = found.employee_id) AS team"  # noqa: S608 # nosec B608
        self.has_lateral = connections[using].vendor == "postgresql"

    def meet(self, query: Query) -> Findings:
        """Everyone whom all terms mean, the best of them; phrases first, which often are enough."""
        if not self.kinds or not query.terms:
            return Findings()
        query = self._without_other_teams(query)
        findings, counts = self._meet_in_one_row(query)
        if len(query.terms) > 1 and len(findings.hits) <= self.at_most:
            self._meet_apart(query.terms, counts, findings)
        return findings.first(self.at_most)

    def _meet_in_one_row(self, query: Query) -> tuple[Findings, list[list[int]]]:
        """Whoever has a row that holds the whole query, and how many rows each spelling of several terms has."""
        phrases = [*query.phrases, *query.varied_phrases]
        if len(query.terms) == 1:
            term = query.terms[0]
            typed = {spelling.text for spelling in term.spellings}
            phrases = [phrase for phrase in query.phrases if phrase.spelling.text not in typed]
            phrases += [Phrase(spelling, ((term, spelling),)) for spelling in term.spellings]
        branches = [self._branch(phrase.spelling, phrase.parts) for phrase in phrases]
        counted = query.terms if len(query.terms) > 1 else ()
        most = None if counted else self.most_rows
        rows = self._read_ranges(branches, counted, most)
        counts = [[row[0] for row in rows if row[2:4] == (A_COUNT, place)] for place in range(len(counted))]
        findings = Findings()
        findings.add((row for row in rows if row[2] != A_COUNT), branches, ())
        findings.is_cut |= len(rows) == most
        return findings, counts

    def _meet_apart(self, terms: tuple[Term, ...], counts: list[list[int]], findings: Findings) -> None:
        """Add whoever meets the terms by several rows: the rarest term's, and the others looked up for each person.

        Other names than those typed only where a phrase can't find them, or when nobody is found.
        """
        plain = [replace(term, spellings=term.plain) for term in terms]
        sums = [sum(of_term) for of_term in counts]
        rarest = sums.index(min(sums))
        are_names = all(term.is_only_name for term in plain)
        if sums[rarest] and are_names:
            listed = {
                term
                for term, of_term, rows in zip(plain, counts, sums, strict=True)
                if max(of_term) < self.counted and rows < sums[rarest] * ROWS_PER_LOOK_UP
            }
            reading = EVERY_ROW
            if self.at_most < COUNTED:
                reading = self.counted if listed.issuperset(plain) else LOOKED_UP_FOR_SHORT_LIST
            self._start_from(rarest, plain, findings, reading, listed)
            findings.is_cut |= bool(findings.hits) and max(counts[rarest]) >= reading
        if not findings.hits or not are_names:
            self._start_from(rarest, terms, findings)

    def _start_from(
        self,
        place: int,
        terms: Collection[Term],
        findings: Findings,
        reading: int = EVERY_ROW,
        listed: Collection[Term] = (),
    ) -> None:
        """Add whoever meets the term at `place` and all others, among the first `reading` rows of each spelling.

        Everyone who meets one of `listed` is listed once; the others are looked up for each person.
        """
        start = list(terms)[place]
        others = [term for term in terms if term is not start]
        branches = [self._branch(spelling, ((start, spelling),)) for spelling in start.spellings]
        findings.add(self._read_apart(branches, others, reading, listed), branches, others)

    def meet_mistyped(self, query: Query) -> Findings:
        """Everyone whom all terms mean when each may be mistyped."""
        found = mistyped(query.terms, KnownWord.objects.using(self.using))
        return self.meet(query.with_spellings(found)) if found else Findings()

    def nearest(self, near: dict[str, dict[str, float]]) -> list[int]:
        """Whoever has words like the most terms, the most alike first. `near`: term, known word, likeness."""
        branches = {
            (term, word): Branch(Spelling(word, is_whole=True), (), self.at_most)
            for term, words in near.items()
            for word in words
        }
        if not branches:
            return []
        likeness: dict[int, dict[str, float]] = {}
        for employee, _, _, number, _ in self._read_ranges(list(branches.values())):
            term, word = list(branches)[number]
            of_person = likeness.setdefault(employee, {})
            of_person[term] = max(of_person.get(term, 0), near[term][word])
        return sorted(likeness, key=lambda employee: (-sum(likeness[employee].values()), employee))

    def _without_other_teams(self, query: Query) -> Query:
        """Without looking up a team that there is not."""
        return replace(
            query,
            terms=tuple(
                replace(
                    term,
                    spellings=tuple(
                        spelling
                        for spelling in term.spellings
                        if not spelling.text.startswith(TEAM_MARK) or any(map(spelling.meets, self.teams))
                    ),
                )
                for term in query.terms
            ),
        )

    def _branch(self, spelling: Spelling, parts: tuple[tuple[Term, Spelling], ...]) -> "Branch":
        return Branch(spelling, parts, max(self.at_most // 4, 20) if spelling.is_varied else self.most_rows)

    def _read_ranges(
        self, branches: list["Branch"], counted: Iterable[Term] = (), most: int | None = None
    ) -> list[tuple[Any, ...]]:
        """All branches in one statement, each in the order of the index and no further than its limit.

        With `most` no more rows than that are read, of the first branches first.

        Gives a row of each: employee, word, kind, number of the branch, team.
        And for each spelling of the `counted` terms: number of rows, nothing, A_COUNT, place of the term, nothing.
        """
        counts = [(place, *one.bounds) for place, term in enumerate(counted) for one in term.plain]
        ranges = [(number, *branch.spelling.bounds, branch.limit) for number, branch in enumerate(branches)]
        union, params = self._together(ranges, counts) if self.has_lateral else self._one_by_one(ranges, counts)
        statement = f"SELECT found.*, {self.team} FROM ({union}) found LIMIT %s"  # noqa: S608 # nosec B608
        return self._rows(statement, [*params, most or EVERY_ROW])

    def _together(self, ranges: list[tuple], counts: list[tuple]) -> tuple[str, list[Any]]:
        """The same text however many there are: the database plans it once."""
        of_ranges = [list(column) for column in zip(*ranges, strict=True)] or [[], [], [], []]
        of_counts = [list(column) for column in zip(*counts, strict=True)] or [[], [], []]
        sql = (
            f"SELECT one.*, number FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[])"  # noqa: S608 # nosec B608
            f" ranges(number, low, high, most) CROSS JOIN LATERAL ({self._range('low', 'high')} LIMIT most) one"
            f" UNION ALL SELECT counted.*, place FROM unnest(%s::int[], %s::text[], %s::text[])"
            f" counts(place, low, high) CROSS JOIN LATERAL ({self._count('low', 'high')}) counted"
        )
        return sql, [*of_ranges, *of_counts]

    def _one_by_one(self, ranges: list[tuple], counts: list[tuple]) -> tuple[str, list[Any]]:
        """For a database that has no LATERAL."""
        arms = [
            f"SELECT *, {number} AS branch FROM ({self._range()} LIMIT {limit})"  # noqa: S608 # nosec B608
            for number, _, _, limit in ranges
        ]
        arms += [f"SELECT *, {place} AS branch FROM ({self._count()})" for place, _, _ in counts]  # noqa: S608 # nosec B608
        return " UNION ALL ".join(arms), [bound for _, low, high, *_ in [*ranges, *counts] for bound in (low, high)]

    def _range(self, low: str = "%s", high: str = "%s") -> str:
        """The rows of a range in the order of the index."""
        return (
            f"SELECT a.employee_id, a.word, a.kind FROM {self.words} a"  # noqa: S608 # nosec B608
            f" WHERE a.word >= {low} AND a.word < {high}{self._only('a')} ORDER BY a.word, a.kind, a.employee_id"
        )

    def _count(self, low: str = "%s", high: str = "%s") -> str:
        """How many rows a range has, as far as it matters."""
        return (
            f"SELECT COUNT(*) AS employee_id, '' AS word, {A_COUNT} AS kind FROM (SELECT 1 FROM {self.words} a"  # noqa: S608 # nosec B608
            f" WHERE a.word >= {low} AND a.word < {high} LIMIT {self.counted}) first"
        )

    def _read_apart(
        self, branches: list["Branch"], others: list[Term], reading: int, listed: Collection[Term]
    ) -> list[tuple[Any, ...]]:
        """The people of each branch, among its first `reading` rows, who meet the other terms too.

        Gives a row of each: employee, word, kind, number of the branch, a word that meets each of `others`, team.
        """
        start = [
            f"SELECT *, {number} AS branch FROM ({self._range()} LIMIT {reading}) branch_{number}"  # noqa: S608 # nosec B608
            for number in range(len(branches))
        ]
        met = [self._listed(term) if term in listed else self._looked_up(term) for term in others]
        words = [self._word_of("found", term) for term in others]
        statement = (
            f"SELECT found.*, {', '.join(sql for sql, _ in words)}, {self.team}"  # noqa: S608 # nosec B608
            f" FROM (SELECT * FROM ({' UNION ALL '.join(start)}) start"
            f" WHERE {' AND '.join(sql for sql, _ in met)} LIMIT {sum(branch.limit for branch in branches)}) found"
        )
        bounds = (branch.spelling.bounds for branch in branches)
        return self._rows(
            statement, list(chain(*(params for _, params in words), *bounds, *(params for _, params in met)))
        )

    def _listed(self, term: Term) -> tuple[str, list[str]]:
        """Whether the person of `start` is among all who meet the term.

        IS TRUE, because PostgreSQL would turn IN alone into a join that reads the list again for every person.
        """
        rows = f"SELECT o.employee_id FROM {self.words} o WHERE o.word >= %s AND o.word < %s{self._only('o')}"  # noqa: S608 # nosec B608
        bounds = [bound for spelling in term.spellings for bound in spelling.bounds]
        return f"(start.employee_id IN ({' UNION ALL '.join([rows] * len(term.spellings))})) IS TRUE", bounds

    def _looked_up(self, term: Term) -> tuple[str, list[str]]:
        """Whether the person of `start` meets the term."""
        sql, params = self._word_of("start", term)
        return f"{sql} IS NOT NULL", params

    def _word_of(self, alias: str, term: Term) -> tuple[str, list[str]]:
        """A word with its kind by which the person of `alias` meets the term, or NULL.

        Scalar subqueries, because PostgreSQL would turn EXISTS into a join that reads every row of both.
        Compared as rows, so that only the index by employee and word can answer: PostgreSQL takes a
        range of the other one for short, and reads it again for every person.
        """
        one = (
            f"(SELECT o.word || ' ' || o.kind FROM {self.words} o"  # noqa: S608 # nosec B608
            f" WHERE (o.employee_id, o.word) >= ({alias}.employee_id, %s)"
            f" AND (o.employee_id, o.word) < ({alias}.employee_id, %s)"
            f"{self._only('o')} ORDER BY o.employee_id, o.word LIMIT 1)"
        )
        # One after the other: an OR of ranges would be collected and sorted first.
        bounds = [bound for spelling in term.spellings for bound in spelling.bounds]
        return f"COALESCE({', '.join([one] * len(term.spellings))}, NULL)", bounds

    def _only(self, alias: str) -> str:
        """The condition that keeps to the searchable fields; nothing when all of them are."""
        if len(self.kinds) == len(Kind):
            return ""
        return f" AND {alias}.kind IN ({', '.join(str(int(kind)) for kind in self.kinds)})"

    def _rows(self, statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall()


@dataclass
class Branch:
    """One range to start from, the terms that its rows meet, and how many of them are wanted."""

    spelling: Spelling
    parts: tuple[tuple[Term, Spelling], ...]
    limit: int

    def __post_init__(self) -> None:
        self.text, self.whole_word = self.spelling.text, f"{self.spelling.text} "
        self.least = self.spelling.least_penalty - self.is_as_typed

    def judge(self, word: str, kind: int, found: Iterable[tuple[Term, str]]) -> tuple[int, tuple]:
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


# What a row is made of counts too: a name is meant more often than an address.
WEIGHTS = tuple({Kind.NAME: 0, Kind.SPELLING: 0, Kind.EMAIL: 2, Kind.PHONE: 2, Kind.TEAM: 3}[kind] for kind in Kind)
