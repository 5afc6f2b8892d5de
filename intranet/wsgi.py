"""The WSGI application that the server runs (PEP 3333)."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")

django_application = get_wsgi_application()

REFUSAL_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Django's application, guarded against a Content-Type that it can't parse.

    A charset by RFC 2231 that Python doesn't know (`charset*=BOGUS''utf-8`) raises while Django
    builds the request, before any middleware could answer.
    """
    try:
        parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    except (LookupError, ValueError):
        start_response("400 Bad Request", REFUSAL_HEADERS)
        return ["This request can’t be understood: its Content-Type is broken.\n".encode()]
    return django_application(environ, start_response)
