"""Where the people of the demo organisation work: teams in a tree, places, titles. Pure, as `demo.py` is.

The first person of each team leads it, and reports to whoever leads the team above; the head of all reports to nobody.
"""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass

from .demo import DemoPerson

LEADERSHIP = "leadership"
# The teams of the first people: who owns the sign-in of HR, who owns that of an employee, and the head of all.
FIRST_TEAMS = ("finance", "web", LEADERSHIP)
LONGEST_SERVICE, LATELY = datetime.timedelta(days=15 * 365), datetime.timedelta(days=60)


@dataclass(frozen=True)
class DemoTeam:
    """A team with the title of whoever leads it, and the titles of the others."""

    key: str
    name: str
    parent: str | None
    lead: str
    titles: tuple[str, ...]
    size: int  # against others


@dataclass(frozen=True)
class DemoLocation:
    """A place with the regions whose people work there."""

    name: str
    address: str
    time_zone: str
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DemoWork:
    """What somebody does where; None is what isn't known."""

    team: str | None
    job_title: str | None
    location: str
    first_day: datetime.date
    known_as: str | None
    pronouns: str | None
    about: str | None
    chat: str


# fmt: off
TEAMS = [
    DemoTeam("leadership", "Leadership", None, "Managing director", ("Chief of staff",), 1),
    DemoTeam("product", "Product", None, "Head of product", ("Product manager", "Product analyst"), 2),
    DemoTeam("design", "Design", "product", "Lead designer", ("Product designer", "Content designer"), 3),
    DemoTeam("research", "Research", "product", "Lead researcher", ("User researcher",), 2),
    DemoTeam("engineering", "Engineering", None, "Head of engineering", ("Engineer", "Senior engineer"), 1),
    DemoTeam("platform", "Platform", "engineering", "Lead platform engineer", ("Platform engineer",), 4),
    DemoTeam("reliability", "Reliability", "platform", "Lead reliability engineer", ("Site reliability engineer",), 2),
    DemoTeam("web", "Web", "engineering", "Lead web engineer", ("Web engineer", "Accessibility specialist"), 4),
    DemoTeam("marketing", "Marketing", None, "Head of marketing", ("Editor", "Campaign manager"), 1),
    DemoTeam("sales", "Sales", "marketing", "Head of sales", ("Account manager", "Sales engineer"), 3),
    DemoTeam("support", "Customer support", "marketing", "Head of customer support", ("Support specialist",), 9),
    DemoTeam(
        "finance", "People and finance", "leadership", "Head of people and finance", ("Accountant", "HR manager"), 2,
    ),
]
LOCATIONS = [
    DemoLocation(
        "Copenhagen", "Vesterbrogade 12\n1620 København V\nDanmark", "Europe/Copenhagen",
        frozenset({"DK", "DE", "CH", "SE", "FI", "NL", "PL", "CZ", "HU"}),
    ),
    DemoLocation("Aarhus", "Søndre Allé 4\n8000 Aarhus C\nDanmark", "Europe/Copenhagen", frozenset({"NO", "IS"})),
    DemoLocation(
        "Boston", "100 Summer Street\nBoston, MA 02110\nUSA", "America/New_York", frozenset({"US", "MX", "BR"}),
    ),
    DemoLocation(
        "Tokyo", "本町2丁目4番8号\n〒150-0012\n東京都渋谷区", "Asia/Tokyo",
        frozenset({"JP", "CN", "TW", "KR", "VN", "TH", "ID", "IN", "BD"}),
    ),
    DemoLocation("Lisbon", "Rua de São Bento, 20\n1200-109 Lisboa\nPortugal", "Europe/Lisbon"),  # everyone else
]
ABOUT = (
    "Ask me about the numbers behind the dashboard.",
    "I keep the release calendar, and a list of who has the keys.",
    "Happy to pair on anything with a keyboard.\nMornings are best.",
    "New here: I collect questions, and answers too.",
    "I look after our oldest customers. They know more than I do.",
)
# fmt: on
# By first names; whoever is called otherwise tells pronouns and a few words, too.
KNOWN_AS = {
    "Antonín": "Toník",
    "Gerardo": "Lalo",
    "Jennifer": "Jen",
    "Maximilian-Alexander": "Max",
    "Quốc Bảo": "Bảo",
}
PRONOUNS = {"female": "she/her", "male": "he/him", "other": "they/them"}
BY_KEY = {team.key: team for team in TEAMS}


def work_of(people: Sequence[DemoPerson], today: datetime.date) -> list[DemoWork]:
    """What each of the demo's first people does; asking for more only adds to the end.

    `today` dates those who came lately.
    """
    works: list[DemoWork] = []
    led: set[str] = set()
    for index, person in enumerate(people):
        chance = random.Random(f"work {index}")  # noqa: S311  # nosec B311
        team = _team_of(index, person, chance)
        title = None
        if team:
            title = chance.choice(team.titles) if team.key in led else team.lead
            led.add(team.key)
        known_as = KNOWN_AS.get(person.first_name)
        works.append(
            DemoWork(
                team=team.key if team else None,
                job_title=title,
                location=_location_of(person.region, chance),
                first_day=_first_day(chance, today),
                known_as=known_as,
                pronouns=PRONOUNS.get(person.gender or "") if chance.random() < 0.3 or known_as else None,
                about=chance.choice(ABOUT) if chance.random() < 0.2 or known_as else None,
                chat=person.email.partition("@")[0],
            )
        )
    return works


def _team_of(index: int, person: DemoPerson, chance: random.Random) -> DemoTeam | None:
    """The team that the person has told, or one of its parts."""
    if index < len(FIRST_TEAMS):
        return BY_KEY[FIRST_TEAMS[index]]
    if not person.team:
        return None
    if chance.random() < 0.2:  # no part of the three departments alone
        return BY_KEY[chance.choices(["finance", "support"], [1, 2])[0]]
    choices = [team for team in TEAMS if person.team in _with_those_above(team)]
    return chance.choices(choices, [team.size for team in choices])[0]


def _with_those_above(team: DemoTeam) -> list[str]:
    keys = [team.key]
    while parent := BY_KEY[keys[-1]].parent:
        keys.append(parent)
    return keys


def _location_of(region: str, chance: random.Random) -> str:
    usual = next((place.name for place in LOCATIONS if region in place.regions), LOCATIONS[-1].name)
    return usual if chance.random() < 0.9 else chance.choice(LOCATIONS).name


def _first_day(chance: random.Random, today: datetime.date) -> datetime.date:
    """One in twenty came lately, the others within fifteen years."""
    longest = LATELY if chance.random() < 0.05 else LONGEST_SERVICE
    return today - datetime.timedelta(days=chance.randint(1, longest.days))


def teams_above(team: str, *, is_lead: bool) -> list[str]:
    """The teams to whose lead somebody may report, the nearest first: of leads those above their own."""
    keys = dict.fromkeys([*_with_those_above(BY_KEY[team]), LEADERSHIP])
    return list(keys)[1:] if is_lead else list(keys)
