"""The work section: team, title, manager, location and first day, and what another team brings along."""

import pytest

from people.employees.forms import ENDS_SHARING
from people.models import Employee, EmployeeProfile, Location, Sharing, Team
from people.tests.browsers import htmx, sign_in
from people.tests.factories import NASTY, employee
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db
WORK = htmx("work")
ENDED = "Your team changed on"


def edit(person: Employee, section: str = "work") -> str:
    return f"/employees/{person.pk}/{section}/edit/"


def in_team(person: Employee, team: str = "marketing") -> None:
    person.profile.team = team
    person.profile.save()


# The manager


@pytest.mark.parametrize("headers", [{}, WORK])
def test_hr_sets_everything_of_work_in_one_form(client, headers):
    sign_in(client, is_hr=True)
    person, boss = employee(), employee(first_name="Olu", last_name="Ibekwe")
    gdynia = Location(name="Gdynia", time_zone="Europe/Warsaw")
    gdynia.save()
    typed = {"team": "product", "job_title": "Engineer", "location": gdynia.pk, "first_day": "2019-05-01"}

    client.post(edit(person), typed | {"manager": "Olu Ibekwe", "manager_key": boss.pk}, headers=headers)

    html = client.get(person.get_absolute_url()).text
    assert f'<a href="{boss.get_absolute_url()}"><bdi translate="no">Olu Ibekwe</bdi></a>' in html
    assert "Manager Olu Ibekwe Location Gdynia First day 1 May 2019" in words_of(html)


def test_manager_is_found_by_name_without_scripts(client):
    sign_in(client, is_hr=True)
    person, boss = employee(), employee(first_name="Olu", last_name="Ibekwe")

    client.post(edit(person), {"manager": "ibekwe", "manager_key": ""})

    assert EmployeeProfile.objects.get(employee=person).manager == boss


@pytest.mark.parametrize("headers", [{}, WORK])
def test_manager_is_found_by_the_first_name_behind_a_known_as_name(client, headers):
    sign_in(client, is_hr=True)
    person, boss = employee(), employee(first_name="Katarzyna", known_as="Quirin", last_name="Ibekwe")

    client.post(edit(person), {"manager": "katarzyna", "manager_key": ""}, headers=headers)

    assert EmployeeProfile.objects.get(employee=person).manager == boss


def test_form_starts_with_the_manager_and_clearing_it_takes_it_away(client):
    sign_in(client, is_hr=True)
    boss = employee(first_name="Olu", last_name="Ibekwe")
    person = employee(profile__manager=boss)

    values = field_values(client.get(edit(person)).text)
    client.post(edit(person), values | {"manager": ""})

    assert [values["manager"], values["manager_key"]] == ["Olu Ibekwe", str(boss.pk)]
    assert EmployeeProfile.objects.get(employee=person).manager is None


def test_loop_is_an_error_beside_the_manager(client):
    sign_in(client, is_hr=True)
    top = employee(first_name="Ann", last_name="Lee")
    below = employee(first_name="Bo", last_name="Chen", profile__manager=top)

    answer = client.post(edit(top), {"manager": "Bo Chen", "manager_key": below.pk, "job_title": NASTY})

    assert answer.status_code == 422
    assert "Ann Lee can’t report to Bo Chen: Bo Chen reports to Ann Lee." in answer.text
    assert {name: field_values(answer.text)[name] for name in ("manager", "manager_key", "job_title")} == {
        "manager": "Bo Chen",
        "manager_key": str(below.pk),
        "job_title": NASTY,
    }
    assert EmployeeProfile.objects.get(employee=top).manager is None


@pytest.mark.parametrize("typed", [{"manager": "nobody"}, {"first_day": "1 May"}, {"location": "999"}, {"team": "x"}])
def test_what_is_wrong_is_said_beside_its_field(client, typed):
    sign_in(client, is_hr=True)

    answer = client.post(edit(employee()), typed)

    assert answer.status_code == 422
    assert f'id="id_{next(iter(typed))}_error"' in answer.text


def test_picked_manager_comes_back_when_the_sign_in_expired(client):
    person, boss = employee(), employee(first_name="Olu", last_name="Ibekwe")

    answer = client.post(edit(person), {"manager": "Olu Ibekwe", "manager_key": boss.pk, "job_title": "Engineer"})

    values = field_values(answer.text)
    assert answer.status_code == 401
    assert [values["manager"], values["manager_key"], values["job_title"]] == ["Olu Ibekwe", str(boss.pk), "Engineer"]


# Another team


def test_closed_team_stays_a_choice_of_whoever_is_in_it(client):
    sign_in(client, is_hr=True)
    person = employee(profile__team="product")
    Team.objects.filter(pk="product").update(is_closed=True)

    values = field_values(client.get(edit(person)).text)
    client.post(edit(person), values | {"job_title": "Tester"})

    stored = EmployeeProfile.objects.get(employee=person)
    assert [values["team"], stored.team, stored.job_title] == ["product", "product", "Tester"]


@pytest.mark.parametrize("headers", [{}, WORK])
def test_team_that_was_closed_while_the_form_was_open_is_refused_beside_its_field(client, headers):
    sign_in(client, is_hr=True)
    person = employee()
    values = field_values(client.get(edit(person)).text)
    Team.objects.filter(pk="product").update(is_closed=True)

    answer = client.post(edit(person), values | {"team": "product", "job_title": NASTY}, headers=headers)

    assert answer.status_code == 422
    assert 'id="id_team_error"' in answer.text
    assert "Product is closed and takes nobody new." in words_of(answer.text)
    assert field_values(answer.text)["job_title"] == NASTY
    assert EmployeeProfile.objects.get(employee=person).team is None


@pytest.mark.parametrize(
    ("sharing", "is_said"), [(Sharing.TEAM, True), (Sharing.HR, False), (Sharing.COLLEAGUES, False)]
)
def test_form_says_beforehand_that_another_team_ends_sharing(client, sharing, is_said):
    sign_in(client, is_hr=True)

    html = client.get(edit(employee(profile__team="product", profile__mobile_shared_with=sharing))).text

    assert (ENDS_SHARING in html) == is_said


@pytest.fixture
def own(client) -> Employee:
    """The reader's own employee, whose sharing with the team has just ended."""
    person = employee(
        user=sign_in(client),
        profile__team="product",
        profile__mobile="+4530123456",
        profile__mobile_shared_with=Sharing.TEAM,
    )
    in_team(person)
    return person


def test_own_page_says_that_sharing_ended_until_it_is_kept_so(client, own):
    before = client.get(own.get_absolute_url()).text

    answer = client.post(f"/employees/{own.pk}/sharing-ended/", follow=True)

    assert ENDED in words_of(before)
    assert edit(own, "shared") in before
    assert ENDED not in words_of(answer.text)
    assert EmployeeProfile.objects.get(employee=own).mobile_shared_with == Sharing.HR


@pytest.mark.parametrize("headers", [{}, htmx("shared")])
def test_choosing_again_ends_the_notice(client, own, headers):
    client.post(edit(own, "shared"), {"mobile_shared_with": Sharing.TEAM}, headers=headers)

    stored = EmployeeProfile.objects.get(employee=own)
    assert [stored.sharing_ended, stored.mobile_shared_with] == [None, Sharing.TEAM]
    assert ENDED not in words_of(client.get(own.get_absolute_url()).text)


def test_saving_something_else_leaves_the_notice(client, own):
    client.post(edit(own, "private"), {"address": "7 Lane"})

    assert ENDED in words_of(client.get(own.get_absolute_url()).text)


def test_nobody_else_learns_that_sharing_ended(client, own):
    client.logout()
    sign_in(client, is_hr=True)

    assert ENDED not in words_of(client.get(own.get_absolute_url()).text)
    assert client.post(f"/employees/{own.pk}/sharing-ended/").status_code == 403
    assert EmployeeProfile.objects.get(employee=own).sharing_ended


def test_notice_goes_in_place_when_the_section_is_saved(client, own):
    answer = client.post(edit(own, "shared"), {"birthday_shared_with": Sharing.HR}, headers=htmx("shared"))

    assert 'id="sharing-ended" hx-swap-oob="true"' in answer.text
    assert ENDED not in words_of(answer.text)
