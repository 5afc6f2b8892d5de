"""Mistyped words: the known words that are near, and how near."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .models import KnownWord
from .query import Spelling, Term, Way

SHORTEST_MISTYPED = 3
LONG_WORD = 8
SHORTEST_INSIDE = 4
# Half of the letters are right: enough for "did you mean".
LEAST_LIKENESS = 0.5
MOST_ALIKE = 8
# So many known words are near enough at most; the nearest count.
MOST_NEAR = 12


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
    scorer = OSA.normalized_similarity
    return {
        name: {
            text: like
            for text, like, _ in process.extract(
                name, choices, scorer=scorer, score_cutoff=LEAST_LIKENESS, limit=MOST_ALIKE
            )
        }
        for name in names
    }


def _near(word: str, choices: list[str]) -> tuple[Spelling, ...]:
    """Whole known words, also those that hold `word` inside; if there is none, the beginnings of longer ones."""
    inside = [choice for choice in choices if word in choice] if len(word) >= SHORTEST_INSIDE else []
    whole = _within(word, choices)
    if whole or inside:
        return tuple(
            _spelling(text, far, is_whole=True) for text, far in [*whole, *((one, 1) for one in inside[:MOST_NEAR])]
        )
    beginnings = list({choice[: len(word)] for choice in choices if len(choice) > len(word)})
    return tuple(_spelling(text, far, is_whole=False) for text, far in _within(word, beginnings))


def _within(word: str, choices: list[str]) -> list[tuple[str, int]]:
    """The nearest of `choices` with the number of mistakes between."""
    allowed = mistakes_allowed(word)
    near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_NEAR)
    return [(text, max(1, int(far))) for text, far, _ in near]


def _spelling(text: str, mistakes: int, *, is_whole: bool) -> Spelling:
    return Spelling(text, is_whole, Way.MISTYPED, mistakes)
