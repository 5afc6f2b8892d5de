"""The page where people change their own password."""

import pytest
from django.test import Client

from people.accounts.guards import throttle
from people.accounts.models import User
from people.tests.factories import user
from people.tests.pages import field_values

pytestmark = pytest.mark.django_db

PAGE = "/account/password/"
OLD, NEW = "correct horse battery", "four apples in a tree"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, however slow the machine is."""
    now = throttle._now()
    monkeypatch.setattr(throttle, "_now", lambda: now)


@pytest.fixture
def account() -> User:
    return user()


@pytest.fixture
def client(account: User) -> Client:
    return signed_in()


def signed_in(password: str = OLD) -> Client:
    """A browser in which the account signed in by its password."""
    client = Client()
    client.post("/sign-in/", {"username": "colleague@example.com", "password": password})
    return client


def change(client: Client, old: str = OLD, new: str = NEW, again: str | None = None, **how):
    typed = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post(PAGE, typed, **how)


def test_page_tells_the_rules_and_helps_password_managers(client):
    html = client.get(PAGE).text

    assert "At least 12 characters" in html
    assert field_values(html)["username"] == "colleague@example.com"
    assert [html.count(f'autocomplete="{token}"') for token in ("username", "current-password", "new-password")] == [
        *(1, 1, 2),
    ]


def test_changed_password_signs_in_and_the_old_one_does_not(client):
    response = change(client)

    assert response.url == "/employees/"
    assert "Password changed" in client.get(response.url).text
    assert signed_in(NEW).get("/me/").status_code == 200
    assert signed_in(OLD).get("/me/").status_code == 302


def test_this_session_stays_under_another_key_and_all_others_end(client):
    other, before = signed_in(), client.session.session_key

    change(client)

    assert client.get("/me/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/me/").status_code == 302


def test_known_browsers_end_except_this_one(client):
    other = signed_in()
    change(client)
    client.post("/sign-out/")

    for _ in range(11):
        Client().post("/sign-in/", {"username": "colleague@example.com", "password": "wrong"})
    answers = [
        browser.post("/sign-in/", {"username": "colleague@example.com", "password": NEW}).status_code
        for browser in (other, client)
    ]

    assert answers == [429, 302]


@pytest.mark.parametrize(
    ("field", "sentence", "typed"),
    [
        ("old_password", "This is not your password now.", {"old": "wrong"}),
        ("old_password", "Please give the password now.", {"old": ""}),
        ("new_password1", "Please give the new password.", {"new": ""}),
        ("new_password1", "Please use at least 12 characters", {"new": "short"}),
        ("new_password1", "This is mostly your own name or e-mail.", {"new": "colleague-2026"}),
        ("new_password1", "This is longer than a password can be.", {"new": "four apples " * 400}),
        ("new_password2", "This differs from the new password above.", {"again": "five apples in a tree"}),
    ],
)
def test_mistake_is_told_beside_its_field_which_has_the_focus(client, account, field, sentence, typed):
    response = change(client, **typed)

    html = response.text
    assert response.status_code == 422
    assert sentence in html.split(f'id="id_{field}_error"')[1][:300]
    assert html.count("autofocus") == 1
    assert (
        "autofocus"
        in html.split(f'id="id_{field}"')[0].rsplit("<input", 1)[1] + html.split(f'id="id_{field}"')[1][:200]
    )
    assert User.objects.get().password == account.password


def test_nothing_typed_is_given_back(client):
    html = change(client, old="secret-quark-1", new="secret-quark-2", again="secret-quark-3").text

    assert "secret-quark" not in html


def test_wrong_old_password_is_throttled_by_itself(client):
    answers = [change(client, old="wrong") for _ in range(11)]
    right = change(client)

    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert [right.status_code, right["Retry-After"]] == [429, "90"]
    assert "Too many wrong tries" in right.text
    assert signed_in().get("/me/").status_code == 200


def test_right_old_password_does_not_count(client):
    assert {change(client, new="short").status_code for _ in range(11)} == {422}


def test_what_others_change_of_the_account_meanwhile_stays(client, account, monkeypatch):
    set_password = User.set_password

    def switched_off_meanwhile(self, password):
        User.objects.update(is_active=False)
        set_password(self, password)

    monkeypatch.setattr(User, "set_password", switched_off_meanwhile)
    change(client)

    assert not User.objects.get().is_active


def test_log_tells_by_keys_what_came_of_it(client, account, told):
    lines = told(lambda: [change(client, old="wrong"), change(client)])

    events = ("password-change-failed", "password-changed")
    assert lines == [f"{event} account={account.pk} by={account.pk}" for event in events]


def test_well_known_address_leads_there():
    response = Client().get("/.well-known/change-password")

    assert [response.status_code, response["Location"]] == [302, PAGE]
    assert (
        Client().get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200/").status_code
        == 404
    )


# The other ways of setting one


@pytest.mark.parametrize("method", ["get", "post"])
def test_administration_has_no_page_of_its_own_for_the_own_password(method):
    administrator = Client()
    administrator.force_login(user("admin@example.com", is_superuser=True))

    response = getattr(administrator, method)("/admin/password_change/")

    assert response["Location"] == PAGE
