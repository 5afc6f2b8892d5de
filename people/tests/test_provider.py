"""The provider of e2e/provider is a good one and goes wrong as it is told; browser and server are plain requests."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import jwt
import pytest
import requests

from e2e.provider import (
    AUTHORIZE,
    DISCOVERY,
    ERROR,
    HTML,
    KEYS,
    NO_JSON,
    PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    TOKEN,
    USERINFO,
    Answer,
    Provider,
)

BACK, GOODBYE = "http://127.0.0.1:1/back/", "http://127.0.0.1:1/goodbye/"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with Provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """One who knows Ada, and where to send her."""
    running.begin_anew()
    running.register(BACK, after_sign_out=[GOODBYE])
    running.add_person("ada@example.com", sub="1815", name="Ada Lovelace")
    return running


@dataclass
class Visitor:
    """A browser, and the server that sent it."""

    provider: Provider
    browser: requests.Session = field(default_factory=requests.Session)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def go(self, **differently: str) -> requests.Response:
        """To the provider, and on to its page or to the door of the site that it sends back to."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        question = {"client_id": self.provider.client_id, "response_type": "code", "scope": "openid email profile"}
        question |= {"redirect_uri": BACK, "state": "s1", "nonce": "n1"}
        question |= {"code_challenge": challenge, "code_challenge_method": "S256"} | differently
        said = {name: value for name, value in question.items() if value}
        return self.follow(self.browser.get(self.provider.issuer + AUTHORIZE, params=said, allow_redirects=False))

    def follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and not answer.headers["Location"].startswith((BACK, GOODBYE)):
            answer = self.browser.get(urljoin(answer.url, answer.headers["Location"]), allow_redirects=False)
        return answer

    def sign_in(self, form: requests.Response, email: str = "ada@example.com", password: str = PASSWORD):
        mark = self.browser.cookies["provider_csrf"]
        where = dict(parse_qsl(urlsplit(form.url).query))["next"]
        typed = {"username": email, "password": password, "next": where, "csrfmiddlewaretoken": mark}
        return self.follow(self.browser.post(form.url, data=typed, allow_redirects=False))

    def redeem(self, code: str, **differently: str) -> requests.Response:
        told = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier}
        told |= {"client_id": self.provider.client_id, "client_secret": self.provider.client_secret} | differently
        return requests.post(self.provider.issuer + TOKEN, data=told, timeout=10)

    def tokens(self) -> dict[str, Any]:
        """The whole way."""
        return self.redeem(brought(self.sign_in(self.go()))["code"]).json()


@pytest.fixture
def visitor(provider: Provider) -> Iterator[Visitor]:
    visitor = Visitor(provider)
    with visitor.browser:
        yield visitor


def brought(answer: requests.Response) -> dict[str, str]:
    """What comes back to the site."""
    assert answer.headers["Location"].startswith((BACK, GOODBYE))
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def asks_to_sign_in(answer: requests.Response) -> bool:
    return urlsplit(answer.url).path == SIGN_IN and "Sign in at the company" in answer.text


def get(provider: Provider, address: str, **headers: str) -> requests.Response:
    return requests.get(provider.issuer + address, headers=headers, timeout=10)


def claims_of(provider: Provider, token: str) -> dict[str, Any]:
    """What a token says, if it stands up to all that a client must ask of it but the nonce."""
    keys = jwt.PyJWKSet.from_dict(get(provider, KEYS).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, ["RS256"], audience=provider.client_id, issuer=provider.issuer)


def userinfo(provider: Provider, tokens: dict[str, Any]) -> dict[str, Any]:
    return get(provider, USERINFO, Authorization=f"Bearer {tokens['access_token']}").json()


# A good provider


def test_discovery_names_what_is_there(provider: Provider):
    found = get(provider, DISCOVERY).json()

    assert found["issuer"] == provider.issuer
    assert found["authorization_endpoint"] == provider.issuer + AUTHORIZE
    assert found["token_endpoint"] == provider.issuer + TOKEN
    assert found["userinfo_endpoint"] == provider.issuer + USERINFO
    assert found["jwks_uri"] == provider.issuer + KEYS
    assert found["end_session_endpoint"] == provider.issuer + SIGN_OUT
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_token_and_userinfo_say_who_signed_in(provider: Provider, visitor: Visitor):
    before = int(time.time())

    back = brought(visitor.sign_in(visitor.go()))
    tokens = visitor.redeem(back["code"]).json()

    claims = claims_of(provider, tokens["id_token"])
    about = {"sub": "1815", "email": "ada@example.com", "email_verified": True, "name": "Ada Lovelace"}
    assert (back["state"], back["iss"]) == ("s1", provider.issuer)
    assert claims.items() >= (about | {"nonce": "n1"}).items()
    assert before <= claims["auth_time"] <= time.time()
    assert userinfo(provider, tokens) == about


def test_person_may_be_unverified_and_have_another_email_later(provider: Provider, visitor: Visitor):
    provider.add_person("ada@example.org", sub="1815", verified=False)
    form = visitor.go()

    assert asks_to_sign_in(visitor.sign_in(form, "ada@example.com"))
    back = brought(visitor.sign_in(form, "ada@example.org"))

    claims = claims_of(provider, visitor.redeem(back["code"]).json()["id_token"])
    assert (claims["sub"], claims["email"], claims["email_verified"]) == ("1815", "ada@example.org", False)


def test_nothing_may_be_said_of_whether_an_email_is_verified(provider: Provider, visitor: Visitor):
    provider.add_person("ada@example.com", sub="1815", email_verified=None)

    tokens = visitor.tokens()

    assert "email_verified" not in claims_of(provider, tokens["id_token"]) | userinfo(provider, tokens)


def test_wrong_password_is_asked_for_again(visitor: Visitor):
    answer = visitor.sign_in(visitor.go(), password="wrong")

    assert asks_to_sign_in(answer)
    assert 'role="alert"' in answer.text


def test_code_counts_once(visitor: Visitor):
    code = brought(visitor.sign_in(visitor.go()))["code"]

    assert [visitor.redeem(code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("differently", "status"),
    [
        ({"code_verifier": "w" * 64}, 400),
        ({"code_verifier": ""}, 400),
        ({"redirect_uri": GOODBYE}, 400),
        ({"client_secret": "wrong"}, 401),
        ({"code": "wrong"}, 400),
    ],
)
def test_token_is_refused(visitor: Visitor, differently, status):
    code = brought(visitor.sign_in(visitor.go()))["code"]

    answer = visitor.redeem(**{"code": code} | differently)

    assert answer.status_code == status
    assert "id_token" not in answer.json()


@pytest.mark.parametrize("differently", [{"code_challenge": ""}, {"code_challenge_method": "plain"}])
def test_code_needs_a_challenge(visitor: Visitor, differently):
    answer = visitor.sign_in(visitor.go(**differently))

    assert brought(answer)["error"] == "invalid_request"


def test_nobody_is_sent_to_an_address_that_is_not_registered(visitor: Visitor):
    answer = visitor.sign_in(visitor.go(redirect_uri="http://127.0.0.1:1/elsewhere/"))

    assert answer.status_code == 400


def test_session_is_remembered_unless_a_sign_in_is_asked_for(visitor: Visitor):
    visitor.sign_in(visitor.go())

    assert "code" in brought(visitor.go())
    form = visitor.go(prompt="login")
    assert asks_to_sign_in(form)
    assert "code" in brought(visitor.sign_in(form))


def test_signing_out_comes_back_and_ends_the_session(provider: Provider, visitor: Visitor):
    hint = visitor.tokens()["id_token"]

    where = {"id_token_hint": hint, "post_logout_redirect_uri": GOODBYE, "state": "s2"}
    answer = visitor.browser.get(provider.issuer + SIGN_OUT, params=where, allow_redirects=False)

    assert brought(answer) == {"state": "s2"}
    assert asks_to_sign_in(visitor.go())


def test_stays_the_same_when_it_was_down(provider: Provider, visitor: Visitor):
    visitor.tokens()

    with provider.away(), pytest.raises(requests.ConnectionError):
        get(provider, DISCOVERY)

    assert "code" in brought(visitor.go())


# What goes wrong


@pytest.mark.parametrize(
    ("says", "refusal"),
    [
        ({"id_token": {"aud": "somebody-else"}}, jwt.InvalidAudienceError),
        ({"id_token": {"iss": "http://elsewhere.example"}}, jwt.InvalidIssuerError),
        ({"id_token": {"exp": 1}}, jwt.ExpiredSignatureError),
        ({"signed_by": "another"}, jwt.InvalidSignatureError),
        ({"signed_by": "nobody"}, jwt.InvalidAlgorithmError),
    ],
)
def test_token_stands_up_no_longer(provider: Provider, visitor: Visitor, says, refusal):
    provider.says(**says)
    token = visitor.tokens()["id_token"]

    with pytest.raises(refusal):
        claims_of(provider, token)

    provider.says()
    assert claims_of(provider, visitor.redeem(brought(visitor.go())["code"]).json()["id_token"])


def test_nonce_differs_in_a_token_that_stands_up(provider: Provider, visitor: Visitor):
    provider.says(id_token={"nonce": "another", "email": None})

    claims = claims_of(provider, visitor.tokens()["id_token"])

    assert (claims["nonce"], "email" in claims) == ("another", False)


def test_userinfo_is_of_somebody_else(provider: Provider, visitor: Visitor):
    provider.says(userinfo={"sub": "1906"})

    tokens = visitor.tokens()

    assert claims_of(provider, tokens["id_token"])["sub"] == "1815"
    assert userinfo(provider, tokens)["sub"] == "1906"


@pytest.mark.parametrize(
    ("address", "instead"), [(DISCOVERY, HTML), (DISCOVERY, NO_JSON), (KEYS, Answer(200, "application/json", "[]"))]
)
def test_address_answers_something_else(provider: Provider, address, instead):
    provider.says(instead={address: instead})

    answer = get(provider, address)

    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == instead


def test_token_is_answered_by_an_error(provider: Provider, visitor: Visitor):
    provider.says(instead={TOKEN: ERROR})

    assert visitor.redeem(brought(visitor.sign_in(visitor.go()))["code"]).status_code == 500


def test_only_what_is_slow_takes_time(provider: Provider):
    provider.slow(60, DISCOVERY)

    with pytest.raises(requests.ReadTimeout):
        requests.get(provider.issuer + DISCOVERY, timeout=0.5)
    assert get(provider, KEYS).ok

    provider.says()
    assert get(provider, DISCOVERY).ok
