"""Setting up a second factor: what it asks before, what it shows once, and what follows from it."""

import re
from html import unescape
from typing import Any

import pyotp
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from people.accounts.mail.messages import Purpose, message_for
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.tests.factories import user
from people.tests.mail_servers import NOBODY_THERE, SENDER
from people.tests.second_steps import PASSWORD, give_code, give_password, is_signed_in, lapse, with_app

pytestmark = pytest.mark.django_db

PAGE, APP, CODES = "/account/two-steps/", "/account/two-steps/app/", "/account/two-steps/codes/"


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


@pytest.fixture
def client(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def elsewhere(account: User) -> Client:
    """Another browser in which the account is signed in."""
    browser = Client()
    browser.force_login(account)
    return browser


def key_on(html: str) -> str:
    [key] = re.findall(r'data-testid="key">([^<]+)<', html)
    return "".join(key.split())


def set_up(client: Client, **more: Any) -> tuple[pyotp.TOTP, Any]:
    """Set up an app from the page's key; the app, and what was answered."""
    app = pyotp.TOTP(key_on(client.get(APP).text))
    return app, client.post(APP, {"code": app.now()}, **more)


def codes_on(html: str) -> list[str]:
    return re.findall(r"<li><code>([\d ]+)</code></li>", html)


# The app


def test_app_is_set_up_by_its_first_code(client, account):
    app, answer = set_up(client)

    assert (answer.status_code, answer["Location"]) == (302, CODES)
    browser = Client()
    give_password(browser, account)
    give_code(browser, app.now())
    assert not is_signed_in(browser)  # the code that set it up counts once


def test_qr_code_and_key_are_the_same_and_name_the_account(client, account):
    html = client.get(APP).text

    assert re.search(r'<img class="secret__code" src="data:image/svg\+xml;base64,[\w+/=]+" alt="QR code', html)
    assert len(key_on(html)) == 32


@pytest.mark.parametrize("code", ["", "000000", "x", "\0", "0" * 51])
def test_wrong_first_code_sets_nothing_up_and_keeps_the_key(client, code: str):
    key = key_on(client.get(APP).text)
    answer = client.post(APP, {"code": code})

    assert answer.status_code == 422
    assert key_on(answer.text) == key
    assert not Authenticator.objects.exists()


def test_second_app_is_not_set_up(client, account):
    with_app(account)
    client.force_login(account)

    assert client.get(APP)["Location"] == PAGE
    assert client.post(APP, {"code": "1"})["Location"] == PAGE


def test_everywhere_else_is_signed_out(client, elsewhere):
    key = client.session.session_key
    set_up(client)

    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert client.session.session_key != key


def test_removed_app_is_asked_for_no_more(client, elsewhere, account):
    with_app(account)
    client.force_login(account)
    elsewhere.force_login(account)
    answer = client.post(f"{APP}remove/", follow=True)

    assert "The authenticator app is removed" in answer.text
    assert not Authenticator.objects.exists()
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_codes_go_with_the_last_factor(client):
    set_up(client)
    client.post(f"{APP}remove/")

    assert not Authenticator.objects.exists()


# Recovery codes


def test_codes_are_shown_once(client):
    set_up(client)
    codes = codes_on(client.get(CODES).text)

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{4} \d{4} \d{4}", code) for code in codes)
    assert client.get(CODES)["Location"] == PAGE
    assert not codes_on(client.get(PAGE).text)


def test_code_signs_in_once_and_is_counted(client, account):
    set_up(client)
    [code, *_] = codes_on(client.get(CODES).text)
    for is_in in (True, False):
        browser = Client()
        give_password(browser, account)
        give_code(browser, code)
        assert is_signed_in(browser) == is_in

    assert "9 left" in client.get(PAGE).text


def test_new_codes_end_those_before(client, account):
    set_up(client)
    [before, *_] = codes_on(client.get(CODES).text)
    [code, *_] = codes_on(client.post(f"{CODES}new/", follow=True).text)
    browser = Client()
    give_password(browser, account)

    assert give_code(browser, before).status_code == 422
    assert give_code(browser, code).status_code == 302


def test_nobody_without_a_factor_makes_codes(client):
    assert client.post(f"{CODES}new/")["Location"] == PAGE
    assert not Authenticator.objects.exists()


# What is stored


def test_database_holds_no_secret_in_clear(client):
    app, _ = set_up(client)
    codes = codes_on(client.get(CODES).text)
    stored = [*Authenticator.objects.values(), *client.session.items()]

    assert app.secret not in str(stored)
    assert not [code for code in codes if code.replace(" ", "") in str(stored)]


def test_another_key_of_the_site_refuses_codes_and_opens_the_pages(client, account, settings):
    app, _ = set_up(client)
    browser = Client()
    settings.SECRET_KEY = "another key of fifty characters and more, for this test"
    give_password(browser, account)

    assert give_code(browser, app.now()).status_code == 422
    there = Client()
    there.force_login(User.objects.get())
    assert there.get(PAGE).status_code == 200
    assert there.get(CODES)["Location"] == PAGE


def test_accounts_have_no_other_addresses(client, account):
    """An address that was the account's once would keep its power."""
    set_up(client)
    browser = Client()
    give_password(browser, account)

    assert not EmailAddress.objects.exists()


# Who may


@pytest.mark.parametrize("address", [APP, CODES])
def test_page_asks_who_one_is(client, account, address: str):
    with_app(account) if address == CODES else None
    client.force_login(account)
    lapse()

    answer = client.get(address)

    assert answer.status_code == 401
    assert "Confirm it’s you" in answer.text


@pytest.mark.parametrize("address", [f"{APP}remove/", f"{CODES}new/"])
@pytest.mark.parametrize(
    "proof", [{}, {"confirm_password": PASSWORD}, {"confirm_password": PASSWORD, "confirm_code": "000000"}]
)
def test_password_alone_changes_nothing(client, account, address: str, proof: dict[str, str]):
    """Whoever knows it and finds a browser signed in has one factor."""
    with_app(account)
    client.force_login(account)
    lapse()

    answer = client.post(address, proof)

    assert answer.status_code == (422 if proof else 401)
    assert Authenticator.objects.filter(type="totp").exists()


def test_password_and_code_change_it(client, account):
    app = with_app(account)
    client.force_login(account)
    lapse()
    client.post(f"{APP}remove/", {"confirm_password": PASSWORD, "confirm_code": app.now()})

    assert not Authenticator.objects.exists()


def test_wrong_password_uses_up_no_code(client, account):
    app = with_app(account)
    client.force_login(account)
    lapse()
    code = app.now()
    answer = client.post(f"{APP}remove/", {"confirm_password": "wrong", "confirm_code": code})

    assert answer.status_code == 422
    assert "This is not your password" in unescape(answer.text)
    assert client.post(f"{APP}remove/", {"confirm_password": PASSWORD, "confirm_code": code}).status_code == 302


def test_code_that_signed_in_confirms_nothing(account):
    app, browser = with_app(account), Client()
    give_password(browser, account)
    code = app.now()
    give_code(browser, code)
    lapse()

    assert browser.post(f"{APP}remove/", {"confirm_password": PASSWORD, "confirm_code": code}).status_code == 422


def test_ten_codes_are_judged_on_the_page_that_asks(client, account):
    with_app(account)
    client.force_login(account)
    lapse()
    proof = {"confirm_password": PASSWORD, "confirm_code": "1"}
    statuses = [client.post(f"{APP}remove/", proof).status_code for _ in range(12)]

    assert statuses == [422] * 10 + [429] * 2


# What is told


def test_each_change_is_told_by_mail_and_log(client, account, settings, caplog, django_capture_on_commit_callbacks):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
        [code, *_] = codes_on(client.get(CODES).text)
        browser = Client()
        give_password(browser, account)
        give_code(browser, code)
        client.post(f"{CODES}new/")
        client.post(f"{APP}remove/")

    told = ["app-added", "code-used", "codes-made", "app-removed"]
    assert list(Mail.objects.order_by("pk").values_list("purpose", flat=True)) == told
    lines = [record.getMessage().split()[0] for record in caplog.records if record.name == "people.security"]
    assert [line for line in lines if "app" in line or "code" in line] == [
        *("authenticator-app-added", "recovery-code-used", "recovery-codes-made", "authenticator-app-removed"),
    ]


@pytest.mark.parametrize(
    "purpose", [Purpose.APP_ADDED, Purpose.APP_REMOVED, Purpose.CODES_MADE, Purpose.CODE_USED, Purpose.PASSKEY_ADDED]
)
def test_mail_says_what_happened_and_what_to_do(account, settings, purpose: Purpose):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    message = message_for(account, purpose, account.date_joined)

    assert account.email in message.body
    assert f"{settings.SITE_URL}/account/password/forgotten/" in message.body
    assert str(message.subject) in str(message.alternatives[0])
