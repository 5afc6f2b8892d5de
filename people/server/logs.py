"""The log tells who did what by keys and never holds personal data; a request's lines share its id.

Each line is one event with the time and its zone; nothing that somebody typed can begin another one.
"""

import copy
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from .addresses import client_address

logger = logging.getLogger(__name__)
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@dataclass(frozen=True)
class Origin:
    """What causes the work being done: the id of the request, its client's address and browser, who is signed in."""

    request_id: str = "-"
    address: str = "-"
    browser: str = ""  # as it calls itself
    user: int | None = None


OUTSIDE = Origin()  # of any request: in a command
origin: ContextVar[Origin] = ContextVar("origin", default=OUTSIDE)


@contextmanager
def on_behalf_of(user: int) -> Iterator[None]:
    """What is done in here is done by the account with this key, though it isn't at a browser."""
    before = origin.set(replace(origin.get(), user=user))
    try:
        yield
    finally:
        origin.reset(before)


REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class RequestLogMiddleware:
    """Gives each request an id, answers it as X-Request-ID, and logs refused access."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = origin.set(Origin(uuid4().hex, client_address(request), request.headers.get("User-Agent", "")))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = origin.get().request_id
            if response.status_code in REFUSED:
                self.log_refusal(request, response)
            return response
        finally:
            origin.reset(before)

    def log_refusal(self, request: HttpRequest, response: HttpResponse) -> None:
        """Who was refused what, by keys: the address could hold what was typed, or a secret."""
        page = request.resolver_match
        name, keys = (page.view_name, dict(page.kwargs)) if page else ("-", {})
        keys.pop("token", None)
        user = request.user.pk or "-"
        logger.warning("Refused with %s: %s %s %s to user %s", response.status_code, request.method, name, keys, user)


class PrivateFormatter(logging.Formatter):
    """Lines with the request's id. Of an error they tell its class and place, because its words may quote data."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        # Another handler may have left the error's words here.
        own.exc_text, own.request_id = None, origin.get().request_id
        # A request that Django refuses is no error of ours: its place in the code helps nobody.
        if own.name.startswith("django.security."):
            own.exc_info = None
        return super().format(own)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging's)
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's)
        """One line, also when what was typed holds ends of lines (ASVS 5.0, 16.4.1)."""
        line = super().formatMessage(record)
        return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 (logging's)
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__name__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
