"""The log tells who did what by keys and never holds personal data; a request's lines share its id."""

import copy
import logging
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from types import TracebackType
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
request_id: ContextVar[str] = ContextVar("request_id", default="-")

REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class RequestLogMiddleware:
    """Gives each request an id, answers it as X-Request-ID, and logs refused access."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id.set(uuid4().hex)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id.get()
        if response.status_code in REFUSED:
            user, page = request.user.pk or "-", request.resolver_match
            name, keys = (page.view_name, page.kwargs) if page else ("-", {})
            logger.warning(
                "Refused with %s: %s %s %s to user %s", response.status_code, request.method, name, keys, user
            )
        return response


class PrivateFormatter(logging.Formatter):
    """Lines with the request's id; of an error its kind and place, because its words may quote data."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        # Another handler may have left the error's words here.
        own.exc_text, own.request_id = None, request_id.get()
        return super().format(own)

    def formatException(self, ei: tuple[type, BaseException, TracebackType | None]) -> str:  # noqa: N802 (logging's)
        lines, error = [], ei[1]
        while error:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__name__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
