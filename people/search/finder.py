"""From a query to the people it means: two or three look-ups in one table, the best first."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

from .findings import Branch, Findings
from .models import KnownWord
from .query import Phrase, Query, Spelling, Term, listed, read, without_titles
from .table import A_COUNT, EVERY_ROW, WordTable, profile_model
from .typos import alike, mistyped
from .words import TEAM_MARK, words_of_team

# Counting further than this wouldn't change which word is the rarer one to start from: two words
# that are both more frequent are met together soon.
COUNTED = 1_000
# A short list has its best people already, as phrases: it looks no further than this, and for so many people.
COUNTED_FOR_SHORT_LIST, LOOKED_UP_FOR_SHORT_LIST = 300, 60
# Looking a word up for one person takes as long as reading so many of its rows.
ROWS_PER_LOOK_UP = 8
# Of each known word that is like a mistyped one so many people are compared, and the nearest of all are offered.
COMPARED_PER_WORD, OFFERED = 40, 3


def find(text: str, at_most: int, using: str) -> Findings:
    """The people whom `text` means.

    Exact ways first, also without titles. Only when they find nobody: each of a list, initials and domains,
    then mistyped words.
    """
    query = read(text)
    if query is None:
        return Findings()
    finder = Finder(at_most, using)
    query, findings = finder.meet_names(text, query)
    if not findings.hits:
        findings = finder.meet_listed(text)
    if not findings.hits and (initials := query.with_initials()):
        findings = finder.meet(initials)
    if not findings.hits:
        findings = finder.meet(query.with_domains())
    if not findings.hits:
        findings = finder.meet_mistyped(query)
    return findings


def nearest(text: str, using: str) -> list[int]:
    """The keys of a few people whose names are the most like `text`, for a search that found nobody."""
    query = read(text)
    if query is None:
        return []
    near = alike(query.terms, KnownWord.objects.using(using))
    return Finder(COMPARED_PER_WORD, using).nearest(near)


@cache
def team_words() -> list[str]:
    """The search words of all teams."""
    labels = [label for _, label in profile_model().team.field.flatchoices]
    return [word for label in labels for word, _ in words_of_team(label)]


class Finder:
    """Decides what is looked up for a list of `at_most` people."""

    def __init__(self, at_most: int, using: str) -> None:
        self.at_most, self.using = at_most, using
        # People have several rows, so that fewer people are found than rows are read.
        self.most_rows = at_most * 2
        self.counted = COUNTED if at_most >= COUNTED else COUNTED_FOR_SHORT_LIST
        self.table = WordTable(self.counted, using)

    def meet(self, query: Query) -> Findings:
        """Everyone whom all terms mean, the best of them; phrases first, which often are enough."""
        query = self._without_other_teams(query)
        findings, counts = self._meet_in_one_row(query)
        if len(query.terms) > 1 and len(findings.hits) <= self.at_most:
            self._meet_apart(query.terms, counts, findings)
        return findings.first(self.at_most)

    def meet_names(self, text: str, query: Query) -> tuple[Query, Findings]:
        """Everyone whom the query of `text` means, with its titles or without; and the query that counts from here."""
        findings = self.meet(query)
        plain = None if findings.hits else read(without_titles(text))
        return (plain, self.meet(plain)) if plain else (query, findings)

    def meet_listed(self, text: str) -> Findings:
        """Everyone in a pasted list, in its order; in what may be something else only if it has each of them."""
        people, is_surely_a_list = listed(text)
        found = [self.meet_names(person, query)[1] for person in people if (query := read(person))]
        if not is_surely_a_list and not all(one.hits for one in found):
            return Findings()
        hits = [hit for one in found for hit in one.best]
        is_cut = any(one.is_cut for one in found) or len(hits) > self.at_most
        return Findings({hit.employee: hit for hit in hits[: self.at_most]}, is_cut)

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
        rows = self.table.read_ranges(branches, counted, most)
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
        findings.add(self.table.read_apart(branches, others, reading, listed), branches, others)

    def meet_mistyped(self, query: Query) -> Findings:
        """Everyone whom all terms mean when each may be mistyped."""
        found = mistyped(query.terms, KnownWord.objects.using(self.using))
        return self.meet(query.with_spellings(found)) if found else Findings()

    def nearest(self, near: dict[str, dict[str, float]]) -> list[int]:
        """The few who have words like the most terms, the most alike first. `near`: term, known word, likeness."""
        branches = {
            (term, word): Branch(Spelling(word, is_whole=True), (), self.at_most)
            for term, words in near.items()
            for word in words
        }
        if not branches:
            return []
        likeness: dict[int, dict[str, float]] = {}
        for employee, _, _, number, _ in self.table.read_ranges(list(branches.values())):
            term, word = list(branches)[number]
            of_person = likeness.setdefault(employee, {})
            of_person[term] = max(of_person.get(term, 0), near[term][word])
        order = sorted(likeness, key=lambda employee: (-sum(likeness[employee].values()), employee))
        return order[:OFFERED]

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
                        if not spelling.text.startswith(TEAM_MARK) or any(map(spelling.meets, team_words()))
                    ),
                )
                for term in query.terms
            ),
        )

    def _branch(self, spelling: Spelling, parts: tuple[tuple[Term, Spelling], ...]) -> Branch:
        return Branch(spelling, parts, max(self.at_most // 4, 20) if spelling.is_varied else self.most_rows)
