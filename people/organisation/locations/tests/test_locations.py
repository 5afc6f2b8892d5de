"""The places where people work, which HR keeps."""

import pytest
from django.core.exceptions import PermissionDenied

from people.accounts.models import User
from people.derived import out_of_date
from people.models import Employee, Location
from people.organisation.actions import remove_location, save_location
from people.organisation.locations.forms import time_zones
from people.tests.browsers import browser, sign_in
from people.tests.factories import NASTY, employee, user

pytestmark = pytest.mark.django_db

URL = "/locations/"
BERLIN = {"name": "Berlin", "address": "Lindenweg 3\n10115 Berlin", "time_zone": "Europe/Berlin"}


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


def place(**fields: str) -> Location:
    made = Location(**(BERLIN | fields))
    made.save()
    return made


def test_hr_adds_a_place(client, hr):
    answer = browser(hr).post(f"{URL}new/", BERLIN)

    assert [answer.status_code, answer["Location"]] == [302, URL]
    assert Location.objects.values("name", "address", "time_zone").get() == BERLIN


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"name": "BERLIN"}, "There is a place called Berlin."),
        ({"name": " "}, "Please give the name."),
        ({"time_zone": "Europe/Bärlin"}, "Please choose a time zone, such as Europe/Warsaw."),
        ({"time_zone": ""}, "Please give the time zone."),
        ({"name": "a" * 61}, "at most 60 characters"),
    ],
)
def test_mistake_comes_back_beside_its_field_with_what_was_typed(client, typed, error):
    place()
    sign_in(client, is_hr=True)

    answer = client.post(f"{URL}new/", BERLIN | {"name": "Potsdam", "address": NASTY} | typed)

    assert answer.status_code == 422
    assert error in answer.text
    assert "&lt;script&gt;" in answer.text
    assert Location.objects.count() == 1


def test_another_name_is_found_at_once(hr):
    berlin = place()
    person = employee(profile__location=berlin)

    browser(hr).post(f"{URL}{berlin.pk}/edit/", BERLIN | {"name": "Potsdam"})

    assert list(Employee.objects.search("potsdam")) == [person]
    assert not Employee.objects.search("berlin")
    assert not out_of_date().exists()


def test_place_where_somebody_works_stays(hr):
    busy, empty = place(), place(name="Potsdam")
    employee(profile__location=busy)
    client = browser(hr)

    refused = client.post(f"{URL}{busy.pk}/remove/", follow=True)
    done = client.post(f"{URL}{empty.pk}/remove/", follow=True)

    assert "Somebody works at Berlin, so it stays." in refused.text
    assert "Removed" in done.text
    assert list(Location.objects.all()) == [busy]


def test_list_says_how_many_work_where(client):
    berlin = place()
    place(name="Potsdam", address=NASTY)
    employee(profile__location=berlin)
    employee(profile__location=berlin)
    sign_in(client, is_hr=True)

    text = client.get(URL).text

    assert "Europe/Berlin · 2 people" in text
    assert "Europe/Berlin · 0 people" in text
    assert NASTY not in text


@pytest.mark.parametrize("act", [save_location, remove_location])
def test_acts_are_refused_to_whoever_may_not(act):
    berlin = place()

    with pytest.raises(PermissionDenied):
        act(berlin, by=user("colleague@example.com"))


def test_time_zones_are_offered_by_part_of_the_world():
    zones = dict(time_zones())

    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in zones["America"]
    assert list(zones)[-1] == "Everywhere"


def test_stored_time_zone_that_is_not_offered_stays(client):
    old = place(time_zone="GB")
    sign_in(client, is_hr=True)

    assert '<option value="GB" selected>GB</option>' in client.get(f"{URL}{old.pk}/edit/").text
