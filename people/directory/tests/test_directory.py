"""The directory at any size, with limits so small that few people reach them."""

import re
from itertools import chain

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django_dynamic_fixture import G

from people.derived import rewrite
from people.directory import combined, sizes
from people.directory import listing as directory
from people.directory.filters import Filters
from people.directory.forms import EmployeeFilterForm
from people.directory.listing import Directory
from people.models import Employee, EmployeeProfile, ListPlace, Location, Team
from people.querysets import EmployeeQuerySet
from people.server.memory import remembering
from people.templatetags import people_tags
from people.tests.browsers import sign_in, statements_of
from people.tests.factories import employee
from people.tests.pages import announced_in, words_of
from people.tests.plans import avoid, plan_of

SORTS = ["name", "-name", "newest"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two people a page, three pages, counted to nine."""
    monkeypatch.setattr(directory, "PEOPLE_PER_PAGE", 2)
    monkeypatch.setattr(directory, "LAST_PAGE", 3)
    for module in (directory, combined, sizes, people_tags):
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

    assert asked("").total == asked("").count == asked("team=product").count == total
    assert asked("team=marketing").count == 0


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
def test_directory_takes_three_statements_beside_the_sizes_of_teams(django_assert_num_queries, query):
    add(13)

    with remembering(), django_assert_num_queries(3 + 3):  # and two for names, which a request knows
        directory = asked(query)
        assert directory.sizes
        assert directory.total
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


# Teams with their parts, locations


BERLIN, OSLO = 1, 2


@pytest.fixture
def offices() -> dict[int, Employee]:
    """Twelve people: in a team, its parts, another team or none, at Berlin, at Oslo or nowhere; by their numbers."""
    for key, name in [("field", "Field"), ("nordic", "Nordic")]:
        Team.objects.create(key=key, name=name, parent_id="marketing" if key == "field" else "field")
    for number, name in [(BERLIN, "Berlin"), (OSLO, "Oslo")]:
        G(Location, id=number, name=name, time_zone="UTC")
    teams, locations = ["marketing", "field", "nordic", "product", None], [BERLIN, OSLO, None]
    return {
        number: employee(
            first_name=f"{number * 5 % 12:02}",
            last_name="Ng",
            profile__team=teams[number % 5],
            profile__location_id=locations[number % 3],
        )
        for number in range(12)
    }


def meant(query: str) -> EmployeeQuerySet:
    """Whom a query means, the slow and simple way."""
    given = QueryDict(query)
    people = Employee.objects.all()
    if team := given.get("team"):
        keys = Team.objects.tree().with_parts(team) if given.get("parts") else [team]
        people = people.filter(profile__team__in=keys)
    if location := given.get("location"):
        people = people.filter(profile__location=int(location))
    return people.sorted_by(given.get("sort", "name"))


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "query",
    [
        *("location=1", "location=2", "team=field", "team=field&parts=1", "team=marketing&parts=1"),
        *("team=marketing&location=1", "team=marketing&parts=1&location=1", "team=marketing&parts=1&location=2"),
        "team=product&parts=1",
    ],
)
@pytest.mark.parametrize("search", ["", "&q=ng"])
def test_teams_their_parts_and_locations_are_listed_and_counted(monkeypatch, offices, query, sort, search):
    monkeypatch.setattr(directory, "LAST_PAGE", 100)
    expected = [str(person.pk) for person in meant(f"{query}&sort={sort}")]
    assert 0 < len(expected) < 9

    pages = walk(f"{query}&sort={sort}{search}", "next")

    assert list(chain(*pages)) == expected
    assert asked(query + search).count == len(expected)


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
def test_teams_at_a_location_too_large_to_count_are_counted_and_listed(monkeypatch, offices, sort):
    for module in (directory, combined, sizes):
        monkeypatch.setattr(module, "COUNT_LIMIT", 3)
    query = f"team=marketing&parts=1&location=1&sort={sort}"
    expected = [str(person.pk) for person in meant(query)]

    here = asked(query)

    assert [row["pk"] for row in here.page.rows] == expected[:2]
    assert (here.count, here.has_more, here.count_in_any_team, here.total) == (len(expected), False, 4, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "number", "announced", "left_out"),
    [
        ("team=marketing&parts=1", 6, "More than 6 of 9+ people match", 2),
        ("team=field&parts=1", 5, "5 of 9+ people match", 0),
        ("q=ng&team=marketing&parts=1", 8, "8 of 9+ people match", 0),
        ("team=marketing&parts=1&location=1", 2, "More than 2 of 9+ people match", 2),
    ],
)
def test_teams_of_which_nobody_is_listed_are_counted(client, offices, monkeypatch, query, number, announced, left_out):
    for module in (directory, combined):
        monkeypatch.setattr(module, "MOST_RANGES", 2)
    Team.objects.create(key="press", name="Press", parent_id="marketing")
    sign_in(client)

    html = client.get(f"/employees/?{query}").text
    listed = list(chain(*walk(query, "next")))

    assert announced_in(html) == announced
    assert len(listed) == len(set(listed)) == number
    assert ("2 more sub-teams are not listed here. Marketing shows all of them." in words_of(html)) == bool(left_out)
    assert ('<a href="/teams/marketing/">Marketing</a>' in html) == bool(left_out)


@pytest.mark.django_db
def test_numbers_of_a_large_organisation_are_remembered(django_assert_num_queries):
    berlin = G(Location, name="Berlin", time_zone="UTC").pk
    add(12)
    ListPlace.objects.update(location=berlin)
    assert asked("team=product").count == asked(f"team=product&location={berlin}").count == 10

    with django_assert_num_queries(0):
        assert sizes.sizes_of_teams().total() == sizes.sizes_of_teams(berlin).total() == 12


@pytest.mark.django_db
def test_numbers_of_a_location_with_few_people_are_never_old(offices):
    assert sizes.sizes_of_teams(BERLIN)["marketing"] == 1

    ListPlace.objects.filter(location=BERLIN).update(team="marketing")

    assert sizes.sizes_of_teams(BERLIN)["marketing"] == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "pills"),
    [
        ("", {"All": 10, "Marketing": 3, "Field": 3, "Nordic": 2, "Product": 2, "Engineering": 0}),
        ("location=1", {"All": 4, "Marketing": 1, "Field": 1, "Nordic": 0, "Product": 1, "Engineering": 0}),
        ("q=ng&location=2", {"All": 4, "Marketing": 1, "Field": 1, "Nordic": 1}),
        ("q=zzyzx&team=product", {"All": 0, "Product": 0}),
    ],
)
def test_pills_count_the_people_of_each_team(offices, query, pills):
    shown = Filters(asked(query)).pills

    assert {label: number for _, label, number in shown} == pills


@pytest.mark.django_db
def test_the_largest_five_teams_are_pills_with_the_chosen_one_and_the_others_in_a_list(client, offices):
    sign_in(client)
    Team.objects.create(key="legal", name="Legal", parent_id="engineering")

    everyone, chosen = Filters(asked("")), Filters(asked("team=legal"))

    assert [key for key, *_ in everyone.pills] == ["", "engineering", "marketing", "field", "nordic", "product"]
    assert everyone.other_teams == [("legal", "– Legal")]
    assert "legal" in [key for key, *_ in chosen.pills]
    assert len(chosen.pills) == 6
    assert '<option value="legal">– Legal</option>' in client.get("/employees/").text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("team=marketing&parts=1&location=2&q=a", "?q=a&team=marketing&parts=1&location=2"),
        ("team=product&parts=1", "?team=product"),
        ("parts=1", ""),
        ("team=marketing&parts=yes", "?team=marketing"),
        ("location=99", ""),
        ("location=1%00", ""),
        ("location=-1&team=%F0%9F%A6%8A", ""),
        ("location=१", ""),
    ],
)
def test_filters_that_are_none_count_as_none(offices, query, kept):
    assert asked(query).query() == kept


@pytest.mark.django_db
def test_without_a_team_nobody_asks_for_its_parts(offices):
    assert asked("team=marketing&parts=1&location=1").query(team=None) == "?location=1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "announced", "title"),
    [
        ("team=marketing&parts=1", "8 of 9+ people match", "Marketing with sub-teams"),
        ("location=1", "4 of 9+ people match", "Berlin"),
        ("team=field&location=2", "1 of 9+ people matches", "Field, Oslo"),
        ("team=engineering&location=2", "Engineering, Oslo has nobody yet", "Engineering, Oslo"),
        ("q=zzyzx&location=2", "Nobody in Oslo matches “zzyzx”", "Nobody matches zzyzx in Oslo"),
    ],
)
def test_the_list_says_what_is_chosen(client, offices, query, announced, title):
    sign_in(client)

    html = client.get(f"/employees/?{query}").text

    assert announced_in(html) == announced
    assert f"<title>{title} · Directory · People</title>" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "",
        "location=1",
        "team=marketing&parts=1",
        "team=marketing&parts=1&location=1",
        "q=ng+berlin&team=marketing&parts=1",
    ],
)
def test_filters_cost_five_statements_at_most(client, offices, query):
    employee(user=sign_in(client))
    client.get("/employees/")

    assert len(statements_of(client.get, f"/employees/?{query}")) <= 5


# Plans


# By what people of one order, in one team, at one location, at both or anywhere, are found.
INDEXES = {
    ("name", ""): {"sqlite": "COVERING INDEX employees_by_name", "postgresql": "employees_by_name"},
    ("name", "team"): {"sqlite": "COVERING INDEX team_places_by_name", "postgresql": "team_places_by_name"},
    ("name", "location"): {"sqlite": "COVERING INDEX location_places_by_name", "postgresql": "location_places_by_name"},
    ("newest", ""): {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "people_employee_pkey"},
    ("newest", "team"): {"sqlite": "COVERING INDEX team_places_by_newest", "postgresql": "people_listplace"},
    ("newest", "location"): {"sqlite": "COVERING INDEX location_places_by_newest", "postgresql": "people_listplace"},
    ("name", "both"): {"sqlite": "COVERING INDEX location_teams_by_name", "postgresql": "location_teams_by_name"},
    ("newest", "both"): {"sqlite": "COVERING INDEX location_teams_by_newest", "postgresql": "people_listplace"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("place", ["", "team", "location", "both"])
def test_a_page_is_found_by_an_index_alone(sort, place):
    location = fill_two_teams_and_a_location()
    chosen = {"team": "&team=product", "location": f"&location={location}"}
    chosen |= {"": "", "both": "".join(chosen.values())}

    plan = plans_of(f"sort={sort}{chosen[place]}&page=3")

    assert INDEXES[sort.lstrip("-"), place][connection.vendor] in plan, plan
    assert "Seq Scan on people_" not in plan, plan
    assert not re.search("TEMP B-TREE|Sort", plan), plan


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("place", ["", "&location="])
def test_people_of_several_teams_are_merged_while_they_are_read(sort, place):
    location = fill_two_teams_and_a_location()
    Team.objects.filter(pk="marketing").update(parent="product")

    plan = plans_of(f"sort={sort}&team=product&parts=1{place and place + str(location)}")

    assert {"sqlite": "MERGE (UNION ALL)", "postgresql": "Merge Append"}[connection.vendor] in plan, plan
    assert "Sort  (" not in plan, plan


def fill_two_teams_and_a_location() -> int:
    """Sixty people in two teams, of each team every third at the location; returns its key."""
    location = G(Location, name="Berlin", time_zone="UTC").pk
    for team in ("product", "marketing"):
        add(30, team=team)
    keys = list(ListPlace.objects.order_by("pk").values_list("pk", flat=True))
    ListPlace.objects.filter(pk__in=keys[::3]).update(location=location)
    return location


def plans_of(query: str) -> str:
    """How the database finds the people on a page, where it has many."""
    avoid("seqscan", "bitmapscan", "sort")
    with remembering(), CaptureQueriesContext(connection) as captured:
        assert asked(query).page.rows
    return "\n".join(plan_of(statement["sql"]) for statement in captured.captured_queries[-2:])
