"""Codes that are given, and factors that are set up, at the same moment in several threads."""

import re
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from people.accounts.models import User
from people.tests.factories import user
from people.tests.rounds import at_once
from people.tests.second_steps import give_code, give_password, is_signed_in, with_app

pytestmark = pytest.mark.django_db(transaction=True)

APP, CODES = "/account/two-steps/app/", "/account/two-steps/codes/"


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def halfway(account: User, number: int) -> list[Client]:
    """So many browsers in which the password was given."""
    browsers = [Client() for _ in range(number)]
    for browser in browsers:
        give_password(browser, account)
    return browsers


def let_in(account: User, code: str, number: int = 4) -> int:
    """In how many of some browsers the same code signs in at once."""
    browsers = halfway(account, number)
    answers = cast(list[Any], at_once(partial(give_code, browser, code) for browser in browsers))

    assert {answer.status_code for answer in answers} <= {302, 422}
    return sum(map(is_signed_in, browsers))


@pytest.mark.rounds(2, 25)
def test_code_of_the_app_signs_in_once(account):
    app = with_app(account)

    assert let_in(account, app.now()) == 1


@pytest.mark.rounds(2, 25)
def test_recovery_code_signs_in_once(account):
    with_app(account)
    browser = Client()
    browser.force_login(account)
    [code, *_] = re.findall(r"<code>([\d ]+)</code>", browser.post(f"{CODES}new/", follow=True).text)

    assert let_in(account, code) == 1


@pytest.mark.rounds(2, 25)
def test_app_is_set_up_once(account):
    """Whoever presses twice, or in two tabs, has one app and is told of no error."""
    browser = Client()
    browser.force_login(account)
    html = browser.get(APP).text
    key = "".join(re.findall(r'data-testid="key">([^<]+)<', html)[0].split())
    others = [Client(), Client()]
    for other in others:
        other.cookies = browser.cookies
    moments = [timezone.now(), timezone.now() - timedelta(seconds=30)]
    codes = [pyotp.TOTP(key).at(moment) for moment in moments]
    answers = cast(
        list[Any], at_once(partial(other.post, APP, {"code": code}) for other, code in zip(others, codes, strict=True))
    )

    assert Authenticator.objects.filter(type="totp").count() == 1
    assert {answer.status_code for answer in answers} == {302}
