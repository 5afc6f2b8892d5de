"""The page on which HR gives, mends and takes somebody's access."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from people.accounts.access.stages import Act, Stage, access_of, carry_out
from people.accounts.factors.reset import what_was_done
from people.accounts.guards.confirmation import confirmed
from people.accounts.links.tokens import Link
from people.accounts.mail import outbox
from people.accounts.models import User
from people.accounts.requests import SignedInRequest
from people.ground.locks import Lock, hold
from people.models import Employee
from people.visibility import can_see_access

STALE = "stale"  # the code of a refusal: things stand otherwise than the page said


@method_decorator(confirmed("change somebody’s access"), name="post")
class AccessView(DetailView[Employee]):
    """Where somebody's access stands, and every act on it; for HR."""

    request: SignedInRequest
    queryset = Employee.objects.all()
    template_name = "employees/access.html"
    http_method_names = ("get", "head", "options", "post")
    done = {
        Act.GIVE: "Access given: a mail is on its way",
        Act.LINK: "Linked",
        Act.INVITE: "A mail is on its way",
        Act.WITHDRAW: "Invitation withdrawn",
        Act.SIGN_OUT: "Signed out everywhere",
        Act.SWITCH_OFF: "Switched off, and signed out everywhere",
        Act.SWITCH_ON: "Switched on",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_access(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        access = access_of(self.object, User.objects.all())
        acts = access.acts_of(self.request.user)
        return super().get_context_data(access=access, acts=acts, mails=outbox.is_set_up(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            act = Act(request.POST.get("act", ""))
        except ValueError as error:
            raise BadRequest("There is no such act") from error
        try:
            link = self.act(act)
        except IntegrityError:  # an account with this e-mail was made at the same moment
            return self.refuse("This was changed by somebody else just now. Below is how it stands.", status=409)
        except ValidationError as refusal:
            return self.refuse(refusal.messages[0], status=409 if refusal.code == STALE else 422)
        if link:
            return render(request, "accounts/link_made.html", {"link": link, "employee": self.object})
        messages.success(request, self.what_was_done(act))
        return redirect("people:access", self.object.pk)

    def what_was_done(self, act: Act) -> str:
        if act is Act.RESET:
            return what_was_done()
        access = access_of(self.object, User.objects.all())
        if access.stage is Stage.AHEAD:
            return "The mail waits for the first day"
        if act is Act.GIVE and not outbox.is_set_up():
            return "Access given"
        return self.done[act]

    def act(self, act: Act) -> Link | None:
        """Do it, if it may be done as things stand now, which nobody changes meanwhile."""
        with transaction.atomic():
            if act is Act.SWITCH_OFF:
                hold(Lock.ADMINISTRATORS)
            Employee.objects.filter(pk=self.kwargs["pk"]).hold()
            self.object = self.get_object()
            access = access_of(self.object, User.objects.select_for_update(of=("self",)))
            reader = self.request.user
            if not access.may_be_mended_by(reader):
                raise PermissionDenied
            if act not in access.acts:
                raise ValidationError("This was changed by somebody else. Below is how it stands.", STALE)
            return carry_out(act, access, by=reader)

    def refuse(self, sentence: str, *, status: int) -> HttpResponse:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(refusal=sentence), status=status)
