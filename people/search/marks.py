"""Why a person was found: what to mark in a row, and a sentence where no cell shows it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import punctuation, whitespace
from typing import NamedTuple

from people.ground.text import fold

from .nicknames import is_short_for
from .query import Met, Way
from .words import EMAIL_MARK, FACT_MARK, HIDDEN_MARK, LAST_DIGITS_MARK, in_latin, spelt_out, words_in


class MarkedText(NamedTuple):
    """A text with what matches: before each match what stands there, then the match; and the rest of the text."""

    matches: list[tuple[str, str]]
    rest: str


class Span(NamedTuple):
    """From where to where something stands in a text."""

    start: int
    end: int


class Letter(NamedTuple):
    """A letter of a text as it is compared, where it stands there, and whether it begins a word."""

    folded: str
    position: int
    begins_word: bool


class Highlight(NamedTuple):
    """The cells of a row that show a match, and in words what shows nowhere; "" when every match shows somewhere."""

    cells: dict[str, MarkedText]
    reason: str


WITHOUT_PUNCTUATION = str.maketrans("", "", punctuation + whitespace)


@dataclass(frozen=True)
class Reason:
    """The terms as they were typed, each with the spelling by which the person was found."""

    met: Met

    @property
    def texts(self) -> list[str]:
        """The texts that a row may show of the match; of a nickname it shows none."""
        shown = [spelling.text for _, spelling in self.met if spelling.way != Way.NICKNAME]
        return list(dict.fromkeys(word for text in shown for word in _shown(text)))

    @property
    def is_hidden_name(self) -> bool:
        """Whether the first name behind the known-as name led to the person, which no cell may show."""
        return any(spelling.text.startswith(HIDDEN_MARK) for _, spelling in self.met)

    @property
    def nickname(self) -> str:
        """Which name is short for which, if one was found by the other."""
        for term, spelling in self.met:
            if spelling.way == Way.NICKNAME:
                typed, meant = term.typed.capitalize(), spelling.text.capitalize()
                short, long = (typed, meant) if is_short_for(term.typed, spelling.text) else (meant, typed)
                return f"{short} is short for {long}"
        return ""

    def highlight(self, cells: Mapping[str, str], hidden: Mapping[str, str]) -> Highlight:
        """Where the cells of a row show the matches, each match once.

        The reason says what no cell shows: a nickname, names written without the space between cells, and one of
        the `hidden` facts, each under its title: "Location Berlin", "First name Magdalena".
        """
        spans: dict[str, list[Span]] = {}
        facts: dict[str, str] = {}
        is_unseen = False
        for text in self.texts:
            wanted = "".join(words_in(text).joined)
            found = ((name, span) for name, cell in cells.items() if (span := _find(cell, wanted)))
            name, span = next(found, (None, None))
            if name and span:
                spans.setdefault(name, []).append(span)
            elif of_text := {title: fact for title, fact in hidden.items() if _find(fact, wanted)}:
                facts |= of_text
            else:
                is_unseen = True
        names = self.nickname or (f"Matched {' '.join(self.texts)}" if is_unseen else "")
        reasons = [names, *(f"{title} {fact}" for title, fact in facts.items())]
        marked = {name: _mark(cells[name], sorted(of_cell)) for name, of_cell in spans.items()}
        return Highlight(marked, " · ".join(filter(None, reasons)))


def _shown(text: str) -> list[str]:
    """A looked-up text as it stands in a row."""
    if text.startswith(LAST_DIGITS_MARK):
        return [text[:0:-1]]
    if text.startswith(HIDDEN_MARK):
        return text.split()[1:]
    return [text.removeprefix(EMAIL_MARK)] if text.startswith(EMAIL_MARK) else text.removeprefix(FACT_MARK).split()


def _find(cell: str, wanted: str) -> Span | None:
    """Where a cell shows `wanted`: from the start of a word, over hyphens and the like; else a word so spelt."""
    lower = cell.lower()
    if not wanted or (cell.isascii() and wanted not in lower.translate(WITHOUT_PUNCTUATION)):
        return None
    start = lower.find(wanted) if len(lower) == len(cell) else -1
    if start == 0 or (start > 0 and lower[start - 1] == " "):
        return Span(start, start + len(wanted))
    letters = list(_letters(cell))
    folded = "".join(letter.folded for letter in letters)
    for number, letter in enumerate(letters):
        if (letter.begins_word or wanted.isdigit()) and folded.startswith(wanted, number):
            return Span(letter.position, letters[number + len(wanted) - 1].position + 1)
    return _find_spelling(cell, wanted)


def _letters(cell: str) -> Iterator[Letter]:
    """The letters of a cell; a character may be two of them, or none."""
    begins_word = True
    for position, character in enumerate(cell):
        folded = "".join(words_in(character).joined)
        for letter in folded:
            yield Letter(letter, position, begins_word)
            begins_word = False
        # A mark that shows nothing parts no words.
        if not folded and fold(character):
            begins_word = True


def _find_spelling(cell: str, wanted: str) -> Span | None:
    """Where a cell has a word that begins with `wanted` when it is spelt out or in Latin letters."""
    start = 0
    for word in cell.split(" "):
        spellings = (" ".join(words_in(spell(word)).joined) for spell in (spelt_out, in_latin))
        if any(spelling.startswith(wanted) for spelling in spellings):
            return Span(start, start + len(word))
        start += len(word) + 1
    return None


def _mark(cell: str, spans: list[Span]) -> MarkedText:
    """The cell with these spans marked; of two that overlap, the first."""
    matches, done = [], 0
    for start, end in spans:
        if start >= done:
            matches.append((cell[done:start], cell[start:end]))
            done = end
    return MarkedText(matches, cell[done:])
