"""Invented people by the million and the searches that mean them. Pure, and the same each time."""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from faker import Faker

from people.ground.text import fold, tidy
from people.search.nicknames import is_short_for, same_name
from people.search.words import in_latin, words_in

DOMAIN = "bench.example"
# Locale and country code of the phone; the scripts are Latin, Cyrillic, Greek, Arabic, Hebrew, Devanagari, CJK, Hangul…
LOCALES = {
    "en_US": "1",
    "en_GB": "44",
    "de_DE": "49",
    "fr_FR": "33",
    "es_ES": "34",
    "pt_BR": "55",
    "it_IT": "39",
    "pl_PL": "48",
    "cs_CZ": "420",
    "da_DK": "45",
    "tr_TR": "90",
    "ro_RO": "40",
    "vi_VN": "84",
    "ru_RU": "7",
    "uk_UA": "380",
    "el_GR": "30",
    "he_IL": "972",
    "hi_IN": "91",
    "ja_JP": "81",
    "ko_KR": "82",
}
NAMES_PER_LOCALE = 400
# Key, name, and the team that it is a part of; the first three are there already.
TEAMS = {
    "product": ("Product", None),
    "engineering": ("Engineering", None),
    "marketing": ("Marketing", None),
    "design": ("Design", "product"),
    "research": ("Research", "product"),
    "platform": ("Platform", "engineering"),
    "reliability": ("Reliability", "platform"),
    "web": ("Web", "engineering"),
    "sales": ("Sales", "marketing"),
    "support": ("Support", "marketing"),
    "finance": ("Finance", None),
    "legal": ("Legal", None),
    "people": ("People", None),
}
TITLES = [
    f"{level}{work}"
    for level in ("", "Senior ", "Lead ")
    for work in ("Engineer", "Designer", "Analyst", "Product Manager", "Account Manager", "Accountant", "Counsel")
]
# By key; the times of none of them are measured.
LOCATIONS = {1: "Warsaw", 2: "Berlin", 3: "Lisbon", 4: "Nairobi", 5: "Osaka"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Person:
    """One invented employee."""

    first_name: str
    last_name: str
    email: str
    phone: str
    team: str | None
    title: str | None
    location: int | None

    @property
    def name(self) -> tuple[str, str]:
        return self.first_name, self.last_name


@cache
def names_of(locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """First and last names of a locale, the frequent ones first."""
    fake = Faker(locale)
    fake.seed_instance(locale)
    return _different(fake.first_name), _different(fake.last_name)


def _different(make: Callable[[], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tidy(make()) for _ in range(NAMES_PER_LOCALE * 3)))[:NAMES_PER_LOCALE]


@cache
def _zipf(size: int) -> list[float]:
    """Running totals of 1, 1/2, 1/3…: the first name is the most frequent by far."""
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _pick(chance: random.Random, names: tuple[str, ...]) -> str:
    totals = _zipf(len(names))
    return names[bisect(totals, chance.random() * totals[-1])]


def person(number: int) -> Person:
    """The person of this number; always the same."""
    chance = random.Random(number)  # noqa: S311 # nosec B311
    locale = chance.choice(list(LOCALES))
    first_name, last_name = (_pick(chance, names) for names in names_of(locale))
    local = ".".join("".join(words_in(in_latin(name) or name).joined) for name in (first_name, last_name))
    # Multiplying by a prime spreads the numbers and gives none twice.
    phone = f"+{LOCALES[locale]}{2_000_000_000 + number * 7_919 % 7_999_999_967}"
    work = chance.choice([None, *TEAMS]), chance.choice([None, *TITLES]), chance.choice([None, *LOCATIONS])
    return Person(first_name, last_name, f"{local}{number}@{DOMAIN}", phone, *work)


def people(start: int, stop: int) -> Iterator[Person]:
    """The people numbered from `start` up to `stop`."""
    return map(person, range(start, stop))


Means = Callable[[Person], bool]


@dataclass(frozen=True)
class Search:
    """A text and whom it means; with `person` when it is the whole name or e-mail of one."""

    text: str
    means: Means
    person: Person | None = None


def _begins(prefix: str) -> Means:
    return lambda other: any(
        word.startswith(prefix)
        for value in (*other.name, in_latin(other.first_name), in_latin(other.last_name), other.email)
        for word in (*words_in(value).split, *words_in(value).joined)
    )


def _prefix(length: int) -> Callable[[Person, random.Random], Search | None]:
    def make(someone: Person, chance: random.Random) -> Search | None:
        prefix = words_in(chance.choice(someone.name)).split[0][: length or chance.randint(3, 6)]
        return Search(prefix, _begins(prefix)) if not length or len(prefix) == length else None

    return make


def _full_name(someone: Person, chance: random.Random) -> Search:
    order = chance.choice([someone.name, someone.name[::-1]])
    return Search(" ".join(order), lambda other: other.name == someone.name, someone)


def _two_words(someone: Person, chance: random.Random) -> Search:
    first, last = words_in(someone.first_name).split[0], words_in(someone.last_name).split[0]
    text = f"{last} {first[:3]}"
    return Search(text, lambda other: _begins(first[:3])(other) and _begins(last)(other))


def _email_part(someone: Person, chance: random.Random) -> Search:
    return Search(someone.email.partition("@")[0], lambda other: other == someone, someone)


def _phone_tail(someone: Person, chance: random.Random) -> Search:
    tail = someone.phone[-chance.randint(5, 8) :]
    return Search(tail, lambda other: other.phone.endswith(tail))


def _typo(someone: Person, chance: random.Random) -> Search | None:
    words = [fold(name) for name in someone.name]
    place = chance.randrange(2)
    word = words[place]
    if len(word) < 5 or not word.isascii():
        return None
    at = chance.randrange(1, len(word) - 1)
    mistakes = [
        word[:at] + word[at + 1 :],
        word[:at] + chance.choice(LETTERS) + word[at:],
        word[:at] + chance.choice(LETTERS) + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    words[place] = chance.choice(mistakes)
    return Search(" ".join(words), lambda other: other.name == someone.name, someone)


def _nickname(someone: Person, chance: random.Random) -> Search | None:
    first, last = fold(someone.first_name), words_in(someone.last_name).split[0]
    nicks = sorted(nick for nick in same_name(first) if len(nick) > 2 and is_short_for(nick, first))
    if not nicks:
        return None
    nick = chance.choice(nicks)
    named = same_name(nick) | {nick}
    return Search(
        f"{nick} {last}",
        lambda other: _begins(last)(other) and (_begins(nick)(other) or fold(other.first_name) in named),
    )


def _transliteration(someone: Person, chance: random.Random) -> Search | None:
    latin = [in_latin(name) for name in someone.name]
    if not all(latin) or all(fold(name).isascii() for name in someone.name):
        return None
    return Search(" ".join(latin), lambda other: [in_latin(name) for name in other.name] == latin)


def _title(someone: Person, chance: random.Random) -> Search | None:
    """A word may also be the team of somebody with the rest of the title: "product manager" in Product."""
    words = set(fold(someone.title or "").split())
    return Search(fold(someone.title), lambda other: words <= _facts(other)) if someone.title else None


def _facts(someone: Person) -> set[str]:
    team, _ = TEAMS.get(someone.team or "", ("", None))
    return set(fold(f"{someone.title or ''} {team}").split())


def _location(someone: Person, chance: random.Random) -> Search | None:
    place = someone.location
    return Search(LOCATIONS[place].lower(), lambda other: other.location == place) if place else None


def _name_and_team(someone: Person, chance: random.Random) -> Search | None:
    first, team = words_in(someone.first_name).split[0], someone.team
    if not team:
        return None
    return Search(f"{first} {TEAMS[team][0].lower()}", lambda other: _begins(first)(other) and other.team == team)


def _no_hit(someone: Person, chance: random.Random) -> Search:
    return Search("".join(chance.choices("qxzjvkw", k=9)), lambda other: False)


CLASSES: dict[str, Callable[[Person, random.Random], Search | None]] = {
    "1 letter": _prefix(1),
    "2 letters": _prefix(2),
    "3–6 letters": _prefix(0),
    "full name": _full_name,
    "two words": _two_words,
    "e-mail part": _email_part,
    "phone tail": _phone_tail,
    "typo": _typo,
    "nickname": _nickname,
    "transliteration": _transliteration,
    "title": _title,
    "location": _location,
    "name + team": _name_and_team,
    "no hit": _no_hit,
}


def searches(kind: str, number: int, size: int) -> list[Search]:
    """So many searches of a kind, each for someone of the first `size` people."""
    chance = random.Random(f"{kind} {size}")  # noqa: S311 # nosec B311
    found: list[Search] = []
    while len(found) < number:
        search = CLASSES[kind](person(chance.randrange(size)), chance)
        found += [search] if search else []
    return found
