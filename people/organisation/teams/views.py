"""The pages of teams: all of them, and one."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from people.accounts.requests import SignedInRequest
from people.directory.forms import PageField
from people.directory.sizes import COUNT_LIMIT
from people.models import Team
from people.organisation.tree import Node
from people.visibility import can_manage_organisation

from .reading import branches, joined_lately, leads_of, numbers_of_people, page_of_people


def team_called(key: str) -> Node:
    """The team with this key; raises Http404 without one."""
    node = Team.objects.tree().nodes.get(key)
    if node is None:
        raise Http404("No team has this key")
    return node


class TeamListView(TemplateView):
    """All teams as a tree, with the numbers of their people; for HR the closed ones too."""

    request: SignedInRequest
    template_name = "organisation/team_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tree, numbers = Team.objects.tree(), numbers_of_people()
        closed = (
            [node for node, _ in tree.walk() if node.is_closed] if can_manage_organisation(self.request.user) else []
        )
        return super().get_context_data(
            branches=branches(tree, numbers),
            closed=[(node, numbers.get(node.key, 0), tree.name_of(node.merged_into)) for node in closed],
            **kwargs,
        )


class TeamDetailView(TemplateView):
    """One team: its place among the others, who leads it, its people, and who joined lately."""

    request: SignedInRequest
    template_name = "organisation/team_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tree, team = Team.objects.tree(), team_called(kwargs["key"])
        below = tree.with_parts(team.key)
        numbers = numbers_of_people(Team.objects.filter(pk__in=below))
        is_with_parts = self.request.GET.get("parts") == "1" and len(below) > 1
        keys = below if is_with_parts else [team.key]
        count = sum(numbers[key] for key in keys)
        number = PageField().clean(self.request.GET.get("page"))
        is_too_many = is_with_parts and count > COUNT_LIMIT
        return super().get_context_data(
            team=team,
            above=tree.above(team.key),
            merged_into=tree.nodes.get(team.merged_into or ""),
            branches=branches(tree, numbers, team.key),
            leads=leads_of(team.key),
            own_count=numbers[team.key],
            count_with_parts=sum(numbers.values()),
            count=count,
            is_with_parts=is_with_parts,
            page=None if is_too_many else page_of_people(keys, count, number),
            joined=joined_lately(keys),
            **kwargs,
        )
