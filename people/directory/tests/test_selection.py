"""Whom HR selects in the directory, and the boxes for it."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import escape
from django_dynamic_fixture import G

from people.accounts.models import User
from people.directory import listing
from people.directory.selection import Selection
from people.models import EmployeeProfile, Location, Team
from people.tests.browsers import htmx, sign_in
from people.tests.factories import NASTY, add_demo_people, employee, user
from people.tests.organisation import make_organisation
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db
URL = "/employees/"


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


def labels_in(html: str) -> list[str]:
    """What names each box, as HTML without its tags."""
    names = dict(re.findall(r"<bdi\sid=(\w+)>(.*?)</bdi>", html))
    boxes = re.findall(r"name=who value=\d+\saria-labelledby=(\w+)>", html)
    return [re.sub(r"<[^>]+>", "", names[box]) for box in boxes]


def selected(query: str, reader: User) -> Selection:
    return Selection(QueryDict(query), reader)


# The boxes


def test_each_person_has_a_box_for_hr_alone(client):
    person = employee(first_name="Anna", last_name="Berg")
    hr = user("hr@example.com", is_hr=True)
    answers = []
    for reader in (hr, user()):
        client.force_login(reader)
        answers.append(client.get(URL).content.decode())

    assert re.search(rf"name=who value={person.pk}\s", answers[0])
    assert labels_in(answers[0]) == ["Anna Berg"]
    assert "Select all on this page" in answers[0]
    assert not any(text in answers[1] for text in ["Select", "name=who", "selection", "/move/"])


@pytest.mark.parametrize("address", ["/employees/print/", "/teams/product/"])
def test_other_lists_have_no_boxes(client, address):
    sign_in(client, is_hr=True)
    employee(profile__team="product")

    assert not labels_in(client.get(address).content.decode())


def test_name_of_a_box_is_plain_where_a_search_marks_it(client):
    sign_in(client, is_hr=True)
    employee(first_name="Anna", last_name="Berg", known_as=None)
    employee(first_name=NASTY, last_name="Berg")

    html = client.get(URL, {"q": "berg"}, headers=htmx("employee-results")).content.decode()

    assert set(labels_in(html)) == {"Anna Berg", f"{escape(NASTY)} Berg"}


@pytest.mark.parametrize("query", ["", "?q=example.com", "?page=2"])
def test_all_that_match_are_offered_where_there_are_more_than_on_the_page(client, query):
    sign_in(client, is_hr=True)
    add_demo_people(60)

    assert "Select all 60 that match" in words_of(client.get(URL + query).content.decode())


@pytest.mark.parametrize("query", ["", "?q=nobody"])
def test_all_that_match_are_not_offered_where_all_are_on_the_page(client, query):
    sign_in(client, is_hr=True)
    add_demo_people(50)

    assert "that match" not in words_of(client.get(URL + query).content.decode())


def test_all_that_match_are_not_offered_where_nobody_counted_them(client, monkeypatch):
    monkeypatch.setattr(listing, "COUNT_LIMIT", 55)
    sign_in(client, is_hr=True)
    add_demo_people(60)

    words = words_of(client.get(URL).content.decode())

    assert "More people match than can be selected at once" in words
    assert "that match" not in words


def test_form_carries_the_list_on(client):
    sign_in(client, is_hr=True)
    add_demo_people(60)

    html = client.get(URL, {"q": "example", "sort": "newest", "page": "2", "team": "nowhere"}).content.decode()

    form = html[html.index('<form id="selection"') : html.index('<div class="selection-bar"')]
    assert re.findall(r'name="(\w+)" value="(\w+)"', form) == [("q", "example"), ("sort", "newest"), ("page", "2")]


# What is selected


def test_selection_is_of_those_who_were_ticked(hr):
    ada, bo, _ = employee(last_name="Byron"), employee(last_name="Ärm"), employee()

    selection = selected(f"who={ada.pk}&who={bo.pk}&who={ada.pk}&sort=-name&page=3", hr)

    assert set(selection.people) == {ada, bo}
    assert (selection.count, selection.shown, selection.change) == (2, 2, "")
    assert [row["last_name"] for row in selection.named] == ["Ärm", "Byron"]
    assert selection.way_back == "/employees/?sort=-name&page=3"
    assert set(QueryDict(selection.query[1:]).getlist("who")) == {str(ada.pk), str(bo.pk)}
    selection.check()


def test_who_is_gone_is_said_and_stops_the_act(hr):
    person = employee()
    gone = person.pk + 1

    selection = selected(f"who={gone}&who={person.pk}", hr)

    assert selection.change == "1 of the 2 selected people is gone."
    assert selection.query == f"?who={person.pk}"
    with pytest.raises(ValidationError, match="Nothing was done yet"):
        selection.check()


@pytest.mark.parametrize("query", ["", "who=", "who=x", "who=1.5", "who=-1", "who=%00", "who=١", "who=1%2C2", "all="])
def test_nobody_is_selected_by_what_is_no_key(hr, query):
    selection = selected(query, hr)

    assert selection.count == 0
    with pytest.raises(ValidationError):
        selection.check()


@pytest.mark.parametrize("place", ["", "location={place}"])
@pytest.mark.parametrize(
    "query",
    ["", "q=a", "q=a&sort=newest", "q=a&team=product", "team=product", "team=nowhere", "team=product&parts=1"],
)
def test_all_that_match_are_those_whom_the_list_shows(client, hr, query, place):
    people = make_organisation()
    Team.objects.filter(pk="marketing").update(parent="product")
    gdynia = G(Location, name="Gdynia", time_zone="Europe/Warsaw")
    for name in ("anna.kowalska", "ann.lee", "a.leeds"):
        people[name].profile.location = gdynia
        people[name].profile.save()
    query = f"{query}&{place.format(place=gdynia.pk)}"
    client.force_login(hr)
    rows = client.get(f"{URL}print/?{query}").context_data["rows"]

    selection = selected(f"{query}&all={len(rows)}&who=1", hr)

    assert rows
    assert {str(key) for key in selection.keys} == {row["pk"] for row in rows}
    assert selection.change == ""


def test_another_number_than_was_shown_is_said_and_stops_the_act(hr):
    add_demo_people(3)

    selection = selected("all=2", hr)

    assert selection.change == "2 people matched when they were selected, 3 match now."
    assert selection.query == "?all=3"
    with pytest.raises(ValidationError, match="2 people matched when they were selected, 3 match now"):
        selection.check()


@pytest.mark.parametrize("query", ["all=60", "all=60&team=product", "all=60&q=example"])
def test_more_than_anybody_counted_are_nobody(hr, monkeypatch, query):
    monkeypatch.setattr(listing, "COUNT_LIMIT", 55)
    add_demo_people(60)
    EmployeeProfile.objects.all().move_to_team("product")

    selection = selected(query, hr)

    assert (selection.is_too_much, selection.count) == (True, 0)
    with pytest.raises(ValidationError, match="More people match than are counted"):
        selection.check()
