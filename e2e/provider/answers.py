"""Who can sign in, and what is said of them: right, or wrong as a test has told."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from oauth2_provider.models import get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator

from e2e.provider import new_key
from e2e.provider.settings import FOLDER, KEY


def told() -> dict[str, Any]:
    return json.loads((FOLDER / "told.json").read_text())


def as_told(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: registers the addresses that were told, and is slow or wrong where that was told."""

    def answer(request: HttpRequest) -> HttpResponse:
        said = told()
        redirects, after_sign_out = " ".join(said["redirects"]), " ".join(said["after_sign_out"])
        get_application_model().objects.update(redirect_uris=redirects, post_logout_redirect_uris=after_sign_out)
        time.sleep(said["seconds"].get(request.path, 0))
        if request.path in said["instead"]:
            status, kind, body = said["instead"][request.path]
            return HttpResponse(body, status=status, content_type=kind)
        return get_response(request)

    return answer


class People:
    """Django's way to sign in. A row stands for each person who has; its user name is `sub`."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> User | None:
        for sub, person in told()["people"].items():
            if (person["claims"]["email"], person["password"]) == (username, password):
                return User.objects.get_or_create(username=sub)[0]
        return None

    def get_user(self, key: int) -> User | None:
        return User.objects.filter(pk=key).first()


class Validator(OAuth2Validator):
    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return changed(told()["people"][request.user.username]["claims"], {})

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        return changed(super().get_userinfo_claims(request), told()["userinfo"])

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        right, said = super().finalize_id_token(id_token, token, token_handler, request), told()
        if not said["id_token"] and said["signed_by"] == "itself":
            return right
        claims = changed(jwt.decode(right, options={"verify_signature": False}), said["id_token"])
        name = {"kid": jwt.get_unverified_header(right)["kid"]}  # of the right key, whichever signs
        if said["signed_by"] == "nobody":
            return jwt.encode(claims, "", "none", headers=name)
        key = KEY if said["signed_by"] == "itself" else new_key()
        return jwt.encode(claims, key, "RS256", headers=name)


def changed(claims: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What is said, instead of what is right; None leaves it out."""
    return {name: value for name, value in (claims | said).items() if value is not None}
