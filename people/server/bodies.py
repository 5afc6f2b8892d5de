"""How much a request may carry: nobody fills memory or disk before it is known who asks for what."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NEEDS_LENGTH = "Please say how long the request is: it needs a Content-Length.\n"


class BodyLimitMiddleware:
    """Refuses what is too large before a byte of it is read: 413, or 411 where no length is given (RFC 9110).

    A view class that takes more has a function `largest_body(request)`, which says how many bytes it takes from the
    person who asks. It is called before anything of the body is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return HttpResponse(NEEDS_LENGTH, content_type="text/plain; charset=utf-8", status=411)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *arguments: Any
    ) -> HttpResponse | None:
        largest_body = getattr(getattr(view, "view_class", None), "largest_body", None)
        most = largest_body(request) if largest_body else settings.LARGEST_BODY
        return render(request, "413.html", status=413) if length_of(request) > most else None


def length_of(request: HttpRequest) -> int:
    """The bytes that the request says to carry."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
