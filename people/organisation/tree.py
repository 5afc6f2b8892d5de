"""The tree of teams. Pure: what is asked of it is answered from one reading of the table."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

# So many teams stand above one another at most: pages draw each level inside of the one before.
MOST_LEVELS = 20


class Node(NamedTuple):
    """A team as the tree knows it; `parent` is the key of the team that it is a part of."""

    key: str
    name: str
    parent: str | None = None
    is_closed: bool = False
    merged_into: str | None = None


class Tree:
    """All teams by their keys, each level by name."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.nodes = {node.key: node for node in nodes}

    def name_of(self, key: str | None) -> str | None:
        """The name of a team; of one that is missing its key; None without a team."""
        if not key:
            return None
        node = self.nodes.get(key)
        return node.name if node else key

    @cached_property
    def parts(self) -> Mapping[str | None, list[Node]]:
        """The teams of which each team consists; those at the top under None."""
        parts: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            parent = node.parent if node.parent in self.nodes else None
            parts.setdefault(parent, []).append(node)
        return parts

    @cached_property
    def open(self) -> list[Node]:
        """The teams that people may be in, each after the one that it is a part of."""
        return [node for node, _ in self.walk() if not node.is_closed]

    def walk(self, parent: str | None = None) -> Iterator[tuple[Node, int]]:
        """Every team below `parent` with its depth, each before its parts, as deep as teams may stand."""
        waiting = [(node, 0) for node in reversed(self.parts.get(parent, []))]
        while waiting:
            node, depth = waiting.pop()
            yield node, depth
            if depth < MOST_LEVELS:
                waiting += [(part, depth + 1) for part in reversed(self.parts.get(node.key, []))]

    def above(self, key: str) -> list[Node]:
        """The teams that a team is a part of, the widest first; a circle in the data ends where it closes."""
        chain: list[Node] = []
        node = self.nodes.get(key)
        while node and (node := self.nodes.get(node.parent or "")) and node not in chain:
            chain.append(node)
        return chain[::-1]

    def with_parts(self, key: str) -> list[str]:
        """The keys of a team and of all teams below it."""
        return [key, *(node.key for node, _ in self.walk(key))]

    def circle(self) -> list[Node]:
        """Teams of which each is a part of the next and the last of the first; none if there is no such circle."""
        for start in self.nodes.values():
            chain, node = [start], self.nodes.get(start.parent or "")
            while node and node not in chain:
                chain.append(node)
                node = self.nodes.get(node.parent or "")
            if node == start:
                return chain
        return []

    def too_deep(self) -> Node | None:
        """A team above which stand too many."""
        return next((node for node in self.nodes.values() if len(self.above(node.key)) >= MOST_LEVELS), None)
