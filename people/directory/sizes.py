"""How many people teams and locations have."""

from collections import Counter

from django.core.cache import cache
from django.db.models import Count, Q

from people.models import ListPlace

# Nobody reads a number further than this: it says "10,000+".
COUNT_LIMIT = 10_000
# Above the limit counting takes long, and nobody sees whether a number is some seconds old.
SIZES_KEY, SIZES_REMEMBERED = "team-sizes-at-{}", 10


def sizes_of_teams(location: int | None = None) -> Counter[str | None]:
    """How many people each team has, of all or of those at a location; None is for people without a team there.

    One query, or none while the numbers of a large organisation or location are remembered.
    """
    key = SIZES_KEY.format(location or "any")
    known: Counter[str | None] | None = cache.get(key)
    if known:
        return known
    people = ListPlace.objects.filter(Q(location=location) if location else Q(team__isnull=False))
    sizes = Counter(dict(people.order_by().values_list("team").annotate(Count("pk"))))
    if sizes.total() > COUNT_LIMIT:
        cache.set(key, sizes, SIZES_REMEMBERED)
    return sizes
