"""The second step of a sign-in: whoever has a factor gives it, and nothing leads past it."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from people.accounts.actions import end_sessions, make_link, switch_off
from people.accounts.factors.reset import reset_factors
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.tests.addresses import ROWS, address
from people.tests.factories import employee, user
from people.tests.second_steps import PAGE, PASSWORD, give_code, give_password, is_signed_in, with_app

pytestmark = pytest.mark.django_db

HERE: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.1"}
ELSEWHERE: dict[str, Any] = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


@pytest.fixture
def app(account: User) -> pyotp.TOTP:
    return with_app(account)


@pytest.fixture
def halfway(client: Client, account: User, app: pyotp.TOTP) -> Client:
    """A browser in which the password was given, and no code yet."""
    give_password(client, account)
    return client


def wrong(app: pyotp.TOTP) -> str:
    """Six digits that are no code of the app now, before or after."""
    right = {app.at(timezone.now() + timedelta(seconds=step * 30)) for step in range(-3, 4)}
    return next(code for number in range(10) if (code := f"{number:06}") not in right)


def test_code_follows_the_password_and_leads_to_the_page_that_was_asked_for(client, account, app):
    answer = client.post("/sign-in/?next=/teams/", {"username": account.email, "password": PASSWORD, "next": "/teams/"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert not is_signed_in(client)

    answer = give_code(client, app.now())

    assert (answer.status_code, answer["Location"]) == (302, "/teams/")
    assert is_signed_in(client)


def test_whoever_has_no_factor_is_in_after_the_password(client, account):
    assert give_password(client, account)["Location"] == "/employees/"


def test_page_names_the_account_and_asks_what_keeps_codes(halfway, account):
    html = halfway.get(PAGE).text

    assert account.email in html
    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html


@pytest.mark.parametrize("written", ["{}", " {} ", "{:.3} {}"], ids=["plain", "padded", "in threes"])
def test_code_is_taken_as_people_write_it(halfway, app, written: str):
    code = app.now()

    assert give_code(halfway, written.format(code[:3] if "." in written else code, code[3:])).status_code == 302


@pytest.mark.parametrize("step", [-1, 1])
def test_clock_may_be_one_step_wrong(halfway, app, step: int):
    give_code(halfway, app.at(timezone.now() + timedelta(seconds=step * 30)))

    assert is_signed_in(halfway)


@pytest.mark.parametrize("step", [-3, 3])
def test_clock_may_not_be_more_wrong(halfway, app, step: int):
    assert give_code(halfway, app.at(timezone.now() + timedelta(seconds=step * 30))).status_code == 422


@pytest.mark.parametrize("code", ["", "0", "wrong", "１２３４５６", "\0", "x" * 1_000, "0" * 51])
def test_wrong_code_is_refused_beside_its_field(halfway, code: str):
    answer = give_code(halfway, code)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not is_signed_in(halfway)


def test_code_counts_once_in_all_processes(halfway, account, app):
    """Another process has nothing of this one's memory."""
    code = app.now()
    give_code(halfway, code)
    cache.clear()
    other = Client()
    give_password(other, account)

    assert give_code(other, code).status_code == 422
    assert not is_signed_in(other)


def test_ten_codes_are_judged_and_the_eleventh_waits(halfway, app):
    answers = [give_code(halfway, wrong(app), **HERE) for _ in range(25)]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 15
    assert int(answers[-1]["Retry-After"]) > 0
    assert give_code(halfway, app.now(), **HERE).status_code == 429


def test_whoever_guesses_elsewhere_locks_nobody_out(halfway, account, app):
    """Also whoever knows the password: that is just whom a second factor is against."""
    for _ in range(12):
        give_code(halfway, wrong(app), **ELSEWHERE)
    owner = Client()
    give_password(owner, account, **HERE)
    give_code(owner, app.now(), **HERE)

    assert is_signed_in(owner)


def test_browser_is_known_only_after_the_second_step(halfway, app):
    assert "known" not in halfway.cookies

    give_code(halfway, app.now())

    assert halfway.cookies["known"].value


def test_known_browser_is_asked_again(halfway, account, app):
    give_code(halfway, app.now())
    halfway.post("/sign-out/")

    assert give_password(halfway, account)["Location"] == PAGE


@pytest.mark.no_cover
@pytest.mark.runs_on("sqlite")  # what is decided before a page asks for anything is the same on each
def test_no_address_is_open_between_the_steps(halfway, account):
    """Each is answered as to somebody who is signed out."""
    person = employee(user=account)
    for name, method, *_ in ROWS:
        if name not in {"accounts:second-step", "mfa_authenticate", "accounts:sign-in", "account_login"}:
            for verb in method.split("/"):
                answer = halfway.generic(verb, address(name, person))
                of_stranger = Client().generic(verb, address(name, person))
                assert answer.status_code == of_stranger.status_code, (name, verb)
                assert answer.get("Location") == of_stranger.get("Location"), (name, verb)


def test_htmx_is_led_to_the_sign_in_page_between_the_steps(halfway):
    answer = halfway.get("/employees/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"].startswith("/sign-in/")


def test_link_to_a_password_leads_to_the_second_step(client, account, app):
    """Whoever reads the mail has one factor."""
    link = make_link(account, by=None)
    client.get(link.address)
    answer = client.post(
        "/account/link/",
        {"token": link.token, "new_password1": "quite another one", "new_password2": "quite another one"},
    )

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert not is_signed_in(client)

    give_code(client, app.now())

    assert is_signed_in(client)


def change_password(account: User) -> None:
    account.set_password("quite another one")
    account.save()


def get_another_app(account: User) -> None:
    reset_factors(account, by=None)
    with_app(account)


ENDING = {
    "another password": change_password,
    "sessions ended": lambda account: end_sessions(account, by=account),
    "switched off": lambda account: switch_off(account, by=account),
    "a reset": lambda account: reset_factors(account, by=None),
    "a reset, and another app": get_another_app,
}


@pytest.mark.parametrize("end", ENDING.values(), ids=ENDING)
def test_first_step_is_worth_nothing_after(halfway, account, app, end):
    end(account)

    answer = give_code(halfway, app.now())

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert not is_signed_in(halfway)
    assert halfway.get(PAGE).status_code == 302


def test_first_step_is_worth_nothing_after_ten_minutes(halfway, app, monkeypatch):
    session = halfway.session
    session["account_login"]["initiated_at"] -= 601
    session.save()

    answer = halfway.post(PAGE, {"code": app.now()}, follow=True)

    assert "That took too long" in answer.text
    assert not is_signed_in(halfway)


def test_session_goes_on_under_another_key(halfway, app):
    before = halfway.session.session_key
    give_code(halfway, app.now())

    assert halfway.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_row_of_the_session_holds_no_secret(halfway, app):
    give_code(halfway, app.now())
    stored = str(halfway.session.items())

    assert PASSWORD not in stored
    assert app.secret not in stored


def test_security_log_names_the_account(halfway, account, app, caplog, django_capture_on_commit_callbacks):
    caplog.clear()
    give_code(halfway, wrong(app))
    with django_capture_on_commit_callbacks(execute=True):
        give_code(halfway, app.now())

    lines = [record.getMessage().split()[:2] for record in caplog.records if record.name == "people.security"]
    assert lines == [[event, f"account={account.pk}"] for event in ("second-step-failed", "signed-in")]


def test_whoever_is_signed_in_is_led_on(client, account):
    client.force_login(account)

    assert client.get(PAGE)["Location"] == "/employees/"


def test_sign_in_page_starts_over(halfway, account):
    """The first step may have been another person's."""
    assert halfway.get("/sign-in/").status_code == 200


def test_nobody_else_is_meant_after_the_second_step(halfway, app):
    other = user("grace@example.com")
    give_password(halfway, other)

    assert halfway.get("/me/").wsgi_request.user == other
    assert give_code(halfway, app.now()).wsgi_request.user == other
