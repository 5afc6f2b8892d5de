"""Nicknames and short forms, both ways."""

from functools import cache

from nicknames import NickNamer

# The package knows English ones. Of other languages: the everyday short forms that don't begin the name.
SHORT_FORMS = {
    "aleksandr": ("sasha", "sanya", "shura"),
    "alexander": ("sasha", "sascha", "sanya", "lex", "sandro"),
    "alexandra": ("sasha", "sascha", "sandra"),
    "anna": ("anya", "ania", "anka"),
    "antonio": ("toni", "tonio"),
    "dmitriy": ("dima", "mitya"),
    "ekaterina": ("katya", "kate"),
    "elisabeth": ("lisbeth", "liesel", "lis"),
    "francisco": ("paco", "pancho", "curro", "kiko"),
    "giovanni": ("gianni", "vanni"),
    "giuseppe": ("beppe", "peppe", "pino"),
    "guadalupe": ("lupe", "lupita"),
    "guillermo": ("memo",),
    "ignacio": ("nacho",),
    "ivan": ("vanya",),
    "jesus": ("chus", "chuy"),
    "johannes": ("hannes", "hans", "jan"),
    "jose": ("pepe", "pepito", "chepe"),
    "josef": ("sepp", "pepi"),
    "katarzyna": ("kasia", "kaska"),
    "krzysztof": ("krzys", "krzysiek"),
    "ludwig": ("lutz",),
    "malgorzata": ("gosia", "malgosia"),
    "margarethe": ("grete", "gretel"),
    "maria": ("marysia", "masha", "mia"),
    "mikhail": ("misha",),
    "mohammed": ("hamo", "mo"),
    "nikolay": ("kolya",),
    "rosario": ("charo",),
    "sebastian": ("basti",),
    "stanislaw": ("staszek",),
    "tatyana": ("tanya",),
    "vladimir": ("volodya", "vova"),
    "wilhelm": ("willi", "willy"),
    "yuliya": ("yulya", "julia"),
    "zuzanna": ("zuzia",),
}


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Every name with one of its short forms."""
    pairs = [(name, nick) for name, nicks in NickNamer().nickname_lookup.items() for nick in nicks]
    return frozenset(pairs + [(name, nick) for name, nicks in SHORT_FORMS.items() for nick in nicks])


@cache
def _table() -> dict[str, frozenset[str]]:
    """Every name with the others that mean the same person."""
    table: dict[str, set[str]] = {}
    for name, nick in _pairs():
        table.setdefault(name, set()).add(nick)
        table.setdefault(nick, set()).add(name)
    return {name: frozenset(others - {name}) for name, others in table.items()}


def same_name(word: str) -> frozenset[str]:
    """The names that `word` is short for, and its own short forms."""
    return _table().get(word, frozenset())


def is_short_for(short: str, name: str) -> bool:
    """Whether `short` is a short form of `name`; of two that the package calls short for each other, the shorter is."""
    return (name, short) in _pairs() and (len(short) <= len(name) or (short, name) not in _pairs())
