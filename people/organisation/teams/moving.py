"""The page by which HR gives the people selected in the directory another team."""

from typing import Any

from django.db.models import Count
from django.utils.functional import cached_property

from people.directory.selection import Selection, number_of_people
from people.models import EmployeeProfile, Team
from people.organisation.actions import move_people
from people.visibility import can_move_people

from .editing import TeamFormView
from .forms import PeopleMoveForm

MOST_TEAMS = 5


class PeopleMoveView(TeamFormView[PeopleMoveForm]):
    """HR moves the selected people; the page says beforehand what comes of it."""

    form_class = PeopleMoveForm
    template_name = "organisation/people_move.html"

    def test_func(self) -> bool:
        return can_move_people(self.request.user)

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.request.GET, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        profiles = EmployeeProfile.objects.filter(employee__in=self.selection.people)
        tree, numbers = Team.objects.tree(), profiles.order_by().values_list("team").annotate(Count("pk"))
        teams = sorted((-number, tree.name_of(key) or "No team") for key, number in numbers)
        return super().get_context_data(
            selection=self.selection,
            teams=[(name, -number) for number, name in teams[:MOST_TEAMS]],
            in_other_teams=-sum(number for number, _ in teams[MOST_TEAMS:]),
            sharing=profiles.sharing_with_team().count(),
            **kwargs,
        )

    def act(self, form: PeopleMoveForm) -> str:
        self.selection.check()
        team: Team | None = form.cleaned_data["team"]
        moved = move_people(self.selection.people, team, by=self.request.user)
        there = self.selection.count - moved
        already = f", {number_of_people(there)} {'was' if there == 1 else 'were'} there already" if there else ""
        self.say(f"{number_of_people(moved) if moved else 'Nobody'} moved to {{}}{already}", team or "No team")
        return self.selection.way_back
