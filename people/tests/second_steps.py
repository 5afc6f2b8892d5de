"""Accounts with a second factor, and how a test signs in with one."""

from typing import Any

import pyotp
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from people.accounts.models import User

PASSWORD = "correct horse battery"  # of `factories.user`
PAGE = "/sign-in/second-step/"


def with_app(account: User) -> pyotp.TOTP:
    """Let the account have an authenticator app, and return it."""
    secret = pyotp.random_base32()
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return pyotp.TOTP(secret)


def give_password(client: Client, account: User, *, follow: bool = False, **more: Any) -> Any:
    """The first step."""
    return client.post("/sign-in/", {"username": account.email, "password": PASSWORD}, follow=follow, **more)


def give_code(client: Client, code: str, **more: Any) -> Any:
    """The second step."""
    return client.post(PAGE, {"code": code}, **more)


def is_signed_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200
