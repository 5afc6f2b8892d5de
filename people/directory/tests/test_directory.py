"""The directory at any size, with limits so small that few people reach them."""

import re
from itertools import chain

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from people.derived import rewrite
from people.directory import listing as directory
from people.directory.forms import EmployeeFilterForm
from people.directory.listing import Directory
from people.models import Employee, EmployeeProfile, ListPlace
from people.server.memory import remembering
from people.templatetags import people_tags
from people.tests.browsers import sign_in
from people.tests.factories import employee
from people.tests.pages import announced_in

SORTS = ["name", "-name", "newest"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two people a page, three pages, counted to nine."""
    monkeypatch.setattr(directory, "PEOPLE_PER_PAGE", 2)
    monkeypatch.setattr(directory, "LAST_PAGE", 3)
    for module in (directory, people_tags):
        monkeypatch.setattr(module, "COUNT_LIMIT", 9)


def asked(query: str) -> Directory:
    return Directory(EmployeeFilterForm(QueryDict(query)).cleaned_data)


def names(query: str) -> list[str]:
    return [strip_tags(row["given_name"]) for row in asked(query).page.rows]


def add(number: int, *, team: str | None = "product") -> None:
    """People whose order by name is neither that of their keys nor its reverse; two have the same name."""
    for place in range(number):
        name = f"{place * 7 % max(number - 1, 1):03}"
        employee(first_name=name, last_name="Ng", email=f"{team}{place}@example.com", profile__team=team)


def walk(query: str, direction: str) -> list[list[str]]:
    """The keys on each page, by the links from one to the next."""
    pages, here = [], asked(query)
    while True:
        pages.append([row["pk"] for row in here.page.rows])
        step = getattr(here.page, direction)
        if not step:
            return pages
        here = asked(here.query(page=step).lstrip("?"))


# Pages


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("team", ["", "product"])
@pytest.mark.parametrize("number", [1, 2, 5, 6])
def test_next_leads_through_everyone_in_order_and_previous_back(sort, team, number):
    add(number)
    add(2, team="marketing")

    forth = walk(f"sort={sort}&team={team}", "next")
    back = walk(f"sort={sort}&team={team}&page={len(forth)}", "previous")

    people = Employee.objects.filter(profile__team=team) if team else Employee.objects.all()
    expected = [str(person.pk) for person in people.sorted_by(sort)]
    assert list(chain(*forth)) == expected[:6]
    assert list(reversed(back)) == forth
    assert all(len(page) == 2 for page in forth[:-1])


@pytest.mark.django_db
@pytest.mark.parametrize("people", [6, 7])
def test_the_last_page_of_a_long_list_says_how_to_find_the_others(client, people):
    sign_in(client)
    add(people)

    pages = [asked(f"page={number}").page for number in (2, 3)]
    html = client.get("/employees/?page=3").text

    assert [page.next for page in pages] == [3, None]
    assert ("Type more letters to find somebody further on." in html) == (people == 7)
    assert 'rel="next"' not in html
    assert "Type more letters" not in client.get("/employees/?page=2").text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("people", "asked_for", "number"), [(0, 9, 1), (2, 9, 1), (3, 9, 2), (12, 9, 3), (12, 10**17, 3), (12, 0, 1)]
)
def test_page_is_the_nearest_that_there_is(people, asked_for, number):
    add(people)

    assert asked(f"page={asked_for}").page.number == number


@pytest.mark.django_db
def test_page_beyond_the_end_of_a_team_too_large_to_count(monkeypatch):
    monkeypatch.setattr(directory, "LAST_PAGE", 100)
    add(11)

    page = asked("team=product&page=50").page

    assert (page.number, len(page.rows)) == (6, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["after=1", "before=3", "after=999999999999999999", "q=ng&after=1"])
def test_an_address_that_earlier_versions_gave_leads_to_the_first_page(query):
    add(5)

    assert asked(query).page.number == 1
    assert len(asked(query).page.rows) == 2


@pytest.mark.django_db
def test_numbers_end_in_a_gap_when_the_last_one_is_not_known(monkeypatch):
    monkeypatch.setattr(directory, "LAST_PAGE", 100)
    add(24)

    numbers = {page: asked(f"page={page}").page.numbers for page in (1, 8, 12)}

    assert numbers == {
        1: [1, 2, 3, 4, 5, None],
        8: [1, None, 6, 7, 8, 9, None],
        12: [1, None, 10, 11, 12, None],
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "changes", "expected"),
    [
        ("", {}, ""),
        ("q=ng&page=2", {}, "?q=ng"),
        ("q=ng", {"sort": "name"}, "?q=ng&sort=name"),
        ("sort=newest", {"sort": "name"}, ""),
        ("q=ng&sort=best", {"q": None}, ""),
        ("q=ng&sort=-name&team=product", {"team": None}, "?q=ng&sort=-name"),
        ("team=product&after=7", {"page": 2}, "?team=product&page=2"),
        ("q=a%26b+c", {}, "?q=a%26b+c"),
    ],
)
def test_query_says_only_what_was_chosen(query, changes, expected):
    assert asked(query).query(**changes) == expected


# Numbers


@pytest.mark.django_db
@pytest.mark.parametrize(("people", "total"), [(0, 0), (9, 9), (10, 10), (12, 10)])
def test_people_are_counted_to_the_limit(people, total):
    add(people)

    assert asked("").counts_by_team == {"": total, "product": total, "engineering": 0, "marketing": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "announced"),
    [
        ("", "9+ people"),
        ("?team=product", "9+ of 9+ people match"),
        ("?team=marketing", "2 of 9+ people match"),
        ("?q=ng", "9+ of 9+ people match"),
        ("?q=product0", "1 of 9+ people matches"),
    ],
)
def test_page_says_that_there_are_more(client, query, announced):
    sign_in(client)
    add(12)
    add(2, team="marketing")

    html = client.get(f"/employees/{query}").content.decode()

    assert announced_in(html) == announced
    assert "Product <span>9+</span>" in html or "q=" in query


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "team=product", "page=3", "sort=newest&page=2"])
def test_directory_takes_three_statements(django_assert_num_queries, query):
    add(13)

    with remembering(), django_assert_num_queries(3 + 1):  # one of them for the teams, which a request knows already
        directory = asked(query)
        assert directory.counts_by_team
        assert directory.page.rows


# Places in the list of a team


def places() -> list[tuple[int, str | None, str]]:
    return list(ListPlace.objects.order_by("pk").values_list("pk", "team", "sort_name"))


@pytest.mark.django_db
def test_place_follows_name_and_team_on_every_way_of_saving():
    ada, bo = employee(first_name="Ada", last_name="Ng"), employee(first_name="Bo", last_name="Ng")
    assert places() == []

    ada.profile.team = "product"
    ada.profile.save()
    assert places() == [(ada.pk, "product", "ng ada")]

    ada.last_name = "Łoś"
    ada.save()
    assert places() == [(ada.pk, "product", "los ada")]

    bo.profile.team = ada.profile.team = "marketing"
    EmployeeProfile.objects.bulk_update([ada.profile, bo.profile], ["team"])
    assert places() == [(ada.pk, "marketing", "los ada"), (bo.pk, "marketing", "ng bo")]

    ada.first_name = bo.first_name = "Cy"
    Employee.objects.bulk_update([ada, bo], ["first_name"])
    assert places() == [(ada.pk, "marketing", "los cy"), (bo.pk, "marketing", "ng cy")]

    bo.profile.team = None
    bo.profile.save(update_fields=["team"])
    assert places() == [(ada.pk, "marketing", "los cy")]


@pytest.mark.django_db
def test_rebuild_mends_places(client):
    ada, bo = employee(last_name="Ng", profile__team="product"), employee(profile__team="product")
    EmployeeProfile.objects.filter(employee=ada).update(team="marketing")
    EmployeeProfile.objects.filter(employee=bo).update(team=None)

    out_of_date = client.get("/health/").json()["employees_with_outdated_search_words"]
    rewrite([ada.pk, bo.pk])

    assert out_of_date == 2
    assert places() == [(ada.pk, "marketing", ada.sort_name)]


@pytest.mark.django_db
def test_a_failed_save_leaves_the_place():
    ada = employee(last_name="Ng", profile__team="product")
    before = places()

    with transaction.atomic():
        ada.last_name = "Other"
        ada.save()
        ada.profile.team = "marketing"
        ada.profile.save()
        transaction.set_rollback(True)

    assert places() == before


# Plans


# By what people of one order, in one team or in any, are found.
INDEXES = {
    ("name", False): {"sqlite": "COVERING INDEX employees_by_name", "postgresql": "employees_by_name"},
    ("name", True): {"sqlite": "COVERING INDEX team_places_by_name", "postgresql": "team_places_by_name"},
    ("newest", False): {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "people_employee_pkey"},
    ("newest", True): {"sqlite": "COVERING INDEX team_places_by_newest", "postgresql": "people_listplace"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("team", ["", "product"])
def test_a_page_is_found_by_an_index_alone(sort, team):
    add(60)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            # Reading a small table whole is cheap, so the planner would; this asks what it can do without.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    with remembering(), CaptureQueriesContext(connection) as captured:
        assert asked(f"sort={sort}&team={team}&page=3").page.rows

    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        plan = ""
        for query in captured.captured_queries[-2:]:
            cursor.execute(explain + query["sql"].replace("%", "%%"))
            plan += "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert INDEXES[sort.lstrip("-"), bool(team)][connection.vendor] in plan, plan
    assert "Seq Scan on people_" not in plan, plan
    assert not re.search("TEMP B-TREE|Sort", plan), plan
