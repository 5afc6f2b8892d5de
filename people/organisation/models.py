"""What an organisation consists of: teams in a tree, and the places where people work."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from typing import Any, NoReturn
from zoneinfo import available_timezones

from anyascii import anyascii
from django import forms
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django_extensions.db.models import TimeStampedModel

from people.ground.fields import LineField, LinesField
from people.ground.locks import Lock, hold
from people.ground.text import fold, tidy_line
from people.search.models import WordField
from people.server.memory import forget, once

from .tree import MOST_LEVELS, Node, Tree

TREE, LOCATIONS = "teams", "locations"
LONGEST_KEY, LONGEST_NAME = 20, 60
# Folding can make a text longer: "ﷺ" becomes eighteen letters.
LONGEST_FOLDED = 200
# Keys that stand for something else in an address.
RESERVED_KEYS = frozenset({"new"})


def hold_organisation(*, to_change_it: bool = False) -> None:
    """Keep teams and places as they are until the transaction ends, and read them anew; the lock before rows of people.

    Whoever puts people into them holds it together with others; whoever changes teams or places, alone.
    """
    hold(Lock.ORGANISATION, is_shared=not to_change_it)
    forget()


class Version(models.Subquery):
    """A text that is another one after every change of the records that it counts.

    Their times of change never run backwards, because one at a time holds the organisation.
    """

    template = "(SELECT COUNT(*) || ' ' || MAX(counted.modified) FROM (%(subquery)s) counted)"
    output_field = models.TextField()


def versions() -> dict[str, models.Subquery]:
    """What changes with any team or place: read together with the account, it spares reading them."""
    records = {TREE: Team.objects.order_by(), LOCATIONS: Location.objects.order_by()}
    return {f"version_of_{name}": Version(those.values("modified")) for name, those in records.items()}


class TeamQuerySet(models.QuerySet["Team"]):
    def tree(self) -> Tree:
        """All teams, read once in a request."""
        return once(TREE, self._read_tree)

    def _read_tree(self) -> Tree:
        return Tree(map(Node._make, self.order_by("folded_name").values_list(*Node._fields)))

    def free_key(self, name: str) -> str:
        """A key for a new team of this name, which no team has."""
        start = slugify(anyascii(name))[:LONGEST_KEY].strip("-") or "team"
        taken = RESERVED_KEYS | set(self.values_list("key", flat=True))
        key, number = start, 1
        while key in taken:
            number += 1
            ending = f"-{number}"
            key = start[: LONGEST_KEY - len(ending)] + ending
        return key

    def restore(self, key: str) -> "Team":
        """Make the team that `key` refers to anew, closed, and called by its key as far as no other team is."""
        names = chain([key, f"{key} (missing)"], (f"{key} (missing {number})" for number in count(2)))
        taken = set(self.values_list("folded_name", flat=True))
        team = self.model(key=key, name=next(name for name in names if fold(name) not in taken), is_closed=True)
        team.save(force_insert=True)
        return team

    def bulk_create(self, objs: Iterable["Team"], *args: Any, **kwargs: Any) -> list["Team"]:
        """Django's own, of teams that make no circle."""
        teams = list(objs)
        for team in teams:
            team.fill_in()
        with changing_teams():
            return super().bulk_create(teams, *args, **kwargs)

    def bulk_update(self, objs: Iterable["Team"], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Django's own, of teams that make no circle."""
        teams = list(objs)
        for team in teams:
            team.fill_in()
            team.modified = timezone.now()
        with changing_teams():
            return super().bulk_update(teams, {*fields, "folded_name", "modified"}, batch_size)

    def update(self, **values: Any) -> int:
        """Django's own, except that it makes no circle and gives no name, which must be unique after folding."""
        if {"name", "key"} & values.keys():
            raise ValueError("Teams are renamed one by one, and their keys never change.")
        with changing_teams():
            return super().update(**{"modified": timezone.now()} | values)

    def delete(self) -> NoReturn:
        """Always refused with ProtectedError: a team is closed."""
        raise models.ProtectedError("Teams are closed, never removed.", set(self[:10]))


@contextmanager
def changing_teams() -> Iterator[None]:
    """A transaction that holds the organisation.

    Raises ValidationError when it leaves a team as a part of itself, or below too many others.
    """
    with transaction.atomic():
        hold_organisation(to_change_it=True)
        try:
            yield
        finally:
            forget()
        try:
            _refuse_bad_tree(Team.objects.tree())
        except ValidationError:
            forget()
            raise


def _refuse_bad_tree(tree: Tree) -> None:
    if circle := tree.circle():
        raise ValidationError({"parent": ValidationError(in_a_circle(circle), "circle")})
    if team := tree.too_deep():
        problem = f"{team.name} would stand too deep: the tree of teams has at most {MOST_LEVELS} levels."
        raise ValidationError({"parent": ValidationError(problem, "too_deep")})


def in_a_circle(circle: Collection[Node]) -> str:
    """Says that teams would be parts of each other, by their names."""
    first, *others = [node.name for node in circle]
    if not others:
        return f"{first} can’t be a part of itself."
    return f"{first} can’t be a part of {others[0]}: {' is a part of '.join([*others, first])}."


class Team(TimeStampedModel):
    """A team, which may be a part of another one. Its key is what profiles store, and never changes."""

    key = models.SlugField(max_length=LONGEST_KEY, primary_key=True, editable=False)
    name = LineField(max_length=LONGEST_NAME)
    folded_name = WordField(max_length=LONGEST_FOLDED, unique=True, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="part of"
    )
    leads = models.ManyToManyField("people.Employee", blank=True, related_name="teams_led", verbose_name="led by")
    is_closed = models.BooleanField("closed", default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")

    objects = TeamQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("people:team-detail", args=[self.key])

    def fill_in(self) -> None:
        """Give a new team its key, and the name by which teams are compared."""
        self.name = tidy_line(self.name)
        self.folded_name = fold(self.name)[:LONGEST_FOLDED]
        if not self.key:
            self.key = Team.objects.free_key(self.name)

    def clean(self) -> None:
        """Raise ValidationError when another team has this name, whatever its capitals and accents."""
        super().clean()
        same = Team.objects.filter(folded_name=fold(self.name or "")[:LONGEST_FOLDED]).exclude(pk=self.pk).first()
        if same:
            advice = (
                "It is closed: open it again, or choose another name." if same.is_closed else "Choose another name."
            )
            raise ValidationError({"name": ValidationError(f"There is a team called {same.name}. {advice}", "unique")})

    def save(self, **kwargs: Any) -> None:
        """Insert or update; raises ValidationError when the team would become a part of itself."""
        with changing_teams():
            self.fill_in()
            update_fields = kwargs.get("update_fields")
            if update_fields:
                kwargs["update_fields"] = {*update_fields, "folded_name", "modified"}
            super().save(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Always refused with ProtectedError: a team is closed."""
        raise models.ProtectedError("Teams are closed, never removed.", {self})


def closed_error(key: str | None) -> ValidationError | None:
    """What is said to whoever would come into the team with this key, if it takes nobody new."""
    node = Team.objects.tree().nodes.get(key) if key else None
    if node and node.is_closed:
        return ValidationError(f"{node.name} is closed and takes nobody new.", "closed")
    return None


def refuse_closed(*keys: str | None) -> None:
    """Raise ValidationError for the key of a team that takes nobody new."""
    for key in keys:
        if error := closed_error(key):
            raise ValidationError({"team": error})


class TeamKeyChoiceField(forms.TypedChoiceField):
    """A choice of teams that knows those that were closed since the form was opened."""

    def validate(self, value: Any) -> None:
        """Raise ValidationError for what is no choice, with the reason if it was one."""
        error = None if self.valid_value(value) else closed_error(value)
        if error:
            raise error
        super().validate(value)


class TeamField(models.CharField[str | None, str | None]):
    """The key of a team. Which there are stands in the table; `choices` are only those that it begins with.

    A callable for `choices` would be read by the system checks, before there is a table.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Give records `get_team_display`, which knows the names of today; Django leaves one that is there."""
        setattr(cls, f"get_{name}_display", lambda record: Team.objects.tree().name_of(getattr(record, name)))
        super().contribute_to_class(cls, name, private_only)

    def validate(self, value: Any, model_instance: Any) -> None:
        """Raise ValidationError for what is no team's key."""
        if value and value not in Team.objects.tree().nodes:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})

    def formfield(self, **kwargs: Any) -> Any:
        """Its choices are the open teams of the moment when a form is made."""
        field = super().formfield(**{"choices_form_class": TeamKeyChoiceField} | kwargs)
        if field is not None and hasattr(field, "choices"):
            blank = ("", "No team")
            field.choices = lambda: [blank, *((node.key, node.name) for node in Team.objects.tree().open)]
        return field


class LocationQuerySet(models.QuerySet["Location"]):
    def names(self) -> dict[int, str]:
        """The names of all places by key, read once in a request."""
        return once(LOCATIONS, lambda: dict(self.values_list("pk", "name")))


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for what is no time zone of the IANA database."""
    if name not in available_timezones():
        raise ValidationError("Please choose a time zone, such as Europe/Warsaw.", "invalid")


class Location(TimeStampedModel):
    """A place where people work."""

    name = LineField(max_length=LONGEST_NAME)
    folded_name = WordField(max_length=LONGEST_FOLDED, unique=True, editable=False)
    address = LinesField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])

    objects = LocationQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError when another place has this name, whatever its capitals and accents."""
        super().clean()
        same = Location.objects.filter(folded_name=fold(self.name or "")[:LONGEST_FOLDED]).exclude(pk=self.pk).first()
        if same:
            raise ValidationError({"name": ValidationError(f"There is a place called {same.name}.", "unique")})

    def save(self, **kwargs: Any) -> None:
        """Insert or update."""
        with transaction.atomic():
            hold_organisation(to_change_it=True)
            self.name = tidy_line(self.name)
            self.folded_name = fold(self.name)[:LONGEST_FOLDED]
            if kwargs.get("update_fields"):
                kwargs["update_fields"] = {*kwargs["update_fields"], "folded_name", "modified"}
            super().save(**kwargs)


def create_first_teams(first: Iterable[tuple[str, str]], apps: Apps) -> None:
    """Make sure that the teams of which the code knows, by key and name, are there."""
    teams = apps.get_model("people.Team").objects
    there = set(teams.values_list("key", flat=True))
    teams.bulk_create(
        teams.model(key=key, name=name, folded_name=fold(name)) for key, name in first if key not in there
    )
