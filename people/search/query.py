"""Reads what somebody typed: which ranges of the index may mean it. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from phonenumbers import PhoneMetadata

from people.ground.text import LONGEST_QUERY, digits_of, fold, printable

from .nicknames import same_name
from .words import EMAIL_MARK, FACT_MARK, LAST_DIGITS_MARK, LONGEST_WORD, MARKS, in_latin, spelt_out, words_in

MOST_TERMS = 12
MOST_VARIED = 100
# What stands before the address or number in a link.
LINK_SCHEME = re.compile(r"\b(mailto|tel|sms|callto):", re.IGNORECASE)
# The zero in "+44 (0)20" that isn't dialled from abroad.
ZERO_IN_BRACKETS = re.compile(r"\(0\)")
SHORTEST_NICKNAME = 3
# What is written before and after names and is no part of them.
TITLES = {
    *("dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lady", "lord", "herr", "frau", "hr", "fr", "mag"),
    *("dipl", "ing", "dott", "sig", "sra", "srta", "sr", "jr", "junior", "senior", "ii", "iii", "iv", "esq", "phd"),
    *("md", "mba", "msc", "bsc", "med", "jur", "dds", "rn", "cpa", "obe", "mbe", "mme", "mlle", "rev"),
}
SAINTS = {"saint": ("st",), "st": ("saint",), "sainte": ("ste",), "ste": ("sainte",), "sankt": ("st",)}
# Shorter names that begin with "mac" or "mc" are others: Mack, Macy.
SHORTEST_MAC = 5
MAC_APART = re.compile(r"\b(ma?c) (?=\w)")
# What separates people in a pasted list, and an address in it: "Ann Lee <ann@example.com>".
BETWEEN_PEOPLE = re.compile(r"[;\n]")
ADDRESS_IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
MOST_LISTED = 10
# Numbers at least this long may begin with a digit for "outside": 8 in Russia, 1 in America.
LONG_NUMBER = 9


class Way(IntEnum):
    """How something stored meets something typed, the best first."""

    WRITTEN = 0
    RESPELT = 2
    NICKNAME = 3
    MISTYPED = 10


@dataclass(frozen=True)
class Spelling:
    """One text to look up: it begins stored words, or stands at their beginning as a whole word."""

    text: str
    is_whole: bool = False
    way: Way = Way.WRITTEN
    mistakes: int = 0

    @property
    def bounds(self) -> tuple[str, str]:
        """The half-open range of the index: "!" comes right after the space that ends a word."""
        return self.text, self.text + ("!" if self.is_whole else "\U0010ffff")

    @property
    def is_varied(self) -> bool:
        """Whether another name is looked up than the one typed."""
        return self.way > Way.RESPELT

    @property
    def is_fact(self) -> bool:
        """Whether it is looked up among the facts of profiles."""
        return self.text.startswith(FACT_MARK)

    def in_rooms(self, rooms: Iterable[str]) -> "list[Spelling]":
        """The same text in further rooms of the index; none of what has a room already, or means another name."""
        has_room = self.text[:1] in MARKS
        return [] if has_room or self.is_varied else [replace(self, text=room + self.text) for room in rooms]

    def meets(self, word: str) -> bool:
        """Whether a stored word is in the range."""
        start, end = self.bounds
        return start <= word < end

    def penalty(self, word: str) -> int:
        """How far a stored word in the range is from what was typed; a fact that says more is farther."""
        is_longer = not (word == self.text or word.startswith(self.text + " "))
        says_more = self.is_fact and word != self.text
        return is_longer + says_more + int(self.way) * max(1, self.mistakes)


@dataclass(frozen=True)
class Term:
    """A word of the query, with every spelling that counts as this word."""

    typed: str
    spellings: tuple[Spelling, ...]

    @property
    def plain(self) -> tuple[Spelling, ...]:
        """The spellings that differ in letters only: no other name is meant by them."""
        return tuple(spelling for spelling in self.spellings if not spelling.is_varied)

    @property
    def varied(self) -> tuple[Spelling, ...]:
        """The other names that may be meant: nicknames, and what may have been mistyped."""
        return tuple(spelling for spelling in self.spellings if spelling.is_varied)

    @property
    def is_name(self) -> bool:
        """Whether it is written in letters, so that it can be mistyped."""
        return not digits_of(self.typed) and words_in(self.typed).split == (self.typed,)

    @property
    def may_be_fact(self) -> bool:
        """Whether one of its spellings is looked up among the facts of profiles."""
        return any(spelling.is_fact for spelling in self.spellings)

    def among_facts(self, is_fact: bool) -> "Term":
        """This word, looked up among the facts of profiles alone, or everywhere else."""
        return replace(self, spellings=tuple(one for one in self.spellings if one.is_fact is is_fact))

    def in_rooms(self, rooms: Sequence[str]) -> "Term":
        """This word, looked up in further rooms too: after how it was typed, and before facts and other names."""
        further = [spelling for one in self.spellings for spelling in one.in_rooms(rooms)]
        names = [one for one in self.plain if one.text[:1] not in MARKS]
        others = [one for one in self.spellings if one not in names]
        return replace(self, spellings=(*names, *further, *others))

    @property
    def written(self) -> list[str]:
        """What was typed, in each of its spellings."""
        return [one.text for one in self.spellings if one.way <= Way.RESPELT and not one.is_fact]


# Which terms are met by which of their spellings.
Met = tuple[tuple[Term, Spelling], ...]


@dataclass(frozen=True)
class LookUp:
    """A range of the index, and which terms its rows meet; `is_whole_query` if it holds the query as it was typed."""

    spelling: Spelling
    met: Met = ()
    is_whole_query: bool = False

    def in_rooms(self, rooms: Iterable[str]) -> "list[LookUp]":
        """The whole query in further rooms too."""
        return [
            replace(self, spelling=one, met=tuple((term, one) for term, _ in self.met))
            for one in self.spelling.in_rooms(rooms)
        ]

    def penalty(self, word: str) -> int:
        """How far a row of the range is from what was typed; below 0 when it holds the whole query."""
        bonus = 1 + (word == self.spelling.text) if self.is_whole_query else 0
        return self.spelling.penalty(word) - bonus


@dataclass(frozen=True)
class Query:
    """All terms must be met by one person; a phrase is met by one row alone, in its order."""

    terms: tuple[Term, ...]
    phrases: tuple[LookUp, ...] = ()
    pieces: tuple[str, ...] = ()

    @property
    def look_ups(self) -> tuple[LookUp, ...]:
        """Where rows are that meet all terms at once, the likeliest first."""
        if len(self.terms) > 1:
            return (*self.phrases, *self.varied_phrases)
        term = self.terms[0]
        typed = {spelling.text for spelling in term.spellings}
        others = [phrase for phrase in self.phrases if phrase.spelling.text not in typed]
        return (*others, *(LookUp(spelling, ((term, spelling),)) for spelling in term.spellings))

    @property
    def varied_phrases(self) -> tuple[LookUp, ...]:
        """The names as phrases, each with one term in another spelling, which comes first or last.

        Names are stored in every order that keeps who follows whom.
        """
        if not all(term.is_name for term in self.terms):
            return ()
        met = [(term, Spelling(term.typed)) for term in self.terms]
        phrases = []
        for number, term in enumerate(self.terms):
            others = met[number + 1 :] + met[:number]
            for spelling in term.varied:
                phrases += [_phrase((term, spelling), *others), _phrase(*others, (term, spelling))]
        return tuple(phrases[:MOST_VARIED])

    def in_rooms(self, rooms: Sequence[str]) -> "Query":
        """This query, whose words are looked up in further rooms of the index too."""
        if not rooms:
            return self
        terms = tuple(term.in_rooms(rooms) for term in self.terms)
        phrases = [(phrase, *phrase.in_rooms(rooms)) for phrase in self.phrases]
        return replace(self, terms=terms, phrases=tuple(chain.from_iterable(phrases)))

    def with_initials(self) -> "Query | None":
        """This query with short terms taken letter by letter ("jr tolkien"); None if it has no such terms."""
        terms: list[Term] = []
        for term in self.terms:
            are_initials = term.is_name and 1 < len(term.typed) < 4
            terms += [_name_term(letter) for letter in term.typed] if are_initials else [term]
        return Query(tuple(terms[:MOST_TERMS])) if len(terms) > len(self.terms) else None

    def with_domains(self) -> "Query":
        """This query, in which each piece between spaces may also begin the domain of an e-mail address."""
        terms = []
        for piece in self.pieces:
            words = _terms(piece)
            domain = Spelling((EMAIL_MARK + fold(piece))[:LONGEST_WORD])
            same = words[0].spellings if len(words) == 1 else ()
            terms.append(Term(piece, (*same, domain)))
        return Query(tuple(terms[:MOST_TERMS]))

    def with_spellings(self, more: dict[str, tuple[Spelling, ...]]) -> "Query":
        """This query with further spellings of its terms, by what was typed."""
        return Query(tuple(replace(term, spellings=term.spellings + more.get(term.typed, ())) for term in self.terms))


def read(text: str) -> Query | None:
    """The query that `text` means; None when it holds nothing to search for."""
    pieces = _pieces(text)
    if not pieces:
        return None
    terms: list[Term] = []
    for piece in pieces:
        terms += _terms(piece)
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS], _phrases(pieces, len(terms)), tuple(pieces))


def without_titles(text: str) -> str:
    """`text` without titles, suffixes and middle initials, "Mc Dowell" in one word; "" when that is nothing new."""
    pieces = _pieces(text)
    names = [piece for piece in pieces if fold(piece).replace(".", "") not in TITLES] or pieces
    whole = [*names[:1], *(name for name in names[1:] if not _is_initial(name))]
    plain = MAC_APART.sub(r"\1", fold(" ".join(whole if len(whole) > 1 else names)))
    return plain if plain != fold(" ".join(pieces)) else ""


def _is_initial(piece: str) -> bool:
    """One letter of a script with capitals: a whole name in others."""
    letter = piece.removesuffix(".")
    return len(letter) == 1 and letter.lower() != letter.upper()


class PastedList(NamedTuple):
    """The people whom a pasted list names, nobody if it is no list; and whether it can be nothing else."""

    people: list[str]
    is_certain: bool


def read_list(text: str) -> PastedList:
    """The people in `text`, which has semicolons, lines, several addresses, or commas between whole names."""
    addresses = ADDRESS_IN_BRACKETS.findall(text)
    if len(addresses) > 1:
        return PastedList(addresses[:MOST_LISTED], True)
    is_list = BETWEEN_PEOPLE.search(text) is not None
    people = [part.strip() for part in re.split(r"[;\n]" if is_list else ",", text)]
    people = [part for part in people if _pieces(part)]
    are_whole = all(" " in part or "@" in part for part in people)
    is_pasted = len(people) > 1 and (is_list or are_whole)
    return PastedList(people[:MOST_LISTED], is_list) if is_pasted else PastedList([], False)


def is_blank(text: str) -> bool:
    """Whether nothing was typed that shows."""
    return not _printable(text).strip()


def _printable(text: str) -> str:
    """`text` without characters that show nothing or that no database can hold, and with any script's digits as 0–9."""
    text = printable(text[:LONGEST_QUERY])
    return text if text.isascii() else "".join(str(unicodedata.decimal(letter, letter)) for letter in text)


def _pieces(text: str) -> list[str]:
    """What stands between spaces, with the parts of a phone number in one piece."""
    plain = ZERO_IN_BRACKETS.sub("", LINK_SCHEME.sub(" ", _printable(text)))
    pieces: list[str] = []
    follows_number = False
    for piece in re.split(r"[\s,;<>\"]+", plain):
        is_number = _is_number(piece)
        if is_number and follows_number:
            pieces[-1] += piece
        elif words_in(piece).split:
            pieces.append(piece)
        elif piece:
            continue
        follows_number = is_number
    return pieces


def _is_number(piece: str) -> bool:
    """Whether `piece` can be a part of a phone number: digits and punctuation, no letters."""
    return bool(digits_of(piece)) and not any(letter.isalpha() for letter in piece)


def _terms(piece: str) -> list[Term]:
    """The terms that one piece stands for: a number, an address, or the words of a name."""
    if _is_number(piece):
        return [_number_term(piece)]
    if "@" in piece:
        return _address_terms(fold(piece))
    words = words_in(piece).split
    spellings = (words_in(spelt_out(piece)).split, words_in(in_latin(piece)).joined)
    in_step = [spelling for spelling in spellings if len(spelling) == len(words)]
    return [_name_term(word, *others) for word, *others in zip(words, *in_step, strict=True)]


def _name_term(word: str, *others: str) -> Term:
    nicknames = sorted(same_name(word)) if len(word) >= SHORTEST_NICKNAME else []
    respelt = dict.fromkeys(text for text in (*others, *_mac_as_mc(word)) if text and text != word)
    return Term(
        word,
        (
            Spelling(word),
            *(Spelling(text, way=Way.RESPELT) for text in respelt),
            *(Spelling(text, True, Way.RESPELT) for text in SAINTS.get(word, ())),
            Spelling(FACT_MARK + word),
            *(Spelling(name, True, Way.NICKNAME) for name in nicknames if not name.startswith(word)),
        ),
    )


def _mac_as_mc(word: str) -> tuple[str, ...]:
    """ "macdowell" for "mcdowell", and the other way."""
    if len(word) < SHORTEST_MAC:
        return ()
    return (f"mac{word[2:]}",) if word.startswith("mc") else (f"mc{word[3:]}",) if word.startswith("mac") else ()


def _number_term(piece: str) -> Term:
    """A number from its first digit or as the last ones, with or without its zeros for "outside"."""
    digits = digits_of(piece)
    number = _without_prefix(digits).lstrip("0")
    # The last digits in front: of so many people as are wanted, the first spellings find all.
    texts = [LAST_DIGITS_MARK + (number or digits)[::-1], digits, number]
    if len(number) >= LONG_NUMBER:
        texts.append(LAST_DIGITS_MARK + number[:0:-1])
    telling = dict.fromkeys(text[:LONGEST_WORD] for text in texts if text.strip(LAST_DIGITS_MARK))
    return Term(digits, tuple(Spelling(text) for text in telling))


def _without_prefix(digits: str) -> str:
    """A number without what is dialled for abroad from the default region: 011 in America, 00 in most others."""
    prefix = re.match(_prefix_for_abroad(settings.PHONENUMBER_DEFAULT_REGION), digits)
    return digits[prefix.end() :] if prefix else digits


@cache
def _prefix_for_abroad(region: str) -> str:
    metadata = PhoneMetadata.metadata_for_region(region)
    return (metadata and metadata.international_prefix) or "00"


def _address_terms(address: str) -> list[Term]:
    """The parts before the @, the last of them whole, and the beginning of the domain."""
    local, _, domain = address.rpartition("@")
    words = words_in(local).joined
    terms = [Term(word, (Spelling(word, is_whole=word is words[-1]),)) for word in words]
    domain = domain.strip(".")
    return [*terms, Term(domain, (Spelling((EMAIL_MARK + domain)[:LONGEST_WORD]),))] if domain else terms


def _phrase(*met: tuple[Term, Spelling]) -> LookUp:
    """The terms in one row, as far from what was typed as the farthest of their spellings."""
    farthest = max((spelling for _, spelling in met), key=lambda spelling: spelling.way)
    text = " ".join(spelling.text for _, spelling in met)[:LONGEST_WORD]
    return LookUp(replace(farthest, text=text, is_whole=met[-1][1].is_whole), met)


def _phrases(pieces: list[str], terms: int) -> tuple[LookUp, ...]:
    """Texts that one row may hold as a whole: names as typed, joined or spelt out; an address; a title."""
    whole = " ".join(pieces)
    texts = [" ".join(words_in(whole).split), " ".join(words_in(whole).joined)]
    texts += [" ".join(words_in(spell(whole)).joined) for spell in (spelt_out, in_latin)]
    if len(pieces) == 1 and not whole.isalpha():
        texts.append(EMAIL_MARK + fold(whole).lstrip(EMAIL_MARK))
    if terms > 1 and texts[0]:
        texts.append(FACT_MARK + texts[0])
    telling = [text[:LONGEST_WORD] for text in dict.fromkeys(texts) if text.strip(EMAIL_MARK)]
    spellings = [Spelling(text) for text in telling] if terms > 1 or len(pieces) == 1 else []
    return tuple(LookUp(one, ((Term(whole, (one,)), one),), is_whole_query=True) for one in spellings)
