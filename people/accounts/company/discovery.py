"""What the company's sign-in says of itself: its addresses, and the keys with which it signs."""

import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from .line import Line
from .troubles import Failure, Trouble

PATH = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, 4
# How many seconds each process keeps it: somebody who is sent there shouldn't find nobody, and who is back is half in.
KEPT_TO_SEND, KEPT = 60, 10 * 60
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ADDRESSES = (*NEEDED, "userinfo_endpoint", "end_session_endpoint")


def addresses(line: Line, *, within: float = KEPT) -> dict[str, Any]:
    """Its checked description, asked for now if it wasn't `within` so many seconds."""
    issuer, kept = settings.OIDC_ISSUER, cache.get("company-sign-in")
    if kept and kept["issuer"] == issuer and kept["asked_at"] > time.monotonic() - within:
        return dict(kept)
    said = line.get("Discovery", issuer.rstrip("/") + PATH)
    if said.get("issuer") != issuer:
        raise Failure(Trouble.AWAY, "Discovery names another issuer than OIDC_ISSUER.")
    known = {name: said[name] for name in ADDRESSES if _is_address(said.get(name))}
    if missing := [name for name in NEEDED if name not in known]:
        raise Failure(Trouble.AWAY, f"Discovery names no good {' and no '.join(missing)}.")
    ways = said.get("token_endpoint_auth_methods_supported")
    known |= {
        "issuer": issuer,
        "asked_at": time.monotonic(),
        "takes_secret_in_body": isinstance(ways, list) and "client_secret_post" in ways,
        "names_itself": said.get("authorization_response_iss_parameter_supported") is True,
    }
    cache.set("company-sign-in", known, KEPT)
    return known


def keys(line: Line, *, afresh: bool = False) -> list[dict[str, Any]]:
    """Its public keys, as it says them."""
    address, kept = addresses(line)["jwks_uri"], cache.get("company-keys")
    if kept and kept["address"] == address and not afresh:
        return list(kept["keys"])
    said = line.get("The address of the keys", address).get("keys")
    if not isinstance(said, list):
        raise Failure(Trouble.AWAY, "The address of the keys has none.")
    found = [key for key in said if isinstance(key, dict)]
    cache.set("company-keys", {"address": address, "keys": found}, KEPT)
    return found


def _is_address(said: Any) -> bool:
    """Encrypted, unless all of it is on this machine."""
    if not isinstance(said, str) or not said.isprintable():
        return False
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    schemes = {"https", urlsplit(settings.OIDC_ISSUER).scheme}
    return parts.scheme in schemes and bool(parts.hostname) and not parts.fragment
