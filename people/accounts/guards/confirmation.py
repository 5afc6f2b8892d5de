"""Confirm it's you: before what gives power over an account, whoever is signed in proves again who they are.

A proof lasts ten minutes, and signing in is one (ASVS 5.0, 7.5.1 and 7.5.2). What was posted waits in the page that
asks, in hidden fields, and nowhere on the server.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.generic import FormView

from people.accounts.guards.waiting import TryLaterMixin
from people.accounts.requests import SignedInRequest
from people.accounts.sessions.store import SessionStore
from people.ground.htmx import htmx_of
from people.server.refusals import typed_values
from people.server.security_log import Event, note

from .proof import PREFIX, Proof

LASTS = timedelta(minutes=10)
THEN_OPEN = f"{PREFIX}then_open"  # says that the page is opened afterwards, because nothing is carried out
Handler = Callable[..., HttpResponseBase]


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the session's person proved lately who they are."""
    confirmed = cast(SessionStore, request.session).confirmed
    return confirmed is not None and confirmed > timezone.now() - LASTS


def confirmed(act: str, *, back: str = "", pages: bool = False) -> Callable[[Handler], Handler]:
    """Decorates what handles a POST: carried out once it is proved who asks, with exactly what was posted.

    `act` completes "Before you …, please give your password". `back` names the page to which "Cancel" leads, if that
    isn't the view's own. With `pages` its GET asks too, so that nobody fills in a form first.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            asked = {"POST", "GET", "HEAD"} if pages else {"POST"}
            question = Question(act=act, back=back)
            question.setup(request)
            if request.method in asked and not is_confirmed(request) and (answer := question.answer()):
                return answer
            if request.method == "POST" and THEN_OPEN in question.sent:
                return redirect(request.get_full_path())
            return handler(request, *args, **kwargs)

        return handle

    return decorate


class Question(TryLaterMixin[Proof], FormView[Proof]):
    """The page that asks. What is its own of a POST is taken out, so that the view behind it never sees it."""

    request: SignedInRequest
    throttled = Event.CONFIRMATION_THROTTLED
    form_class = Proof
    template_name = "accounts/confirmation.html"
    act = back = ""
    is_answered = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.sent = {name: request.POST.get(name, "") for name in request.POST if name.startswith(PREFIX)}
        if self.sent:
            rest = request.POST.copy()
            for name in self.sent:
                del rest[name]
            request.POST = rest  # type: ignore[assignment]  # Django's own is a QueryDict too, that can't be changed

    def answer(self) -> HttpResponse | None:
        """The page, or None when it is proved who asks."""
        if not self.get_form().is_possible:
            return render(self.request, "accounts/unconfirmed.html", {"act": self.act}, status=403)
        if not self.sent:
            return self.render_to_response(self.get_context_data(), status=401)
        response = self.post(self.request)
        return None if self.is_answered else response

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request, "data": self.sent or None}

    def form_valid(self, form: Proof) -> HttpResponse:
        cast(SessionStore, self.request.session).confirm()
        note(Event.CONFIRMED, account=self.request.user.pk)
        self.is_answered = True
        return HttpResponse()

    def form_invalid(self, form: Proof) -> HttpResponse:
        if form.is_wrong:
            note(Event.CONFIRMATION_FAILED, account=self.request.user.pk)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # A password that was typed into the form behind is never sent back: that form is opened afresh.
        typed = None if self.request.method == "GET" else typed_values(self.request)
        opens = typed is None or THEN_OPEN in self.sent
        typed = [(THEN_OPEN, "1")] if opens else typed
        back = resolve_url(self.back or self.request.get_full_path())
        return super().get_context_data(act=self.act, typed=typed, opens=opens, back=back, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if htmx_of(self.request):
            # HTMX shows no 401: the page takes the place of the one that asked.
            response.status_code = 422 if response.status_code == 401 else response.status_code
            response["HX-Retarget"] = response["HX-Reselect"] = "#main"
            response["HX-Reswap"] = "outerHTML show:top"
        return response
