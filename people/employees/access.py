"""Whether somebody may sign in: where it stands, and what HR does about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from people.accounts.actions import end_links, make_link, send_link, switch_off, switch_on
from people.accounts.guards.confirmation import confirmed
from people.accounts.links.tokens import Link, Purpose
from people.accounts.mail import outbox
from people.accounts.mail.messages import Purpose as MailPurpose
from people.accounts.mail.models import Mail
from people.accounts.models import User, UserQuerySet
from people.accounts.requests import SignedInRequest
from people.ground.locks import Lock, hold
from people.models import Employee
from people.visibility import can_mend_access, can_see_access

STALE = "stale"  # the code of a refusal: things stand otherwise than the page said


class Stage(StrEnum):
    """How far somebody has come."""

    NONE = "none"  # there is no account
    APART = "apart"  # an account has the person's e-mail, and isn't linked
    TAKEN = "taken"  # an account has the person's e-mail, and is somebody else's
    WAITING = "waiting"  # linked, without a password, and no link is alive
    INVITED = "invited"  # a link to a first password is alive
    READY = "ready"  # has a password
    OFF = "off"


class Act(StrEnum):
    """What can be done about it; the value stands in the form."""

    GIVE = "give"
    LINK = "link"
    INVITE = "invite"
    WITHDRAW = "withdraw"
    SWITCH_OFF = "switch-off"
    SWITCH_ON = "switch-on"


ACTS = {
    Stage.NONE: [Act.GIVE],
    Stage.APART: [Act.LINK],
    Stage.TAKEN: [],
    Stage.WAITING: [Act.INVITE, Act.SWITCH_OFF],
    Stage.INVITED: [Act.INVITE, Act.WITHDRAW, Act.SWITCH_OFF],
    Stage.READY: [Act.INVITE, Act.SWITCH_OFF],
    Stage.OFF: [Act.SWITCH_ON],
}


@dataclass(frozen=True)
class Access:
    """Of one person: how far it has come, and with which account."""

    employee: Employee
    account: User | None
    stage: Stage
    mail: Mail | None = None  # that holds the invitation

    @property
    def invited_on(self) -> datetime | None:
        """When the link to a first password was made: in a mail it is made when that is handed over first."""
        if self.mail and self.mail.handed_over_at:
            return self.mail.handed_over_at
        return self.account.invited_at if self.account else None

    @property
    def invited_until(self) -> datetime | None:
        """Until when that link is good."""
        return self.invited_on + Purpose.INVITATION.lasts if self.invited_on else None

    def may_be_mended_by(self, reader: User) -> bool:
        return can_see_access(reader) if self.account is None else can_mend_access(reader, self.account)

    def acts_of(self, reader: User) -> list[Act]:
        """What `reader` may do about it."""
        return ACTS[self.stage] if self.may_be_mended_by(reader) else []


def access_of(employee: Employee, accounts: UserQuerySet) -> Access:
    """Where it stands, as `accounts` finds it."""
    accounts = accounts.with_role().select_related("employee")
    if employee.user_id:
        account = accounts.get(pk=employee.user_id)
        stage = _stage_of(account)
        invitations = account.mails.filter(purpose=MailPurpose.INVITATION).order_by("-pk")
        return Access(employee, account, stage, invitations.first() if stage is Stage.INVITED else None)
    same_email = accounts.filter(email=employee.email).first()
    if same_email is None:
        return Access(employee, None, Stage.NONE)
    return Access(employee, same_email, Stage.TAKEN if hasattr(same_email, "employee") else Stage.APART)


def _stage_of(account: User) -> Stage:
    if not account.is_active:
        return Stage.OFF
    if account.has_usable_password():
        return Stage.READY
    is_invited = account.invited_at and timezone.now() < account.invited_at + Purpose.INVITATION.lasts
    return Stage.INVITED if is_invited else Stage.WAITING


def carry_out(act: Act, access: Access, *, by: User) -> Link | None:
    """Do it; without mail the answer is the link that the person needs now.

    Raises ValidationError where a rule forbids it.
    """
    employee = access.employee
    account = access.account or User.objects.create_user(employee.email)
    if act in {Act.GIVE, Act.LINK}:
        employee.user = account
        employee.save(update_fields=["user"])
    if act in {Act.GIVE, Act.INVITE}:
        if not outbox.is_set_up():
            return make_link(account, by=by)
        send_link(account, by=by)
    elif act is not Act.LINK:
        {Act.WITHDRAW: end_links, Act.SWITCH_OFF: switch_off, Act.SWITCH_ON: switch_on}[act](account, by=by)
    return None


@method_decorator(confirmed("change somebody’s access"), name="post")
class AccessView(DetailView[Employee]):
    """Where somebody's access stands, and every act on it; for HR."""

    request: SignedInRequest
    queryset = Employee.objects.all()
    template_name = "employees/access.html"
    http_method_names = ("get", "head", "options", "post")
    done = {
        Act.GIVE: "Access given: a mail with a link is on its way",
        Act.LINK: "Linked",
        Act.INVITE: "A mail with a link is on its way",
        Act.WITHDRAW: "Invitation withdrawn",
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
        messages.success(request, self.done[act])
        return redirect("people:access", self.object.pk)

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
            if act not in ACTS[access.stage]:
                raise ValidationError("This was changed by somebody else. Below is how it stands.", STALE)
            return carry_out(act, access, by=reader)

    def refuse(self, sentence: str, *, status: int) -> HttpResponse:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(refusal=sentence), status=status)
