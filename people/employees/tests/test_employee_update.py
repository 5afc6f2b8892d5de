"""The contact section as its form."""

from html import escape

import pytest
from django.test import Client

from people.models import Employee
from people.tests.browsers import RESTORED, htmx, sign_in
from people.tests.factories import NASTY, employee

CONTACT = htmx("contact")
ADA = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "phone": "+14155552671"}
NEW = {"first_name": "Augusta", "last_name": "King", "email": "king@example.com", "phone": "+1 415 555 0199"}


def edit(person: Employee) -> str:
    return f"/employees/{person.pk}/contact/edit/"


def stored(person: Employee) -> dict:
    row = Employee.objects.get(pk=person.pk)
    return {name: str(getattr(row, name)) for name in ADA} | {"phone": row.phone.as_e164}


def inputs(html: str) -> set[str]:
    """The names of the visible inputs of the contact section."""
    section = html[html.index('<div id="contact"') :].partition('<div id="work"')[0]
    return {name for name in ADA if f'name="{name}"' in section}


# The form


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, CONTACT])
def test_update_shows_the_form_with_what_is_stored(client, headers):
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    response = client.get(edit(person), headers=headers)

    html = response.content.decode()
    assert response.status_code == 200
    assert inputs(html) == set(ADA)
    assert all(f'value="{text}"' in html for text in ["Ada", "Byron", "ada@example.com"])
    assert [html.count("autofocus"), "csrfmiddlewaretoken" in html] == [1, True]
    assert ("<html" in html) == (not headers)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [RESTORED, RESTORED | CONTACT, htmx("main"), htmx("complete"), htmx("contact-section")],
)
def test_update_for_other_headers_is_the_whole_page(client, headers):
    sign_in(client, is_hr=True)

    html = client.get(edit(employee()), headers=headers).content.decode()

    assert html.startswith("<!doctype html>")
    assert 'name="phone"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("headers", [{}, CONTACT])
def test_update_varies_by_the_headers_of_htmx_and_is_not_stored(client, method, headers):
    sign_in(client, is_hr=True)

    response = getattr(client, method)(edit(employee()), headers=headers)

    assert {"HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_update_by_delete_is_refused(client):
    sign_in(client, is_hr=True)
    person = employee()

    assert client.delete(edit(person)).status_code == 405
    assert Employee.objects.filter(pk=person.pk).exists()


# Who


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, CONTACT])
@pytest.mark.parametrize("method", ["get", "post"])
def test_update_by_a_colleague_is_forbidden(client, method, headers):
    employee(user=sign_in(client))
    person = employee(**ADA)

    response = getattr(client, method)(edit(person), NEW, headers=headers)

    assert response.status_code == 403
    assert stored(person) == ADA


@pytest.mark.django_db
def test_update_form_of_the_person_is_the_phone_alone(client):
    person = employee(user=sign_in(client), **ADA)

    html = client.get(edit(person), headers=CONTACT).content.decode()

    assert inputs(html) == {"phone"}


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, CONTACT])
def test_update_by_the_person_changes_the_phone_alone(client, headers):
    person = employee(user=sign_in(client), **ADA)

    client.post(edit(person), NEW, headers=headers)

    assert stored(person) == ADA | {"phone": "+14155550199"}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [{"is_hr": True}, {"is_superuser": True}])
@pytest.mark.parametrize("is_own", [False, True])
def test_update_by_hr_changes_everything(client, reader, is_own):
    account = sign_in(client, **reader)
    person = employee(user=account if is_own else None, **ADA)

    client.post(edit(person), NEW)

    assert stored(person) == NEW | {"phone": "+14155550199"}


@pytest.mark.django_db
def test_update_without_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    assert client.post(edit(person), NEW).status_code == 403
    assert stored(person) == ADA


# Saved


@pytest.mark.django_db
def test_update_leads_to_the_employee_and_says_so_once(client):
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    response = client.post(edit(person), NEW)
    first, second = client.get(response.url), client.get(response.url)

    assert [response.status_code, response.url] == [302, person.get_absolute_url()]
    assert [b"Saved" in page.content for page in (first, second)] == [True, False]


@pytest.mark.django_db
def test_update_by_htmx_answers_the_finished_section(client):
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    response = client.post(edit(person), NEW, headers=CONTACT)

    html = response.content.decode()
    assert [response.status_code, response["HX-Replace-Url"]] == [200, person.get_absolute_url()]
    assert html.split("</title>")[1].strip().startswith('<div id="contact"')
    shown = ["mailto:king@example.com", '<h1><bdi translate="no">Augusta King</bdi></h1>', "Saved"]
    assert all(text in html for text in shown)
    assert inputs(html) == set()


@pytest.mark.django_db
def test_update_leaves_the_profile_alone(client):
    sign_in(client, is_hr=True)
    person = employee(**ADA, profile__team="product", profile__dob="1990-12-31")
    before = person.profile.modified

    client.post(edit(person), NEW | {"team": "marketing", "dob": ""})

    profile = Employee.objects.get(pk=person.pk).profile
    assert [profile.team, str(profile.dob), profile.modified] == ["product", "1990-12-31", before]


# Refused


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, CONTACT])
def test_update_refused_keeps_what_was_typed_and_what_is_stored(client, headers):
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    response = client.post(edit(person), NEW | {"email": "no-email"}, headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    assert all(f'value="{text}"' in html for text in ["Augusta", "King", "no-email"])
    assert '<h1><bdi translate="no">Ada Byron</bdi></h1>' in html
    assert '<a href="#id_email">' in html
    assert stored(person) == ADA


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, CONTACT])
def test_update_refused_escapes_what_was_typed(client, headers):
    sign_in(client, is_hr=True)

    html = client.post(edit(employee()), dict.fromkeys(ADA, NASTY), headers=headers).content.decode()

    assert html.count(escape(NASTY)) >= 4
    assert "<script>alert" not in html


@pytest.mark.django_db
def test_update_to_the_phone_of_another_links_them(client):
    holder = employee(first_name="Hana", last_name="Ito", phone="+14155550199")
    person = employee(user=sign_in(client), **ADA)

    response = client.post(edit(person), {"phone": "415 555 0199"}, headers=CONTACT)

    assert response.status_code == 422
    assert (
        f'<a href="/employees/{holder.pk}/"><bdi translate="no">Hana Ito</bdi></a> already has this phone'
        in response.text
    )


@pytest.mark.django_db
def test_update_to_what_is_stored_is_fine(client):
    sign_in(client, is_hr=True)
    person = employee(**ADA)

    assert client.post(edit(person), ADA).status_code == 302
