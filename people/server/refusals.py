"""What is answered to a request that can't be done now."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SOON = "5"  # seconds


def filled_form_again(request: HttpRequest, *, status: int) -> HttpResponse | None:
    """A refused POST's form as it was typed, to be saved once more; None if the view has no such form.

    Nothing that was typed is checked: a check could tell a signed-out visitor what is stored.
    """
    match = request.resolver_match
    refilled_form = getattr(getattr(match and match.func, "view_class", None), "refilled_form", None)
    if not match or not refilled_form:
        return None
    context = {"form": refilled_form(request, **match.kwargs), "status": status, "messages": []}
    return render(request, "accounts/form_refused.html", context, status=status)


class TryLater(Exception):  # noqa: N818 (nothing went wrong)
    """Somebody has to wait some seconds; `sentence` tells them why."""

    status = 503

    def __init__(self, seconds: int, sentence: str) -> None:
        super().__init__(sentence)
        self.seconds, self.sentence = seconds, sentence


def in_words(seconds: int) -> str:
    """How long to wait, as a person says it: rounded up to whole minutes from a minute and a half on."""
    number, unit = (seconds, "second") if seconds < 90 else (-(-seconds // 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def wait_page(request: HttpRequest, later: TryLater) -> HttpResponse:
    """The page for those who have to wait."""
    context = {"sentence": later.sentence, "status": later.status}
    response = render(request, "503.html", context, status=later.status)
    response["Retry-After"] = str(later.seconds)
    return response


def not_now(request: HttpRequest) -> HttpResponse:
    """503 for what can't be done at the moment (RFC 9110, 15.6.4): what was typed, to be sent once more.

    The database isn't asked, so the reader is shown only where they are known already. What another site posted is
    never shown as if the person had typed it.
    """
    request.user = getattr(request, "_cached_user", AnonymousUser())
    is_typed = request.method == "POST" and getattr(request, "csrf_processing_done", False)
    response = filled_form_again(request, status=503) if is_typed else None
    if response is None:
        typed = typed_values(request) if is_typed else None
        response = render(request, "503.html", {"typed": typed, "messages": []}, status=503)
    response["Retry-After"] = SOON
    return response


def typed_values(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Names and values of the body, to be sent again by one button; None where a password is among them."""
    if any("password" in name for name in request.POST):
        return None
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    return [(name, value) for name in names for value in request.POST.getlist(name)]
