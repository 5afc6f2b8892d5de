"""Sessions end, and their account sees and ends them."""

import re
from datetime import timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.accounts.actions import end_sessions, switch_off, switch_on
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.accounts.sessions.store import SessionStore
from people.tests.factories import user

URL = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return user("ada@example.net")


def signed_in(browser: str = FIREFOX, address: str = "198.51.100.7") -> Client:
    """A browser in which ada signed in."""
    client = Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"username": "ada@example.net", "password": PASSWORD}).status_code == 302
    return client


def session_of(client: Client) -> Session:
    return Session.objects.get(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value)


def is_in(client: Client) -> bool:
    return client.get("/employees/").status_code == 200


def test_session_says_whose_it_is_and_where(ada):
    session = session_of(signed_in())

    assert (session.user, session.address, session.browser) == (ada, "198.51.100.7", FIREFOX)


@pytest.mark.parametrize(("ago", "lasts"), [(timedelta(days=13, hours=23), True), (timedelta(days=14, hours=1), False)])
def test_session_ends_when_it_was_not_used_for_two_weeks(ada, ago, lasts):
    client = signed_in()
    Session.objects.update(seen=timezone.now() - ago)

    assert is_in(client) is lasts


@pytest.mark.parametrize(("ago", "lasts"), [(timedelta(days=89, hours=23), True), (timedelta(days=90, hours=1), False)])
def test_session_ends_ninety_days_after_its_sign_in_however_much_it_is_used(ada, ago, lasts):
    client = signed_in()
    Session.objects.update(began=timezone.now() - ago)

    assert is_in(client) is lasts


@pytest.mark.parametrize(("ago", "lasts"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_session_of_nobody_ends_when_it_was_not_used_for_an_hour(ago, lasts):
    client = Client(headers={"Accept": "application/json"})
    client.get("/sign-in/passkey/")  # a challenge is kept there
    begun = Session.objects.get()
    Session.objects.update(seen=timezone.now() - ago)

    client.get("/sign-in/passkey/")

    assert begun.user is None
    assert (session_of(client) == begun) is lasts
    assert (begun in Session.objects.all()) is lasts


def test_limits_come_from_settings(ada, settings):
    settings.SESSION_IDLE = timedelta(days=1)
    client = signed_in()
    Session.objects.update(seen=timezone.now() - timedelta(days=2))

    assert not is_in(client)


def test_use_is_noted_every_five_minutes_and_not_oftener(ada):
    client = signed_in()
    before = timezone.now() - timedelta(minutes=6)
    Session.objects.update(seen=before)

    assert is_in(client)
    noted = session_of(client).seen
    assert noted > before
    assert is_in(client)
    assert session_of(client).seen == noted


@pytest.mark.django_db(transaction=True)
@pytest.mark.runs_on("sqlite")
def test_page_waits_for_nobody_to_note_its_use(ada):
    client = signed_in()
    Session.objects.update(seen=timezone.now() - timedelta(minutes=6))
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        before = monotonic()
        assert is_in(client)
        assert monotonic() - before < 2.5
        cursor.execute("ROLLBACK")
    other.close()

    assert session_of(client).seen < timezone.now() - timedelta(minutes=5)
    assert is_in(client)
    assert session_of(client).seen > timezone.now() - timedelta(minutes=5)


def test_beginning_survives_what_is_kept_in_the_session(ada):
    client = signed_in()
    began = session_of(client).began
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(client).session_key
    session = client.session
    session["something"] = 1
    session.save()

    assert session_of(client).began == began
    assert session_of(client).user == ada


def test_password_change_ends_all_others_and_forgets_them(ada):
    here, elsewhere = signed_in(), signed_in(SAFARI)

    new = {"old_password": PASSWORD, "new_password1": "velvet quiet lantern", "new_password2": "velvet quiet lantern"}
    assert here.post("/account/password/", new).status_code == 302

    assert is_in(here)
    assert not is_in(elsewhere)
    assert Session.objects.get(user=ada).browser == FIREFOX


def test_switching_off_ends_sessions_for_good(ada):
    client, administrator = signed_in(), user("admin@example.net", is_superuser=True)

    switch_off(ada, by=administrator)
    assert not Session.objects.filter(user=ada).exists()
    switch_on(ada, by=administrator)

    assert not is_in(client)


def test_signing_out_everywhere_leaves_others_and_later_sessions(ada):
    clients, administrator, other = (
        [signed_in(), signed_in(SAFARI)],
        user("admin@example.net", is_superuser=True),
        Client(),
    )
    other.force_login(administrator)

    end_sessions(ada, by=administrator)

    assert not Session.objects.filter(user=ada).exists()
    assert not any(map(is_in, clients))
    assert is_in(other)
    assert is_in(signed_in())


def switch_off_and_on(account: User, *, by: User) -> None:
    switch_off(account, by=by)
    switch_on(account, by=by)


@pytest.mark.parametrize("end", [end_sessions, switch_off_and_on])
def test_session_that_is_being_written_at_that_moment_ends_too(ada, end):
    client = signed_in()
    writing = SessionStore(session_of(client).session_key)
    writing["something"] = 1

    end(ada, by=user("admin@example.net", is_superuser=True))
    with pytest.raises(UpdateError):
        writing.save()
    writing.confirm()
    writing.save()
    assert writing.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = writing.session_key

    assert session_of(client).user == ada
    assert not is_in(client)


def test_sign_in_sweeps_sessions_that_are_over(ada):
    signed_in()
    Session.objects.update(seen=timezone.now() - timedelta(days=15))

    signed_in()

    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "words"), [(FIREFOX, "Firefox on Windows"), (SAFARI, "Safari on iOS"), ("", "A browser")]
)
def test_list_says_browser_and_address(ada, told, words):
    signed_in(told)
    html = signed_in().get(URL).text

    assert f"<b>{words}</b>" in html
    assert html.count("198.51.100.7") == 2


def test_list_tells_no_key(ada):
    here, elsewhere = signed_in(), signed_in()

    html = here.get(URL).text

    assert not any(session_of(client).session_key in html for client in (here, elsewhere))


def test_one_session_is_ended(ada):
    here, lost, other = signed_in(), signed_in(SAFARI), signed_in()
    handle = session_of(lost).handle

    assert here.post(f"{URL}{handle}/end/").status_code == 302

    assert [is_in(client) for client in (here, lost, other)] == [True, False, True]


def test_all_others_are_ended(ada):
    here, *others = signed_in(), signed_in(SAFARI), signed_in()

    assert "Sign out everywhere else" in here.get(URL).text
    assert here.post(f"{URL}end/").status_code == 302

    assert is_in(here)
    assert not any(map(is_in, others))


def test_nobody_ends_the_session_of_another_account(ada):
    client = signed_in()
    stranger = Client()
    stranger.force_login(user("eve@example.net"))

    assert stranger.post(f"{URL}{session_of(client).handle}/end/").status_code == 404
    stranger.post(f"{URL}end/")
    assert is_in(client)


def test_browser_that_calls_itself_anything_signs_in(ada):
    client = signed_in("\x01<script>" + "x" * 5_000)

    assert len(session_of(client).browser) == 300
    assert "<script>x" not in client.get(URL).text


@pytest.mark.parametrize("key", ["\0" * 32, "a" * 31 + "\0", "a" * 32, "x" * 5_000, "'; --", "é", "../../etc/passwd"])
def test_forged_key_lets_nobody_in(ada, key):
    # As a browser may send any character (RFC 2109's quoting); some versions of Python refuse to set such a cookie.
    quoted = "".join(f"\\{ord(letter):03o}" if letter.isascii() else letter for letter in key)
    client = Client(headers={"Cookie": f'{settings.SESSION_COOKIE_NAME}="{quoted}"'})

    assert client.get(URL).status_code == 302
    assert client.post(f"{URL}end/").status_code == 302


@pytest.mark.parametrize("handle", ["a" * 32, "a", "x" * 5_000, "-"])
def test_handle_of_nothing_ends_nothing(ada, handle):
    here, elsewhere = signed_in(), signed_in(SAFARI)

    assert here.post(f"{URL}{handle}/end/").status_code == 404
    assert is_in(elsewhere)


def test_own_session_is_ended_by_signing_out_alone(ada):
    here = signed_in()

    assert here.post(f"{URL}{session_of(here).handle}/end/").status_code == 404
    assert is_in(here)


def test_ended_sessions_are_noted_once(ada, caplog, django_capture_on_commit_callbacks):
    here = signed_in()
    signed_in(SAFARI)
    signed_in()

    with caplog.at_level("INFO", "people.security"), django_capture_on_commit_callbacks(execute=True):
        here.post(f"{URL}end/")
        here.post(f"{URL}end/")

    [line] = [line for line in caplog.messages if line.startswith("sessions-ended")]
    assert line == f"sessions-ended account={ada.pk} by={ada.pk} address=198.51.100.7 sessions=2"


def test_session_and_account_cost_a_page_one_statement_each(ada):
    client = signed_in()

    with CaptureQueriesContext(connection) as captured:
        client.get("/employees/")

    asked = [query["sql"] for query in captured]
    assert sum('"accounts_session"' in sql for sql in asked) == 1
    assert sum('"accounts_user"' in sql for sql in asked) == 1


def test_list_is_not_the_way_to_see_sessions_that_are_over(ada):
    signed_in(SAFARI)
    here = signed_in()
    Session.objects.filter(browser=SAFARI).update(seen=timezone.now() - timedelta(days=15))

    assert not re.search("Safari", here.get(URL).text)
