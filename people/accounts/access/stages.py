"""Whether somebody may sign in: where it stands, and what HR does about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from people.accounts.actions import end_links, end_sessions, invite, make_link, switch_off, switch_on
from people.accounts.addresses.models import AddressChange
from people.accounts.factors.held import Factors
from people.accounts.factors.reset import reset_factors
from people.accounts.following import begins_at
from people.accounts.links.tokens import Link, Purpose
from people.accounts.mail import outbox
from people.accounts.mail.messages import Purpose as MailPurpose
from people.accounts.mail.models import Mail
from people.accounts.models import User, UserQuerySet
from people.accounts.roles import Role
from people.models import Employee
from people.querysets import EmployeeQuerySet
from people.visibility import can_mend_access, can_see_access


class Stage(StrEnum):
    """How far somebody has come."""

    NONE = "none"  # there is no account
    KEPT = "kept"  # there is none, and another one can take back the person's e-mail as its sign-in address
    APART = "apart"  # an account has the person's e-mail, and isn't linked
    TAKEN = "taken"  # an account has the person's e-mail, and is somebody else's
    WAITING = "waiting"  # linked, nothing signs in with it yet, and no link is alive
    AHEAD = "ahead"  # the mail with a link to a first password waits for the first day
    INVITED = "invited"  # a link to a first password is alive, or nobody has used the company's sign-in yet
    READY = "ready"  # somebody signs in with it, or can
    OFF = "off"


class Act(StrEnum):
    """What can be done about it; the value stands in the form."""

    GIVE = "give"
    LINK = "link"
    INVITE = "invite"
    WITHDRAW = "withdraw"
    SIGN_OUT = "sign-out"
    RESET = "reset-second-step"
    SWITCH_OFF = "switch-off"
    SWITCH_ON = "switch-on"


ACTS = {
    Stage.NONE: [Act.GIVE],
    Stage.KEPT: [],
    Stage.APART: [Act.LINK],
    Stage.TAKEN: [],
    Stage.WAITING: [Act.INVITE, Act.RESET, Act.SWITCH_OFF],
    Stage.AHEAD: [Act.INVITE, Act.WITHDRAW, Act.RESET, Act.SWITCH_OFF],
    Stage.INVITED: [Act.INVITE, Act.WITHDRAW, Act.RESET, Act.SWITCH_OFF],
    Stage.READY: [Act.INVITE, Act.SIGN_OUT, Act.RESET, Act.SWITCH_OFF],
    Stage.OFF: [Act.SWITCH_ON],
}
# What does those that neither make nor link anything.
DONE_BY = {
    Act.WITHDRAW: end_links,
    Act.SIGN_OUT: end_sessions,
    Act.RESET: reset_factors,
    Act.SWITCH_OFF: switch_off,
    Act.SWITCH_ON: switch_on,
}


@dataclass(frozen=True)
class Access:
    """Of one person: how far it has come, and with which account."""

    employee: Employee
    account: User | None
    stage: Stage
    mail: Mail | None = None  # that holds the invitation
    kept_until: datetime | None = None  # for another account

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

    @property
    def waits_until(self) -> datetime | None:
        """For when a first invitation would be made: the beginning of a first day that is ahead; else at once."""
        is_first = self.stage in {Stage.NONE, Stage.WAITING}
        return begins_at(self.employee.first_day) if is_first else None

    @property
    def becomes(self) -> str | None:
        """The address that it will sign in with, once that is confirmed, if HR has to do with it."""
        asked: str | None = getattr(self.account, "address_asked", None)
        return asked if self.account and self.account.role is Role.COLLEAGUE else None

    @cached_property
    def factors(self) -> Factors | None:
        """What the person's own account has beside the password; read when it is asked for."""
        return Factors.of(self.account) if self.account and self.employee.user_id else None

    @property
    def may_have_password(self) -> bool:
        """Whether a password signs in with the account, or will; else the company's sign-in does."""
        return self.account.may_have_password if self.account else settings.PASSWORD_SIGN_IN

    @property
    def links_by_email(self) -> bool:
        """Whether the first sign-in with the company account finds it by the e-mail: never where it has a role."""
        return self.account is None or self.account.role is Role.COLLEAGUE

    @property
    def acts(self) -> list[Act]:
        """What can be done about it, as things stand."""
        return [act for act in ACTS[self.stage] if self._is_of_use(act)]

    def _is_of_use(self, act: Act) -> bool:
        """Where there is no password, nothing but the mail that waits for a first day can be withdrawn."""
        if act is Act.RESET:
            return bool(self.factors)
        if self.may_have_password or self.stage is Stage.AHEAD or act not in {Act.INVITE, Act.WITHDRAW}:
            return True
        return act is Act.INVITE and self.stage is not Stage.READY and outbox.is_set_up()

    def may_be_mended_by(self, reader: User) -> bool:
        return can_see_access(reader) if self.account is None else can_mend_access(reader, self.account)

    def acts_of(self, reader: User) -> list[Act]:
        """What `reader` may do about it."""
        return self.acts if self.may_be_mended_by(reader) else []


def access_of(employee: Employee, accounts: UserQuerySet) -> Access:
    """Where it stands, as `accounts` finds it."""
    accounts = accounts.with_role().with_way_in().select_related("employee")
    if employee.user_id is None:
        account = accounts.filter(email=employee.email).first()
        return _unlinked(employee, account, AddressChange.objects.kept([employee.email]))
    account = accounts.with_address_asked().get(pk=employee.user_id)
    stage = _stage_of(account)
    invitations = account.mails.filter(purpose=MailPurpose.INVITATION).order_by("-pk")
    return Access(employee, account, stage, invitations.first() if stage is Stage.INVITED else None)


def accesses_of(people: EmployeeQuerySet) -> Iterator[Access]:
    """Where it stands with each of `people`, in their order, by four statements; without the mails."""
    employees, accounts = list(people), User.objects.with_role().with_way_in().select_related("employee")
    linked = accounts.in_bulk([employee.user_id for employee in employees if employee.user_id])
    emails = [employee.email for employee in employees if employee.user_id is None]
    same_email = {account.email: account for account in accounts.filter(email__in=emails)}
    kept = AddressChange.objects.kept(emails)
    for employee in employees:
        if employee.user_id is None:
            yield _unlinked(employee, same_email.get(employee.email), kept)
        else:
            account = linked[employee.user_id]
            yield Access(employee, account, _stage_of(account))


def _unlinked(employee: Employee, account: User | None, kept: Mapping[str, datetime]) -> Access:
    """Where it stands with somebody without an account, whose e-mail `account` has, or is `kept` for another."""
    if account is None:
        until = kept.get(employee.email)
        return Access(employee, None, Stage.KEPT if until else Stage.NONE, kept_until=until)
    return Access(employee, account, Stage.TAKEN if hasattr(account, "employee") else Stage.APART)


def _stage_of(account: User) -> Stage:
    if not account.is_active:
        return Stage.OFF
    if account.has_way_in:
        return Stage.READY
    now = timezone.now()
    if account.invited_at and now < account.invited_at:
        return Stage.AHEAD
    if not account.invited_at:
        return Stage.WAITING
    is_over = account.may_have_password and now >= account.invited_at + Purpose.INVITATION.lasts
    return Stage.WAITING if is_over else Stage.INVITED


def _judged(email: str) -> str:
    """What an account may sign in with: what was stored long ago was judged by fewer rules. Raises ValidationError."""
    try:
        return str(User._meta.get_field("email").clean(email, None))
    except ValidationError as error:
        raise ValidationError(f"Nobody can sign in with {email}. {error.messages[0]}", "e-mail") from error


def carry_out(act: Act, access: Access, *, by: User) -> Link | None:
    """Do it; without mail the answer is the link that the person needs now. A first invitation waits for the first day.

    Raises ValidationError where a rule forbids it.
    """
    employee = access.employee
    account = access.account or User.objects.create_user(_judged(employee.email))
    if act in {Act.GIVE, Act.LINK}:
        employee.user = account
        employee.save(update_fields=["user"])
    if act in {Act.GIVE, Act.INVITE}:
        if account.may_have_password and not outbox.is_set_up():
            return make_link(account, by=by)
        invite(account, by=by, at=access.waits_until)
    elif act is not Act.LINK:
        DONE_BY[act](account, by=by)
    return None
