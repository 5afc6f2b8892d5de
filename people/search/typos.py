"""Mistyped words: the known words that are near, and how near."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .models import KnownWord
from .query import Spelling, Term, Way

# Shorter words are never taken for mistyped ones, and in long ones two letters may be wrong.
SHORTEST_MISTYPED, LONG_WORD = 3, 8
# So many letters may also stand inside a known word ("kasz" in "lukasz").
SHORTEST_INSIDE = 4
# Of the known words that are near enough, so many of the nearest are looked up.
MOST_NEAR = 12
# "Did you mean" compares so many of the most alike words, of which half of the letters are right.
MOST_ALIKE, LEAST_LIKENESS = 8, 0.5


def mistakes_allowed(word: str) -> int:
    """How many letters may be wrong, missing, too many or swapped with the next."""
    return 0 if len(word) < SHORTEST_MISTYPED else 1 if len(word) < LONG_WORD else 2


def mistyped(terms: Iterable[Term]) -> dict[str, tuple[Spelling, ...]]:
    """For each of `terms`, by what was typed, the known words that may have been meant."""
    words = {term.typed: [text for text in term.written if mistakes_allowed(text)] for term in terms if term.is_name}
    shortest = min((len(text) - mistakes_allowed(text) for texts in words.values() for text in texts), default=0)
    if not shortest:
        return {}
    choices = KnownWord.objects.of_at_least(shortest)
    found = {typed: sum((_near(text, choices) for text in texts), ()) for typed, texts in words.items()}
    return {typed: spellings for typed, spellings in found.items() if spellings}


def alike(terms: Iterable[Term]) -> dict[str, dict[str, float]]:
    """For each of `terms`, by what was typed, the known words most like it and how like they are (0 to 1)."""
    names = [term.typed for term in terms if term.is_name and len(term.typed) >= SHORTEST_MISTYPED]
    choices = KnownWord.objects.of_at_least(SHORTEST_MISTYPED) if names else []
    return {name: _likeness(name, choices) for name in names}


def _likeness(name: str, choices: list[str]) -> dict[str, float]:
    """The most alike of `choices`, and how like `name` each of them is."""
    scorer = OSA.normalized_similarity
    found = process.extract(name, choices, scorer=scorer, score_cutoff=LEAST_LIKENESS, limit=MOST_ALIKE)
    return {word: likeness for word, likeness, _ in found}


def _near(word: str, choices: list[str]) -> tuple[Spelling, ...]:
    """The known words that are near `word` or hold it inside; if there is none, the beginnings of longer ones."""
    near = _nearest(word, choices)
    if len(word) >= SHORTEST_INSIDE:
        near += [(choice, 1) for choice in choices if word in choice][:MOST_NEAR]
    if near:
        return tuple(Spelling(text, True, Way.MISTYPED, mistakes) for text, mistakes in near)
    beginnings = list({choice[: len(word)] for choice in choices if len(choice) > len(word)})
    return tuple(Spelling(text, False, Way.MISTYPED, mistakes) for text, mistakes in _nearest(word, beginnings))


def _nearest(word: str, choices: list[str]) -> list[tuple[str, int]]:
    """The nearest of `choices` that are near enough, each with the number of mistakes between."""
    allowed = mistakes_allowed(word)
    near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_NEAR)
    return [(text, max(1, int(far))) for text, far, _ in near]
