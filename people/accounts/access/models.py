"""Giving access to several people is work of the server's own processes: a row for each person, kept for a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User, has_way_in
from people.models import Employee, name_of
from people.server.jobs.models import KEPT, Job, JobQuerySet, NoLongerPossible, NotNow
from people.server.jobs.runner import wake_when_stored
from people.server.logs import on_behalf_of

from .giving import act_that_gives, why_not_several
from .stages import access_of, carry_out


def undelivered() -> Q:
    """Whose invitation met with a problem, and who still needs it.

    So nobody withdrew it or switched the account off, and its person has no other way in.
    """
    is_invited = Q(mail__isnull=False, mail__account__is_active=True, mail__account__invited_at__isnull=False)
    return is_invited & ~Q(mail__problem="") & ~has_way_in("mail__account")


@dataclass(frozen=True)
class Progress:
    """How far the giving of access to several people has come; every person is counted once."""

    given: int
    had: int
    refused: int
    stuck: int  # of the given and refused none: what isn't done because of a fault
    # Of the mails to those who were given it. The first are planned for a first day; the last were withdrawn, or their
    # person can sign in without them.
    ahead: int
    on_their_way: int
    handed_over: int
    undelivered: int
    not_needed: int
    is_moving: bool  # whether a row or a mail is on its way, and hasn't met with a problem

    @property
    def done(self) -> int:
        return self.given + self.had + self.refused


class AccessBatch(models.Model):
    """Somebody asked that several people get access."""

    by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="access_batches")
    at = models.DateTimeField("when", default=timezone.now, editable=False)
    number = models.PositiveIntegerField("how many people", editable=False)

    class Meta:
        app_label = "people"

    def __str__(self) -> str:
        return f"Access of {self.number}, asked for by user {self.by_id}"

    @property
    def by_name(self) -> str:
        """Who it was, as colleagues know them."""
        return name_of(self.by)

    @classmethod
    def begin(cls, people: Iterable[int], *, by: User) -> "AccessBatch":
        """Let the people with these keys get access as soon as the transaction is committed."""
        keys = sorted(people)
        with transaction.atomic():
            batch = cls.objects.create(by=by, number=len(keys))
            AccessJob.objects.bulk_create(AccessJob(batch=batch, employee_id=key) for key in keys)
            wake_when_stored()
        return batch

    def progress(self) -> Progress:
        """By one statement."""
        is_open = Q(outcome="", done_at=None)
        is_given, is_planned = Q(outcome=AccessJob.Outcome.GIVEN), Q(mail__in=Mail.objects.planned())
        is_unsent = Q(mail__isnull=False, mail__done_at=None, mail__problem="") & ~is_planned
        is_handed_over = Q(mail__done_at__isnull=False, mail__problem="")
        counted = self.jobs.aggregate(
            open=Count("pk", filter=is_open),
            stuck=Count("pk", filter=is_open & ~Q(problem="")),
            given=Count("pk", filter=is_given),
            had=Count("pk", filter=Q(outcome=AccessJob.Outcome.HAD)),
            ahead=Count("pk", filter=is_given & is_planned),
            on_their_way=Count("pk", filter=is_given & is_unsent),
            handed_over=Count("pk", filter=is_given & is_handed_over),
            undelivered=Count("pk", filter=is_given & undelivered()),
            moving=Count("pk", filter=(is_open & Q(due__isnull=False, problem="")) | is_unsent),
        )
        left, is_moving = counted.pop("open"), counted.pop("moving") > 0
        mails = sum(counted[name] for name in ("ahead", "on_their_way", "handed_over", "undelivered"))
        return Progress(
            **counted,
            refused=self.number - left - counted["given"] - counted["had"],
            not_needed=counted["given"] - mails,
            is_moving=is_moving,
        )

    def failures(self) -> "AccessJobQuerySet":
        """What isn't done or whose mail isn't delivered, with employee and mail, by name."""
        jobs: AccessJobQuerySet = self.jobs.filter(~Q(problem="") | undelivered())
        return jobs.select_related("employee", "mail").order_by("employee__sort_name", "employee")


class AccessJobQuerySet(JobQuerySet["AccessJob"]):
    def sweep(self) -> None:
        """A batch goes with the last of its rows."""
        super().sweep()
        AccessBatch.objects.filter(at__lt=Now() - KEPT, jobs=None).delete()


class AccessJob(Job):
    """One person gets access, or has it, or can't get it: then `problem` says why."""

    class Outcome(models.TextChoices):
        GIVEN = "given", "Given"
        HAD = "had", "Had it already"

    batch = models.ForeignKey(AccessBatch, models.CASCADE, editable=False, related_name="jobs")
    employee = models.ForeignKey(Employee, models.CASCADE, editable=False, related_name="+")
    outcome = models.CharField("what came of it", max_length=10, default="", choices=Outcome, editable=False)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, editable=False, related_name="+")

    objects: ClassVar[Any] = cast(Any, AccessJobQuerySet.as_manager())

    class Meta(Job.Meta):
        app_label = "people"

    def __str__(self) -> str:
        return f"Access of employee {self.employee_id}"

    @property
    def reason(self) -> str:
        """Why it failed, or why its mail isn't delivered."""
        return self.problem or (f"The mail isn’t delivered. {self.mail.problem}" if self.mail else "")

    def work(self, shared: None) -> None:
        """As whoever asked for it, by what they may do now."""
        if why_not_several():
            raise NotNow("Mail isn’t set up any more.")
        with on_behalf_of(self.batch.by_id):
            try:
                self._give()
            except IntegrityError:  # an account with this e-mail was made at the same moment
                self._give()

    def _give(self) -> None:
        """What came of it is stored in the same transaction, so that a second process finds it done."""
        with transaction.atomic():
            if not AccessJob.objects.select_for_update().filter(pk=self.pk, outcome="").exists():
                return
            Employee.objects.filter(pk=self.employee_id).hold()
            access = access_of(Employee.objects.get(pk=self.employee_id), User.objects.select_for_update(of=("self",)))
            by = User.objects.with_role().get(pk=self.batch.by_id)
            try:
                act = act_that_gives(access, by=by)
                if act:
                    carry_out(act, access, by=by)
            except ValidationError as refusal:
                raise NoLongerPossible(refusal.messages[0]) from refusal
            mail = Mail.objects.filter(account__employee=self.employee_id, purpose=Purpose.INVITATION) if act else None
            self._mine().update(
                outcome=self.Outcome.GIVEN if act else self.Outcome.HAD,
                mail=mail.order_by("-pk").first() if mail else None,
            )
