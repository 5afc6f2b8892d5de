"""Work that outlives a request: rows that a process takes, works on and marks as done, and that are tried again.

A row is taken for `LEASE`. When its process is killed, another one takes it after that: so a job may be done twice, and
its `work` has to bear that. Nobody waits for anybody: rows that are being taken are passed over.

All moments of a row are of the database's clock. Processes on several machines share that one, so none takes a job
for free because its own clock is ahead.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar, cast

from django.db import models, transaction
from django.db.models.functions import Now

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# Pauses double from try to try; the last try is three days after the first, so that a weekend costs nothing.
FIRST_PAUSE, LONGEST_PAUSE, MOST_TRIES = timedelta(minutes=1), timedelta(hours=6), 20
KEPT, SWEPT_AT_ONCE = timedelta(days=30), 100
OVERDUE = timedelta(hours=1)

CUT_OFF = "The server was ended while it worked on this, again and again."


PLANNED = models.Q(tries=0, due__gt=Now())

Work = TypeVar("Work", bound="Job")


class Failed(Exception):  # noqa: N818 (it is expected)
    """It didn't go well this time, and is tried again. The words, here and below, are for administrators."""


class NotNow(Failed):
    """What the job needs is away, for the next ones too: they wait, without a try of theirs."""


class Stuck(Failed):
    """It won't get better by itself: it is tried again when an administrator says so."""


class NoLongerPossible(Exception):  # noqa: N818 (it was right once)
    """Nobody needs it any more: it ends undone. The words say why."""


class JobQuerySet(models.QuerySet[Work]):
    """A job is planned, waiting, stuck or done: `due` is empty unless it waits, and `done_at` unless it is done."""

    def waiting(self) -> Self:
        """Those that will be tried, or are being tried now."""
        return self.filter(due__isnull=False).exclude(PLANNED)

    def planned(self) -> Self:
        """Those that shall begin later."""
        return self.filter(PLANNED)

    def plan_for(self, at: datetime) -> int:
        """Let those that are planned begin then."""
        return self.planned().update(made=at, due=at)

    def stuck(self) -> Self:
        """Those that are tried only when somebody says so."""
        return self.filter(due=None, done_at=None)

    def in_trouble(self) -> Self:
        """Those that are stuck, or wait because a try failed; none that is being tried now, which has no problem."""
        return self.filter(done_at=None).filter(models.Q(due=None) | ~models.Q(problem=""))

    def overdue(self) -> Self:
        """Those that wait for longer than anybody expects."""
        return self.waiting().filter(made__lt=Now() - OVERDUE)

    def take(self) -> Work | None:
        """The one that is due the longest, which is this process's for `LEASE`; None when none is due."""
        due = self.filter(due__lte=Now())
        if not due.exists():  # without a lock, which SQLite has only one of
            return None
        with transaction.atomic(durable=True):
            job = due.select_for_update(skip_locked=True).order_by("due", "pk").first()
            if job:
                job.tries += 1
                self.filter(pk=job.pk).update(due=Now() + LEASE, tries=job.tries, problem="")
        return job

    def try_again(self) -> int:
        """Let those that are in trouble be tried from now on, as if for the first time."""
        return self.in_trouble().update(due=Now(), tries=0, problem="")

    def give_up(self) -> int:
        """End those that are in trouble undone."""
        return self.in_trouble().update(due=None, done_at=Now())

    def sweep(self) -> None:
        """Delete some of those that were done long ago, so that they never become many."""
        over = self.filter(done_at__lt=Now() - KEPT).values_list("pk", flat=True)[:SWEPT_AT_ONCE]
        if keys := list(over):
            self.filter(pk__in=keys).delete()


class Job(models.Model):
    """One piece of work."""

    made = models.DateTimeField(db_default=Now(), editable=False)  # of what is planned: since when it is to be done
    due = models.DateTimeField("not before; while taken, until when", db_default=Now(), null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    problem = models.CharField("why it isn't done", max_length=200, default="", editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    # Each kind of job repeats this line, else the type checker takes it for no more than a job.
    objects: ClassVar[Any] = cast(Any, JobQuerySet.as_manager())

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["due"], condition=models.Q(due__isnull=False), name="%(class)s_due"),
            models.Index(fields=["done_at"], name="%(class)s_done"),
        ]

    def work(self, shared: Any) -> None:
        """Do it; raises whatever keeps it from being done."""
        raise NotImplementedError

    @classmethod
    @contextmanager
    def shared(cls) -> Iterator[Any]:
        """What jobs done one after another share, such as a connection."""
        yield None

    @classmethod
    def do_due(cls, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Do those that are due, each in its turn; returns how many were tried."""
        number = 0
        with cls.shared() as shared:
            while not is_stopping() and (job := cls.objects.take()):
                number += 1
                if not job.attempt(shared):
                    break
        return number

    def attempt(self, shared: Any) -> bool:
        """Do it, and note what came of it; whether another one can follow at once."""
        try:
            if self.tries > MOST_TRIES:
                raise Stuck(CUT_OFF)
            self.work(shared)
        except NoLongerPossible as error:
            self._end(str(error))
        except Stuck as error:
            self._fail(str(error), is_last=True)
        except NotNow as error:
            self._fail(str(error))
            return False
        except Failed as error:
            self._fail(str(error))
        except Exception as error:  # the next try may go well
            logger.exception("%s %s met a fault", self._meta.label, self.pk)
            self._fail(f"A fault in the program ({type(error).__name__}), which its log tells more of.")
        else:
            self._end()
        return True

    def _end(self, problem: str = "") -> None:
        self._mine().update(due=None, done_at=Now(), problem=problem)

    def _fail(self, problem: str, *, is_last: bool = False) -> None:
        """Another process may have taken it meanwhile: then this one was slower than its lease, and says nothing."""
        is_last = is_last or self.tries >= MOST_TRIES
        pause: timedelta = min(FIRST_PAUSE * 2 ** (self.tries - 1), LONGEST_PAUSE)
        self._mine().filter(tries=self.tries).update(due=None if is_last else Now() + pause, problem=problem)
        logger.warning("%s %s failed at try %s: %s", self._meta.label, self.pk, self.tries, problem)

    def _mine(self) -> Any:
        """The row, unless another process has done the job meanwhile."""
        return type(self).objects.filter(pk=self.pk, done_at=None)
