"""What the directory offers to choose from: the largest teams, the others, their parts, locations."""

from functools import cached_property

from people.models import Location, Team

from .listing import Directory

# More of them would be a list to read through, and there is one beside them.
MOST_PILLS = 5


class Filters:
    """The filters of a directory and what is chosen of them."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.chosen = directory, directory.chosen
        self.tree, self.names = Team.objects.tree(), Location.objects.names()

    @cached_property
    def pills(self) -> list[tuple[str, str, int]]:
        """Everyone, and the teams with the most people of those found, in their order; key, name and number of each.

        The chosen team is always one of them, and with a search no other team of which nobody is found.
        """
        walk = [node for node, _ in self.tree.walk()]
        sizes, team = self.directory.sizes, self.chosen["team"]
        offered = [node for node in walk if node.key == team or sizes[node.key] or not self.chosen["q"]]
        by_size = sorted(offered, key=lambda node: (node.key != team, -sizes[node.key]))
        largest = {node.key for node in by_size[:MOST_PILLS]}
        pills = [(node.key, node.name, sizes[node.key]) for node in walk if node.key in largest]
        return [("", "All", self.directory.count_in_any_team), *pills]

    @cached_property
    def other_teams(self) -> list[tuple[str, str]]:
        """The teams that are no pills, by key, each name with as many dashes as teams are above it."""
        shown = {key for key, *_ in self.pills}
        return [(node.key, f"{'– ' * depth}{node.name}") for node, depth in self.tree.walk() if node.key not in shown]

    @property
    def has_parts(self) -> bool:
        """Whether the chosen team consists of others, too."""
        return bool(self.tree.parts.get(self.chosen["team"]))

    @property
    def locations(self) -> list[tuple[str, str]]:
        """All locations by name, with their keys as they stand in the query string."""
        return sorted(
            ((str(key), name) for key, name in self.names.items()), key=lambda location: location[1].casefold()
        )

    @property
    def team(self) -> str:
        """The name of the chosen team; empty without one."""
        return self.tree.name_of(self.chosen["team"]) or ""

    @property
    def location(self) -> str:
        """The name of the chosen location; empty without one."""
        return self.names[self.directory.location] if self.directory.location else ""

    @property
    def place(self) -> str:
        """Team and location in words, as far as they are chosen: "Sales with sub-teams, Berlin"."""
        team = f"{self.team} with sub-teams" if self.chosen["parts"] else self.team
        return ", ".join(filter(None, [team, self.location]))

    @property
    def number(self) -> int:
        """How many chips there are."""
        return sum(1 for name in ("q", "team", "parts", "location") if self.chosen[name])
