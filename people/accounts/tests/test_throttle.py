"""Tries are counted by account and address; what is refused isn't looked at, and nobody locks anybody else out."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.forms import WRONG
from people.accounts.guards import throttle
from people.accounts.guards.hashers import HASHES_AT_ONCE, room_for_a_hash
from people.accounts.guards.throttle import PERIOD, SECOND, Kind, Throttled, attempt
from people.accounts.models import Throttle, User
from people.tests.factories import user

pytestmark = pytest.mark.django_db

PASSWORD, ANOTHER = "correct horse battery", "staple the horse again"
OWNER = "colleague@example.com"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """Stands still, however slow the machine is."""

    def __init__(self) -> None:
        self.now = time.time_ns() // 1_000


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttle, "_now", lambda: clock.now)
    return clock


def fail(times: int, email: str = OWNER, address: str = HERE, known_browser: str | None = None) -> list[str]:
    """What becomes of some wrong tries: judged, or how long to wait."""
    return [outcome(email, address, known_browser) for _ in range(times)]


def outcome(email: str, address: str, known_browser: str | None) -> str:
    try:
        with attempt(Kind.SIGN_IN, email, address, known_browser):
            raise ValidationError("wrong")
    except ValidationError:
        return "judged"
    except Throttled as later:
        return f"{later.seconds} s"


def sign_in(password: str = PASSWORD, email: str = OWNER, address: str = HERE, client: Client | None = None):
    """The answer at the door, to a browser that nobody knows unless `client` is one."""
    return (client or Client()).post("/sign-in/", {"username": email, "password": password}, REMOTE_ADDR=address)


# Counting


def test_ten_are_judged_and_the_eleventh_waits():
    assert fail(11) == ["judged"] * 10 + ["90 s"]


def test_after_the_wait_one_more_is_judged(clock):
    fail(10)
    clock.now += 90 * SECOND

    assert fail(2) == ["judged", "90 s"]


def test_wait_gets_shorter(clock):
    fail(10)
    clock.now += 60 * SECOND - 1

    assert fail(1) == ["31 s"]


def test_after_the_period_all_is_forgotten(clock):
    fail(12)
    clock.now += PERIOD

    assert fail(11) == ["judged"] * 10 + ["90 s"]


@pytest.mark.parametrize("end", [None, KeyError("a mishap that judged nothing")])
def test_try_comes_back_unless_it_failed(end):
    for _ in range(12):
        try:
            with attempt(Kind.SIGN_IN, OWNER, HERE, None):
                if end:
                    raise end
        except KeyError:
            continue

    assert fail(11) == ["judged"] * 10 + ["90 s"]


def test_success_takes_back_no_failure():
    fail(9)
    with attempt(Kind.SIGN_IN, OWNER, HERE, None):
        pass

    assert fail(2) == ["judged", "90 s"]


def test_try_put_back_late_makes_no_room_for_more(clock):
    with attempt(Kind.SIGN_IN, OWNER, HERE, None):
        clock.now += PERIOD

    assert fail(11) == ["judged"] * 10 + ["90 s"]


def test_kinds_count_by_themselves():
    fail(10)

    with attempt(Kind.PASSWORD_CHANGE, OWNER, HERE, None):
        assert fail(1) == ["90 s"]


def test_address_waits_after_a_hundred_failures_for_any_account():
    for name in "abcdefghij":
        fail(10, f"{name}@example.com")

    assert fail(1) == ["9 s"]
    assert fail(1, address=ELSEWHERE) == ["judged"]


def test_what_was_refused_for_one_account_does_not_count_for_the_address():
    fail(150)

    assert fail(1, "other@example.com") == ["judged"]


def test_ipv6_addresses_of_one_network_count_as_one():
    fail(5, address="2001:db8::1")
    fail(5, address="2001:db8::2:2")

    assert fail(1, address="2001:db8::3") == ["90 s"]
    assert fail(1, address="2001:db8:0:1::1") == ["judged"]


def be_attacked_from_everywhere() -> None:
    for number in range(9):
        fail(10, address=f"198.51.100.{number}")


def test_attack_from_everywhere_leaves_the_first_try_elsewhere_alone():
    be_attacked_from_everywhere()

    assert fail(1) == ["judged"]


def test_attack_from_everywhere_sets_a_pause_between_the_tries_of_an_address(clock):
    be_attacked_from_everywhere()
    fail(1)
    refused = fail(1)
    clock.now += 30 * SECOND
    be_attacked_from_everywhere()

    assert [*refused, *fail(1)] == ["30 s", "judged"]


def test_known_browser_has_ten_tries_of_its_own():
    fail(10)

    assert fail(11, known_browser="mark") == ["judged"] * 10 + ["90 s"]
    assert fail(10, address=ELSEWHERE) == ["judged"] * 10


def test_table_holds_no_email_and_no_address():
    fail(2)

    assert {len(row.key) for row in Throttle.objects.all()} == {64}


def test_old_rows_go_by_themselves(clock):
    for name in "abcd":
        fail(1, f"{name}@example.com")
    clock.now += PERIOD

    fail(1)

    assert Throttle.objects.count() == 3


# At the door


def test_refused_is_the_right_password_too():
    user()
    fail(10)

    assert sign_in().status_code == 429


def test_refused_says_how_long_to_wait_and_keeps_the_email_alone():
    user()
    fail(10)

    response = sign_in("secret-quark")

    assert response["Retry-After"] == "90"
    assert "Too many wrong tries. Please wait 2 minutes, then try again." in response.text
    assert f'value="{OWNER}"' in response.text
    assert not any(text in response.text for text in [WRONG, "secret-quark"])


def test_wrong_password_counts_however_the_email_is_written():
    user()
    fail(9)

    assert sign_in("wrong", " Colleague@EXAMPLE.com ").status_code == 422
    assert sign_in().status_code == 429


def test_right_password_does_not_count():
    user()
    fail(9)

    assert [sign_in().status_code for _ in range(3)] == [302] * 3


def test_owner_elsewhere_and_a_colleague_at_the_same_address_enter():
    user()
    user("other@example.com")
    fail(10)

    assert sign_in(address=ELSEWHERE).status_code == 302
    assert sign_in(email="other@example.com").status_code == 302


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 302)])
def test_forwarded_address_counts_only_behind_a_proxy(settings, proxies, status):
    settings.TRUSTED_PROXIES = proxies
    user()
    fail(10)
    headers = {"X-Forwarded-For": f"{HERE}, {ELSEWHERE}"}

    response = Client().post("/sign-in/", {"username": OWNER, "password": PASSWORD}, headers=headers, REMOTE_ADDR=HERE)

    assert response.status_code == status


def test_empty_password_does_not_count():
    user()

    assert [sign_in("").status_code for _ in range(11)] == [422] * 11
    assert fail(1) == ["judged"]


def without_the_table(error: Exception):
    """Every statement on the table of tries ends with `error`."""

    def failing(execute, sql, params, many, context):
        if "accounts_throttle" in sql:
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(failing)


def test_without_the_table_nobody_is_judged():
    user()

    with without_the_table(OperationalError("database is locked")):
        response = sign_in()

    assert [response.status_code, response["Retry-After"]] == [503, "5"]
    assert f'value="{OWNER}"' in response.text
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_mistake_of_ours_is_not_called_an_outage():
    with without_the_table(IntegrityError("a bug")), pytest.raises(IntegrityError):
        sign_in()


def test_log_names_the_account_and_what_came_of_it(caplog, django_capture_on_commit_callbacks):
    account = user()
    fail(9)
    for address in [HERE, HERE]:
        sign_in("wrong", address=address)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(PASSWORD, address=ELSEWHERE)

    assert [message.split()[:2] for message in caplog.messages] == [
        [event, f"account={account.pk}"] for event in ("sign-in-failed", "sign-in-throttled", "signed-in")
    ]


# Known browsers


@pytest.fixture
def known() -> Client:
    """A browser in which the owner signed in once, and out."""
    client = Client()
    user()
    sign_in(client=client)
    client.post("/sign-out/")
    return client


def test_known_browser_enters_where_others_are_refused(known):
    fail(10)

    assert sign_in().status_code == 429
    assert sign_in(client=known).status_code == 302


def test_known_browser_is_known_to_no_other_account(known):
    user("other@example.com")
    fail(10, "other@example.com")

    assert sign_in(email="other@example.com", client=known).status_code == 429


def test_known_browser_is_forgotten_with_the_password(known):
    account = User.objects.get()
    account.set_password(ANOTHER)
    account.save()
    fail(10)

    assert sign_in(ANOTHER, client=known).status_code == 429


def test_known_browser_is_forgotten_after_its_time(known, monkeypatch):
    fail(10)
    monkeypatch.setattr("people.accounts.guards.known_browsers.LASTS", 0)

    assert sign_in(client=known).status_code == 429


@pytest.mark.parametrize("cookie", ["", ".", "1-x", "-", "é-é", "9" * 3_000, "1" * 5_000 + "-x", "x.x.x.x.x.x.x"])
def test_forged_mark_makes_no_browser_known(cookie):
    user()
    fail(10)
    client = Client()
    client.cookies["known"] = cookie

    assert sign_in(client=client).status_code == 429


def test_browser_keeps_the_marks_of_the_five_accounts_used_last():
    client = Client()
    emails = [f"{number}@example.com" for number in range(6)]
    for email in [*emails, emails[-1]]:
        User.objects.filter(email=email).exists() or user(email)
        sign_in(email=email, client=client)
        client.post("/sign-out/")
        fail(10, email)

    answers = [sign_in("wrong", email, client=client).status_code for email in emails]

    assert answers == [429, 422, 422, 422, 422, 422]


def test_mark_is_kept_from_scripts_and_tells_nobody_who(known):
    cookie = known.cookies["known"]

    assert [cookie["max-age"], cookie["httponly"], cookie["samesite"]] == [90 * 24 * 60 * 60, True, "Lax"]
    assert not any(text in cookie.value for text in ["colleague", "example"])


# What a try tells and costs


class Counted(hashers.MD5PasswordHasher):
    """Counts the hashes that are made."""

    hashes = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.hashes += 1
        return super().encode(password, salt)


@pytest.fixture
def cost(settings) -> Callable[..., tuple]:
    """What a try answers, and the hashes and statements that it takes."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    user()
    user("inactive@example.com", is_active=False)
    User.objects.create(email="unusable@example.com", password=hashers.make_password(None))

    def spend(email: str, password: str = "wrong") -> tuple:  # noqa: S107
        Counted.hashes = 0
        with CaptureQueriesContext(connection) as queries:
            response = sign_in(password, email)
        text = re.sub(r'value="\w{64}"', "", response.text.replace(email, ""))
        statements = [re.sub(r"'[^']*'|\w*\d\w*", "?", query["sql"]) for query in queries]
        return response.status_code, text, Counted.hashes, statements

    return spend


OTHERS = ["nobody@example.com", "inactive@example.com", "unusable@example.com"]


def test_wrong_password_costs_one_hash_and_the_same_statements_for_every_account(cost):
    known = cost(OWNER)

    assert known[2] == 1
    assert [cost(email) for email in OTHERS] == [known] * 3


def test_right_password_of_an_inactive_account_costs_what_a_wrong_one_does(cost):
    assert cost("inactive@example.com", PASSWORD) == cost("inactive@example.com")


def test_refused_costs_no_hash_and_the_same_statements_for_every_account(cost):
    for email in [OWNER, *OTHERS]:
        fail(10, email)
    known = cost(OWNER)

    assert [known[0], known[2]] == [429, 0]
    assert [cost(email) for email in OTHERS] == [known] * 3


def test_flood_of_passwords_waits_and_does_not_count(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["people.accounts.guards.hashers.Argon2PasswordHasher"]
    monkeypatch.setattr("people.accounts.guards.hashers.LONGEST_WAIT", 0)
    user()
    with ExitStack() as places:
        for _ in range(HASHES_AT_ONCE):
            places.enter_context(room_for_a_hash())

        answers = [sign_in() for _ in range(11)]

    assert {(answer.status_code, answer["Retry-After"]) for answer in answers} == {(503, "1")}
    assert sign_in().status_code == 302


def test_endless_password_is_refused_before_it_is_hashed(cost):
    status, text, hashes, _ = cost(OWNER, "x" * 4_097)

    assert [status, hashes] == [422, 0]
    assert "longer than a password can be" in text
