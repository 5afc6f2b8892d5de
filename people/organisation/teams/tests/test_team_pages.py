"""The pages that everyone reads: the tree of teams, and one team."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from people.models import EmployeeProfile, Team
from people.organisation.actions import add_team, close_team, merge_teams
from people.organisation.teams import reading
from people.tests.factories import add_demo_people, employee, user
from people.tests.pages import words_of
from people.tests.plans import avoid, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return user("hr@example.com", is_hr=True)


@pytest.fixture
def tree(hr):
    """Marketing with Sales, and Sales with East."""
    sales = add_team("Sales", parent=Team.objects.get(pk="marketing"), by=hr)
    add_team("East", parent=sales, by=hr)


@pytest.fixture
def reader() -> Client:
    reader = Client()
    reader.force_login(user())
    return reader


@pytest.fixture
def hr_reader(hr) -> Client:
    reader = Client()
    reader.force_login(hr)
    return reader


def people_in(key: str, number: int = 1, **fields) -> list:
    return [employee(profile__team=key, **fields) for _ in range(number)]


def context_of(reader: Client, address: str) -> dict[str, Any]:
    response: Any = reader.get(address)
    return response.context_data


def page(reader: Client, address: str) -> str:
    response = reader.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("tree")
def test_tree_shows_own_people_and_those_of_sub_teams(reader: Client):
    people_in("marketing", 1)
    people_in("sales", 2)
    people_in("east", 3)

    found = {branch.node.key: branch for branch in context_of(reader, "/teams/")["branches"]}

    marketing, (sales,) = found["marketing"], found["marketing"].parts
    assert (marketing.people, marketing.with_parts) == (1, 6)
    assert (sales.people, sales.with_parts, sales.parts[0].with_parts) == (2, 5, 3)
    assert (found["product"].people, found["product"].parts) == (0, [])
    assert "1 · with sub-teams 6 people" in words_of(page(reader, "/teams/"))


def test_closed_teams_stand_apart_for_hr_alone(reader: Client, hr_reader: Client, hr):
    people_in("product")
    close_team(Team.objects.get(pk="product"), by=hr)

    assert "Product" not in words_of(page(reader, "/teams/"))
    assert "Closed teams Product closed · 1 still in it" in words_of(page(hr_reader, "/teams/"))


def test_numbers_end_at_the_limit(reader: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "COUNT_LIMIT", 2)
    people_in("product", 5)

    assert reading.numbers_of_people()["product"] == 3


@pytest.mark.usefixtures("tree")
def test_team_shows_its_place_leads_and_people(reader: Client):
    (lead,) = people_in("sales", first_name="Ada", last_name="Byron")
    people_in("east", first_name="Bo", last_name="Diddley")
    Team.objects.get(pk="sales").leads.add(lead)

    own, all_of_it = (words_of(page(reader, f"/teams/sales/{query}")) for query in ("", "?parts=1"))

    assert "Teams Marketing Sales" in own
    assert "Led by AB Ada Byron" in own
    assert "Bo Diddley" not in own
    assert "This team 1 With sub-teams 2" in own
    assert "Bo Diddley" in all_of_it


def test_team_says_who_joined_lately(reader: Client):
    today = localdate()
    for name, day in {"Today": 0, "Lately": 90, "Long": 91, "Soon": -1}.items():
        people_in("product", first_name=name, first_day=today - timedelta(days=day))

    rows = context_of(reader, "/teams/product/")["joined"]

    assert [row["given_name"] for row in rows] == ["Today", "Lately"]


def test_who_joined_lately_is_read_newest_first_and_no_further():
    employee(profile__team="product", first_day=localdate())
    with CaptureQueriesContext(connection) as captured:
        assert reading.joined_lately(["product"])

    avoid("seqscan", "bitmapscan", "sort")
    plan = plan_of(captured.captured_queries[0]["sql"])

    assert "employees_by_first_day" in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_people_of_a_team_stand_on_pages_of_fifty(reader: Client):
    add_demo_people(60)
    EmployeeProfile.objects.all().move_to_team("product")

    first, last, beyond = (
        context_of(reader, f"/teams/product/?page={number}")["page"] for number in ("1", "2", "99999999999999999999")
    )

    assert (len(first.rows), first.next, first.previous) == (50, 2, None)
    assert (len(last.rows), last.next, last.previous) == (10, None, 1)
    assert beyond.rows == last.rows
    assert len({row["pk"] for row in first.rows + last.rows}) == 60


def test_merged_team_says_into_which(reader: Client, hr):
    merge_teams(Team.objects.get(pk="product"), Team.objects.get(pk="marketing"), by=hr)

    html = page(reader, "/teams/product/")

    assert "This team was merged into Marketing" in words_of(html)
    assert 'href="/teams/marketing/"' in html


@pytest.mark.parametrize("address", ["/teams/none/", "/teams/None/", "/teams/x" + "y" * 300 + "/"])
def test_team_that_is_missing_is_not_found(reader: Client, address: str):
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("query", ["?parts=2", "?page=-1", "?page=x&parts=1", "?parts=1&parts=%00"])
def test_any_query_shows_the_team(reader: Client, query: str):
    assert reader.get(f"/teams/product/{query}").status_code == 200


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("address", ["/teams/", "/teams/marketing/", "/teams/marketing/?parts=1"])
def test_pages_ask_six_queries_at_most_however_many_people_there_are(
    reader: Client, address: str, django_assert_max_num_queries
):
    for key in ("marketing", "sales", "east"):
        Team.objects.get(pk=key).leads.set(people_in(key, 3, first_day=localdate()))

    with django_assert_max_num_queries(6 + 2):  # and those of session and account
        reader.get(address)
