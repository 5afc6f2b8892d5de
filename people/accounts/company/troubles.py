"""Why somebody couldn't sign in with the company account, or link it: what they are told, and what the log is."""

import logging
from enum import StrEnum

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.generic.base import ContextMixin

from people.server.security_log import Event, note

logger = logging.getLogger(__name__)

PAGE = "accounts:company"
KEPT = "company_trouble"  # in the session, until a page says it


class Trouble(StrEnum):
    """What `accounts/_company_trouble.html` has a sentence for."""

    AWAY = "away"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LATE = "late"
    NOT_LINKED = "not linked"
    OTHER = "other"
    TAKEN = "taken"


ALARMING = set(Trouble) - {Trouble.AWAY, Trouble.CANCELLED}


class Failure(Exception):  # noqa: N818 (mostly nothing is wrong here)
    """The way to the company account ended. `why` is for the log: words of ours, never those of an answer."""

    def __init__(self, trouble: Trouble, why: str, *, account: int | None = None, then: str = "") -> None:
        super().__init__(why)
        self.trouble, self.why, self.account, self.then = trouble, why, account, then


def lead_back(request: HttpRequest, failure: Failure) -> HttpResponse:
    """To the sign-in page, or to the own page of the company account: either says what the trouble was."""
    logger.warning("The company account, %s: %s", failure.trouble, failure.why)
    if failure.trouble in ALARMING:
        note(Event.COMPANY_FAILED, account=failure.account)
    request.session[KEPT] = failure.trouble.value
    response = redirect(PAGE if request.user.is_authenticated else settings.LOGIN_URL)
    if failure.then and not request.user.is_authenticated:
        response["Location"] += f"?{urlencode({REDIRECT_FIELD_NAME: failure.then})}"
    return response


class TroubleMixin(ContextMixin):
    """A page that says the trouble, once."""

    request: HttpRequest

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(trouble=self.request.session.pop(KEPT, None), **kwargs)
