"""What a person sees when a request can't be answered; the other pages are Django's own views."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from people.server.outages import outage_of
from people.server.refusals import filled_form_again, not_now


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a body that is too large.

    Without the CSRF check of Django's own, which reads the same broken body again and fails.
    """
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the filled form again with a fresh token, or the page that says what to do.

    What another site posted is never shown as if the person had typed it.
    """
    is_foreign = reason.startswith(("Origin", "Referer"))
    response = None if is_foreign else filled_form_again(request, status=403)
    response = response or render(request, "403_csrf.html", status=403)
    response["X-Refused"] = "csrf"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for a bug; 503 while the database can't be asked.

    Django calls it wherever an error comes from: view, template, session or account.
    """
    return not_now(request) if outage_of(sys.exc_info()[1]) else defaults.server_error(request)
