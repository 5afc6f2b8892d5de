"""Who gets which answer at which address: one table for the whole site."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from people.accounts.actions import switch_off
from people.models import Employee

from . import factories
from .addresses import HEADER, NAMES, ROLES, ROWS, address, url_names
from .mail_servers import NOBODY_THERE, SENDER

# Inner pages of Django's admin, with what their addresses need: one rule covers them, at the end.
INNER_PAGES: dict[str, list[Any]] = {
    "app_list": ["accounts"],
    "autocomplete": [],
    "jsi18n": [],
    "view_on_site": [1, 1],
    "password_change": [],
    "password_change_done": [],
}

FORMS_OF_PAGE = ("contact", "work", "private", "shared", "complete")
TARGETS = {
    "people:employee-list": "employee-results",
    "people:employee-create": "main",
    "people:employee-detail": "main",
    **{f"people:section-update/{section}": section for section in FORMS_OF_PAGE},
}


def is_known(name: str) -> bool:
    """Whether `name` is in the table or is one of the inner pages of Django's admin (None: its redirects)."""
    return name in {row[0].partition("/")[0] for row in ROWS} or name in {
        f"admin:{inner}" for inner in [*INNER_PAGES, None]
    }


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


@pytest.fixture(autouse=True)
def company_is_set_up(settings) -> None:
    """Its sign-in, where nobody answers."""
    settings.OIDC_ISSUER = "http://127.0.0.1:1"


class Visitor:
    """Someone in a role who knows the person's address."""

    def __init__(self, role: str) -> None:
        account = factories.user("person@example.com")
        self.person = factories.employee(user=account)
        if role not in {"person", "signed-out"}:
            options = {"hr": {"is_hr": True}, "administrator": {"is_superuser": True}}.get(role, {})
            account = factories.user("visitor@example.com", **options)
        self.role, self.account, self.client = role, account, Client()
        if role == "switched-off":
            self.sign_in()
            assert self.client.get(reverse("people:employee-list")).status_code == 200
            self.kept = account.sessions.get()
            switch_off(account, by=account)

    def sign_in(self) -> None:
        """Whoever was switched off still has the session that was good before, as if it was being written just then."""
        self.client.cookies.clear()
        if hasattr(self, "kept"):
            self.kept.save()
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.kept.session_key
        elif self.role != "signed-out":
            self.client.force_login(self.account)

    def ask(self, name: str, method: str, headers: dict[str, str]):
        """The answer to a request that comes with a session of its own."""
        self.sign_in()
        return self.send(name, method, headers)

    def send(self, name: str, method: str, headers: dict[str, str]):
        """The answer to a request from the browser as it is."""
        return self.client.generic(
            method,
            address(name, self.person),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )


def expected_answer(cell: str, method: str, *, is_htmx: bool) -> tuple:
    """Status and, where it says more, where to."""
    words = {
        "door": (302, "/sign-in/"),
        "form": (401, ""),
        "out": (302, "/admin/login/"),
    }
    if is_htmx and cell in {"door", "form"}:
        return (200, "/sign-in/") if method == "GET" else (401, "")
    return words.get(cell) or (int(cell), "")


def headers_of(name: str, *, is_htmx: bool) -> dict[str, str]:
    """What the page that asks for the address sends along."""
    return {"HX-Request": "true", "HX-Target": TARGETS.get(name, "")} if is_htmx else {}


def test_table_has_every_address_of_the_site():
    unknown = [name for name in url_names() if not is_known(name)]

    assert unknown == []


def test_table_has_no_address_that_is_gone():
    gone = NAMES - set(url_names())

    assert gone == set()


def test_table_is_complete():
    assert all(len(row) == len(HEADER) for row in ROWS)
    assert {row[1] for row in ROWS if not row[0].startswith("admin:")} == {"GET", "POST", "PUT/DELETE"}
    assert len({(name, method) for name, method, *_ in ROWS}) == len(ROWS)


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("is_htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("role", ROLES)
def test_access_is_as_in_the_table(role, is_htmx):
    visitor = Visitor(role)
    wrong = {}

    for row in ROWS:
        name, cell = row[0], row[HEADER.index(role)]
        headers = headers_of(name, is_htmx=is_htmx)
        for method in row[1].split("/"):
            response = visitor.ask(name, method, headers)
            expected = expected_answer(cell, method, is_htmx=is_htmx)
            to = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
            if response.status_code != expected[0] or not to.startswith(expected[1]):
                wrong[f"{method} {name}"] = {"expected": expected, "got": (response.status_code, to)}

    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("is_htmx", [False, True], ids=["plain", "htmx"])
def test_access_switched_off_gets_the_very_answer_of_somebody_signed_out(is_htmx):
    visitor = Visitor("switched-off")
    different = []

    for name, methods, *_ in ROWS:
        headers = headers_of(name, is_htmx=is_htmx)
        for method in methods.split("/"):
            with_session = visitor.ask(name, method, headers)
            visitor.client.cookies.clear()
            if seen_in(with_session) != seen_in(visitor.send(name, method, headers)):
                different.append(f"{method} {name}")

    assert different == []


def seen_in(response) -> tuple:
    """Status, where to, and the page without its token."""
    to = response.headers.get("Location"), response.headers.get("HX-Redirect")
    return response.status_code, to, re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.text)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_access_signed_out_htmx_is_told_to_sign_in_and_nothing_else(method):
    visitor = Visitor("signed-out")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/employees/?q=ann"}

    response = visitor.ask("people:employee-detail", method, headers)

    if method == "GET":
        assert response["HX-Redirect"] == "/sign-in/?next=/employees/%3Fq%3Dann"
    assert response.content == b""


@pytest.mark.django_db
def test_access_signed_out_is_the_same_for_a_person_who_is_not_there(client):
    person = factories.employee()

    there, not_there = [client.get(f"/employees/{key}/") for key in (person.pk, person.pk + 1)]

    assert there.status_code == not_there.status_code == 302
    assert there.content == not_there.content


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "contact/edit/", "complete/edit/", "edit/", "profile/edit/"])
def test_access_person_who_is_not_there_is_404(client, form):
    client.force_login(factories.user(is_hr=True))

    assert client.get(f"/employees/4711/{form}", follow=True).status_code == 404
    assert client.post(f"/employees/4711/{form}", follow=True).status_code in {404, 405}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_access_section_that_there_is_not_is_404(client, method):
    client.force_login(factories.user(is_hr=True))
    person = factories.employee()

    assert getattr(client, method)(f"/employees/{person.pk}/hobbies/edit/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("key", [2**63, 10**30])
def test_access_key_that_no_database_can_hold_is_404(client, key):
    client.force_login(factories.user(is_hr=True))

    assert [client.get(f"/employees/{key}/{page}").status_code for page in ("", "contact/edit/", "complete/edit/")] == [
        404
    ] * 3


# CSRF: the table was asked without the check, each form is asked with it.

PERSON = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+1 415 555 2671"}
FORMS = {
    "accounts:sign-in": {"username": "person@example.com", "password": "correct horse battery"},
    "accounts:sign-out": {},
    "accounts:password-change": {
        "old_password": "correct horse battery",
        "new_password1": "four apples in a tree",
        "new_password2": "four apples in a tree",
    },
    "people:employee-create": PERSON,
    "people:employee-create-searched": {"q": "Zoë Mustermannova"},
    "people:section-update/contact": PERSON,
    "people:section-update/work": {"team": "product"},
    "people:section-update/about": {"known_as": "Bo"},
    "people:section-update/private": {"gender": "other"},
    "people:section-update/shared": {"mobile": "+4530551001"},
    "people:section-update/complete": {"team": "product"},
    "people:sharing-kept": {},
    "people:star": {"starred": "1"},
    "people:access": {"act": "switch-off"},
    "accounts:roles": {"person": "person@example.com", "role": "HR_MANAGER"},
    "admin:people_employee_add": {
        **PERSON,
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
    },
}
# Who may send a form that an administrator may not.
WHO_SENDS = {"people:sharing-kept": "person"}


@pytest.fixture
def strict_client():
    """A client that is checked for CSRF, as browsers are."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_form_is_saved_with_its_token(strict_client, name):
    visitor = Visitor(WHO_SENDS.get(name, "administrator"))
    token = token_of(strict_client, visitor, name)

    response = strict_client.post(address(name, visitor.person), FORMS[name] | {"csrfmiddlewaretoken": token})

    assert response.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("token", ["", "x" * 64])
def test_form_without_its_token_is_refused(strict_client, name, token):
    visitor = Visitor(WHO_SENDS.get(name, "administrator"))
    token_of(strict_client, visitor, name)

    response = strict_client.post(address(name, visitor.person), FORMS[name] | {"csrfmiddlewaretoken": token})

    assert response.status_code == 403
    assert response["X-Refused"] == "csrf"
    assert not Employee.objects.filter(email=PERSON["email"]).exists()
    assert not Employee.objects.filter(profile__team="product").exists()


def token_of(client: Client, visitor: Visitor, name: str) -> str:
    """The token of the form called `name`, as a browser finds it on the page."""
    if name != "accounts:sign-in":
        client.force_login(visitor.account)
    elsewhere = {
        "accounts:sign-out": "/employees/",
        "people:employee-create-searched": "/employees/?q=Mustermannova",
        "people:sharing-kept": visitor.person.get_absolute_url(),
        "people:star": visitor.person.get_absolute_url(),
    }
    page = client.get(elsewhere.get(name) or address(name, visitor.person))
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[0]


# Django's admin


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "door"), [("signed-out", "/sign-in/"), ("hr", "/admin/")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_inner_pages_of_the_admin_are_closed(role, door, method):
    visitor = Visitor(role)
    client = Client()
    if role == "hr":
        client.force_login(visitor.account)
    addresses = [reverse(f"admin:{name}", args=args) for name, args in INNER_PAGES.items()]
    addresses.append("/admin/no/such/page/")

    answers = [getattr(client, method)(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [302] * len(addresses)
    assert [a for a, answer in zip(addresses, answers, strict=True) if not answer["Location"].startswith(door)] == []
