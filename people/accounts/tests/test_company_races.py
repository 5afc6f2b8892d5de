"""Company accounts that come for the first time, or come back, at the same moment in several threads."""

from functools import partial
from typing import Any, cast

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from people.accounts.company.links import link, link_by_email
from people.accounts.company.tokens import Claims
from people.accounts.company.troubles import Failure
from people.accounts.models import User
from people.tests.companies import ADA, Company, linked
from people.tests.factories import user
from people.tests.rounds import at_once
from people.tests.second_steps import is_signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(provider, settings) -> User:
    provider.add_person(ADA, sub="1815")
    settings.OIDC_LINK = True
    return user(ADA)


def try_link(account: User, sub: str) -> bool:
    try:
        link(account, sub)
    except Failure:
        return False
    return True


@pytest.mark.rounds(2, 25)
def test_one_of_several_is_linked_by_the_same_email(account: User):
    claims = [Claims(f"sub-{number}", ADA, is_verified=True, signed_in_at=None) for number in range(4)]

    came = at_once(partial(link_by_email, each) for each in claims)

    assert len([account for account in came if account]) == 1
    assert SocialAccount.objects.count() == 1


@pytest.mark.rounds(2, 25)
def test_same_company_account_is_linked_once_and_comes_in_each_time(account: User):
    claims = Claims("1815", ADA, is_verified=True, signed_in_at=None)

    assert at_once(partial(link_by_email, claims) for _ in range(4)) == [account] * 4
    assert SocialAccount.objects.count() == 1


@pytest.mark.rounds(2, 25)
def test_company_account_is_linked_with_one_of_several(account: User):
    others = [user(f"{number}@example.com") for number in range(4)]

    assert sorted(cast(list[bool], at_once(partial(try_link, other, "1815") for other in others)))[-2:] == [False, True]
    assert SocialAccount.objects.count() == 1


@pytest.mark.rounds(1, 10)
def test_answer_that_comes_twice_at_once_signs_in_once(company: Company, account: User):
    linked(account)
    back = company.come_back(company.leave(), ADA)
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        browser.cookies["sessionid"] = company.here.cookies["sessionid"].value

    answers = cast(list[Any], at_once(partial(browser.get, back) for browser in browsers))

    assert {answer.status_code for answer in answers} == {302}
    assert sum(map(is_signed_in, browsers)) == 1
