"""The door, and what is on this side of it."""

from urllib.parse import quote

import pytest
from django.test import Client

from people.accounts.forms import WRONG
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.tests.browsers import htmx, sign_in
from people.tests.factories import employee, user

PASSWORD = "correct horse battery"
CREDENTIALS = {"username": "colleague@example.com", "password": PASSWORD}
PAGES = [
    "/",
    "/employees/",
    "/employees/?q=ada&page=2",
    "/employees/new/",
    "/employees/1/",
    "/employees/1/contact/edit/",
    "/employees/1/complete/edit/",
    "/me/",
]


# What HTMX sends when Back finds nothing in its own cache.


# Signing in


@pytest.mark.django_db
def test_sign_in_page(client):
    response = client.get("/sign-in/")

    html = response.content.decode()
    assert response.status_code == 200
    assert all(text in html for text in ["E-mail", "Password", "csrfmiddlewaretoken", 'type="email"', "autofocus"])
    assert html.count("<main") == html.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["colleague@example.com", " Colleague@EXAMPLE.com "])
def test_sign_in_leads_to_the_directory(client, email):
    account = user()

    response = client.post("/sign-in/", CREDENTIALS | {"username": email})

    assert [response.status_code, response.url] == [302, "/employees/"]
    assert client.session["_auth_user_id"] == str(account.pk)


@pytest.mark.django_db
def test_sign_in_leads_back_to_where_one_wanted_to_go(client):
    user()

    response = client.post("/sign-in/", CREDENTIALS | {"next": "/employees/?q=ada&team=product"})

    assert response.url == "/employees/?q=ada&team=product"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_sign_in_leads_nowhere_else(client, elsewhere):
    user()

    response = client.post("/sign-in/", CREDENTIALS | {"next": elsewhere})

    assert response.url == "/employees/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong"}, {"password": PASSWORD.upper()}, {"username": "nobody@example.com"}],
)
def test_sign_in_with_wrong_credentials_says_the_same(client, wrong):
    user()

    response = client.post("/sign-in/", CREDENTIALS | wrong)

    assert response.status_code == 422
    assert WRONG in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_sign_in_of_an_inactive_account_says_the_same(client):
    user(is_active=False)

    response = client.post("/sign-in/", CREDENTIALS)

    assert response.status_code == 422
    assert WRONG in response.content.decode()


@pytest.mark.django_db
def test_sign_in_refused_keeps_and_escapes_the_email_but_not_the_password(client):
    response = client.post("/sign-in/", {"username": '"><b>@x.example', "password": "secret-quark", "next": '"><i>'})

    html = response.content.decode()
    assert "&quot;&gt;&lt;b&gt;@x.example" in html
    assert not any(text in html for text in ["secret-quark", '"><b>', '"><i>'])


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize(
    ("value", "message"), [("", "This field is required."), ("a\x00b", "Null characters are not allowed.")]
)
def test_sign_in_with_a_bad_field_is_refused(client, field, value, message):
    response = client.post("/sign-in/", CREDENTIALS | {field: value})

    assert response.status_code == 422
    assert message in response.content.decode()


@pytest.mark.django_db
def test_sign_in_page_when_signed_in_leads_on(client):
    sign_in(client)

    assert client.get("/sign-in/?next=/me/").url == "/me/"
    assert client.get("/sign-in/?next=https://evil.example/").url == "/employees/"


@pytest.mark.django_db
def test_sign_in_without_token_is_refused():
    client = Client(enforce_csrf_checks=True)

    assert client.post("/sign-in/", CREDENTIALS).status_code == 403


def take_away_accounts() -> None:
    """As if somebody did it past the product."""
    Session.objects.update(user=None)
    User.objects.all()._raw_delete("default")


@pytest.mark.django_db
@pytest.mark.parametrize("end", [lambda: User.objects.update(is_active=False), take_away_accounts])
def test_sign_in_of_an_account_that_is_switched_off_or_gone_ends(client, end):
    sign_in(client)
    end()

    assert client.get("/employees/").url == "/sign-in/?next=/employees/"


# Signing out


@pytest.mark.django_db
def test_sign_out_leads_to_the_sign_in_page(client):
    sign_in(client)

    response = client.post("/sign-out/")

    assert response.url == "/sign-in/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_sign_out_by_a_link_is_refused(client):
    sign_in(client)

    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session


# Signed out


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_signed_out_page_leads_to_the_sign_in_page(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url == f"/sign-in/?next={quote(address)}"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_signed_out_nobody_learns_whether_an_employee_exists(client):
    person = employee()

    known, unknown = client.get(person.get_absolute_url()), client.get("/employees/999999/")

    assert [known.status_code, known.content] == [unknown.status_code, unknown.content] == [302, b""]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_signed_out_fragment_moves_the_whole_page(client, address):
    headers = htmx("main", **{"HX-Current-URL": "http://testserver/employees/?q=ada"})

    response = client.get(address, headers=headers)

    assert response["HX-Redirect"] == "/sign-in/?next=/employees/%3Fq%3Dada"
    assert response.content == b""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "current",
    [
        "https://evil.example/employees/",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
        "http://testserver:81/",
        "//evil.example/",
        "javascript:alert(1)",
        "http://[",
        "nonsense",
        "",
    ],
)
def test_signed_out_fragment_of_a_forged_page_leads_to_the_directory(client, current):
    response = client.get("/employees/", headers=htmx("employee-results", **{"HX-Current-URL": current}))

    assert response["HX-Redirect"] == "/sign-in/?next=/"


@pytest.mark.django_db
def test_signed_out_fragment_of_a_doubled_slash_stays_on_this_host(client):
    user()
    headers = htmx("main", **{"HX-Current-URL": "http://testserver//evil.example/"})
    door = client.get("/employees/", headers=headers)["HX-Redirect"]

    response = client.post(door, CREDENTIALS)

    assert door.startswith("/sign-in/")
    assert response.url.startswith("/employees/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/employees/new/", "/employees/1/contact/edit/", "/employees/1/complete/edit/"])
def test_signed_out_post_by_htmx_is_refused_and_left_alone(client, address):
    response = client.post(address, {"first_name": "Ada"}, headers=htmx("main"))

    assert [response.status_code, response.content] == [401, b""]
    assert "HX-Redirect" not in response


# My page


@pytest.mark.django_db
def test_me_leads_to_the_own_page(client):
    person = employee(user=sign_in(client))

    response = client.get("/me/")

    assert [response.status_code, response.url] == [302, f"/employees/{person.pk}/"]


@pytest.mark.django_db
def test_me_without_an_employee_says_whom_to_ask(client):
    employee()
    reader = sign_in(client)

    response = client.get("/me/")

    assert response.status_code == 200
    assert "Please ask" in response.text
    assert reader.email in response.content.decode()


@pytest.mark.django_db
def test_home_leads_to_the_directory(client):
    sign_in(client)

    assert client.get("/").url == "/employees/"


# Every page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/sign-in/", "/employees/", "/employees/new/", "/me/", "/employees/999999/", "/no-such-page/"]
)
def test_every_page_has_a_strict_policy_and_is_not_stored(client, address):
    if address != "/sign-in/":
        sign_in(client, is_hr=True)

    response = client.get(address)

    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert [policy["default-src"], policy["script-src"], policy["style-src"]] == ["'none'", "'self'", "'self'"]
    assert [policy["form-action"], policy["base-uri"], policy["frame-ancestors"]] == ["'self'", "'none'", "'none'"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert [response["X-Content-Type-Options"], response["Referrer-Policy"]] == ["nosniff", "same-origin"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in/", "/employees/", "/employees/new/", "/me/"])
def test_every_page_has_nothing_inline(client, address):
    if address != "/sign-in/":
        sign_in(client, is_hr=True)
    employee()

    html = client.get(address).content.decode()

    assert "<script>" not in html
    assert not any(attribute in html for attribute in [" style=", " onclick=", " onload=", "hx-on", "javascript:"])


@pytest.mark.django_db
def test_cookies_of_the_session_and_the_token_are_kept_from_scripts_and_other_sites(client):
    user()
    client.get("/sign-in/")

    client.post("/sign-in/", CREDENTIALS)

    assert set(client.cookies) == {"sessionid", "csrftoken", "known"}
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in client.cookies.values())
