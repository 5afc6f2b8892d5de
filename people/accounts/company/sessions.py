"""Sessions that came by the company account, and the way out of it."""

import logging
from typing import Any, NamedTuple

from allauth.account.signals import user_logged_in
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from . import discovery
from .line import Line
from .provider import CompanyLogin
from .troubles import Failure

logger = logging.getLogger(__name__)

KEPT = "company"  # in the session
LEAVING = 2  # seconds that a person waits at most to be led on


class Way(NamedTuple):
    """What a session keeps of the way by which it came."""

    issuer: str
    id_token: str

    @classmethod
    def of(cls, login: CompanyLogin) -> "Way":
        return cls(login.account.provider, login.tokens["id_token"])

    def out(self, request: HttpRequest) -> str | None:
        """Where it is ended there too, and from where one comes back; None where that isn't done, or not now."""
        if self.issuer != settings.OIDC_ISSUER:
            return None
        try:
            end = discovery.addresses(Line(LEAVING), within=0).get("end_session_endpoint")
        except Failure as failure:
            logger.warning("Signed out here alone: %s", failure.why)
            return None
        back = request.build_absolute_uri(reverse(settings.LOGIN_URL))
        names = {"id_token_hint": self.id_token, "client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": back}
        return f"{end}{'&' if '?' in end else '?'}{urlencode(names)}" if end else None


def way_of(request: HttpRequest) -> Way | None:
    """That of the request's session; None if it came by something else."""
    kept = request.session.get(KEPT)
    return Way(*kept) if kept else None


@receiver(user_logged_in)
def came_in(request: HttpRequest, way: Way | None = None, **kwargs: Any) -> None:
    """The sign-in is complete, however many steps it took: the session is the account's own."""
    if way:
        request.session[KEPT] = list(way)
    else:
        request.session.pop(KEPT, None)
