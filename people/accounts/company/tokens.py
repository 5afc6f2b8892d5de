"""ID tokens: what the company's sign-in says of who signed in, believed only after every check that the standard asks.

OpenID Connect Core 1.0, 3.1.3.7; the signature is checked although the token comes straight from the provider.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NoReturn

import jwt
from django.conf import settings
from django.utils.crypto import constant_time_compare

from .troubles import Failure, Trouble

# Signed with a key that only the provider has: never "none", and never with the secret that both know.
ALGORITHMS = [f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)]
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60  # seconds by which the clocks of two servers may differ
LONGEST_SUB = 191  # characters, of which the table of links holds so many

Keys = Callable[[bool], list[dict[str, Any]]]


@dataclass(frozen=True)
class Claims:
    """Who signed in there: `sub` says it for ever, the e-mail only for the first link."""

    sub: str
    email: str | None
    is_verified: bool
    signed_in_at: float | None

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Claims":
        email, at = said.get("email"), said.get("auth_time")
        return cls(
            sub=said["sub"],
            email=email if isinstance(email, str) else None,
            is_verified=said.get("email_verified") is True,
            signed_in_at=float(at) if isinstance(at, int | float) else None,
        )


def nonce_of(verifier: str) -> str:
    """What the token must repeat: made from the secret that the session holds for this one way, and gives out once."""
    return sha256(f"nonce {verifier}".encode()).hexdigest()


def read(token: Any, *, keys: Keys, nonce: str) -> Claims:
    """What a token says that stands up to everything. `keys` are asked for once more where its key isn't among them."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        _refuse("There is no ID token.")
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        _refuse("The ID token is signed in no way that is taken.")
    key = _key(keys(False), header) or _key(keys(True), header)
    if not key:
        _refuse("The ID token is signed with a key that the provider doesn't name.")
    try:
        said = jwt.decode(
            token,
            jwt.PyJWK(key, algorithm),
            [algorithm],
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=LEEWAY,
            options={"require": NEEDED, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise Failure(Trouble.FAILED, f"The ID token is refused: {type(error).__name__}.") from error
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("azp") != settings.OIDC_CLIENT_ID and ("azp" in said or several):
        _refuse("The ID token is for somebody else.")
    if not isinstance(said["nonce"], str) or not constant_time_compare(said["nonce"], nonce):
        _refuse("The ID token answers another question.")
    if not is_sub(said["sub"]):
        _refuse("The ID token names nobody.")
    return Claims.of(said)


def is_sub(sub: Any) -> bool:
    """Whether it can name somebody: visible ASCII."""
    return isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUB and sub.isascii() and sub.isprintable()


def _key(keys: list[dict[str, Any]], header: dict[str, Any]) -> dict[str, Any] | None:
    """The key that the header names; without a name, the only one of its kind."""
    kinds = {"R": "RSA", "P": "RSA", "E": "EC"}
    fitting = [
        key
        for key in keys
        if key.get("kty") == kinds[header["alg"][0]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and header.get("kid", key.get("kid")) == key.get("kid")
    ]
    return fitting[0] if len(fitting) == 1 or (fitting and "kid" in header) else None


def _refuse(why: str) -> NoReturn:
    raise Failure(Trouble.FAILED, why)
