"""Out of the directory, to the company's sign-in: forms may not end at another site, so a page leads on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def leave(request: HttpRequest, address: str, *, is_signing_out: bool = False) -> HttpResponse:
    """A page that leads on by itself, and by a link."""
    return render(request, "accounts/leaving.html", {"address": address, "is_signing_out": is_signing_out})
