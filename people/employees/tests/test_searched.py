"""Somebody whom a search didn't find is added with what was searched for."""

import pytest
from django.test import Client

from people.employees.searched import fields_from
from people.models import Employee
from people.tests.factories import user

ADDRESS, FORM = "/employees/new/searched/", "/employees/new/"


@pytest.fixture
def hr(db) -> Client:
    client = Client()
    client.force_login(user(is_hr=True))
    return client


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Zoë Mustermannova", {"first_name": "Zoë", "last_name": "Mustermannova"}),
        ("Mustermannova, Zoë", {"first_name": "Zoë", "last_name": "Mustermannova"}),
        ("Maria da Conceição  Silva", {"first_name": "Maria da Conceição", "last_name": "Silva"}),
        ("  zoë ", {"first_name": "zoë", "last_name": ""}),
        ("王伟", {"first_name": "王伟", "last_name": ""}),
        ("Silva,", {"first_name": "Silva", "last_name": ""}),
        ("zoe@example.com", {"email": "zoe@example.com"}),
        ("+49 30 1234", {"phone": "+49 30 1234"}),
        ("", {"phone": ""}),
    ],
)
def test_fields_in_a_search(text: str, fields: dict[str, str]):
    assert fields_from(text) == fields


def test_form_is_filled_once_and_nothing_stands_in_the_address(hr: Client):
    answer = hr.post(ADDRESS, {"q": "Zoë <b>Mustermannova"})

    assert answer.status_code == 302
    assert answer["Location"] == FORM
    html = hr.get(FORM).text
    assert 'name="first_name" value="Zoë"' in html
    assert 'name="last_name" value="&lt;b&gt;Mustermannova"' in html
    assert "Zoë" not in hr.get(FORM).text
    assert not Employee.objects.exists()


@pytest.mark.parametrize("text", ["x" * 10_000, "\x00", "a\nb", "\u202e", "'\"><script>alert(1)</script>"])
def test_any_text_opens_the_form(hr: Client, text: str):
    hr.post(ADDRESS, {"q": text})

    answer = hr.get(FORM)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_without_a_text_the_form_is_empty(hr: Client):
    hr.post(ADDRESS)

    assert hr.get(FORM).status_code == 200


def test_after_signing_in_again_the_empty_form_opens(hr: Client):
    assert hr.get(ADDRESS)["Location"] == FORM
