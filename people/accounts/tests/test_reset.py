"""Whoever has lost the second factor comes in by the password again, once somebody who knows them has reset it."""

import io
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from people.accounts.actions import switch_off
from people.accounts.factors.reset import NOTHING, reset_factors
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.server.jobs.runner import run_due
from people.tests.browsers import browser
from people.tests.factories import user
from people.tests.mail_servers import NOBODY_THERE, SENDER, words
from people.tests.rounds import at_once
from people.tests.second_steps import (
    PASSWORD,
    give_code,
    give_password,
    is_signed_in,
    with_all_factors,
    with_app,
    with_recovery_codes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


@pytest.fixture
def boss() -> User:
    return user("boss@example.com", is_superuser=True)


@pytest.fixture
def mailing(settings) -> None:
    """Mail is set up, and nobody hands it over."""
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


def told_of_resets() -> list[User | None]:
    """Whom a mail about it goes to."""
    return [mail.account for mail in Mail.objects.filter(purpose="second-factor-reset").select_related("account")]


def factors_of(account: User) -> list[str]:
    return list(Authenticator.objects.filter(user=account).values_list("type", flat=True))


def test_everything_beside_the_password_goes(client, account, boss):
    with_all_factors(account)
    with_app(boss)

    reset_factors(account, by=boss)

    assert factors_of(account) == []
    assert factors_of(boss) == ["totp"]
    assert give_password(client, account)["Location"] == "/employees/"
    assert is_signed_in(client)


def test_every_session_ends(account, boss):
    with_app(account)
    theirs, his = browser(account), browser(boss)

    reset_factors(account, by=boss)

    assert not is_signed_in(theirs)
    assert is_signed_in(his)


def test_security_log_says_what_was_done_and_by_whom(account, boss, told):
    with_all_factors(account)
    browser(account)

    assert told(lambda: reset_factors(account, by=boss)) == [
        f"sessions-ended account={account.pk} by={boss.pk} sessions=1",
        f"second-factor-reset account={account.pk} by={boss.pk}",
    ]


def test_person_gets_one_mail(account, boss, box, settings):
    with_all_factors(account)
    reset_factors(account, by=boss)
    run_due([Mail])

    assert told_of_resets() == [account]
    *_, mail = box.got
    text, html = " ".join(words(mail).split()), words(mail, "html")
    assert (mail["To"], mail["Subject"]) == ("ada@example.com", "Your two-step sign-in was reset")
    assert "Whoever looks after accounts has reset the second step with which ada@example.com signs in" in text
    assert "The first step alone signs you in now. Please set up a second one again" in text
    assert "You don’t know of this?" in text
    assert "and tell IT help:" in text
    for path in ("/account/two-steps/", "/account/password/forgotten/"):
        assert f"{settings.SITE_URL}{path}" in text
        assert f'href="{settings.SITE_URL}{path}"' in html


def test_without_mail_none_is_queued(account, boss):
    with_app(account)
    reset_factors(account, by=boss)

    assert not Mail.objects.exists()


def switch_off_with_app(account: User) -> None:
    with_app(account)
    switch_off(account, by=account)


REFUSED = {
    "nothing to reset": (lambda account: None, False, "signs in without one"),
    "the own account": (with_app, True, "You change your own factors"),
    "switched off": (switch_off_with_app, False, "Switch it on first"),
}


@pytest.mark.parametrize(("become", "is_own", "reason"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_sentence(account, boss, mailing, told, become, is_own, reason):
    become(account)
    before = factors_of(account), User.objects.values().get(pk=account.pk)

    def refuse() -> None:
        with pytest.raises(ValidationError, match=reason):
            reset_factors(User.objects.get(pk=account.pk), by=account if is_own else boss)

    assert told(refuse) == []
    assert (factors_of(account), User.objects.values().get(pk=account.pk)) == before
    assert not told_of_resets()


# On the server, for the last administrator


def reset_by_command(email: str) -> str:
    said = io.StringIO()
    call_command("reset_second_factor", email, stdout=said)
    return said.getvalue()


def test_command_lets_the_last_administrator_in(client, boss, mailing, told):
    with_all_factors(boss)

    lines = told(lambda: reset_by_command(" Boss@Example.com "))

    assert lines[-1] == f"second-factor-reset account={boss.pk} by=-"
    assert told_of_resets() == [boss]
    assert give_password(client, boss)["Location"] == "/employees/"


def test_command_says_what_it_did(boss):
    with_app(boss)

    assert reset_by_command("boss@example.com") == (
        "The first step alone signs boss@example.com in now, and everybody is signed out of it.\n"
        "Two-step sign-in is reset. No mail goes out from here: the person hears of it from you.\n"
    )


@pytest.mark.parametrize(
    ("email", "reason"),
    [("boss@example.com", "signs in without one"), ("nobody@example.com", "No account signs in"), ("", "No account")],
)
def test_command_refuses_what_it_can_not_do(boss, email, reason):
    with pytest.raises(CommandError, match=reason) as refusal:
        reset_by_command(email)

    assert refusal.value.returncode == 1


# At the same moment


@pytest.fixture
def halfway(client: Client, account: User) -> Client:
    """A browser in which the password was given, and no code yet."""
    give_password(client, account)
    return client


def is_done(outcome: object) -> bool:
    return outcome is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 25)
def test_two_resets_at_once_send_one_mail(account, boss, mailing):
    with_all_factors(account)
    other = user("other@example.com", is_superuser=True)

    outcomes = at_once(partial(reset_factors, account, by=by) for by in (boss, other, None))

    assert sum(map(is_done, outcomes)) == 1
    assert [refusal.message for refusal in outcomes if isinstance(refusal, ValidationError)] == [NOTHING] * 2
    assert told_of_resets() == [account]
    assert factors_of(account) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 40)
def test_app_that_is_added_at_that_moment_goes_too_or_does_not_come(account, boss):
    """Never an app without recovery codes, or a browser that stays signed in."""
    Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    with_recovery_codes(account)
    theirs = browser(account)
    app = app_shown(theirs)

    [status, reset] = at_once([lambda: add_app(theirs, app), partial(reset_factors, account, by=boss)])

    assert is_done(reset)
    assert status == 302
    assert factors_of(account) == []
    assert not is_signed_in(theirs)


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 40)
def test_first_app_that_is_added_at_that_moment_is_whole_or_gone(account, boss):
    theirs = browser(account)
    app = app_shown(theirs)

    [status, reset] = at_once([lambda: add_app(theirs, app), partial(reset_factors, account, by=boss)])

    assert status == 302
    assert sorted(factors_of(account)) == ([] if is_done(reset) else ["recovery_codes", "totp"])
    assert is_signed_in(theirs) != is_done(reset)


def app_shown(client: Client) -> pyotp.TOTP:
    client.get("/account/two-steps/app/")
    return pyotp.TOTP(client.session["mfa.totp.secret"])


def add_app(client: Client, app: pyotp.TOTP) -> int:
    return client.post("/account/two-steps/app/", {"code": app.now()}).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 40)
@pytest.mark.parametrize("is_recovery", [False, True], ids=["code of the app", "recovery code"])
def test_nobody_comes_in_by_a_code_that_is_given_at_that_moment(client, account, boss, is_recovery):
    app = with_app(account)
    codes = with_recovery_codes(account)
    give_password(client, account)
    code = codes[0] if is_recovery else app.now()

    [status, reset] = at_once([lambda: give_code(client, code).status_code, partial(reset_factors, account, by=boss)])

    assert is_done(reset)
    assert status in {302, 422}
    assert factors_of(account) == []
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 40)
@pytest.mark.parametrize("act", ["codes/new/", "app/remove/"])
def test_what_is_confirmed_and_changed_at_that_moment_leaves_nothing(account, boss, act):
    with_recovery_codes(account)
    app = with_app(account)
    theirs = browser(account)
    Session.objects.filter(user=account).update(confirmed=timezone.now() - timedelta(minutes=11))
    confirmed_by = {"confirm_password": PASSWORD, "confirm_code": app.now()}

    [status, reset] = at_once(
        [
            lambda: theirs.post(f"/account/two-steps/{act}", confirmed_by).status_code,
            partial(reset_factors, account, by=boss),
        ]
    )

    assert status in {302, 401, 403, 422}
    assert factors_of(account) == []
    assert not is_signed_in(theirs) or not is_done(reset)
