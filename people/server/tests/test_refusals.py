"""A POST refused for sign-in or CSRF loses nothing that was typed, and tells nothing that is stored."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Employee
from people.tests import factories
from people.tests.filled_forms import (
    CONTACT,
    EVERY_FORM,
    FORMS,
    GOOD,
    NEW_CONTACT,
    TRICKY,
    address_of,
    is_stored,
    shown,
)
from people.tests.pages import field_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return factories.employee(first_name="Grace", last_name="Hopper", email="grace@example.com")


@pytest.fixture
def hr():
    return factories.user("hr@example.com", is_hr=True)


@pytest.fixture
def strict_client():
    """A browser: its POSTs are checked for CSRF."""
    return Client(enforce_csrf_checks=True)


# Signed out


@EVERY_FORM
def test_signed_out_the_filled_form_comes_back(client, person, form):
    response = client.post(address_of(form, person), FORMS[form])

    assert response.status_code == 401
    assert shown(response, FORMS[form]) == FORMS[form]
    assert TRICKY not in response.text
    assert 'href="/sign-in/"' in response.text
    assert "You are signed out, and this was not saved yet." in response.text
    assert field_values(response.text)["csrfmiddlewaretoken"]


@EVERY_FORM
def test_signed_out_nothing_is_checked_so_nothing_is_told(client, person, form):
    taken = {"email": person.email, "phone": str(person.phone), "first_name": "Grace", "last_name": "Hopper"}
    typed = taken if form != "complete" else {"dob": "2999-01-01", "team": "no such team"}

    response = client.post(address_of(form, person), typed)

    for word in ["already", "Grace Hopper", f"/employees/{person.pk}/", "is-invalid", "needs your attention", "one of"]:
        assert word not in response.text.replace(f'action="{address_of(form, person)}"', "")


def test_signed_out_the_answer_for_a_taken_email_is_that_for_a_free_one(client, person):
    answers = [
        client.post(reverse("people:employee-create"), CONTACT | {"email": email}).text
        for email in (person.email, "space@example.com")
    ]

    token = re.compile(r'value="\w{64}"')
    assert token.sub("", answers[0]) == token.sub("", answers[1]).replace("space@", "grace@")


@pytest.mark.parametrize("form", ["contact", "complete"])
def test_signed_out_the_answer_for_a_person_is_that_for_nobody(client, person, form):
    answers = [client.post(address_of(form, someone), FORMS[form]) for someone in (person, Employee(pk=person.pk + 1))]

    token = re.compile(r'value="\w{64}"')
    assert [answer.status_code for answer in answers] == [401, 401]
    assert token.sub("", answers[0].text) == token.sub("", answers[1].text)


@EVERY_FORM
def test_signed_out_nothing_is_stored(client, person, form):
    client.post(address_of(form, person), GOOD[form])

    assert not is_stored(form)


@EVERY_FORM
@pytest.mark.parametrize("checks", [False, True])
def test_signed_out_htmx_is_told_by_the_status_only(person, form, checks):
    client = Client(enforce_csrf_checks=checks)

    response = client.post(address_of(form, person), FORMS[form], headers={"HX-Request": "true"})

    assert response.status_code == (403 if checks else 401)
    assert "Grace" not in response.text


@EVERY_FORM
def test_signed_out_fields_that_the_form_does_not_have_are_not_shown(client, person, form):
    response = client.post(address_of(form, person), FORMS[form] | {"is_superuser": "yes-please", "user": "4711"})

    assert "yes-please" not in response.text
    assert "4711" not in response.text


@EVERY_FORM
def test_signed_out_an_empty_post_gets_a_form_too(client, person, form):
    response = client.post(address_of(form, person))

    assert response.status_code == 401
    assert "is-invalid" not in response.text


@EVERY_FORM
def test_after_signing_in_the_refilled_form_is_saved(strict_client, person, hr, form):
    token = field_values(strict_client.get(reverse("accounts:sign-in")).text)["csrfmiddlewaretoken"]
    refused = strict_client.post(address_of(form, person), GOOD[form] | {"csrfmiddlewaretoken": token})
    assert refused.status_code == 401

    # In the other tab: sign in, which gives the browser another token.
    sign_in(strict_client, hr)
    second = strict_client.post(address_of(form, person), posted_again(refused, form))
    assert second.status_code == 403
    third = strict_client.post(address_of(form, person), posted_again(second, form))

    assert third.status_code == 302
    assert is_stored(form)


def sign_in(client: Client, user) -> None:
    token = field_values(client.get(reverse("accounts:sign-in")).text)["csrfmiddlewaretoken"]
    typed = {"username": user.email, "password": "correct horse battery", "csrfmiddlewaretoken": token}
    assert client.post(reverse("accounts:sign-in"), typed).status_code == 302


def posted_again(response, form: str) -> dict[str, str]:
    """What a browser sends when Save is pressed on the page of `response`."""
    values = field_values(response.text)
    return {name: values[name] for name in [*GOOD[form], "csrfmiddlewaretoken"]}


def test_after_signing_in_a_similar_name_is_still_asked_about(client, person, hr):
    typed = NEW_CONTACT | {"first_name": "Grace", "last_name": "Hopper", "is_different_person": "on"}
    refused = client.post(reverse("people:employee-create"), typed)
    client.force_login(hr)

    response = client.post(reverse("people:employee-create"), posted_again(refused, "create"))

    assert response.status_code in {302, 422}
    assert Employee.objects.count() == (2 if response.status_code == 302 else 1)


# A wrong CSRF token: signed in again in another tab


@EVERY_FORM
@pytest.mark.parametrize("token", ["", "x", "x" * 64, "é"])
def test_wrong_token_the_filled_form_comes_back_with_a_fresh_one(strict_client, person, hr, form, token):
    strict_client.force_login(hr)

    response = strict_client.post(address_of(form, person), FORMS[form] | {"csrfmiddlewaretoken": token})

    assert response.status_code == 403
    assert shown(response, FORMS[form]) == FORMS[form]
    assert TRICKY not in response.text
    assert "Your sign-in changed in another tab." in response.text
    assert len(field_values(response.text)["csrfmiddlewaretoken"]) == 64
    assert not is_stored(form)


@EVERY_FORM
def test_wrong_token_the_form_can_be_saved_at_once(strict_client, person, hr, form):
    strict_client.force_login(hr)
    refused = strict_client.post(address_of(form, person), GOOD[form] | {"csrfmiddlewaretoken": "x" * 64})

    response = strict_client.post(address_of(form, person), posted_again(refused, form))

    assert response.status_code == 302
    assert is_stored(form)


@EVERY_FORM
def test_wrong_token_htmx_is_told_by_a_header(strict_client, person, hr, form):
    strict_client.force_login(hr)

    response = strict_client.post(
        address_of(form, person),
        GOOD[form] | {"csrfmiddlewaretoken": "x" * 64},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 403
    assert response["X-Refused"] == "csrf"
    assert not is_stored(form)


def test_wrong_token_signed_out_htmx_and_plain_are_refused_alike(strict_client, person):
    for headers in ({}, {"HX-Request": "true"}):
        response = strict_client.post(reverse("people:employee-create"), CONTACT, headers=headers)

        assert response.status_code == 403
        assert response["X-Refused"] == "csrf"
        assert "already" not in response.text


@pytest.mark.parametrize("form", ["contact", "complete"])
def test_wrong_token_a_colleague_sees_only_what_was_typed(strict_client, person, form):
    strict_client.force_login(factories.user())

    response = strict_client.post(address_of(form, person), FORMS[form])

    assert response.status_code == 403
    assert not {"Grace", str(person.phone)} & set(re.split(r'[<>" ]', response.text))


def test_wrong_token_at_sign_in_shows_the_page_without_the_password(strict_client, hr):
    response = strict_client.post(
        reverse("accounts:sign-in"), {"username": hr.email, "password": "correct horse battery"}
    )

    assert response.status_code == 403
    assert "This page is out of date" in response.text
    assert "correct horse" not in response.text


def test_password_is_never_given_back_at_sign_in(client, hr):
    response = client.post(reverse("accounts:sign-in"), {"username": hr.email, "password": "wrong-password"})

    assert response.status_code == 422
    assert field_values(response.text)["username"] == hr.email
    assert "wrong-password" not in response.text


# Another site


@EVERY_FORM
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://["])
def test_other_origin_sees_the_page_without_what_was_typed(strict_client, person, hr, form, origin):
    strict_client.force_login(hr)
    token = field_values(strict_client.get(address_of(form, person)).text)["csrfmiddlewaretoken"]

    response = strict_client.post(
        address_of(form, person),
        GOOD[form] | {"csrfmiddlewaretoken": token, "first_name": "Typed", "address": "Typed"},
        headers={"Origin": origin},
    )

    assert response.status_code == 403
    assert "This page is out of date" in response.text
    assert "Typed" not in response.text
    assert not is_stored(form)


@pytest.mark.parametrize("referer", ["https://evil.example/", "http://testserver/", "broken", "https://["])
def test_other_referer_over_tls_sees_the_page_without_what_was_typed(strict_client, person, hr, referer):
    strict_client.force_login(hr)

    response = strict_client.post(
        address_of("contact", person),
        NEW_CONTACT | {"first_name": "Typed"},
        headers={"Referer": referer},
        secure=True,
    )

    assert response.status_code == 403
    assert "This page is out of date" in response.text
    assert "Typed" not in response.text


def test_own_origin_is_fine(strict_client, person, hr):
    strict_client.force_login(hr)
    token = field_values(strict_client.get(address_of("contact", person)).text)["csrfmiddlewaretoken"]

    response = strict_client.post(
        address_of("contact", person),
        NEW_CONTACT | {"csrfmiddlewaretoken": token},
        headers={"Origin": "http://testserver"},
    )

    assert response.status_code == 302
