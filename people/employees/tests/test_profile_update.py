"""The form that completes a profile: its four fields at once, as HR meets it right after adding somebody."""

import datetime
from html import escape

import pytest
from django.test import Client

from people.models import Employee, EmployeeProfile
from people.tests.browsers import RESTORED, htmx, sign_in
from people.tests.factories import NASTY, employee

PROFILE = htmx("complete")
OLD = {"team": "product", "dob": datetime.date(1987, 6, 5), "gender": "female", "address": "Main St 1"}
NEW = {"team": "marketing", "dob": "1990-12-31", "gender": "other", "address": "Side St 2"}


def someone(**fields) -> Employee:
    """An employee with a full profile."""
    return employee(**fields, **{f"profile__{name}": value for name, value in OLD.items()})


def edit(person: Employee) -> str:
    return f"/employees/{person.pk}/complete/edit/"


def stored(person: Employee) -> dict:
    return EmployeeProfile.objects.values(*OLD).get(employee=person)


# The form


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_shows_the_form_with_what_is_stored(client, headers):
    sign_in(client, is_hr=True)

    response = client.get(edit(someone()), headers=headers)

    html = response.content.decode()
    assert response.status_code == 200
    assert all(text in html for text in ['value="product" selected', 'value="1987-06-05"', ">\nMain St 1<"])
    assert [html.count("autofocus"), "csrfmiddlewaretoken" in html] == [1, True]
    assert ("<html" in html) == (not headers)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [RESTORED, RESTORED | PROFILE, htmx("main"), htmx("contact"), htmx("work-facts")])
def test_profile_update_for_other_headers_is_the_whole_page(client, headers):
    sign_in(client, is_hr=True)

    html = client.get(edit(someone()), headers=headers).content.decode()

    assert html.startswith("<!doctype html>")
    assert 'name="dob"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_varies_by_the_headers_of_htmx_and_is_not_stored(client, method, headers):
    sign_in(client, is_hr=True)

    response = getattr(client, method)(edit(someone()), {"dob": "x"}, headers=headers)

    assert {"HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_profile_update_by_delete_is_refused(client):
    sign_in(client, is_hr=True)

    assert client.delete(edit(someone())).status_code == 405


# Who


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_profile_update_by_a_colleague_is_forbidden(client, method, headers):
    employee(user=sign_in(client))
    person = someone()

    response = getattr(client, method)(edit(person), NEW, headers=headers)

    assert response.status_code == 403
    assert stored(person) == OLD


@pytest.mark.django_db
def test_profile_update_form_of_the_person_has_no_team(client):
    person = someone(user=sign_in(client))

    html = client.get(edit(person), headers=PROFILE).content.decode()

    assert [f'name="{name}"' in html for name in ["team", "dob", "gender", "address"]] == [False, True, True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_by_the_person_leaves_the_team(client, headers):
    person = someone(user=sign_in(client))

    client.post(edit(person), NEW, headers=headers)

    assert stored(person) == NEW | {"team": "product", "dob": datetime.date(1990, 12, 31)}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [{"is_hr": True}, {"is_superuser": True}])
@pytest.mark.parametrize("is_own", [False, True])
def test_profile_update_by_hr_changes_everything(client, reader, is_own):
    account = sign_in(client, **reader)
    person = someone(user=account if is_own else None)

    client.post(edit(person), NEW)

    assert stored(person) == NEW | {"dob": datetime.date(1990, 12, 31)}


@pytest.mark.django_db
def test_profile_update_moves_no_profile(client):
    sign_in(client, is_hr=True)
    person, other = someone(), someone()

    client.post(edit(person), NEW | {"employee": other.pk, "id": other.profile.pk})

    assert stored(other) == OLD
    assert Employee.objects.get(pk=person.pk).profile.pk == person.profile.pk


@pytest.mark.django_db
def test_profile_update_without_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    sign_in(client, is_hr=True)
    person = someone()

    assert client.post(edit(person), NEW).status_code == 403
    assert stored(person) == OLD


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_profile_update_of_an_employee_without_profile_is_not_found(client, method):
    sign_in(client, is_hr=True)
    person = employee()
    EmployeeProfile.objects.filter(employee=person)._raw_delete("default")

    assert getattr(client, method)(edit(person)).status_code == 404


# Saved


@pytest.mark.django_db
def test_profile_update_leads_to_the_employee_and_says_so_once(client):
    sign_in(client, is_hr=True)
    person = someone()

    response = client.post(edit(person), NEW)
    first, second = client.get(response.url), client.get(response.url)

    assert [response.status_code, response.url] == [302, person.get_absolute_url()]
    assert [b"Saved" in page.content for page in (first, second)] == [True, False]
    assert [b"Add another" in page.content for page in (first, second)] == [True, False]


@pytest.mark.django_db
def test_profile_update_by_htmx_answers_the_finished_section(client):
    sign_in(client, is_hr=True)
    person = someone()

    response = client.post(edit(person), NEW, headers=PROFILE)

    html = response.content.decode()
    assert [response.status_code, response["HX-Replace-Url"]] == [200, person.get_absolute_url()]
    assert html.split("</title>")[1].strip().startswith('<div id="work"')
    assert all(text in html for text in ["Marketing", "31 December 1990", "Side St 2", "Other", "Saved"])
    assert "<form" not in html


@pytest.mark.django_db
def test_profile_update_cleared_is_null(client):
    sign_in(client, is_hr=True)
    person = someone()

    client.post(edit(person), dict.fromkeys(OLD, ""))

    assert stored(person) == dict.fromkeys(OLD)


@pytest.mark.django_db
def test_profile_update_twice_changes_one_row(client):
    sign_in(client, is_hr=True)
    person = someone()

    for _ in range(2):
        client.post(edit(person), NEW, headers=PROFILE)

    assert EmployeeProfile.objects.get().pk == person.profile.pk


@pytest.mark.django_db
def test_profile_update_leaves_the_employee_alone(client):
    sign_in(client, is_hr=True)
    person = someone()

    client.post(edit(person), NEW | {"first_name": "Other", "email": "other@example.com"})

    after = Employee.objects.get(pk=person.pk)
    assert [str(after), after.email, after.modified] == [str(person), person.email, person.modified]


# Refused


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_refused_keeps_what_was_typed_and_what_is_stored(client, headers):
    sign_in(client, is_hr=True)
    person = someone()

    response = client.post(edit(person), NEW | {"dob": "2999-01-01"}, headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    assert all(text in html for text in ['value="2999-01-01"', 'value="marketing" selected', ">\nSide St 2<"])
    assert '<a href="#id_dob">Date of birth: A date of birth can’t be today or in the future.</a>' in html
    assert [html.count("autofocus"), "<html" in html] == [1, not headers]
    assert stored(person) == OLD


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_refused_head_shows_what_is_stored(client, headers):
    sign_in(client, is_hr=True)
    person = someone()

    html = client.post(edit(person), NEW | {"dob": "x"}, headers=headers).content.decode()

    head = html[html.index('id="person-head"') :].partition("</h1>")[2].partition("</p>")[0]
    assert "Product" in head


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, PROFILE])
def test_profile_update_refused_escapes_what_was_typed(client, headers):
    sign_in(client, is_hr=True)

    response = client.post(edit(someone()), dict.fromkeys(OLD, NASTY), headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    assert escape(NASTY) in html
    assert "<script>alert" not in html


@pytest.mark.django_db
def test_profile_update_refused_after_adding_still_offers_another(client):
    sign_in(client, is_hr=True)

    html = client.post(edit(someone()), NEW | {"dob": "x"}, headers=PROFILE).content.decode()

    assert ">Add another<" in html
