import re
from html import escape

import pytest
from django_dynamic_fixture import G

from people.models import EmployeeProfile, Location, Team
from people.tests.browsers import RESTORED, htmx, sign_in, statements_of
from people.tests.factories import NASTY, add_demo_people, employee
from people.tests.pages import words_of

SECRETS = {"profile__dob": "1987-06-05", "profile__address": "Quarkweg 99\nGalway", "profile__gender": "other"}
TRACES = [b"1987", b"5 June", b"Quarkweg", b"Galway", b"Other", b'"other"', b"Date of birth", b"Address", b"Gender"]
SECTIONS = ["contact", "work", "private", "shared"]
FRAGMENTS = ["main", *SECTIONS, "complete"]
ANSWERS = [{}, *(htmx(name) for name in FRAGMENTS)]
each_answer = pytest.mark.parametrize("headers", ANSWERS, ids=["page", *FRAGMENTS])


def traces_in(response) -> list[bytes]:
    return [trace for trace in TRACES if trace in response.content]


# Page and fragments


@pytest.mark.django_db
def test_detail_page(client):
    sign_in(client)
    person = employee(first_name="Łukasz", last_name="Żółć", email="l@example.com", phone="+14155552671")

    response = client.get(person.get_absolute_url())

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<main") == html.count("<h1") == 1
    assert '<h1><bdi translate="no">Łukasz Żółć</bdi></h1>' in html
    assert all(text in html for text in ['"mailto:l@example.com"', '"tel:+14155552671"', "+1 415-555-2671"])


@pytest.mark.django_db
@pytest.mark.parametrize("name", FRAGMENTS)
def test_detail_fragment_is_only_the_fragment(client, name):
    reader = sign_in(client)
    person = employee(user=reader)
    shown = {"main": SECTIONS, "complete": ["work", "private"]}.get(name, [name])

    html = client.get(person.get_absolute_url(), headers=htmx(name)).content.decode()

    assert not any(text in html for text in ["<html", "<main", 'id="search"'])
    assert re.findall(r'<div id="(contact|work|private|shared|complete)"', html) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("name", SECTIONS)
def test_detail_fragment_of_a_section_brings_the_head_along(client, name):
    sign_in(client, is_hr=True)

    html = client.get(employee().get_absolute_url(), headers=htmx(name)).content.decode()

    swapped_out_of_band = [tag for tag in html.split("<")[1:] if "hx-swap-oob" in tag]
    assert html.split("</title>")[1].strip().startswith(f'<div id="{name}"')
    assert [tag.split('id="')[1].split('"')[0] for tag in swapped_out_of_band] == [
        "person-head",
        "beside",
        *(["access"] if name in {"contact", "complete"} else []),
        "added",
        "messages",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        RESTORED,
        *(RESTORED | htmx(name) for name in FRAGMENTS),
        {**htmx("main"), "HX-Boosted": "true"},
        htmx("section"),
        htmx("sections"),
        htmx("person-head"),
        htmx("employee-results"),
    ],
)
def test_detail_for_other_headers_is_the_whole_page(client, headers):
    sign_in(client)

    assert client.get(employee().get_absolute_url(), headers=headers).content.startswith(b"<!doctype html>")


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "contact/edit/", "complete/edit/"])
def test_detail_restored_from_history_has_nothing_to_swap_elsewhere(client, form):
    sign_in(client, is_hr=True)

    response = client.get(employee().get_absolute_url() + form, headers=RESTORED)

    assert response.content.startswith(b"<!doctype html>")
    assert b"hx-swap-oob" not in response.content


@pytest.mark.django_db
@each_answer
def test_detail_varies_by_the_headers_of_htmx_and_is_not_stored(client, headers):
    sign_in(client)

    response = client.get(employee().get_absolute_url(), headers=headers)

    assert {"HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-store"
    assert "Content-Security-Policy" in response


@pytest.mark.django_db
@pytest.mark.parametrize("pk", ["999999", "0", "9" * 30])
@pytest.mark.parametrize("form", ["", "contact/edit/", "complete/edit/"])
@pytest.mark.parametrize("headers", [{}, htmx("main")])
def test_unknown_employee_is_not_found(client, pk, form, headers):
    sign_in(client, is_hr=True)

    assert client.get(f"/employees/{pk}/{form}", headers=headers).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_detail_is_only_read(client, method):
    sign_in(client, is_hr=True)

    assert getattr(client, method)(employee().get_absolute_url()).status_code == 405


@pytest.mark.django_db
@each_answer
def test_detail_escapes_what_people_typed(client, headers):
    sign_in(client, is_hr=True)
    person = employee(first_name=NASTY, last_name=NASTY, profile__address=NASTY)

    html = client.get(person.get_absolute_url(), headers=headers).content.decode()

    assert escape(NASTY) in html
    assert "<script>alert" not in html
    assert "alert('" not in html


# Who sees what


@pytest.mark.django_db
@each_answer
def test_detail_shows_a_colleague_nothing_private(client, headers):
    employee(user=sign_in(client))
    person = employee(**SECRETS)

    response = client.get(person.get_absolute_url(), headers=headers)

    assert response.status_code == 200
    assert traces_in(response) == []


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["contact/edit/", "complete/edit/"])
@each_answer
def test_edit_pages_show_a_colleague_nothing_private(client, form, headers):
    sign_in(client)
    address = employee(**SECRETS).get_absolute_url() + form

    read, sent = client.get(address, headers=headers), client.post(address, {"dob": ""}, headers=headers)

    assert [read.status_code, sent.status_code] == [403, 403]
    assert traces_in(read) == traces_in(sent) == []


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, htmx("main"), htmx("private")])
@pytest.mark.parametrize("reader", ["person", "hr", "superuser"])
def test_detail_shows_person_and_hr_the_private_fields(client, reader, headers):
    account = sign_in(client, is_hr=reader == "hr", is_superuser=reader == "superuser")
    person = employee(user=account if reader == "person" else None, **SECRETS)

    html = client.get(person.get_absolute_url(), headers=headers).content.decode()

    assert all(text in html for text in ["5 June 1987", "Quarkweg 99<br>Galway", "Other", "Date of birth"])


@pytest.mark.django_db
def test_detail_badge_says_who_else_sees_the_private_fields(client):
    own = employee(user=sign_in(client, is_hr=True))
    other = employee(first_name="Quark")

    badges = [" ".join(client.get(person.get_absolute_url()).text.split()) for person in (own, other)]

    assert "Only you and HR" in badges[0]
    assert 'Only <bdi translate="no">Quark</bdi> and HR' in badges[1]


@pytest.mark.django_db
@pytest.mark.parametrize(("reader", "number"), [("colleague", 0), ("person", 4), ("hr", 5)])
def test_detail_offers_editing_to_those_who_may(client, reader, number):
    account = sign_in(client, is_hr=reader == "hr")
    person = employee(user=account if reader == "person" else None)

    html = client.get(person.get_absolute_url()).content.decode()

    assert html.count('data-shortcut="e"') == number


@pytest.mark.django_db
@pytest.mark.parametrize(("reader", "says"), [({}, False), ({"is_hr": True}, True)])
def test_detail_tells_hr_what_is_missing(client, reader, says):
    sign_in(client, **reader)
    person = employee(profile__team="product")

    html = client.get(person.get_absolute_url()).content.decode()

    assert ("Still missing Job title Manager Location Date of birth Address" in words_of(html)) == says


@pytest.mark.django_db
def test_detail_of_a_complete_profile_says_the_team(client):
    sign_in(client, is_hr=True)
    place = G(Location, name="Gdynia", time_zone="Europe/Warsaw")
    work = {"profile__job_title": "Engineer", "profile__manager": employee(), "profile__location": place}
    person = employee(profile__team="product", **work, **SECRETS)

    html = client.get(person.get_absolute_url()).content.decode()

    assert "Still missing" not in html
    assert "Engineer · Product Gdynia" in words_of(html)
    assert html.count('<a href="/teams/product/">Product</a>') == 2  # in the head and under "Work"
    assert f'<a href="/employees/?location={place.pk}">Gdynia</a>' in html


@pytest.mark.django_db
def test_work_says_what_the_team_is_a_part_of(client):
    sign_in(client)
    for key, parent in [("web", "engineering"), ("shop", "web")]:
        Team.objects.create(key=key, name=key.capitalize(), parent_id=parent)

    html = client.get(employee(profile__team="shop").get_absolute_url()).content.decode()

    assert "Team Engineering › Web › Shop" in words_of(html)
    assert all(f'<a href="/teams/{key}/">{key.capitalize()}</a>' in html for key in ("engineering", "web", "shop"))


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [{}, {"is_hr": True}])
@each_answer
def test_detail_of_an_employee_without_profile_answers(client, reader, headers):
    sign_in(client, **reader)
    person = employee()
    EmployeeProfile.objects.filter(employee=person)._raw_delete("default")

    assert client.get(person.get_absolute_url(), headers=headers).status_code == 200


# Cost


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [{}, {"is_hr": True}])
def test_detail_costs_the_same_for_20_and_200_people(client, reader):
    address = employee(user=sign_in(client, **reader)).get_absolute_url()
    add_demo_people(20)
    few = [statements_of(client.get, address, headers=headers) for headers in ANSWERS]
    add_demo_people(180, skip=20)

    many = [statements_of(client.get, address, headers=headers) for headers in ANSWERS]

    for headers, before, after in zip(ANSWERS, few, many, strict=True):
        assert len(after) == len(before) <= 4, (headers, after)
