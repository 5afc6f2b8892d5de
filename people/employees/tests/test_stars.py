"""Starred people and recent look-ups: at hand in the empty search, and private to each reader."""

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.test import Client

from people.accounts.models import User
from people.models import Employee, Star
from people.tests.addresses import ROWS, address
from people.tests.browsers import ROLES, browser, htmx, statements_of, visitor
from people.tests.factories import add_demo_people, add_namesakes, employee, user
from people.tests.pages import announced_in, keys_in, words_of

pytestmark = pytest.mark.django_db
URL = "/employees/suggestions/"
TYPING = htmx("suggestions")


def press(client: Client, person: Employee, starred: str = "1", **headers: str):
    return client.post(f"/employees/{person.pk}/star/", {"starred": starred}, headers=headers)


def stars_of(reader: User) -> list[int]:
    return sorted(Star.objects.filter(reader=reader).values_list("employee", flat=True))


def star(reader: User | None, *people: Employee) -> None:
    Star.objects.bulk_create(Star(reader=reader, employee=person) for person in people)


def at_hand(client: Client, **query: str) -> str:
    response = client.get(URL, query, headers=TYPING)
    assert response.status_code == 200
    return response.text


# Giving and taking a star


@pytest.mark.parametrize("role", set(ROLES) - {"signed-out", "person"})
def test_star_is_given_and_taken(role: str):
    person = employee(user=user("person@example.com"))
    client = visitor(role, person)
    reader = User.objects.get(email=f"{role}@example.com")

    given = press(client, person)
    assert (given.status_code, given["Location"]) == (302, person.get_absolute_url())
    assert stars_of(reader) == [person.pk]
    taken = press(client, person, "0")

    assert (taken.status_code, taken["Location"]) == (302, person.get_absolute_url())
    assert stars_of(reader) == []


@pytest.mark.parametrize("starred", ["1", "0"])
def test_second_click_changes_nothing(starred: str):
    reader, person = user(), employee()

    for _ in range(2):
        press(browser(reader), person, starred)

    assert stars_of(reader) == ([person.pk] if starred == "1" else [])


def test_signed_out_cannot_star():
    person = employee()

    response = press(Client(), person)

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/")
    assert not Star.objects.exists()


def test_nobody_stars_themselves():
    person = employee(user=user())
    client = browser(person.user)

    assert press(client, person).status_code == 403
    assert not Star.objects.exists()
    assert 'id="star"' not in client.get("/me/", follow=True).text


def test_someone_who_is_not_there_is_not_found():
    assert press(browser(user()), Employee(pk=4711)).status_code == 404
    assert press(browser(user("b@example.com")), Employee(pk=10**30)).status_code == 404


@pytest.mark.parametrize("starred", ["", "2", "true", "\x00", "1" * 5_000])
def test_any_other_value_is_a_bad_request(starred: str):
    assert press(browser(user()), employee(), starred).status_code == 400
    assert not Star.objects.exists()


def test_htmx_gets_the_button_and_a_word():
    client, person = browser(user()), employee(first_name="Ada", last_name="Ng")

    given = press(client, person, "1", **htmx("star")).text
    taken = press(client, person, "0", **htmx("star")).text

    assert 'aria-pressed="true"' in given
    assert 'name="starred" value="0"' in given
    assert "Ada Ng is starred" in words_of(given)
    assert 'aria-pressed="false"' in taken
    assert "Ada Ng is no longer starred" in words_of(taken)
    assert not any(text in given for text in ["<html", "<form", 'class="sheet"'])


@pytest.mark.parametrize("place", ["", "contact/edit/", "complete/edit/"])
def test_button_shows_the_readers_own_star(place: str):
    person = employee()
    reader, other = user("a@example.com", is_hr=True), user("b@example.com", is_hr=True)
    star(reader, person)

    shown = [browser(account).get(f"/employees/{person.pk}/{place}").text for account in (reader, other)]

    assert 'aria-pressed="true"' in shown[0]
    assert 'aria-pressed="false"' in shown[1]


def test_there_is_room_for_a_hundred():
    reader = user()
    add_namesakes(Star.MOST + 1)
    *people, last = Employee.objects.all()
    star(reader, *people)
    client = browser(reader)

    refused = press(client, last, "1", **htmx("star")).text
    press(client, people[0])

    assert "You have starred 100 people" in refused
    assert 'aria-pressed="false"' in refused
    assert len(stars_of(reader)) == Star.MOST
    assert last.pk not in stars_of(reader)


# The empty box


def test_starred_come_by_name_and_recent_as_they_were_opened():
    reader = user()
    zoe, ann, bob, eve = [employee(first_name=name, last_name="Ng") for name in ["Zoe", "Ann", "Bob", "Eve"]]
    star(reader, zoe, ann)

    html = at_hand(browser(reader), recent=f"{eve.pk},{zoe.pk},{bob.pk}")

    assert keys_in(html) == [ann.pk, zoe.pk, eve.pk, bob.pk]
    assert html.index("Starred</p>") < html.index("Recent</p>")
    assert announced_in(html) == "2 starred, 2 recent"


@pytest.mark.parametrize("groups", [("starred",), ("recent",), ()])
def test_only_groups_with_somebody_have_a_title(groups: tuple):
    reader, person = user(), employee()
    if "starred" in groups:
        star(reader, person)

    html = at_hand(browser(reader), **({"recent": str(person.pk)} if "recent" in groups else {}))

    assert [title for title in ("starred", "recent") if f"{title.capitalize()}</p>" in html] == list(groups)
    assert bool(html.strip()) == bool(groups)


def test_eight_of_each_are_shown():
    reader = user()
    add_namesakes(30)
    keys = [person.pk for person in Employee.objects.sorted_by("name")]
    star(reader, *Employee.objects.sorted_by("name")[:10])

    html = at_hand(browser(reader), recent=",".join(map(str, keys[15:])))

    assert keys_in(html) == keys[:8] + keys[15:23]


@pytest.mark.parametrize(
    "recent", ["", ",", "x", "-{0}", "{0}.0", "{0}x", " {0}", "0", "4711", "9" * 30, "\x00{0}", "'; DROP", "١"]
)
def test_what_is_no_key_of_anybody_is_ignored(recent: str):
    person = employee()

    assert keys_in(at_hand(browser(user()), recent=recent.format(person.pk))) == []


def test_keys_beside_nonsense_and_twice():
    first, second = employee(), employee()

    html = at_hand(browser(user()), recent=f"x,{second.pk},,4711,{first.pk},{second.pk}, ")

    assert keys_in(html) == [second.pk, first.pk]


def test_costs_two_queries_and_the_same_for_2_20_and_200_people():
    reader = user()
    client = browser(reader)
    costs = []

    for before, people in [(0, 2), (2, 20), (20, 200)]:
        add_demo_people(people - before, skip=before)
        Star.objects.all().delete()
        everyone = list(Employee.objects.all())
        star(reader, *everyone[::2])
        recent = ",".join(str(person.pk) for person in everyone[1::2])
        costs.append(len(statements_of(client.get, URL, {"recent": recent}, headers=TYPING)))

    assert costs == [2] * 3


# The page


def test_page_lists_the_starred_people_with_their_links():
    reader = user()
    person = employee(first_name="Ada", last_name="Ng", email="ada@example.com", phone="+14155552671")
    star(reader, person)

    html = browser(reader).get(URL).text

    assert "<h1>People you starred</h1>" in html
    assert keys_in(html) == [person.pk]
    assert f'href="{person.get_absolute_url()}"' in html
    assert "mailto:ada@example.com" in html
    assert "tel:+14155552671" in html


def test_page_lists_all_of_them():
    reader = user()
    add_namesakes(Star.MOST)
    star(reader, *Employee.objects.all())

    assert len(keys_in(browser(reader).get(URL).text)) == Star.MOST


def test_page_without_stars_says_how():
    html = browser(user()).get(URL).text

    assert "You have starred nobody yet" in html
    assert "press Star" in html


def test_page_is_linked_from_the_menu():
    assert f'<a href="{URL}">People you starred</a>' in browser(user()).get("/employees/").text


# Private


def test_stars_of_others_are_on_no_page():
    person, starred = employee(user=user("person@example.com")), employee(first_name="Quark", email="q@example.com")
    star(person.user, starred)
    client = visitor("administrator", person)

    for name in sorted({name for name, method, *_ in ROWS if method == "GET"}):
        html = client.get(address(name, person)).text
        assert name in EVERYBODY_STANDS_ON or "Quark" not in html, name

    assert keys_in(at_hand(client)) == []


EVERYBODY_STANDS_ON = {
    "people:employee-list",
    "people:employee-print",
    "admin:index",
    "admin:people_employee_changelist",
    "admin:people_employeeprofile_changelist",
}


@pytest.mark.parametrize("viewer", ["colleague", "hr", "administrator"])
def test_starred_person_is_told_nothing(viewer: str):
    person = employee(user=user("person@example.com"))
    own, addresses = browser(person.user), [person.get_absolute_url(), "/me/data/"]
    before = [own.get(path).text for path in addresses]
    press(visitor(viewer, person), person)

    after = [own.get(path).text for path in addresses]

    assert [without_tokens(html) for html in before] == [without_tokens(html) for html in after]


def without_tokens(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)


def test_my_data_holds_whom_one_starred():
    reader, person = user(), employee(first_name="Ada", last_name="Ng")
    star(reader, person)

    data = browser(reader).get("/me/data/download/").json()

    assert [entry["employee"] for entry in data["stars"]] == ["Ada Ng"]


def test_stars_are_not_in_the_admin():
    assert Star not in admin.site._registry


def test_same_star_twice_is_refused_by_the_database():
    reader, person = user(), employee()
    star(reader, person)

    with pytest.raises(IntegrityError), transaction.atomic():
        star(reader, person)
