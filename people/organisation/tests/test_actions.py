"""What HR does with teams: who may, what comes of it, and what is refused."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from people.accounts.models import User
from people.derived import out_of_date
from people.models import Employee, EmployeeProfile, ListPlace, Sharing, Team
from people.organisation.actions import (
    add_lead,
    add_team,
    close_team,
    merge_teams,
    move_team,
    open_team,
    remove_lead,
    rename_team,
)
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


def team(key: str) -> Team:
    return Team.objects.get(pk=key)


def found_by(text: str) -> set[Employee]:
    return set(Employee.objects.search(text))


def save_title(profile: EmployeeProfile, title: str) -> None:
    profile.job_title = title
    profile.save(update_fields=["job_title"])


def update_title(profile: EmployeeProfile, title: str) -> None:
    profile.job_title = title
    EmployeeProfile.objects.bulk_update([profile], ["job_title"])


ACTS: dict[str, Callable[[User], object]] = {
    "add": lambda by: add_team("Sales", by=by),
    "rename": lambda by: rename_team(team("product"), "Products", by=by),
    "move": lambda by: move_team(team("product"), team("marketing"), by=by),
    "lead": lambda by: add_lead(team("product"), employee(), by=by),
    "lead no longer": lambda by: remove_lead(team("product"), employee(), by=by),
    "close": lambda by: close_team(team("product"), by=by),
    "open": lambda by: open_team(team("product"), by=by),
    "merge": lambda by: merge_teams(team("product"), team("marketing"), by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_hr_changes_teams(act: str):
    before = list(Team.objects.order_by("key").values())

    with pytest.raises(PermissionDenied):
        ACTS[act](user())

    assert list(Team.objects.order_by("key").values()) == before


def test_added_team_has_its_place_and_leads(hr: User):
    ada = employee(first_name="Ada")

    made = add_team("  Research   & more ", parent=team("product"), leads=[ada], by=hr)

    stored = team("research-more")
    assert (stored, stored.name, stored.parent_id, list(stored.leads.all())) == (
        made,
        "Research & more",
        "product",
        [ada],
    )


@pytest.mark.parametrize("name", ["", " ", "PRODUCT", "x" * 61, "a\u202eb"])
def test_name_that_is_taken_or_none_is_refused(hr: User, name: str):
    with pytest.raises(ValidationError) as error:
        add_team(name, by=hr)
    with pytest.raises(ValidationError):
        rename_team(team("marketing"), name, by=hr)

    assert "name" in error.value.message_dict
    assert Team.objects.count() == 3
    assert team("marketing").name == "Marketing"


def test_renamed_team_is_found_by_its_new_name_alone(hr: User):
    ada, bo = employee(profile__team="product"), employee(profile__team="marketing")

    rename_team(team("product"), "Spaceships", by=hr)

    assert found_by("spaceships") == {ada}
    assert found_by("product") == set()
    assert found_by("marketing") == {bo}
    assert not out_of_date().exists()


def test_moved_team_is_a_part_and_a_closed_one_gets_no_parts(hr: User):
    move_team(team("product"), team("marketing"), by=hr)
    close_team(team("engineering"), by=hr)

    with pytest.raises(ValidationError, match="Engineering is closed"):
        move_team(team("product"), team("engineering"), by=hr)
    with pytest.raises(ValidationError, match="Engineering is closed"):
        add_team("Sales", parent=team("engineering"), by=hr)
    with pytest.raises(ValidationError, match="can’t be a part of"):
        move_team(team("marketing"), team("product"), by=hr)

    assert team("product").parent_id == "marketing"
    assert team("marketing").parent_id is None


def test_closed_team_keeps_its_people_and_takes_nobody_until_it_is_open_again(hr: User):
    ada, bo = employee(profile__team="product"), employee()

    close_team(team("product"), by=hr)

    with pytest.raises(ValidationError, match="Product is closed and takes nobody new"):
        EmployeeProfile.objects.filter(employee=bo).move_to_team("product")
    with pytest.raises(ValidationError, match="Product is closed"):
        EmployeeProfile.objects.filter(employee=bo).update(team="product")
    bo.profile.team = "product"
    with pytest.raises(ValidationError, match="Product is closed"):
        EmployeeProfile.objects.bulk_update([bo.profile], ["team"])
    with pytest.raises(ValidationError, match="Product is closed"):
        EmployeeProfile.objects.bulk_create([EmployeeProfile(employee=bo, team="product")])
    assert set(EmployeeProfile.objects.in_team("product")) == {ada.profile}

    open_team(team("product"), by=hr)
    assert EmployeeProfile.objects.filter(employee=bo).move_to_team("product") == 1


def test_team_with_open_parts_stays_open(hr: User):
    part = add_team("Sales", parent=team("product"), by=hr)

    with pytest.raises(ValidationError, match="Please close or move its parts first: Sales"):
        close_team(team("product"), by=hr)

    close_team(part, by=hr)
    close_team(team("product"), by=hr)
    with pytest.raises(ValidationError, match="Product is closed"):
        open_team(part, by=hr)


def test_merge_moves_everyone_and_ends_what_they_shared_with_their_team(hr: User):
    ada = employee(profile__team="product", profile__mobile_shared_with=Sharing.TEAM)
    bo = employee(profile__team="product", profile__birthday_shared_with=Sharing.COLLEAGUES)
    cy = employee(profile__team="marketing", profile__mobile_shared_with=Sharing.TEAM)
    before = bo.profile.modified

    moved = merge_teams(team("product"), team("marketing"), by=hr)

    for person in (ada, bo, cy):
        person.profile.refresh_from_db()
    assert moved == 2
    assert {person.profile.team for person in (ada, bo, cy)} == {"marketing"}
    assert ada.profile.mobile_shared_with == Sharing.HR
    assert ada.profile.sharing_ended
    assert (bo.profile.birthday_shared_with, bo.profile.sharing_ended) == (Sharing.COLLEAGUES, None)
    assert bo.profile.modified > before
    assert (cy.profile.mobile_shared_with, cy.profile.sharing_ended) == (Sharing.TEAM, None)
    assert set(ListPlace.objects.values_list("employee", "team")) == {(one.pk, "marketing") for one in (ada, bo, cy)}
    assert found_by("marketing") == {ada, bo, cy}
    assert found_by("product") == set()
    assert not out_of_date().exists()
    source = team("product")
    assert (source.is_closed, source.merged_into_id) == (True, "marketing")


def test_parts_of_a_merged_team_become_parts_of_the_other(hr: User):
    sales = add_team("Sales", parent=team("product"), by=hr)

    merge_teams(team("product"), team("marketing"), by=hr)

    assert team(sales.key).parent_id == "marketing"


def test_merge_into_a_team_below_takes_its_place(hr: User):
    move_team(team("product"), team("marketing"), by=hr)
    middle = add_team("Middle", parent=team("product"), by=hr)
    below = add_team("Below", parent=middle, by=hr)

    merge_teams(team("product"), below, by=hr)

    assert (team(below.key).parent_id, team(middle.key).parent_id) == ("marketing", below.key)


def test_merge_into_itself_or_a_closed_team_is_refused_whole(hr: User):
    ada = employee(profile__team="product")
    close_team(team("marketing"), by=hr)

    for into in ("marketing", "product"):
        with pytest.raises(ValidationError):
            merge_teams(team("product"), team(into), by=hr)

    ada.profile.refresh_from_db()
    assert ada.profile.team == "product"
    assert not team("product").is_closed


@pytest.mark.parametrize("write", [save_title, update_title])
def test_profile_that_was_read_before_a_merge_is_written_where_the_person_is_now(hr: User, write: Callable[..., None]):
    ada = employee(profile__team="product")

    merge_teams(team("product"), team("marketing"), by=hr)
    write(ada.profile, "Captain")

    assert EmployeeProfile.objects.filter(team="marketing", job_title="Captain").exists()
    assert ListPlace.objects.get().team == ada.profile.team == "marketing"
    assert found_by("marketing captain") == {ada}
    assert not out_of_date().exists()


def test_many_get_a_team_or_none_in_one_act():
    people = [
        employee(profile__team=key, profile__mobile_shared_with=Sharing.TEAM) for key in ("product", None, "marketing")
    ]
    everyone = EmployeeProfile.objects.filter(employee__in=people)

    assert everyone.move_to_team("product") == 2
    assert [one.mobile_shared_with for one in everyone.order_by("employee")] == [Sharing.TEAM, Sharing.HR, Sharing.HR]
    assert everyone.move_to_team(None) == 3
    assert not ListPlace.objects.exists()


def test_many_saved_at_once_with_another_team_share_nothing_with_it():
    ada, bo = (employee(profile__team="product", profile__mobile_shared_with=Sharing.TEAM) for _ in range(2))
    EmployeeProfile.objects.filter(employee=bo).update(mobile_shared_with=Sharing.COLLEAGUES)
    for person in (ada, bo):
        person.profile.team = "marketing"

    EmployeeProfile.objects.bulk_update([ada.profile, bo.profile], ["team"])

    stored = EmployeeProfile.objects.order_by("employee").values_list("team", "mobile_shared_with")
    assert list(stored) == [("marketing", Sharing.HR), ("marketing", Sharing.COLLEAGUES)]
