"""The pages by which HR changes teams."""

import pytest
from django.test import Client

from people.models import Sharing, Team
from people.tests.factories import employee, levels_of_teams, user
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr_client() -> Client:
    client = Client()
    client.force_login(user("hr@example.com", is_hr=True))
    return client


def team(key: str) -> Team:
    return Team.objects.get(pk=key)


def test_hr_adds_a_team_below_another(hr_client: Client):
    lead = employee(first_name="Ada", last_name="Byron")

    answer = hr_client.post("/teams/new/", {"name": "Sales", "parent": "marketing", "lead": "ada byron"}, follow=True)

    assert answer.redirect_chain == [("/teams/sales/", 302)]
    assert "Sales was added" in words_of(answer.content.decode())
    assert (team("sales").parent_id, list(team("sales").leads.all())) == ("marketing", [lead])


def test_lead_is_found_by_the_first_name_behind_a_known_as_name_and_called_by_that(hr_client: Client):
    lead = employee(first_name="Katarzyna", known_as="Quirin", last_name="Ibekwe")

    hr_client.post("/teams/product/edit/", {"name": "Product", "parent": "", "lead": "katarzyna"})

    html = hr_client.get("/teams/product/edit/").content.decode()
    assert list(team("product").leads.all()) == [lead]
    assert "Quirin Ibekwe Remove Quirin Ibekwe" in words_of(html)
    assert "Katarzyna" not in html


def test_form_of_a_sub_team_begins_with_its_place(hr_client: Client):
    html = hr_client.get("/teams/new/?parent=product").content.decode()

    assert field_values(html)["parent"] == "product"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"name": ""}, "Name: Please give the name."),
        ({"name": "PRODUCT"}, "Name: There is a team called Product. Choose another name."),
        ({"name": "a\u202eb"}, "Name: "),
        ({"name": "Sales", "parent": "nowhere"}, "Part of: "),
        ({"name": "Sales", "lead": "nobody at all"}, "Led by: Nobody matches"),
    ],
)
def test_what_is_refused_stays_in_the_form_with_the_error_beside_it(hr_client: Client, typed, problem):
    answer = hr_client.post("/teams/new/", typed)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert problem in words_of(html)
    assert field_values(html)["name"] == typed["name"]
    assert Team.objects.count() == 3


def test_hr_renames_and_moves_a_team(hr_client: Client):
    ada = employee(profile__team="product")
    assert field_values(hr_client.get("/teams/product/edit/").content.decode())["name"] == "Product"

    hr_client.post("/teams/product/edit/", {"name": "Things", "parent": "marketing", "lead": ada.email})

    stored = team("product")
    assert (stored.name, stored.parent_id, list(stored.leads.all())) == ("Things", "marketing", [ada])
    assert "Things" in words_of(hr_client.get(f"/employees/{ada.pk}/").content.decode())


def test_nothing_is_saved_of_an_edit_that_is_refused(hr_client: Client):
    Team.objects.filter(pk="marketing").update(parent="product")

    answer = hr_client.post("/teams/product/edit/", {"name": "Things", "parent": "marketing"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "can’t be a part of" in words_of(html)
    assert "<h1>Edit Product</h1>" in html
    assert team("product").name == "Product"


def test_lead_is_removed(hr_client: Client):
    ada, bo = employee(), employee()
    team("product").leads.set([ada, bo])

    hr_client.post(f"/teams/product/leads/{ada.pk}/take/")

    assert list(team("product").leads.all()) == [bo]


def test_merge_says_what_comes_of_it_and_asks(hr_client: Client):
    employee(profile__team="product", profile__mobile_shared_with=Sharing.TEAM)
    employee(profile__team="product")

    asked = words_of(hr_client.get("/teams/product/merge/").content.decode())
    refused = hr_client.post("/teams/product/merge/", {"into": "marketing"})

    assert "2 people move 1 of them shares something with the team" in asked
    assert refused.status_code == 422
    assert "Please tick this to move everyone" in words_of(refused.content.decode())
    assert not team("product").is_closed


def test_merge_is_done_once_confirmed(hr_client: Client):
    ada = employee(profile__team="product")

    answer = hr_client.post("/teams/product/merge/", {"into": "marketing", "is_confirmed": "on"}, follow=True)

    ada.profile.refresh_from_db()
    assert answer.redirect_chain == [("/teams/marketing/", 302)]
    assert "Product was merged into Marketing" in words_of(answer.content.decode())
    assert ada.profile.team == "marketing"


@pytest.mark.parametrize("into", ["product", "engineering", "nowhere", "\0"])
def test_merge_into_itself_or_what_is_closed_or_missing_is_refused(hr_client: Client, into: str):
    Team.objects.filter(pk="engineering").update(is_closed=True)

    assert hr_client.post("/teams/product/merge/", {"into": into, "is_confirmed": "on"}).status_code == 422
    assert not team("product").is_closed


def test_merge_that_makes_the_tree_too_deep_is_refused_beside_the_choice(hr_client: Client):
    deepest = levels_of_teams()[-1]
    Team.objects.filter(pk="marketing").update(parent="product")

    answer = hr_client.post("/teams/product/merge/", {"into": deepest.key, "is_confirmed": "on"})

    assert answer.status_code == 422
    assert "Into: Marketing would stand too deep" in words_of(answer.content.decode())
    assert team("marketing").parent_id == "product"


@pytest.mark.parametrize(
    "address", ["/teams/", "/teams/level-0/", "/teams/level-19/", "/employees/?team=level-0&parts=1"]
)
def test_pages_show_the_deepest_tree(hr_client: Client, address: str):
    levels_of_teams()

    assert "Level 19" in words_of(hr_client.get(address).content.decode())


def test_team_is_closed_and_opened_again(hr_client: Client):
    employee(profile__team="product")

    assert "1 person stays in it" in words_of(hr_client.get("/teams/product/close/").content.decode())
    hr_client.post("/teams/product/close/")
    assert team("product").is_closed
    assert "This team is closed" in words_of(hr_client.get("/teams/product/").content.decode())

    hr_client.post("/teams/product/open/")
    assert not team("product").is_closed


def test_team_with_open_parts_says_which(hr_client: Client):
    Team.objects.filter(pk="marketing").update(parent="product")

    answer = hr_client.post("/teams/product/close/")

    assert answer.status_code == 422
    assert "Please close or move its sub-teams first: Marketing" in words_of(answer.content.decode())


def test_team_below_a_closed_one_is_not_opened(hr_client: Client):
    Team.objects.filter(pk="marketing").update(parent="product")
    Team.objects.filter(pk__in=["marketing", "product"]).update(is_closed=True)

    answer = hr_client.post("/teams/marketing/open/", follow=True)

    assert "Product is closed" in words_of(answer.content.decode())
    assert team("marketing").is_closed
