"""From a query to the people it means, the best first: which look-ups are made, and in which order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .findings import Findings
from .query import LookUp, Query, Spelling, Term, read, read_list, without_titles
from .table import MOST_ROWS, count_rows, read_ranges, read_with_others
from .typos import alike, mistyped

# Of each known word that is like a mistyped one so many people are compared, and the nearest of all are offered.
COMPARED_PER_WORD, OFFERED = 40, 3


def find(text: str, at_most: int, rooms: Sequence[str] = ()) -> Findings:
    """The people whom `text` means; names are also looked up in `rooms` of the index that not everyone may ask.

    Each further way is tried only if nobody was found yet: the words as they are, then without titles, each of a
    pasted list, initials, domains of e-mails, mistyped words.
    """
    query = read(text)
    if query is None:
        return Findings()
    finder = Finder(at_most, rooms)
    query, findings = finder.meet_names(text, query)
    if not findings.hits:
        findings = finder.meet_list(text)
    if not findings.hits and (initials := query.with_initials()):
        findings = finder.meet(initials)
    if not findings.hits:
        findings = finder.meet(query.with_domains())
    if not findings.hits and (spellings := mistyped(query.terms)):
        findings = finder.meet(query.with_spellings(spellings))
    return findings


def nearest(text: str) -> list[int]:
    """The keys of a few people whose names are the most like `text`, for a search that found nobody."""
    query = read(text)
    near = alike(query.terms) if query else {}
    words = [(term, word) for term, words in near.items() for word in words]
    if not words:
        return []
    look_ups = [LookUp(Spelling(word, is_whole=True)) for _, word in words]
    likeness: dict[int, dict[str, float]] = {}
    for row in read_ranges(look_ups, of_each=COMPARED_PER_WORD, in_all=COMPARED_PER_WORD * len(words)):
        term, word = words[row.look_up]
        of_person = likeness.setdefault(row.employee, {})
        of_person[term] = max(of_person.get(term, 0), near[term][word])
    order = sorted(likeness, key=lambda employee: (-sum(likeness[employee].values()), employee))
    return order[:OFFERED]


class Finder:
    """Finds the people of a query for a list of `at_most` people, in `rooms` of the index beside those of everyone."""

    def __init__(self, at_most: int, rooms: Sequence[str] = ()) -> None:
        self.at_most, self.rooms = at_most, rooms
        # People have several rows, so that fewer people are found than rows are read.
        self.most_rows = at_most * 2

    def meet(self, query: Query) -> Findings:
        """The best of those who meet all terms. Often those who have all terms in one row are enough."""
        query = query.in_rooms(self.rooms)
        findings = self._meet_in_one_row(query)
        if len(query.terms) > 1 and len(findings.hits) <= self.at_most:
            self._meet_in_several_rows(query.terms, findings)
        return findings.first(self.at_most)

    def meet_names(self, text: str, query: Query) -> tuple[Query, Findings]:
        """Those who meet the query of `text`, with its titles or without; and that query, for further ways to find."""
        findings = self.meet(query)
        plain = None if findings.hits else read(without_titles(text))
        return (plain, self.meet(plain)) if plain else (query, findings)

    def meet_list(self, text: str) -> Findings:
        """Everyone in a pasted list, in its order. What may be none counts as one only if everybody in it is found."""
        pasted = read_list(text)
        found = [self.meet_names(person, query)[1] for person in pasted.people if (query := read(person))]
        if not pasted.is_certain and not all(one.hits for one in found):
            return Findings()
        hits = [hit for one in found for hit in one.best]
        is_cut = any(one.is_cut for one in found) or len(hits) > self.at_most
        return Findings({hit.employee: hit for hit in hits[: self.at_most]}, is_cut)

    def _meet_in_one_row(self, query: Query) -> Findings:
        """Those who have a row that holds the whole query."""
        look_ups = query.look_ups
        # The likeliest spelling of one term comes first; of several terms any may be mistyped, so more is read.
        in_all = self.most_rows if len(query.terms) == 1 else max(self.most_rows, MOST_ROWS)
        rows = read_ranges(look_ups, of_each=self.most_rows, in_all=in_all) if look_ups else []
        rows_of_each = Counter(row.look_up for row in rows)
        findings = Findings(is_cut=len(rows) == in_all or self.most_rows in rows_of_each.values())
        findings.add(rows, look_ups)
        return findings

    def _meet_in_several_rows(self, terms: Sequence[Term], findings: Findings) -> None:
        """Add those who meet each term by a row of its own, from the term that has the fewest rows.

        It starts from a team, title or place that thousands have only if each of the terms may be such a fact.
        Other names than those typed only if nobody is found without them, or beside a fact or a number: where all
        terms are names, the phrases have found them already.
        """
        rows_of = count_rows([spelling for term in terms for spelling in term.plain])
        plain = [replace(term, spellings=tuple(filter(rows_of.get, term.plain))) for term in terms]
        frequencies = [sum(rows_of[spelling] for spelling in term.spellings) for term in plain]
        are_common = [term.may_be_fact and rows >= MOST_ROWS for term, rows in zip(plain, frequencies, strict=True)]
        rarest = min(range(len(plain)), key=lambda number: (are_common[number], frequencies[number]))
        are_names = all(term.is_name and not term.may_be_fact for term in plain)
        if are_names:
            self._start_from(rarest, plain, findings, of_each=MOST_ROWS)
            findings.is_cut |= bool(findings.hits) and frequencies[rarest] >= MOST_ROWS
        if not findings.hits or not are_names:
            pairs = zip(plain, terms, strict=True)
            varied = [replace(one, spellings=one.spellings + term.varied) for one, term in pairs]
            if all(are_common):
                self._start_from_names(varied, findings)
            else:
                self._start_from(rarest, varied, findings)

    def _start_from_names(self, terms: Sequence[Term], findings: Findings) -> None:
        """Add those who meet one of the terms by more than a fact; if they are too few, those who have all as facts."""
        for number, term in enumerate(terms):
            self._start_from(number, [*terms[:number], term.among_facts(False), *terms[number + 1 :]], findings)
        if len(findings.hits) <= self.at_most:
            self._start_from(0, [term.among_facts(True) for term in terms], findings)

    def _start_from(
        self, number: int, terms: Sequence[Term], findings: Findings, *, of_each: int | None = None
    ) -> None:
        """Read the rows of one term, of each spelling `of_each` at most, and add those who meet the others too."""
        if not all(term.spellings for term in terms):
            return
        start, others = terms[number], [*terms[:number], *terms[number + 1 :]]
        look_ups = [LookUp(spelling, ((start, spelling),)) for spelling in start.spellings]
        # Beside a fact many meet all terms, and each look at the others costs time: more than is shown is read only
        # where people are met twice.
        for in_all in [self.at_most + 2, self.most_rows] if of_each is None else [self.most_rows]:
            rows = read_with_others(look_ups, others, of_each=of_each, in_all=in_all)
            is_cut = len(rows) == in_all
            if not is_cut or len({row.employee for row in rows}) > self.at_most:
                break
        findings.is_cut |= is_cut
        findings.add(rows, look_ups, others)
