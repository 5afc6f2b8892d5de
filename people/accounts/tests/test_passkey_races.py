"""Passkeys that are used, renamed and taken away at the same moment in several threads."""

import json
from functools import partial
from typing import Any, cast

import pytest
from django.test import Client

from people.accounts.factors.reset import reset_factors
from people.accounts.models import User
from people.tests.authenticators import ADD, SIGN_IN, Device, challenge, passkeys, with_passkey
from people.tests.factories import user
from people.tests.rounds import at_once
from people.tests.second_steps import is_signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def owner(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.rounds(2, 25)
def test_whoever_has_a_lost_device_is_out_once_it_was_reset(account):
    """Also whoever signs in with it at that moment."""
    device, thief = with_passkey(account), Client()
    sent = {"credential": json.dumps(device.use(challenge(thief, SIGN_IN)))}
    answer, _ = at_once([partial(thief.post, SIGN_IN, sent), partial(reset_factors, account, by=None)])

    assert cast(Any, answer).status_code in {302, 422}
    assert not is_signed_in(thief)


@pytest.mark.rounds(2, 25)
def test_removed_passkey_comes_back_by_no_new_name(account):
    with_passkey(account)
    page = f"/account/two-steps/passkeys/{passkeys(account)[0].pk}/"
    first, second = owner(account), owner(account)
    answers = at_once([partial(first.post, f"{page}remove/"), partial(second.post, page, {"name": "Old laptop"})])

    assert {cast(Any, answer).status_code for answer in answers} == {302}
    assert passkeys(account) == []


@pytest.mark.rounds(2, 25)
def test_one_passkey_is_added_once(account):
    """Whoever presses twice, or in two tabs, is told of no error."""
    first, second = owner(account), Client()
    sent = {"credential": json.dumps(Device().make(challenge(first, ADD)))}
    second.cookies = first.cookies
    answers = at_once([partial(first.post, ADD, sent), partial(second.post, ADD, sent)])

    assert {cast(Any, answer).status_code for answer in answers} <= {302, 422}
    assert len(passkeys(account)) == 1
