"""What a search box shows while somebody types: the people meant, and where the rest of them are."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from hypothesis import example, given

from people.directory.suggestions import LOOKED_FOR
from people.models import Employee, EmployeeProfile
from people.tests.browsers import TYPING, browser, htmx, statements_of
from people.tests.factories import NASTY, add_demo_people, add_namesakes, employee, user
from people.tests.hostile import ANYTHING, HostileInput, often
from people.tests.pages import announced_in, keys_in, words_of

pytestmark = pytest.mark.django_db
URL = "/employees/suggestions/"
ROLES: dict[str, dict[str, Any]] = {"colleague": {}, "hr": {"is_hr": True}, "administrator": {"is_superuser": True}}


def suggest(text: str, *, client=None, **query: str) -> str:
    """The fragment for a box that holds `text`."""
    client = client or browser(user())
    response = client.get(URL, {"q": text} | query, headers=TYPING)
    assert response.status_code == 200
    return response.text


def foot(html: str) -> str:
    """The words of the last row."""
    (link,) = re.findall(r'suggestions__foot.*?<a href="[^"]*">(.*?)</a>', html, re.DOTALL)
    return words_of(link)


@pytest.mark.parametrize("role", ROLES)
def test_row_has_name_team_and_direct_links(role: str):
    person = employee(
        first_name="Łukasz", last_name="Żółć", email="lz@example.com", phone="+14155552671", profile__team="product"
    )

    html = suggest("lukasz", client=browser(user(**ROLES[role])))

    assert keys_in(html) == [person.pk]
    assert f'href="/employees/{person.pk}/"' in html
    assert "<mark>Łukasz</mark> <b>Żółć</b>" in html
    assert "Product · lz@example.com" in words_of(html)
    assert 'href="mailto:lz@example.com"' in html
    assert 'href="tel:+14155552671"' in html
    assert "+1 415-555-2671" in html


def test_row_says_why_where_nothing_shows_it():
    employee(first_name="William", last_name="Byron")

    assert "Bill is short for William" in suggest("bill")


def test_person_without_a_team():
    employee(first_name="Ada", email="ada@example.com")

    assert "No team · ada@example.com" in words_of(suggest("ada"))


def test_person_of_a_team_without_a_name_has_what_is_stored():
    person = employee(first_name="Ada", email="ada@example.com")
    EmployeeProfile.objects.filter(employee=person).update(team="legal")

    assert "legal · ada@example.com" in words_of(suggest("ada"))


def test_eight_are_shown_and_all_are_counted():
    add_namesakes(23)

    html = suggest("ada")

    assert len(keys_in(html)) == 8
    assert announced_in(html) == "23 people match"
    assert foot(html) == "All 23 results for “ada”"


def test_more_than_are_counted():
    add_namesakes(LOOKED_FOR + 1)

    html = suggest("ada")

    assert len(keys_in(html)) == 8
    assert announced_in(html) == f"More than {LOOKED_FOR} people match"
    assert foot(html) == "All results for “ada”"


def test_one_is_singular():
    add_namesakes(1)

    html = suggest("ada")

    assert announced_in(html) == "1 person matches"
    assert foot(html) == "1 result for “ada”"


def test_same_people_in_the_same_order_as_in_the_directory():
    add_demo_people(60)
    client = browser(user())

    context = client.get("/employees/", {"q": "ma"}).context_data or {}
    listed = [int(row["pk"]) for row in context["page"].rows]

    assert keys_in(suggest("ma", client=client)) == listed[:8]


def test_nobody():
    html = suggest("qqqqqq")

    assert keys_in(html) == []
    assert announced_in(html) == "Nobody matches"
    assert "Nobody matches “qqqqqq”" in words_of(html)
    assert foot(html) == "Search the directory for “qqqqqq”"


def test_nobody_leads_to_the_nearest_people():
    person = employee(first_name="Henrik", last_name="Jørgensen")

    html = suggest("hendrikus jorgens")

    assert keys_in(html) == [person.pk]
    assert announced_in(html) == "Nobody matches, but there are similar names"
    assert "Did you mean" in html


def test_similar_names_do_not_count_as_matches():
    person = employee(first_name="Wei", last_name="Zhong")

    html = suggest("zhang")

    assert keys_in(html) == [person.pk]
    assert announced_in(html) == "Nobody matches, but there are similar names"
    assert "Did you mean" in html
    assert foot(html) == "Search the directory for “zhang”"


def test_last_row_leads_to_the_directory_with_the_same_text():
    html = suggest("a&b=c é/“")

    (address,) = re.findall(r'suggestions__foot.*?href="([^"]*)"', html, re.DOTALL)
    assert parse_qs(urlsplit(address).query) == {"q": ["a&b=c é/“"]}


def test_plain_request_goes_to_the_directory():
    response = browser(user()).get(URL, {"q": "a&b é"})

    assert response.status_code == 302
    assert response["Location"] == "/employees/?q=a%26b+%C3%A9"


def test_fragment_is_only_the_fragment():
    html = suggest("ada")

    assert not any(text in html for text in ["<html", "<main", "<h1", 'id="search"'])


@pytest.mark.parametrize("target", ["suggestions", "id_manager_suggestions", "main", None])
def test_fragment_is_the_same_for_every_box(target: str | None):
    employee(first_name="Ada")
    client = browser(user())

    html = client.get(URL, {"q": "ada"}, headers=htmx(target) if target else {"HX-Request": "true"}).text

    assert html == suggest("ada", client=client)


def test_names_and_texts_are_escaped():
    employee(first_name=NASTY, last_name="Ng")

    html = suggest(NASTY, client=browser(user()))

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_box_is_an_ordinary_one_in_the_html():
    html = browser(user()).get("/me/").text

    assert 'type="search" id="search-text"' in html
    assert 'role="combobox"' not in html
    assert re.search(r'<form class="search-box" id="search" role="search" action="/employees/">', html)


@pytest.mark.parametrize("text", ["ada", "a", "qqqq", "hendrikus jorgens", "ada ng"])
def test_costs_few_queries_and_the_same_for_2_20_and_200_people(text: str):
    client = browser(user())
    client.get(URL, {"q": text}, headers=TYPING)
    costs = []

    for before, people in [(0, 2), (2, 20), (20, 200)]:
        add_namesakes_from(before, people)
        costs.append(len(statements_of(client.get, URL, {"q": text}, headers=TYPING)))

    assert costs == [costs[0]] * 3
    assert costs[0] <= {"ada": 3, "a": 3, "ada ng": 4}.get(text, 7)


def add_namesakes_from(first: int, last: int) -> None:
    Employee.objects.bulk_create(
        Employee(first_name=f"Ada {n}", last_name="Ng", email=f"n{n}@example.com", phone=f"+1415555{n:04}")
        for n in range(first, last)
    )


def test_fragment_is_a_fraction_of_the_directory():
    add_demo_people(60)
    client = browser(user())

    directory = client.get("/employees/", headers=htmx("employee-results"))

    assert len(suggest("a", client=client)) < len(directory.text) / 3


class HostileSuggestions(HostileInput):
    @often
    @given(text=ANYTHING, recent=ANYTHING)
    @example(text="", recent="0,-1,1.5,,9999999999999999999999,1;DROP,١")
    @example(text="5 " * 3_000, recent="1," * 3_000)
    def test_any_query_is_answered(self, text, recent):
        address = reverse("people:suggestions")

        fragment = self.client.get(address, {"q": text, "recent": recent}, headers=TYPING)
        page = self.client.get(address, {"q": text, "recent": recent})

        assert fragment.status_code == 200
        assert page.status_code in {200, 302}
        assert "<script>alert(1)" not in fragment.text
