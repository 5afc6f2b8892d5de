"""Confirm it's you: who acts on accounts proves again who they are, and nothing posted is lost or kept meanwhile."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import cast
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.template.response import TemplateResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.accounts.guards import throttle
from people.accounts.guards.confirmation import confirmed
from people.accounts.models import Membership, User
from people.accounts.sessions.models import Session
from people.accounts.sessions.store import SessionStore
from people.tests.factories import user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
PAGE, END = "/roles/", "/account/sessions/end/"
CONFIRM = {"confirm_password": PASSWORD}


@pytest.fixture
def administrator() -> User:
    return user("admin@example.com", is_superuser=True)


@pytest.fixture
def client(administrator: User) -> Client:
    """Signed in for so long that a confirmation is asked for."""
    client = Client()
    client.force_login(administrator)
    lapse()
    return client


def lapse(ago: timedelta = timedelta(minutes=11)) -> None:
    Session.objects.update(confirmed=timezone.now() - ago)


def hidden(html: str) -> list[tuple[str, str]]:
    """What the page sends once more, without the token."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return [(unescape(name), unescape(value)) for name, value in pairs if name != "csrfmiddlewaretoken"]


def test_post_is_answered_with_the_question_and_carried_out_afterwards(client: Client):
    colleague = user()

    asked = client.post(PAGE, {"person": colleague.email, "role": "HR_MANAGER"})

    assert asked.status_code == 401
    assert "Confirm it’s you" in asked.text
    assert f'action="{PAGE}"' in asked.text
    assert not Membership.objects.exists()

    answer = client.post(PAGE, dict(hidden(asked.text)) | CONFIRM)

    assert answer.status_code == 302
    assert Membership.objects.get().user == colleague


@pytest.mark.parametrize(
    ("ago", "status"), [(timedelta(minutes=9, seconds=50), 302), (timedelta(minutes=10, seconds=1), 401)]
)
def test_confirmation_lasts_ten_minutes(client: Client, ago: timedelta, status: int):
    lapse(ago)

    assert client.post(PAGE, {"person": user().email, "role": "HR_MANAGER"}).status_code == status


def test_fresh_sign_in_counts(administrator: User):
    client = Client()
    client.post("/sign-in/", {"username": administrator.email, "password": PASSWORD})

    assert client.post(PAGE, {"person": user().email, "role": "HR_MANAGER"}).status_code == 302


def test_confirmation_is_of_one_session(client: Client, administrator: User):
    client.post(END, CONFIRM)
    other = Client()
    other.force_login(administrator)
    Session.objects.exclude(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value).update(
        confirmed=timezone.now() - timedelta(hours=1)
    )

    assert [browser.post(END).status_code for browser in (other, client)] == [401, 302]


def test_confirmed_session_goes_on_under_another_key_since_its_sign_in(client: Client, administrator: User):
    Session.objects.update(began=timezone.now() - timedelta(days=3))
    began, key = Session.objects.get().began, Session.objects.get().session_key

    client.post(END, CONFIRM)

    session = Session.objects.get()
    assert session.session_key != key
    assert (session.began, session.user) == (began, administrator)
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stolen.get("/employees/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("wrong", "This is not your password. Please type it again."),
        ("", "Please give your password."),
        ("x" * 5_000, "This is longer than a password can be."),
        ("\0", ""),
    ],
)
def test_mistake_is_told_beside_the_field_and_nothing_is_lost(client: Client, typed: str, sentence: str):
    answer = client.post(PAGE, {"person": "ann@example.com", "confirm_password": typed})

    assert answer.status_code == 422
    assert sentence in answer.text.split('id="id_confirm_password_error"')[1][:300]
    assert hidden(answer.text) == [("person", "ann@example.com")]
    assert "autofocus" in answer.text
    assert typed in {"", "\0"} or typed not in answer.text
    assert client.post(PAGE, {"person": "ann@example.com"}).status_code == 401


def test_wrong_ones_are_throttled_by_themselves_and_nothing_is_lost(client: Client, monkeypatch: pytest.MonkeyPatch):
    now = throttle._now()
    monkeypatch.setattr(throttle, "_now", lambda: now)

    wrong = [client.post(PAGE, {"person": "a", "confirm_password": "wrong"}).status_code for _ in range(11)]
    right = client.post(PAGE, {"person": "a"} | CONFIRM)

    assert wrong == [422] * 10 + [429]
    assert [right.status_code, right["Retry-After"]] == [429, "90"]
    assert "Too many wrong tries" in right.text
    assert hidden(right.text) == [("person", "a")]
    sign_in = Client().post("/sign-in/", {"username": "admin@example.com", "password": PASSWORD})
    assert sign_in.status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_parallel_tries_are_counted_exactly(administrator: User, monkeypatch: pytest.MonkeyPatch):
    now = throttle._now()
    monkeypatch.setattr(throttle, "_now", lambda: now)
    signed_in = Client()
    signed_in.force_login(administrator)
    lapse()

    def status(_: int) -> int:
        client = Client()
        client.cookies = signed_in.cookies
        try:
            return client.post(END, {"confirm_password": "wrong"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(status, range(30)))

    assert statuses.count(422) == 10
    assert statuses.count(429) == 20


def test_nothing_that_was_posted_is_stored(client: Client):
    with CaptureQueriesContext(connection) as captured:
        client.post(PAGE, {"person": "Canary", "reason": "Quark"})

    assert not any(word in query["sql"] for query in captured for word in ("Canary", "Quark", "INSERT", "UPDATE"))
    assert not any(word in str(dict(client.session.items())) for word in ("Canary", "Quark"))


def test_get_changes_nothing_and_asks_nothing(client: Client):
    before = Session.objects.values().get()

    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}?confirm_password={PASSWORD}").status_code == 200
    assert Session.objects.values().get() == before


def test_password_in_the_address_confirms_nothing(client: Client):
    assert client.post(f"{END}?confirm_password={PASSWORD}").status_code == 401


def test_question_that_is_sent_again_asks_again(client: Client):
    """Who goes back to the page that asked sends the same without the password."""
    fields = dict(hidden(client.post(PAGE, {"person": "ann@example.com"}).text))
    client.post(PAGE, fields | CONFIRM)
    lapse()

    assert client.post(PAGE, fields).status_code == 401


def test_other_site_confirms_nothing(administrator: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    lapse()

    assert client.post(END, CONFIRM).status_code == 403
    assert Session.objects.get().confirmed < timezone.now() - timedelta(minutes=10)


def test_question_has_a_fresh_token_and_repeats_none(client: Client):
    html = client.post(PAGE, {"person": "ann", "csrfmiddlewaretoken": "typed-token"}).text

    assert html.count('name="csrfmiddlewaretoken"') == 2  # this form, and signing out in the bar
    assert "typed-token" not in html


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_htmx_gets_the_question_in_place_of_the_page(client: Client, is_confirmed: bool):
    answer = client.post(END, CONFIRM if is_confirmed else {}, headers={"HX-Request": "true", "HX-Target": "contact"})

    if is_confirmed:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert [answer["HX-Retarget"], answer["HX-Reselect"]] == ["#main", "#main"]
        assert '<main class="page" id="main"' in answer.text


@pytest.mark.parametrize("url", [PAGE, "/roles/hr-manager/1/take/"])
def test_who_may_not_is_refused_and_not_asked(url: str):
    client = Client()
    client.force_login(user(is_hr=True))
    lapse()

    assert client.post(url, CONFIRM).status_code == 403


def test_account_that_has_nothing_to_confirm_with_is_told_whom_to_ask(client: Client, administrator: User):
    User.objects.filter(pk=administrator.pk).update(password="!unusable")
    client.force_login(User.objects.get(pk=administrator.pk))
    lapse()

    answer = client.post(PAGE, {"person": "ann"} | CONFIRM)

    assert answer.status_code == 403
    assert "You have nothing to confirm with" in answer.text


def test_log_tells_by_keys_what_came_of_it(client: Client, administrator: User, told):
    lines = told(lambda: [client.post(END, {"confirm_password": "wrong"}), client.post(END, CONFIRM)])

    events = ("confirmation-failed", "confirmed")
    assert lines == [f"{event} account={administrator.pk} by={administrator.pk}" for event in events]


# What is carried out


def test_view_gets_exactly_what_was_posted(client: Client, administrator: User, rf):
    """Several values of a name, odd ones and empty ones, in their order; and nothing of the question."""
    posted = "a=1&b=%20x%20&a=2&empty=&confirmed=yes&text=%3Cb%3E%22%26%27%0D%0Aline&a=%E2%98%83"
    got: list[QueryDict] = []

    @confirmed("see this")
    def view(request: HttpRequest) -> HttpResponse:
        got.append(request.POST)
        return HttpResponse()

    def post(body: str) -> HttpResponseBase:
        request = rf.post("/", body, content_type="application/x-www-form-urlencoded")
        request.user, request.session, request.htmx = administrator, SessionStore(client.session.session_key), None
        return view(request)

    asked = cast(TemplateResponse, post(posted)).render()
    assert not got
    post(urlencode([*hidden(asked.text), *CONFIRM.items()]))

    assert dict(got[0].lists()) == dict(QueryDict(posted).lists())


# The administration


def test_form_of_an_account_asks_before_it_is_filled_in(client: Client):
    asked = client.get("/admin/accounts/user/add/")
    assert asked.status_code == 401
    assert hidden(asked.text) == [("confirm_then_open", "1")]

    opened = client.post("/admin/accounts/user/add/", dict(hidden(asked.text)) | CONFIRM)

    assert [opened.status_code, opened["Location"]] == [302, "/admin/accounts/user/add/"]
    assert client.get("/admin/accounts/user/add/").status_code == 200
    assert User.objects.count() == 1


def test_form_of_an_account_that_was_open_too_long_is_carried_out_once_confirmed(client: Client):
    account = user()
    url = f"/admin/accounts/user/{account.pk}/change/?next=1"
    typed = {"email": "new@example.com", "is_superuser": "on", "shown-is_active": "", "shown-is_superuser": ""}

    asked = client.post(url, typed)
    assert asked.status_code == 401
    assert client.post(url, dict(hidden(asked.text)) | CONFIRM).status_code == 302

    account.refresh_from_db()
    assert (account.email, account.is_superuser, account.is_active) == ("new@example.com", True, False)


def test_link_to_set_a_password_is_made_once_confirmed(client: Client):
    url = f"/admin/accounts/user/{user().pk}/link/"

    asked = client.post(url)
    assert (asked.status_code, "/account/link/" in asked.text) == (401, False)
    made = client.post(url, dict(hidden(asked.text)) | CONFIRM)

    assert (made.status_code, "/account/link/" in made.text) == (200, True)


def test_acts_of_the_list_of_accounts_ask(client: Client):
    accounts = [user("a@example.com"), user("b@example.com")]
    typed = {"action": "switch_off_selected", "_selected_action": [account.pk for account in accounts]}

    asked = client.post("/admin/accounts/user/", typed)
    assert asked.status_code == 401
    assert client.get("/admin/accounts/user/").status_code == 200
    fields = {"action": "switch_off_selected", "_selected_action": [v for n, v in hidden(asked.text) if n[0] == "_"]}
    client.post("/admin/accounts/user/", fields | CONFIRM)

    assert User.objects.filter(is_active=False).count() == 2
