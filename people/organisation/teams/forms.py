"""The forms by which HR changes teams. What depends on the other teams is refused by the acts themselves."""

from collections.abc import Iterable
from typing import Any, Self, cast

from django import forms
from django.http import QueryDict

from people.accounts.models import User
from people.directory.picker import EmployeeField, search_as
from people.ground.layout import FieldsLayout, FocusMixin
from people.models import Employee, Team
from people.organisation.models import LONGEST_NAME
from people.organisation.tree import Tree


def offered(tree: Tree) -> list[tuple[str, str]]:
    """The open teams by key, with the names of those above them: "Engineering / Web"."""
    return [(node.key, " / ".join(one.name for one in [*tree.above(node.key), node])) for node in tree.open]


class TeamChoiceField(forms.ChoiceField):
    """An open team, or none; its value is the stored team."""

    def __init__(self, empty: str, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [("", empty), *offered(Team.objects.tree())], **kwargs)

    def clean(self, value: Any) -> Team | None:
        key = super().clean(value)
        return Team.objects.get(pk=key) if key else None


class NewTeamField(TeamChoiceField):
    """The team that people get: an open one, or none, which has to be said too."""

    no_team = "-"  # no team's key
    default_error_messages = {
        "required": "Please choose a team.",
        "invalid_choice": "This team takes nobody new. Please choose another one.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("Choose a team", **kwargs)
        offered_too = cast(Iterable[tuple[str, str]], self.choices)
        self.choices = lambda: [*offered_too, (self.no_team, "No team")]

    def clean(self, value: Any) -> Team | None:
        return None if value == self.no_team else super().clean(value)


class TeamForm(FocusMixin, forms.Form):
    """The name of a team, what it is a part of, and a person who leads it, beside those who do already."""

    name = forms.CharField(max_length=LONGEST_NAME, error_messages={"required": "Please give the name."})
    parent = TeamChoiceField("No other team", label="Part of", required=False)
    lead = EmployeeField(Employee.objects.all(), label="Led by", required=False)
    helper = FieldsLayout("name", "parent", "lead")

    def __init__(self, *args: Any, reader: User | None = None, **kwargs: Any) -> None:
        """`reader` is who fills it in."""
        super().__init__(*args, **kwargs)
        search_as(self, reader)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        if not self.is_bound:
            self.focus_first(["name"])

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was typed in a refused request, in a form that checks nothing."""
        lead = typed.get("lead", ""), typed.get("lead_key", "")
        return cls(initial={"name": typed.get("name", ""), "parent": typed.get("parent", ""), "lead": lead})


class PeopleMoveForm(FocusMixin, forms.Form):
    """Which team the selected people get."""

    team = NewTeamField()
    helper = FieldsLayout("team")

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was chosen in a refused request."""
        return cls(initial={"team": typed.get("team", "")})


class TeamMergeForm(FocusMixin, forms.Form):
    """Into which team another one is merged, and that this is meant."""

    into = TeamChoiceField("Choose a team", error_messages={"required": "Please choose a team."})
    is_confirmed = forms.BooleanField(
        label="Yes, move everyone", error_messages={"required": "Please tick this to move everyone."}
    )
    helper = FieldsLayout("into")

    def leave_out(self, key: str) -> None:
        """Don't offer the team that is merged itself."""
        field = cast(TeamChoiceField, self.fields["into"])
        choices = cast(Iterable[tuple[str, str]], field.choices)
        field.choices = [(value, name) for value, name in choices if value != key]

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was chosen in a refused request, to be confirmed once more."""
        return cls(initial={"into": typed.get("into", "")})
