"""Accounts with a second factor, and how a test signs in with one."""

from datetime import timedelta
from typing import Any

import pyotp
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client
from django.utils import timezone

from people.accounts.models import User
from people.accounts.sessions.models import Session

PASSWORD = "correct horse battery"  # of `factories.user`
PAGE = "/sign-in/second-step/"


def with_app(account: User) -> pyotp.TOTP:
    """Let the account have an authenticator app, and return it."""
    secret = pyotp.random_base32()
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return pyotp.TOTP(secret)


def with_passkey(account: User) -> None:
    """Let the account have one, without what follows when its person adds it: browsers stay signed in."""
    Authenticator.objects.bulk_create([Authenticator(user=account, type=Authenticator.Type.WEBAUTHN, data={})])


def with_all_factors(account: User) -> pyotp.TOTP:
    """An app, two passkeys and recovery codes; returns the app."""
    for _ in range(2):
        Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    with_recovery_codes(account)
    return with_app(account)


def with_recovery_codes(account: User, seed: str = "seed") -> list[str]:
    """Let the account have recovery codes beside another factor, and return them."""
    data = {"seed": encrypt(seed), "used_mask": 0}
    codes = Authenticator.objects.create(user=account, type=Authenticator.Type.RECOVERY_CODES, data=data)
    made: list[str] = codes.wrap().generate_codes()
    return made


def give_password(client: Client, account: User, *, follow: bool = False, **more: Any) -> Any:
    """The first step."""
    return client.post("/sign-in/", {"username": account.email, "password": PASSWORD}, follow=follow, **more)


def give_code(client: Client, code: str, **more: Any) -> Any:
    """The second step."""
    return client.post(PAGE, {"code": code}, **more)


def lapse() -> None:
    """From now on everybody signed in has to confirm again who they are."""
    Session.objects.update(confirmed=timezone.now() - timedelta(minutes=11))


def is_signed_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200
