"""Where one is signed in, and the way to end it there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.generic import ListView, View

from people.accounts.guards.confirmation import confirmed
from people.accounts.requests import SignedInRequest
from people.server.security_log import Event, note_when_stored

from .models import Session, SessionQuerySet


class OwnSessionsMixin(View):
    """The sessions of whoever is signed in, and of nobody else."""

    request: SignedInRequest

    def sessions(self) -> SessionQuerySet:
        return Session.objects.running().filter(user=self.request.user)

    def others(self) -> SessionQuerySet:
        return self.sessions().exclude(session_key=self.request.session.session_key)


class SessionListView(OwnSessionsMixin, ListView[Session]):
    """The own sessions, this one first."""

    request: SignedInRequest

    template_name = "accounts/sessions.html"

    def get_queryset(self) -> SessionQuerySet:
        return self.others().order_by("-seen")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.sessions().filter(session_key=self.request.session.session_key)
        return super().get_context_data(here=here.first(), **kwargs)


@method_decorator(confirmed("sign out elsewhere", back="accounts:sessions"), name="post")
class SessionEndView(OwnSessionsMixin):
    """Signs out elsewhere: in one browser, or in all others."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, handle: str = "") -> HttpResponse:
        ended = self.others()
        if handle:
            session = ended.with_handle(handle)
            if not session:
                raise Http404
            ended = ended.filter(pk=session.pk)
        number, _ = ended.delete()
        if number:
            note_when_stored(Event.SESSIONS_ENDED, account=request.user.pk, by=request.user.pk, sessions=number)
        messages.success(request, "Signed out there" if handle else "Signed out everywhere else")
        return redirect("accounts:sessions")
