"""Giving access to several people: which act it is for each of them, or why it isn't done."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError

from people.accounts.addresses.models import kept_until
from people.accounts.mail.outbox import is_set_up
from people.accounts.models import User
from people.models import Employee
from people.querysets import EmployeeQuerySet
from people.visibility import can_see_access

from .stages import Access, Act, Stage, accesses_of

BY_HAND = "Mail isn’t set up, so each link is handed over by hand: give access on the page of each person."
HAVE_IT = {Stage.AHEAD, Stage.INVITED, Stage.READY}
GIVES_IT = {Stage.NONE: Act.GIVE, Stage.WAITING: Act.INVITE}
NO_RIGHT = "Whoever asked for it may not give access any more."
OWN = "It has the e-mail of your own account."
ROLE = "It is an account of an HR manager or administrator: only another administrator changes its access."
WHY_NOT = {
    Stage.APART: "There is an account with this e-mail that isn’t linked to anybody: link it first, if it is theirs.",
    Stage.TAKEN: "Somebody else signs in with this e-mail: one of the two has a wrong one.",
    Stage.OFF: "The account is switched off: switch it on first.",
}


def act_that_gives(access: Access, *, by: User) -> Act | None:
    """The act by which `by` gives it; None where the person has it. Raises ValidationError that says why it can't be.

    What needs somebody to look at the person stays on the person's page: linking an account that stands apart, and
    switching one on.
    """
    if not (by.is_active and can_see_access(by)):
        raise ValidationError(NO_RIGHT, "no_right")
    if access.stage in HAVE_IT:
        return None
    if access.stage is not Stage.TAKEN and not access.may_be_mended_by(by):
        raise ValidationError(OWN if access.account == by else ROLE, "no_right")
    if access.kept_until:
        raise kept_until(access.kept_until)
    if access.stage in WHY_NOT:
        raise ValidationError(WHY_NOT[access.stage], access.stage)
    if access.may_have_password and not (settings.PASSWORD_SIGN_IN or is_set_up()):
        raise ValidationError(BY_HAND, "no_mail")
    return GIVES_IT[access.stage]


def why_not_several() -> str:
    """The sentence that says why nobody gives access to several people at once; empty where they do."""
    return BY_HAND if settings.PASSWORD_SIGN_IN and not is_set_up() else ""


@dataclass
class Prospect:
    """What would come of it as things stand now."""

    given: int = 0
    ahead: int = 0  # of the given: whose mail waits for the first day
    had: int = 0
    refused: list[tuple[Employee, str]] = field(default_factory=list)  # who, and why

    @classmethod
    def of(cls, people: EmployeeQuerySet, *, by: User) -> "Prospect":
        """The same few statements for any number of people."""
        prospect = cls()
        for access in accesses_of(people.sorted_by("name")):
            try:
                if act_that_gives(access, by=by):
                    prospect.given += 1
                    prospect.ahead += access.waits_until is not None
                else:
                    prospect.had += 1
            except ValidationError as refusal:
                prospect.refused.append((access.employee, refusal.messages[0]))
        return prospect
