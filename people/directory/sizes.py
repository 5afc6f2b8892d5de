"""How many people teams and locations have, in time that doesn't grow with the organisation."""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from people.models import ListPlace

# Nobody reads a number further than this: it says "10,000+".
COUNT_LIMIT = 10_000
# Above the limit counting takes long, and nobody sees whether a number is some seconds old.
SIZES_KEY, SIZES_REMEMBERED = "team-sizes", 10


@dataclass(frozen=True)
class Sizes:
    """How many people of those counted each team has; None is for people without a team.

    With `is_cut` there are more people than were counted, and nobody knows how many each team has.
    """

    teams: Counter[str | None]
    is_cut: bool = False

    @property
    def total(self) -> int:
        return self.teams.total()


def sizes_of_teams() -> Sizes:
    """All people who have a team; one query, or none while the numbers of a large organisation are remembered."""
    known: Sizes | None = cache.get(SIZES_KEY)
    if known:
        return known
    counts = ListPlace.objects.filter(team__isnull=False).order_by().values_list("team").annotate(Count("pk"))
    sizes = Sizes(Counter(dict(counts)))
    if sizes.total > COUNT_LIMIT:
        cache.set(SIZES_KEY, sizes, SIZES_REMEMBERED)
    return sizes


def sizes_at(location: int) -> Sizes:
    """The people of a location, of whom so many are counted as the limit says; one query."""
    counted = ListPlace.objects.filter(location=location).order_by()[: COUNT_LIMIT + 1]
    teams = Counter(counted.values_list("team", flat=True))
    return Sizes(teams, teams.total() > COUNT_LIMIT)
