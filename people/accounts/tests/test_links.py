"""Links with which somebody sets a password: alive once, for a while, and for what they were made."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.accounts.actions import switch_off, switch_on
from people.accounts.links import tokens
from people.accounts.links.tokens import DeadLink, Link, Purpose, read
from people.accounts.models import User
from people.tests.factories import employee, user
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db

OLD, NEW = "correct horse battery", "four apples in a tree"
FORM = "/account/link/"
DEAD = "This link no longer works"


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def made(account: User, purpose: Purpose = Purpose.INVITATION, ago: timedelta = timedelta(0)) -> str:
    """The token of a link, from the account as it is stored."""
    return Link(User.objects.get(pk=account.pk), purpose, timezone.now() - ago).token


def opened(token: str) -> Client:
    """A browser in which the link was opened."""
    client = Client()
    response = client.get(f"/account/link/{token}/")
    assert response.headers["Location"] == FORM
    return client


def send(client: Client, new: str = NEW, again: str | None = None, **more: str):
    typed = {"new_password1": new, "new_password2": new if again is None else again}
    return client.post(FORM, typed | more)


def is_alive(token: str) -> bool:
    return DEAD not in opened(token).get(FORM).text


@pytest.mark.parametrize("purpose", Purpose)
def test_link_sets_the_password_and_signs_in(account, purpose):
    client = opened(made(account, purpose))
    page = client.get(FORM)
    response = send(client)

    assert field_values(page.text)["username"] == "ada@example.com"
    assert "At least 12 characters" in page.text
    assert response.url == "/employees/"
    assert "Your password is set" in client.get(response.url).text
    account.refresh_from_db()
    assert account.check_password(NEW)


def test_invitation_welcomes_by_the_name_that_everyone_sees(account):
    employee(first_name="Augusta", known_as="Ada", user=account)

    invitation, forgotten = (words_of(opened(made(account, purpose)).get(FORM).text) for purpose in Purpose)

    assert "Welcome, Ada" in invitation
    assert "A new password" in forgotten
    assert not any("Augusta" in words for words in (invitation, forgotten))


def test_first_password_of_an_account_without_one():
    account = User.objects.create_user("new@example.com")

    send(opened(made(account)))

    account.refresh_from_db()
    assert account.check_password(NEW)


def test_link_is_dead_after_its_use_also_in_another_browser(account):
    token = made(account)
    first, second = opened(token), opened(token)
    send(first)

    response = send(second, "another four words here")

    assert response.status_code == 410
    assert DEAD in response.text
    assert not is_alive(token)
    account.refresh_from_db()
    assert account.check_password(NEW)


def test_all_other_sessions_end(account):
    elsewhere = Client()
    elsewhere.force_login(account)

    send(opened(made(account)))

    assert elsewhere.get("/employees/").status_code == 302


def test_browser_is_known_afterwards(account):
    client = opened(made(account))
    send(client)
    client.post("/sign-out/")
    stranger = Client()
    for _ in range(11):
        refused = stranger.post("/sign-in/", {"username": account.email, "password": "wrong"})

    assert refused.status_code == 429
    assert client.post("/sign-in/", {"username": account.email, "password": NEW}).status_code == 302


def change_address(account: User) -> None:
    account.email = "other@example.com"
    account.save()


def change_password(account: User) -> None:
    account.set_password("something else entirely")
    account.save()


def switch_off_and_on(account: User) -> None:
    switch_off(account, by=account)
    switch_on(account, by=account)


def switch_off_only(account: User) -> None:
    switch_off(account, by=account)


@pytest.mark.parametrize("change", [change_address, change_password, switch_off_only, switch_off_and_on])
@pytest.mark.parametrize("purpose", Purpose)
def test_what_changes_the_account_ends_its_links(account, change, purpose):
    token = made(account, purpose)
    change(account)

    assert not is_alive(token)
    assert send(Client(), token=token).status_code == 410


def test_what_does_not_concern_it_leaves_it_alive(account):
    token = made(account)
    Client().post("/sign-in/", {"username": account.email, "password": OLD})
    account.refresh_from_db()
    account.is_superuser = True
    account.save()

    assert is_alive(token)


@pytest.mark.parametrize(
    ("purpose", "ago", "alive"),
    [
        (Purpose.INVITATION, timedelta(days=6, hours=23), True),
        (Purpose.INVITATION, timedelta(days=7, seconds=1), False),
        (Purpose.PASSWORD, timedelta(minutes=59), True),
        (Purpose.PASSWORD, timedelta(minutes=60, seconds=1), False),
        (Purpose.PASSWORD, timedelta(seconds=-30), True),
        (Purpose.PASSWORD, timedelta(minutes=-2), False),
    ],
)
def test_link_is_good_for_a_while(account, purpose, ago, alive):
    assert is_alive(made(account, purpose, ago)) is alive


def test_how_long_is_a_setting(account, settings):
    settings.INVITATION_LASTS = timedelta(days=1)

    assert not is_alive(made(account, ago=timedelta(days=2)))


def changed(token: str, part: int, value: str) -> str:
    parts = token.split("-")
    parts[part] = value
    return "-".join(parts)


def test_parts_of_links_cannot_be_exchanged(account):
    other = user("bob@example.com")
    token, of_other, later = made(account), made(other), made(account, ago=timedelta(hours=1))
    forged = [
        changed(token, 0, "password"),
        changed(token, 1, of_other.split("-")[1]),
        changed(token, 2, later.split("-")[2]),
        changed(token, 3, of_other.split("-")[3]),
        changed(token, 3, token.split("-")[3][:-1]),
    ]

    assert is_alive(token)
    assert not any(map(is_alive, forged))


@pytest.mark.parametrize(
    "token",
    [
        *("", "-", "---", "x-1-1-1", "password-1-1-", "password-zzzzzzzzzzzzz-1-1", "password-0-1-1", "password--1-1"),
        *(
            "password-zzzzzzzzzzzzzzzzz-1-1",
            "password-1-zzzzzzzzzzzzzz-1",
            "password-١-1-1",
            "password-1-1-é",
            "\0-\0-\0-\0",
        ),
        *("\0-\0-\0-\0", "\ud800-1-1-1", "password-1-1-\ud800", "password-1-1-" + "f" * 5_000),
    ],
)
def test_what_is_no_link_is_dead_and_no_error(account, token):
    with pytest.raises(DeadLink):
        read(token)
    if token.isprintable():
        assert send(Client(), token=token).status_code == 410


def test_mangled_address_of_a_link_says_so(account):
    token = made(account)
    for mangled in (token[:-9], f"{token}.", "%00", "%F0%9F%98%80", "f" * 6_000, token.upper()):
        assert not is_alive(mangled)


def test_opening_changes_nothing_however_often(account):
    token = made(account)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(3):
            client = opened(token)
            client.head(f"/account/link/{token}/")
            client.get(FORM)
            client.head(FORM)

    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    assert is_alive(token)


def test_answers_to_dead_links_are_the_same_for_everybody(account):
    token = made(account, ago=timedelta(days=8))
    nobody = changed(token, 1, "zzzz")

    pages = [send(Client(), token=each) for each in (token, nobody, "x")]

    assert {(page.status_code, words_of(page.text)) for page in pages} == {(410, words_of(pages[0].text))}


def test_token_leaves_no_trace(account, caplog):
    token = made(account)
    client = Client(enforce_csrf_checks=True)
    response = client.get(f"/account/link/{token}/")
    cookie = response.cookies["link"]
    refused = client.post(f"/account/link/{token}/")

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (FORM, True, "Lax")
    assert refused.status_code == 403
    assert "Refused with 403" in caplog.text
    assert token not in caplog.text


def test_cookie_goes_after_its_use_and_with_a_dead_link(account):
    client, dead = opened(made(account)), opened(made(account, ago=timedelta(days=9)))

    assert send(client).cookies["link"].value == ""
    assert dead.get(FORM).cookies["link"].value == ""


def test_form_stays_that_of_its_own_link(account):
    other = user("bob@example.com")
    client = opened(made(account))
    token = field_values(client.get(FORM).text)["token"]
    client.get(f"/account/link/{made(other)}/")

    send(client, token=token)

    account.refresh_from_db()
    other.refresh_from_db()
    assert (account.check_password(NEW), other.check_password(OLD)) == (True, True)


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", None, "at least 12 characters"),
        (NEW, "something else", "This differs from the new password above"),
        ("", None, "Please give the new password."),
        ("ada@example.com", None, "mostly your own name or e-mail"),
        ("x" * 5_000, None, "longer than a password can be"),
    ],
)
def test_password_keeps_the_rules(account, new, again, sentence):
    response = send(opened(made(account)), new, again)

    assert response.status_code == 422
    assert sentence in words_of(response.text)
    account.refresh_from_db()
    assert account.check_password(OLD)


def test_whoever_is_signed_in_here_is_told_and_signed_out(account):
    client = Client()
    client.force_login(user("bob@example.com"))
    client.get(f"/account/link/{made(account)}/")

    page = words_of(client.get(FORM).text)
    send(client)

    assert "In this browser bob@example.com is signed out." in page
    assert client.session["_auth_user_id"] == str(account.pk)


def test_link_begins_with_the_address_of_the_site(account, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://people.example.com", ["*"]

    assert Link(account, Purpose.PASSWORD, timezone.now()).address.startswith(
        "https://people.example.com/account/link/"
    )


def test_same_second_gives_the_same_link(account):
    now = timezone.now().replace(microsecond=0)

    assert (
        len({Link(account, Purpose.PASSWORD, now + timedelta(microseconds=part)).token for part in (0, 999_999)}) == 1
    )


def test_it_stands_in_the_security_log(account, caplog, django_capture_on_commit_callbacks):
    client = opened(made(account))
    with django_capture_on_commit_callbacks(execute=True):
        send(client)

    lines = [record.getMessage().split() for record in caplog.records if record.name == "people.security"]
    assert [line[:3] for line in lines] == [
        [event, f"account={account.pk}", f"by={account.pk}"] for event in ("password-changed", "link-used", "signed-in")
    ]


def test_form_is_sent_with_its_own_token_against_forgery_alone(account):
    client = Client(enforce_csrf_checks=True)
    client.get(f"/account/link/{made(account)}/")
    token = field_values(client.get(FORM).text)["csrfmiddlewaretoken"]

    assert send(client).status_code == 403
    assert send(client, csrfmiddlewaretoken=token).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_of_several_who_use_it_at_once_one_comes_in(account):
    token = made(account)

    def status(number: int) -> int:
        try:
            return send(Client(), f"four words of browser {number}", token=token).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(status, range(4))) == [302, 410, 410, 410]


def test_clocks_of_servers_may_differ_a_little():
    assert timedelta(seconds=30) < tokens.AHEAD < timedelta(minutes=5)
