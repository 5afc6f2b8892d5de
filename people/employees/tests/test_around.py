"""The head of a person, and beside it who stands around them and what is missing."""

import pytest

from people.employees.around import MOST_ABOVE, people_around
from people.models import Employee, EmployeeProfile, Location
from people.tests.browsers import browser, sign_in
from people.tests.factories import NASTY, add_demo_people, employee, user
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db


def chain_of(length: int) -> list[Employee]:
    """People of whom each reports to the one before."""
    people: list[Employee] = []
    for number in range(length):
        manager = people[-1] if people else None
        people.append(employee(first_name="Ann", last_name=f"No{number:02}", profile__manager=manager))
    return people


# Around


def test_chain_goes_up_to_the_top_the_nearest_first():
    people = chain_of(4)

    around = people_around(people[-1].pk)

    assert [one.key for one in around.above] == [person.pk for person in reversed(people[:-1])]
    assert [around.below, around.number_below] == [[], 0]


def test_chain_ends_after_ten():
    assert len(people_around(chain_of(MOST_ABOVE + 3)[-1].pk).above) == MOST_ABOVE


def test_loop_that_is_stored_ends_the_chain():
    a, b, c = chain_of(3)
    EmployeeProfile._base_manager.filter(employee=a).update(manager=b)

    assert [one.key for one in people_around(c.pk).above] == [b.pk, a.pk]
    assert [one.key for one in people_around(a.pk).above] == [b.pk]


def test_first_reports_stand_by_name_and_all_are_counted():
    boss = employee()
    for letter in "GFEDCBA":
        employee(first_name=letter, last_name="Lee", profile__manager=boss)

    around = people_around(boss.pk)

    assert [one.name for one in around.below] == ["A Lee", "B Lee", "C Lee", "D Lee", "E Lee"]
    assert around.number_below == 7


def test_page_names_and_links_them(client):
    sign_in(client)
    top, person, below = chain_of(3)
    EmployeeProfile.objects.filter(employee=top).update(job_title=NASTY)

    html = client.get(person.get_absolute_url()).text

    assert "Reports to AN Ann No00" in words_of(html)
    assert "Manages 1 person AN Ann No02" in words_of(html)
    assert all(f'href="{one.get_absolute_url()}"' in html for one in (top, below))
    assert "/reports/" not in html
    assert NASTY not in html


def test_all_reports_stand_on_a_page_of_their_own(client):
    sign_in(client)
    boss = employee(first_name="Olu", last_name="Ibekwe")
    add_demo_people(60)
    EmployeeProfile.objects.exclude(employee=boss).update(manager=boss)

    beside, first, second = (
        client.get(f"/employees/{boss.pk}/{rest}").text for rest in ("", "reports/", "reports/?page=2")
    )

    assert f'href="/employees/{boss.pk}/reports/">All 60</a>' in beside
    assert [html.count("<th scope=row>") for html in (first, second)] == [50, 10]
    assert "1–50 of 60" in words_of(first)


@pytest.mark.parametrize("number", ["0", "x", "99999999999999999999", "-1", ""])
def test_page_of_reports_that_is_not_there_is_the_nearest(client, number):
    sign_in(client)

    assert client.get(f"/employees/{employee().pk}/reports/?page={number}").status_code == 200


# The head


def test_head_says_who_it_is_and_how_to_reach_them(client, settings):
    sign_in(client)
    settings.CHAT_LINK = "https://chat.example.com/direct/{name}"
    person = employee(
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone="+14155552671",
        profile__team="product",
        profile__job_title="Engineer",
        profile__pronouns="she/her",
        profile__chat="@ann:example.com",
    )

    html = client.get(person.get_absolute_url()).text

    assert "Ann Lee she/her Engineer · Product Mail Call Chat Copy contact" in words_of(html)
    assert 'href="https://chat.example.com/direct/%40ann%3Aexample.com"' in html
    assert 'data-copy="Ann Lee\nEngineer\nProduct\nann@example.com\n+1 415-555-2671"' in html


def test_without_the_setting_a_chat_name_is_plain_text(client):
    sign_in(client)

    html = client.get(employee(profile__chat="ann.lee").get_absolute_url()).text

    assert "<span>ann.lee</span>" in html
    assert "icon-chat" not in html


@pytest.mark.parametrize("name", ["https://evil.example", "a/b", "a b", "javascript:alert", "..", "a\\b", "?q", "a#b"])
def test_what_is_no_chat_name_is_refused(client, name):
    person = employee(user=sign_in(client))

    answer = client.post(f"/employees/{person.pk}/about/edit/", {"chat": name})

    assert answer.status_code == 422
    assert "Please write the name alone" in answer.text
    assert EmployeeProfile.objects.get(employee=person).chat is None


@pytest.mark.parametrize(
    ("zone", "is_told"), [("Pacific/Kiritimati", True), ("UTC", False), ("Atlantic/Reykjavik", False)]
)
def test_place_says_its_time_where_it_is_another(client, settings, zone, is_told):
    settings.TIME_ZONE = "UTC"
    sign_in(client)
    place = Location(name="Far away", time_zone=zone)
    place.save()

    words = words_of(client.get(employee(profile__location=place).get_absolute_url()).text)

    assert ("Far away · " in words and "there now" in words) == is_told
    assert "Far away" in words


# What is missing


def test_what_is_missing_is_a_link_that_opens_its_field(client):
    sign_in(client, is_hr=True)
    person = employee()

    page = client.get(person.get_absolute_url()).text
    form = client.get(f"/employees/{person.pk}/work/edit/?field=job_title").text

    assert f'href="/employees/{person.pk}/work/edit/?field=job_title"' in page
    (focused,) = [tag for tag in form.split("<")[1:] if "autofocus" in tag]
    assert 'name="job_title"' in focused


@pytest.mark.parametrize("field", ["nothing", "dob", "", NASTY])
def test_field_that_the_form_has_not_changes_nothing(client, field):
    sign_in(client, is_hr=True)

    answer = client.get(f"/employees/{employee().pk}/work/edit/", {"field": field})

    assert [answer.status_code, answer.text.count(" autofocus")] == [200, 1]


def test_person_is_told_what_they_may_fill_in_and_colleagues_nothing(client):
    person = employee(user=sign_in(client))

    own = words_of(client.get(person.get_absolute_url()).text)
    other = words_of(browser(user()).get(person.get_absolute_url()).text)
    preview = words_of(client.get(f"/employees/{person.pk}/seen-by/hr/").text)

    assert "Still missing Date of birth Address" in own
    assert "Still missing" not in other + preview


def test_hr_sees_how_many_miss_what_and_who(client):
    sign_in(client, is_hr=True)
    employee(profile__team="product", profile__dob="1990-01-02")
    missing = employee(first_name="Zoe", last_name="Lee")
    log = missing.readings.model.objects

    counts = words_of(client.get("/gaps/").text)
    people = client.get("/gaps/?kind=dob").text

    assert "Team 1 Job title 2 Manager 2 Location 2 Date of birth 1 Address 2" in counts
    assert f'href="/employees/{missing.pk}/private/edit/?field=dob"' in people
    assert people.count('class="person-line"') == 1
    assert not log.exists()


@pytest.mark.parametrize(
    "fields", [{}, {"is_hr": True}, {"is_superuser": True}], ids=["colleague", "hr", "administrator"]
)
def test_menu_offers_the_page_of_what_is_missing_to_those_who_may_open_it(client, fields):
    sign_in(client, **fields)

    is_offered = 'href="/gaps/"' in client.get("/employees/").text

    assert is_offered == (client.get("/gaps/").status_code == 200)


@pytest.mark.parametrize(("kind", "status"), [("gender", 404), ("x", 404), ("team", 200), ("", 200)])
def test_gaps_of_what_nobody_is_asked_for_are_not_there(client, kind, status):
    sign_in(client, is_hr=True)

    assert client.get("/gaps/", {"kind": kind}).status_code == status
