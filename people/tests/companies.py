"""Signing in at a real provider, in a browser that is Django's here and plain requests there."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client

from e2e.provider import DISCOVERY, PASSWORD, Answer, Provider
from people.accounts.models import User

from .pages import words_of
from .second_steps import is_signed_in

START, BACK = "/sign-in/company/", "/sign-in/company/callback/"
ADA = "ada@example.com"
NOT_LINKED = "This company account isn’t linked to anybody here."
AWAY = "Your company account doesn’t answer just now. Sign in with your password, or try again."


class Company:
    """One browser: `here` at the directory, and `there` at the provider."""

    def __init__(self, provider: Provider, **options: Any) -> None:
        self.provider, self.here, self.there = provider, Client(**options), requests.Session()

    def leave(self, start: str = START, **typed: str) -> str:
        """Press the button; returns the address that the page leads to."""
        return led_to(self.here.post(start, typed))

    def come_back(self, address: str, email: str, password: str = PASSWORD) -> str:
        """Sign in at the provider, unless one is; returns the address to which it leads back."""
        answer = self._follow(self.there.get(address, allow_redirects=False))
        if not answer.is_redirect:
            [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text)
            next_address = dict(parse_qsl(urlsplit(answer.url).query))["next"]
            typed = {"username": email, "password": password, "next": next_address, "csrfmiddlewaretoken": token}
            answer = self._follow(self.there.post(answer.url, data=typed, allow_redirects=False))
        return answer.headers["Location"].removeprefix("http://testserver")

    def sign_in(self, email: str, start: str = START, **typed: str) -> Any:
        """The whole way; returns the directory's answer."""
        return self.here.get(self.come_back(self.leave(start, **typed), email))

    @property
    def account(self) -> int | None:
        """The key of the account that is signed in."""
        key = self.here.session.get("_auth_user_id")
        return int(key) if key else None

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and not answer.headers["Location"].startswith("http://testserver"):
            answer = self.there.get(urljoin(answer.url, answer.headers["Location"]), allow_redirects=False)
        return answer


def led_to(answer: Any) -> str:
    """Where a page leads by itself, which its link says too."""
    [address] = re.findall(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', answer.text)
    assert f'href="{address}"' in answer.text
    return unescape(address)


def linked(account: User, sub: str = "1815", issuer: str | None = None) -> SocialAccount:
    return SocialAccount.objects.create(user=account, provider=issuer or settings.OIDC_ISSUER, uid=sub)


def refusal(company: Company, answer: Any) -> str:
    """What the sign-in page says, to which a refused one is led back; nobody is signed in."""
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert not is_signed_in(company.here)
    return said(company.here.get(answer["Location"]).text)


def said(html: str) -> str:
    return words_of(html.partition('role="alert"')[2].partition('<div class="fields">')[0].partition(">")[2])


def description(provider: Provider, **changes: Any) -> Answer:
    """The right one, but for some changes; None leaves one out."""
    said = requests.get(provider.issuer + DISCOVERY, timeout=5).json() | changes
    return Answer(200, "application/json", json.dumps({name: said[name] for name in said if said[name] is not None}))


@pytest.fixture(scope="session")
def running_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with Provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider, settings: Any) -> Provider:
    """That of the settings, where the directory is registered; nobody is there."""
    running_provider.begin_anew()
    running_provider.register(f"http://testserver{BACK}", after_sign_out=["http://testserver/sign-in/"])
    settings.OIDC_ISSUER = running_provider.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running_provider.client_id, running_provider.client_secret
    return running_provider


@pytest.fixture
def company(provider: Provider) -> Iterator[Company]:
    company = Company(provider)
    with company.there:
        yield company
