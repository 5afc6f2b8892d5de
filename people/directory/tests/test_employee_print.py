"""The list on one page, to be printed."""

import re

import pytest
from django.test import Client
from django.utils.timezone import localdate

from people.directory.views import EmployeePrintView
from people.tests.browsers import browser
from people.tests.factories import add_demo_people, add_namesakes, employee, user
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db
URL = "/employees/print/"


@pytest.fixture
def reader() -> Client:
    return browser(user())


def main_of(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def test_everyone_who_matches_is_on_one_page(reader: Client):
    add_demo_people(120)

    html = reader.get(URL).text

    assert html.count("<th scope=row>") == 120
    assert "120 people, A–Z" in words_of(html)
    assert f"As of {localdate():%-d %B %Y}" in html


def test_search_team_and_order_count_and_stand_in_the_heading(reader: Client):
    for first_name, team in [("Ada", "product"), ("Adam", "product"), ("Adela", "marketing"), ("Bo", "product")]:
        employee(first_name=first_name, profile__team=team)

    answer = reader.get(URL, {"q": "ad", "team": "product", "sort": "-name", "page": "7"})

    assert re.findall(r"<bdi[^>]*>(?:<mark>)?(\w+)", main_of(answer.text)) == ["Ad", "Ad"]
    assert "<h1>ad in Product</h1>" in answer.text
    assert "2 people, Z–A" in words_of(answer.text)
    assert "<title>ad in Product · Print · People</title>" in answer.text
    assert 'href="/employees/?q=ad&amp;team=product&amp;sort=-name"' in answer.text


def test_more_than_can_be_printed_says_so(reader: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(EmployeePrintView, "most", 3)
    add_namesakes(4)

    html = reader.get(URL).text

    assert html.count("<th scope=row>") == 3
    assert "The first 3 of 4 people, A–Z. For the others choose a team in the directory, or search." in words_of(html)


def test_nobody(reader: Client):
    html = main_of(reader.get(URL, {"q": "<b>qqqq"}).text)

    assert "<h1>Nobody matches &lt;b&gt;qqqq</h1>" in html
    assert "<table" not in html


def test_list_of_several_pages_leads_to_it(reader: Client):
    add_namesakes(51)

    html = reader.get("/employees/", {"q": "ng", "sort": "-name"}).text

    assert 'href="/employees/print/?q=ng&amp;sort=-name"' in html
