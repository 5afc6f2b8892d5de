"""Whatever is sent in place of a passkey, the answer is a sentence and never an error of the server."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from people.accounts.models import User
from people.tests.authenticators import ADD, CHALLENGE, SECOND_STEP, SIGN_IN, Device, challenge, passkeys, with_passkey
from people.tests.factories import user
from people.tests.second_steps import give_password, lapse

pytestmark = pytest.mark.django_db

END = "/account/sessions/end/"
NO_JSON = ["", "{", "null", "true", "0", "NaN", "1e999", "9" * 5_000, '"x"', "[]", "{}", "\0", "[" * 10_000]
NO_JSON += ['{"a":' * 3_000, "x" * 100_000, '"\\ud800"']
NO_VALUE: list[Any] = [
    None,
    True,
    0,
    1.5,
    -(10**30),
    "",
    "\0",
    "\u0000AAAA",
    "A",
    "%",
    "ä",
    "A" * 15_000,
    [],
    {},
    ["AAAA"],
]
NO_VALUE += [{"rawId": "AAAA"}, "AAAA", "e30", websafe_encode(b"null"), websafe_encode(b'{"type": 1}'), "_" * 64]
NO_VALUE += [
    websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})) for data in (b"", b"\xff" * 200)
]
NO_VALUE += [websafe_encode(b"\x9f" * 5_000), websafe_encode(b"\xbb" + b"\xff" * 8), websafe_encode(b"\xff" * 37)]


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


@pytest.fixture
def device(account: User) -> Device:
    return with_passkey(account)


@pytest.fixture
def owner(account: User, device: Device) -> Client:
    """Signed in; an error of the server is an answer."""
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


@pytest.fixture
def halfway(account: User, device: Device) -> Client:
    client = Client(raise_request_exception=False)
    give_password(client, account)
    return client


def broken(handed_over: dict[str, Any]) -> Iterator[Any]:
    """The same with each part that counts missing, and as each of `NO_VALUE`."""
    for name in ("rawId", "response"):
        yield {key: value for key, value in handed_over.items() if key != name}
        yield from (handed_over | {name: value} for value in NO_VALUE)
    for name, value in handed_over["response"].items():
        for wrong in [*NO_VALUE, ..., value[:-4], value + "AAAA", value * 2]:
            kind = deepcopy(handed_over)
            del kind["response"][name]
            if wrong is not ...:
                kind["response"][name] = wrong
            yield kind


def send(client: Client, address: str, kinds: Iterable[Any]) -> set[int]:
    """The statuses of all answers, each to another client, so that nobody has to wait."""
    return {
        client.post(
            address, {"credential": json.dumps(kind)}, REMOTE_ADDR=f"10.0.{place // 250}.{place % 250}"
        ).status_code
        for place, kind in enumerate(kinds)
    }


@pytest.mark.parametrize("sent", NO_JSON, ids=range(len(NO_JSON)))
def test_no_passkey_at_all(owner, halfway, account, sent: str):
    assert Client(raise_request_exception=False).post(SIGN_IN, {"credential": sent}).status_code == 422
    assert halfway.post(SECOND_STEP, {"credential": sent}).status_code == 422
    assert owner.post(ADD, {"credential": sent}).status_code == 422
    lapse()
    assert owner.post(END, {"confirm_passkey": sent}).status_code == 422
    assert len(passkeys(account)) == 1


@pytest.mark.no_cover
def test_broken_ones_sign_nobody_in(device):
    client = Client(raise_request_exception=False)
    handed_over = device.use(challenge(client, SIGN_IN))

    assert send(client, SIGN_IN, broken(handed_over)) == {422}
    assert send(client, SIGN_IN, [handed_over]) == {302}


@pytest.mark.no_cover
def test_broken_ones_are_no_second_step(halfway, device):
    handed_over = device.use(challenge(halfway, SECOND_STEP))
    del handed_over["response"]["userHandle"]  # it isn't looked at: the password has said whose it must be

    assert send(halfway, SECOND_STEP, broken(handed_over)) == {422}
    assert send(halfway, SECOND_STEP, [handed_over]) == {302}


def test_broken_ones_are_not_added(owner, account):
    made = Device().make(challenge(owner, ADD))

    assert send(owner, ADD, broken(made)) == {422}
    assert len(passkeys(account)) == 1


@pytest.mark.no_cover
def test_any_byte_may_be_another_one(owner, account):
    """Of what a device says of a new passkey; some of it nobody can check."""
    length = len(websafe_decode(Device().make(challenge(owner, ADD))["response"]["attestationObject"]))
    for place in range(length):
        made = Device().make(challenge(owner, ADD))
        said = bytearray(websafe_decode(made["response"]["attestationObject"]))
        said[place] ^= 0xFF
        made["response"]["attestationObject"] = websafe_encode(bytes(said))

        assert send(owner, ADD, [made]) <= {302, 422}, place

        for passkey in passkeys(account)[1:]:
            passkey.delete()


def test_passkey_of_a_kind_that_is_not_known_is_refused(owner):
    device = Device()
    made = device.make(challenge(owner, ADD))
    data = AttestationObject(websafe_decode(made["response"]["attestationObject"])).auth_data
    assert data.credential_data
    key = CoseKey({**data.credential_data.public_key, 3: -65_000})
    other = AttestedCredentialData.create(Aaguid.NONE, device.key, key)
    data = AuthenticatorData.create(data.rp_id_hash, data.flags, data.counter, other)
    made["response"]["attestationObject"] = websafe_encode(AttestationObject.create("none", data, {}))

    assert send(owner, ADD, [made]) == {422}


def test_only_what_counts_is_stored(owner, account):
    made = Device().make(challenge(owner, ADD))
    made |= {"more": "\0", "clientExtensionResults": {"\0": "\0"}}
    made["response"] |= {"transports": ["\0"], "publicKey": "x" * 5_000}
    send(owner, ADD, [made])

    stored = passkeys(account)[-1].data["credential"]
    assert stored.keys() == {"id", "rawId", "type", "response"}
    assert stored["response"].keys() == {"attestationObject", "clientDataJSON"}


@pytest.mark.parametrize("address", [SIGN_IN, CHALLENGE, ADD, SECOND_STEP])
@pytest.mark.parametrize("accept", ["application/json", "*/*", "", "\x00", "text/html;q=x", "a" * 5_000])
def test_challenge_may_be_asked_for_in_any_way(owner, address: str, accept: str):
    assert owner.get(address, headers={"Accept": accept}).status_code in {200, 302}
