"""What comes back from the company's sign-in is wrong, or nothing comes: nobody is signed in, and nothing breaks."""

import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client

from e2e.provider import DISCOVERY, ERROR, HTML, KEYS, NO_JSON, TOKEN, USERINFO, Answer, Provider
from people.accounts.company import tokens
from people.accounts.company.troubles import Failure
from people.accounts.models import User
from people.tests.companies import ADA, AWAY, BACK, Company, description, linked, refusal
from people.tests.factories import user
from people.tests.pages import words_of
from people.tests.second_steps import give_password, is_signed_in

pytestmark = pytest.mark.django_db

FAILED = "It didn’t work with your company account. Please try again, or ask"
LATE = "That took too long, or was done already. Please try again."
LIST, EMPTY = Answer(200, "application/json", "[]"), Answer(200, "application/json", "{}")
ELSEWHERE = Answer(302, "text/html", "")
NESTED = Answer(200, "application/json", '{"a":' * 100_000)
HUGE = Answer(200, "application/json", '{"a": "' + "x" * 600_000 + '"}')


@pytest.fixture(autouse=True)
def account(provider: Provider) -> User:
    """Who would be signed in if anything wrong was believed."""
    account = user(ADA)
    linked(account)
    provider.add_person(ADA, sub="1815")
    return account


def way_back(company: Company) -> str:
    return company.come_back(company.leave(), ADA)


def code_in(address: str) -> str:
    return dict(parse_qsl(urlsplit(address).query))["code"]


# What is signed wrongly, or says something else


@pytest.mark.parametrize(
    "says",
    [
        {"signed_by": "another"},
        {"signed_by": "nobody"},
        {"id_token": {"nonce": "another"}},
        {"id_token": {"nonce": None}},
        {"id_token": {"nonce": 1}},
        {"id_token": {"iss": "https://elsewhere.example"}},
        {"id_token": {"iss": None}},
        {"id_token": {"aud": "somebody-else"}},
        {"id_token": {"aud": None}},
        {"id_token": {"aud": ["people", "somebody-else"]}},
        {"id_token": {"aud": ["people", "somebody-else"], "azp": "somebody-else"}},
        {"id_token": {"azp": "somebody-else"}},
        {"id_token": {"exp": 1}},
        {"id_token": {"exp": None}},
        {"id_token": {"exp": "soon"}},
        {"id_token": {"iat": None}},
        {"id_token": {"iat": 9_999_999_999}},
        {"id_token": {"sub": None}},
        {"id_token": {"sub": 1815}},
        {"id_token": {"sub": ""}},
        {"id_token": {"sub": "x" * 192}},
        {"id_token": {"sub": "1815\0"}},
        {"id_token": {"sub": "ünïcode"}},
    ],
    ids=str,
)
def test_wrong_token_is_refused(company: Company, says: dict[str, Any], told):
    company.provider.says(**says)
    answers = []

    lines = told(lambda: answers.append(company.sign_in(ADA)))

    assert refusal(company, answers[0]).startswith(FAILED)
    assert lines == ["company-sign-in-failed account=- by=-"]


def test_several_audiences_are_taken_with_the_one_it_is_for(company: Company, account: User):
    company.provider.says(id_token={"aud": ["people", "somebody-else"], "azp": "people"})

    company.sign_in(ADA)

    assert company.account == account.pk


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", 1, ["x"], {"x": 1}, "\ud800"], ids=repr)
def test_what_is_no_token_is_refused(token: Any):
    with pytest.raises(Failure):
        tokens.read(token, keys=lambda afresh: [], nonce="n")


SAID = {"iss": "https://a.example", "aud": "people", "sub": "1815", "nonce": "n", "iat": 1, "exp": 9_999_999_999}
OURS = ec.generate_private_key(ec.SECP256R1())
PUBLIC = {**jwt.get_algorithm_by_name("ES256").to_jwk(OURS.public_key(), as_dict=True), "kid": "1"}


@pytest.fixture
def issuer(settings) -> None:
    settings.OIDC_ISSUER = SAID["iss"]


def test_elliptic_key_is_taken(issuer):
    token = jwt.encode(SAID, OURS, "ES256", {"kid": "1"})

    assert tokens.read(token, keys=lambda afresh: [PUBLIC], nonce="n").sub == "1815"


def test_new_key_is_asked_for_once_more(issuer):
    token, asked = jwt.encode(SAID, OURS, "ES256", {"kid": "1"}), []

    def keys(afresh: bool) -> list[dict[str, Any]]:
        asked.append(afresh)
        return [PUBLIC] if afresh else []

    assert tokens.read(token, keys=keys, nonce="n").sub == "1815"
    assert asked == [False, True]


def test_key_without_a_name_is_taken_only_if_it_is_the_only_one(issuer):
    token = jwt.encode(SAID, OURS, "ES256")
    other = {**PUBLIC, "kid": "2"}

    assert tokens.read(token, keys=lambda afresh: [PUBLIC], nonce="n").sub == "1815"
    with pytest.raises(Failure):
        tokens.read(token, keys=lambda afresh: [PUBLIC, other], nonce="n")


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"kty": "EC"},
        {**PUBLIC, "use": "enc"},
        {**PUBLIC, "alg": "ES384"},
        {**PUBLIC, "x": "?"},
        {**PUBLIC, "kty": "RSA"},
    ],
    ids=["nothing", "no key", "to encrypt", "another algorithm", "no number", "another kind"],
)
def test_key_of_another_kind_is_refused(issuer, key: dict[str, Any]):
    token = jwt.encode(SAID, OURS, "ES256", {"kid": "1"})

    with pytest.raises(Failure):
        tokens.read(token, keys=lambda afresh: [key], nonce="n")


def test_secret_that_both_know_signs_nothing(issuer, settings):
    secret = settings.OIDC_CLIENT_SECRET = "s" * 32
    token = jwt.encode(SAID, secret, "HS256", {"kid": "1"})
    key = jwt.get_algorithm_by_name("HS256").to_jwk(secret, as_dict=True)

    with pytest.raises(Failure):
        tokens.read(token, keys=lambda afresh: [{**key, "kid": "1"}], nonce="n")


# What is replayed, or belongs to another session


def test_answer_counts_once(company: Company):
    back = way_back(company)
    company.here.get(back)
    company.here.post("/sign-out/")

    assert refusal(company, company.here.get(back)) == LATE


def test_answer_is_worth_nothing_in_another_browser(company: Company):
    back = way_back(company)
    company.here = Client()

    assert refusal(company, company.here.get(back)) == LATE


def test_answer_of_another_sign_in_is_worth_nothing(company: Company):
    """Somebody has the code of another, and puts it into the own way."""
    theirs = Company(company.provider)
    with theirs.there:
        stolen = code_in(way_back(theirs))
    own = way_back(company)

    assert refusal(company, company.here.get(own.replace(code_in(own), stolen))).startswith(FAILED)


def test_code_that_was_used_is_refused(company: Company):
    first = way_back(company)
    used = code_in(first)
    company.here.get(first)
    company.here.post("/sign-out/")
    second = way_back(company)

    assert refusal(company, company.here.get(second.replace(code_in(second), used))).startswith(FAILED)


@pytest.mark.parametrize("state", [None, "", "x", "\0", "x" * 5_000])
def test_state_that_nobody_began_is_refused(company: Company, state: str | None):
    company.leave()
    sent = urlencode({"code": "x"} | ({} if state is None else {"state": state}))

    assert refusal(company, company.here.get(f"{BACK}?{sent}")) == LATE


def test_way_is_good_for_ten_minutes(company: Company, monkeypatch):
    back, now = way_back(company), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)

    assert refusal(company, company.here.get(back)) == LATE


def test_answer_of_another_issuer_is_refused(company: Company):
    back = way_back(company)
    there = f"iss={quote(company.provider.issuer, safe='')}"
    assert there in back

    answer = company.here.get(back.replace(there, "iss=https%3A%2F%2Felsewhere.example"))

    assert refusal(company, answer).startswith(FAILED)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("access_denied", "You turned back from your company account. Nothing was changed."),
        ("temporarily_unavailable", AWAY),
        ("login_required", FAILED),
        ("<script>", FAILED),
    ],
)
def test_provider_says_why_not(company: Company, error: str, sentence: str):
    state = company.leave().partition("state=")[2].partition("&")[0]

    answer = company.here.get(f"{BACK}?{urlencode({'error': error, 'state': state})}")

    assert refusal(company, answer).startswith(sentence)


# What is broken or away


BROKEN = {"html": HTML, "no json": NO_JSON, "error": ERROR, "list": LIST, "empty": EMPTY, "led elsewhere": ELSEWHERE}
BROKEN |= {"nested": NESTED, "huge": HUGE}


CHANGES: list[dict[str, Any]] = [
    {"issuer": "https://elsewhere.example"},
    {"issuer": None},
    {"issuer": 1},
    {"authorization_endpoint": None},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"authorization_endpoint": ["https://a.example"]},
    {"token_endpoint": None},
    {"token_endpoint": "file:///etc/passwd"},
    {"jwks_uri": None},
    {"jwks_uri": "http://["},
]


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_broken_discovery_leads_back(company: Company, answer: Answer):
    company.provider.says(instead={DISCOVERY: answer})

    assert refusal(company, company.here.post("/sign-in/company/")) == AWAY


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_wrong_discovery_leads_back(company: Company, changes: dict[str, Any]):
    company.provider.says(instead={DISCOVERY: description(company.provider, **changes)})

    assert refusal(company, company.here.post("/sign-in/company/")) == AWAY


@pytest.mark.parametrize("address", [TOKEN, KEYS, DISCOVERY])
@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_whatever_is_broken_on_the_way_back_leads_back(company: Company, address: str, answer: Answer, caplog):
    back = way_back(company)
    cache.clear()  # as in another process
    company.provider.says(instead={address: answer})

    sentence = refusal(company, company.here.get(back))

    assert sentence.startswith(FAILED if (address, answer) == (TOKEN, EMPTY) else AWAY)
    [line] = [message for name, _, message in caplog.record_tuples if name.endswith("company.troubles")]
    assert "http" not in line


@pytest.mark.parametrize("answer", [*BROKEN.values()], ids=BROKEN)
def test_broken_userinfo_leads_back(company: Company, answer: Answer, settings):
    SocialAccount.objects.all().delete()
    settings.OIDC_LINK = True
    company.provider.says(id_token={"email": None}, instead={USERINFO: answer})

    assert refusal(company, company.sign_in(ADA)).startswith(FAILED if answer == EMPTY else AWAY)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, "application/json", '{"error": "invalid_grant"}'),
        Answer(401, "application/json", '{"error": "invalid_client"}'),
        Answer(400, "application/json", '{"error": ["<secret>"]}'),
        Answer(200, "application/json", '{"id_token": 1}'),
        Answer(200, "application/json", '{"access_token": 1, "id_token": "x"}'),
    ],
    ids=str,
)
def test_refusing_token_endpoint_leads_back(company: Company, answer: Answer, caplog):
    company.provider.says(instead={TOKEN: answer})

    assert refusal(company, company.sign_in(ADA)).startswith(FAILED)
    assert "<secret>" not in caplog.text


def test_provider_that_is_down_leads_back(company: Company):
    with company.provider.away():
        assert refusal(company, company.here.post("/sign-in/company/")) == AWAY


def test_provider_is_asked_again_after_a_minute(company: Company, monkeypatch):
    company.leave()

    with company.provider.away():
        company.leave()
        monkeypatch.setattr("people.accounts.company.discovery.KEPT_TO_SEND", 0)
        assert refusal(company, company.here.post("/sign-in/company/")) == AWAY


@pytest.mark.parametrize("knows", [True, False], ids=["known", "unknown"])
def test_provider_that_goes_away_meanwhile_leads_back(company: Company, knows: bool):
    back = way_back(company)
    if not knows:
        cache.clear()

    with company.provider.away():
        assert refusal(company, company.here.get(back)) == AWAY


def test_password_signs_in_while_the_provider_is_away(company: Company, account: User):
    with company.provider.away():
        company.here.post("/sign-in/company/")
        give_password(company.here, account)

    assert is_signed_in(company.here)


def test_sentence_is_said_once(company: Company):
    with company.provider.away():
        company.here.post("/sign-in/company/")

    assert AWAY in words_of(company.here.get("/sign-in/").text)
    assert AWAY not in words_of(company.here.get("/sign-in/").text)


@pytest.mark.parametrize("address", [DISCOVERY, TOKEN, KEYS])
def test_slow_provider_is_waited_for_as_long_as_is_said(company: Company, address: str, monkeypatch):
    monkeypatch.setattr("people.accounts.company.line.LONGEST_WAIT", 0.3)
    back = None if address == DISCOVERY else way_back(company)
    company.provider.slow(2, address)
    begun = time.monotonic()

    answer = company.here.get(back) if back else company.here.post("/sign-in/company/")

    assert time.monotonic() - begun < 1.5
    assert refusal(company, answer) == AWAY


def test_all_together_ends_in_time(company: Company, monkeypatch):
    """Each is slow, none too slow."""
    back = way_back(company)
    cache.clear()
    monkeypatch.setattr("people.accounts.company.provider.COMING_BACK", 1)
    company.provider.slow(0.6)

    begun = time.monotonic()
    answer = company.here.get(back)

    assert time.monotonic() - begun < 2
    assert refusal(company, answer) == AWAY


def test_description_and_keys_are_asked_for_once_in_a_while(company: Company, account: User):
    company.sign_in(ADA)
    company.here.post("/sign-out/")
    company.provider.says(instead={DISCOVERY: ERROR, KEYS: ERROR})

    company.sign_in(ADA)

    assert company.account == account.pk
