"""The page by which HR gives the selected people another team."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from people.accounts.models import User
from people.models import Employee, EmployeeProfile, Sharing, Team
from people.organisation.actions import close_team, move_people
from people.tests.browsers import statements_of
from people.tests.factories import add_demo_people, employee, user
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db
URL = "/employees/move/"


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


@pytest.fixture
def hr_client(hr: User) -> Client:
    client = Client()
    client.force_login(hr)
    return client


def of(*people: Employee) -> str:
    """The address at which these people are moved."""
    return f"{URL}?{'&'.join(f'who={person.pk}' for person in people)}"


def team_of(person: Employee) -> str | None:
    return EmployeeProfile.objects.get(employee=person).team


def words(answer) -> str:
    return words_of(answer.content.decode())


def test_page_says_who_moves_and_what_comes_of_it(hr_client: Client):
    ada = employee(last_name="Byron", profile__team="product", profile__mobile_shared_with=Sharing.TEAM)
    others = [employee(last_name=f"Zuse {number}", profile__team="marketing") for number in range(5)]
    nowhere = employee(last_name="Zz")

    page = hr_client.get(of(ada, *others, nowhere))

    html, shown = page.content.decode(), words(page)
    assert f'href="/employees/{ada.pk}/"' in html
    assert "Move 7 people All of them get the same team" in shown
    assert "and 2 more" in shown
    assert "Zuse 3" in shown
    assert "Zuse 4" not in shown
    assert (
        "Their teams now: Marketing 5, No team 1, Product 1 Whoever is in the chosen team already stays as they are."
        in shown
    )
    assert "1 of them shares something with the team" in shown
    assert team_of(ada) == "product"


def test_everyone_selected_moves_and_the_list_comes_back(hr_client: Client):
    ada = employee(profile__team="product", profile__mobile_shared_with=Sharing.TEAM)
    bo, cy = employee(), employee(profile__team="product")

    answer = hr_client.post(f"{of(ada, bo)}&q=a&sort=newest&page=2", {"team": "marketing"}, follow=True)

    assert answer.redirect_chain == [("/employees/?q=a&sort=newest&page=2", 302)]
    assert "2 people moved to Marketing" in words(answer)
    assert [team_of(person) for person in (ada, bo, cy)] == ["marketing", "marketing", "product"]
    ada.profile.refresh_from_db()
    assert ada.profile.mobile_shared_with == Sharing.HR


def test_who_is_there_already_stays_as_they_are_and_is_counted(hr_client: Client):
    ada = employee(profile__team="product", profile__mobile_shared_with=Sharing.TEAM)
    bo = employee()

    some = hr_client.post(of(ada, bo), {"team": "product"}, follow=True)
    none = hr_client.post(of(ada, bo), {"team": "product"}, follow=True)

    assert "1 person moved to Product, 1 person was there already" in words(some)
    assert "Nobody moved to Product, 2 people were there already" in words(none)
    ada.profile.refresh_from_db()
    assert ada.profile.mobile_shared_with == Sharing.TEAM


def test_no_team_is_a_choice(hr_client: Client):
    ada = employee(profile__team="product")

    answer = hr_client.post(of(ada), {"team": "-"}, follow=True)

    assert "1 person moved to No team" in words(answer)
    assert team_of(ada) is None


def test_everyone_who_matches_moves(hr_client: Client):
    add_demo_people(60)
    keys = list(Employee.objects.order_by("pk").values_list("pk", flat=True))
    EmployeeProfile.objects.filter(employee__in=keys[:55]).move_to_team("product")
    EmployeeProfile.objects.filter(employee__in=keys[55:]).move_to_team("engineering")

    answer = hr_client.post(f"{URL}?all=55&team=product&who=1", {"team": "marketing"}, follow=True)

    assert answer.redirect_chain == [("/employees/?team=product", 302)]
    assert "55 people moved to Marketing" in words(answer)
    assert EmployeeProfile.objects.in_team("marketing").count() == 55
    assert EmployeeProfile.objects.in_team("engineering").count() == 5


def test_another_number_asks_again_and_is_confirmed_then(hr_client: Client):
    add_demo_people(3)

    refused = hr_client.post(f"{URL}?all=2", {"team": "marketing"})

    html = refused.content.decode()
    assert refused.status_code == 422
    assert "2 people matched when they were selected, 3 match now. Nothing was done yet" in words(refused)
    assert not EmployeeProfile.objects.in_team("marketing").exists()
    assert field_values(html)["team"] == "marketing"
    assert 'action="?all=3"' in html

    assert hr_client.post(f"{URL}?all=3", {"team": "marketing"}).status_code == 302
    assert EmployeeProfile.objects.in_team("marketing").count() == 3


def test_who_is_gone_is_said(hr_client: Client):
    ada = employee()
    address = f"{of(ada)}&who={ada.pk + 1}"

    page, refused = hr_client.get(address), hr_client.post(address, {"team": "product"})

    assert "1 of the 2 selected people is gone." in words(page)
    assert refused.status_code == 422
    assert team_of(ada) is None
    assert hr_client.post(of(ada), {"team": "product"}).status_code == 302


@pytest.mark.parametrize("team", ["", "nowhere", "-x", "\0", "marketing"])
def test_team_that_takes_nobody_is_refused_beside_its_field(hr_client: Client, hr: User, team: str):
    close_team(Team.objects.get(pk="marketing"), by=hr)
    ada = employee(profile__team="product")

    answer = hr_client.post(of(ada), {"team": team})

    problem = "This team takes nobody new" if team else "Please choose a team"
    assert answer.status_code == 422
    assert f"Team: {problem}" in words(answer)
    assert 'id="id_team_error"' in answer.content.decode()
    assert team_of(ada) == "product"


def test_team_that_is_closed_at_the_last_moment_is_an_error_of_its_field(hr: User):
    ada, bo = employee(profile__team="product"), employee()
    marketing = Team.objects.get(pk="marketing")
    close_team(Team.objects.get(pk="marketing"), by=hr)

    with pytest.raises(ValidationError) as error:
        move_people(Employee.objects.filter(pk__in=[ada.pk, bo.pk]), marketing, by=hr)

    assert error.value.message_dict == {"team": ["Marketing is closed and takes nobody new."]}
    assert [team_of(person) for person in (ada, bo)] == ["product", None]


def test_only_who_may_moves_people():
    ada = employee()

    with pytest.raises(PermissionDenied):
        move_people(Employee.objects.filter(pk=ada.pk), Team.objects.get(pk="product"), by=user())

    assert team_of(ada) is None


@pytest.mark.parametrize("query", ["", "?who=x", "?who=999999", "?all=5&q=nobody"])
def test_nobody_is_moved_where_nobody_is_selected(hr_client: Client, query: str):
    page, answer = hr_client.get(URL + query), hr_client.post(URL + query, {"team": "product"})

    assert (page.status_code, answer.status_code) == (200, 422)
    assert "<h1>Nobody is selected</h1>" in page.content.decode()
    assert 'name="team"' not in answer.content.decode()


def test_thousands_of_keys_are_no_error(hr_client: Client):
    ada = employee()

    at_most, too_many = ("&".join(f"who={ada.pk + number}" for number in range(most)) for most in (990, 3_000))

    assert "989 of the 990 selected people are gone." in words(hr_client.get(f"{URL}?{at_most}"))
    assert hr_client.get(f"{URL}?{too_many}").status_code == 400


def test_signed_out_the_choice_comes_back_and_moves_them_after_signing_in(client: Client, hr: User):
    ada = employee()

    refused = client.post(of(ada), {"team": "product"})
    client.force_login(hr)
    answer = client.post(of(ada), {"team": field_values(refused.content.decode())["team"]})

    assert refused.status_code == 401
    assert answer.status_code == 302
    assert team_of(ada) == "product"


@pytest.mark.parametrize("query", ["all=60", "all=60&team=product", "all=60&q=example"])
def test_page_costs_few_queries_however_many_move(hr_client: Client, query: str):
    add_demo_people(60)
    EmployeeProfile.objects.filter(pk__gt=0).move_to_team("product")

    assert len(statements_of(hr_client.get, f"{URL}?{query}")) <= 8
