"""What several people do to teams at the same time, each over a connection of their own.

Whatever comes first: nobody is lost, nobody is in a team that is gone or came later into one that is closed, teams make
no circle, and search and lists know the final names. A deadlock, or any refusal but a ValidationError, ends a test.
"""

from collections.abc import Callable, Iterable
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from people.accounts.models import User
from people.derived import out_of_date, rewrite
from people.models import Employee, EmployeeProfile, ListPlace, Location, Team
from people.organisation.actions import add_team, close_team, merge_teams, move_team, rename_team, save_location
from people.tests.browsers import enter
from people.tests.factories import employee, user
from people.tests.rounds import Act, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rounds(1, 40)]


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


def team(key: str) -> Team:
    return Team.objects.get(pk=key)


def crowd(number: int, **profile: object) -> list[Employee]:
    """So many people whose profiles have these values, read a moment before anything happens to them."""
    return [employee(**{f"profile__{name}": value for name, value in profile.items()}) for _ in range(number)]


def accepted(outcomes: Iterable[object]) -> list[bool]:
    return [not isinstance(outcome, ValidationError) for outcome in outcomes]


def found_by(text: str) -> set[Employee]:
    return set(Employee.objects.search(text))


def teams_of(people: Iterable[Employee]) -> list[str | None]:
    """The stored team of each."""
    stored = dict(EmployeeProfile.objects.values_list("employee", "team"))
    return [stored[person.pk] for person in people]


def assert_all_is_in_order() -> None:
    """Everybody is in a team that is there, and stands in lists and search as the profile says."""
    profiles = EmployeeProfile.objects.exclude(team=None, location=None)
    wanted = set(profiles.values_list("employee", "team", "location", "employee__sort_name"))
    assert set(ListPlace.objects.values_list("employee", "team", "location", "sort_name")) == wanted
    assert not out_of_date().exists()
    with transaction.atomic():
        assert rewrite(list(Employee.objects.values_list("pk", flat=True))) == 0
    assert not EmployeeProfile.objects.in_missing_team().exists()
    assert EmployeeProfile.objects.count() == Employee.objects.count()
    assert not Team.objects.tree().circle()


# Ways of writing a profile; each holds it as it was read before


def save(person: Employee, field: str, value: object) -> None:
    setattr(person.profile, field, value)
    person.profile.save()


def save_one_column(person: Employee, field: str, value: object) -> None:
    setattr(person.profile, field, value)
    person.profile.save(update_fields=[field])


def bulk_update(person: Employee, field: str, value: object) -> None:
    setattr(person.profile, field, value)
    EmployeeProfile.objects.bulk_update([person.profile], [field])


def send_form(person: Employee, field: str, value: object) -> None:
    """Send a part of the work section; raises ValidationError with what stands beside the field of the team."""
    browser = Client(raise_request_exception=False)
    enter(browser, User.objects.get(email="hr@example.com"))
    response = browser.post(
        reverse("people:section-update", args=[person.pk, "work"]), {field: getattr(value, "pk", value)}
    )
    if response.status_code == 422:
        raise ValidationError((response.context_data or {})["form"].errors["team"])
    assert response.status_code == 302


def move_to_team(person: Employee, field: str, value: str) -> None:
    EmployeeProfile.objects.filter(employee=person).move_to_team(value)


INTO_A_TEAM = [save, save_one_column, bulk_update, send_form, move_to_team]
OF_ONE_COLUMN = [save_one_column, bulk_update, send_form]


def each_by(ways: Iterable[Callable[..., None]], people: Iterable[Employee], field: str, value: object) -> list[Act]:
    """Each of the people gets this value in a way of their own."""
    return [partial(way, person, field, value) for way, person in zip(ways, people, strict=True)]


# Merging


@pytest.mark.parametrize("closed", ["product", "marketing"])
def test_merge_while_people_come_and_go_and_a_team_is_closed(hr: User, closed: str):
    staying, coming, going = crowd(8, team="product"), crowd(5), crowd(5, team="product")
    merge, close = (
        partial(merge_teams, team("product"), team("marketing"), by=hr),
        partial(close_team, team(closed), by=hr),
    )
    come = each_by(INTO_A_TEAM, coming, "team", "product")
    go = each_by(INTO_A_TEAM, going, "team", "engineering")
    retitle = each_by(OF_ONE_COLUMN, staying[:3], "job_title", "Captain")

    outcomes = accepted(at_once([merge, close, *come, *go, *retitle]))

    is_merged, has_come, others = outcomes[0], outcomes[2:7], outcomes[7:]
    home = "marketing" if is_merged else "product"
    assert_all_is_in_order()
    assert all(others)
    assert is_merged or closed == "marketing"
    assert teams_of(coming) == [home if came else None for came in has_come]
    assert teams_of([*going, *staying]) == ["engineering"] * 5 + [home] * 8


@pytest.mark.usefixtures("hr")
def test_selection_that_moves_while_some_of_it_leave():
    """Who left before is no longer meant, and who leaves afterwards leaves."""
    people = crowd(20, team="product")
    leave = each_by(INTO_A_TEAM * 2, people[:10], "team", "marketing")

    outcomes = at_once([*leave, partial(EmployeeProfile.objects.in_team("product").move_to_team, "engineering")])

    assert_all_is_in_order()
    assert all(accepted(outcomes))
    assert teams_of(people) == ["marketing"] * 10 + ["engineering"] * 10


def test_two_merges_in_opposite_directions(hr: User):
    product, marketing = crowd(6, team="product"), crowd(6, team="marketing")
    parts = [add_team(name, parent=team(parent), by=hr) for name, parent in [("A", "product"), ("B", "marketing")]]

    outcomes = accepted(
        at_once(
            [
                partial(merge_teams, team("product"), team("marketing"), by=hr),
                partial(merge_teams, team("marketing"), team("product"), by=hr),
            ]
        )
    )

    assert_all_is_in_order()
    assert sorted(outcomes) == [False, True]
    [left] = Team.objects.filter(pk__in=["product", "marketing"], is_closed=False)
    assert teams_of([*product, *marketing]) == [left.key] * 12
    assert [team(part.key).parent for part in parts] == [left, left]


def test_merge_into_a_team_that_moves_below_the_other(hr: User):
    people = crowd(4, team="product")

    outcomes = accepted(
        at_once(
            [
                partial(merge_teams, team("product"), team("marketing"), by=hr),
                partial(move_team, team("marketing"), team("product"), by=hr),
            ]
        )
    )

    assert_all_is_in_order()
    assert outcomes[0]
    assert teams_of(people) == ["marketing"] * 4
    assert team("marketing").parent is None


# The tree


def move_by_model(moved: str, parent: str, by: User) -> None:
    moving = team(moved)
    moving.parent_id = parent
    moving.save()


def move_by_act(moved: str, parent: str, by: User) -> None:
    move_team(team(moved), team(parent), by=by)


def move_by_update(moved: str, parent: str, by: User) -> None:
    Team.objects.filter(pk=moved).update(parent=parent)


@pytest.mark.parametrize("way", [move_by_act, move_by_model, move_by_update])
def test_teams_that_become_parts_of_each_other(hr: User, way: Callable[..., None]):
    circle = [("product", "marketing"), ("marketing", "engineering"), ("engineering", "product")]

    outcomes = accepted(at_once(partial(way, *pair, by=hr) for pair in circle))

    assert_all_is_in_order()
    assert sorted(outcomes) == [False, True, True]


# Names


def test_rename_of_a_team_while_its_people_are_saved(hr: User):
    inside, coming = crowd(8, team="product"), crowd(5)

    outcomes = accepted(
        at_once(
            [
                partial(rename_team, team("product"), "Spaceships", by=hr),
                *each_by(INTO_A_TEAM, coming, "team", "product"),
                *each_by([save, *OF_ONE_COLUMN], inside[:4], "job_title", "Captain"),
            ]
        )
    )

    assert all(outcomes)
    assert_all_is_in_order()
    assert found_by("spaceships") == {*inside, *coming}
    assert found_by("captain spaceships") == {*inside[:4]}
    assert not found_by("product")


def test_rename_of_a_place_while_its_people_are_saved(hr: User):
    place = Location(name="Gdynia", time_zone="Europe/Warsaw")
    place.save()
    inside, coming = crowd(6, location=place), crowd(4)
    renamed = Location.objects.get(pk=place.pk)
    renamed.name = "Lisbon"

    outcomes = accepted(
        at_once(
            [
                partial(save_location, renamed, by=hr),
                *each_by(OF_ONE_COLUMN, coming[:3], "location", place),
                *each_by([save, *OF_ONE_COLUMN], inside[:4], "job_title", "Captain"),
            ]
        )
    )

    assert all(outcomes)
    assert_all_is_in_order()
    assert found_by("lisbon") == {*inside, *coming[:3]}
    assert not found_by("gdynia")


def test_people_who_are_renamed_while_they_come_into_their_first_team(hr: User):
    """A list by name has a copy of the name beside the team."""
    coming = crowd(5)
    renaming = Employee.objects.in_bulk([person.pk for person in coming])
    for number, person in enumerate(renaming.values()):
        person.last_name, person.email = "Quackenbush", f"quackenbush{number}@example.com"

    outcomes = accepted(
        at_once([*each_by(INTO_A_TEAM, coming, "team", "product"), *(person.save for person in renaming.values())])
    )

    assert all(outcomes)
    assert_all_is_in_order()
    assert found_by("quackenbush product") == {*coming}
