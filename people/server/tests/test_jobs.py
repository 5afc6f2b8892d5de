"""Jobs are done once each, tried again after pauses, and never lost; a thread of the server does them."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Queue
from threading import Event
from typing import Any, ClassVar, cast

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, connections, models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from people.server.jobs import runner
from people.server.jobs.models import (
    CUT_OFF,
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    MOST_TRIES,
    SWEPT_AT_ONCE,
    Failed,
    Job,
    JobQuerySet,
    NoLongerPossible,
    NotNow,
    Stuck,
)
from people.server.jobs.runner import Runner, run_due, wake_when_stored
from people.tests.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "ada@example.com"
OUTCOMES: dict[str, Exception] = {
    "fault": RuntimeError(SECRET),
    "failed": Failed("It was put off (450)."),
    "away": NotNow("It is away."),
    "stuck": Stuck("It was refused (550)."),
    "over": NoLongerPossible("Nobody needs it."),
}


class Chore(Job):
    """A job of the tests, in a registry of its own: the product doesn't know it."""

    does = models.CharField(max_length=20, default="well")
    worked: ClassVar[Queue[int]]
    used: ClassVar[list[Any]]  # connections to the database
    begun, may_end = Event(), Event()

    objects: ClassVar[Any] = cast(Any, JobQuerySet.as_manager())

    class Meta(Job.Meta):
        apps = Apps()
        app_label = "people"

    def __str__(self) -> str:
        return self.does

    def work(self, shared: str) -> None:
        self.used.append(connection._connections[connection._alias])  # type: ignore[attr-defined]
        if self.does == "slow":
            self.begun.set()
            assert self.may_end.wait(10)
        if self.does in OUTCOMES:
            raise OUTCOMES[self.does]
        self.worked.put(self.pk)

    @classmethod
    @contextmanager
    def shared(cls) -> Iterator[str]:
        yield "shared"


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """Chores have a table while a test lasts."""
    Chore.worked, Chore.used = Queue(), []
    Chore.begun.clear()
    Chore.may_end.clear()
    with connection.schema_editor() as editor:
        editor.create_model(Chore)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Chore)


def chores(*does: str) -> list[Chore]:
    return [Chore.objects.create(does=one) for one in does]


def make_due() -> None:
    """The time until all that wait are due passes at once."""
    Chore.objects.waiting().update(due=Now() - timedelta(seconds=1))


def seconds_until_due(chore: Chore) -> float:
    """How long it still waits, by the database's clock."""
    row = Chore.objects.annotate(now=Now()).get(pk=chore.pk)
    return (row.due - row.now).total_seconds()


# Taking


def test_longest_due_is_taken_first_and_nothing_that_is_later_done_or_stuck():
    later, done, stuck, second, first = chores(*["well"] * 5)
    for chore, due in [(later, Now() + timedelta(minutes=1)), (done, None), (stuck, None)]:
        Chore.objects.filter(pk=chore.pk).update(due=due)
    Chore.objects.filter(pk=done.pk).update(done_at=Now())
    Chore.objects.filter(pk=first.pk).update(due=Now() - timedelta(minutes=1))

    assert [Chore.objects.take(), Chore.objects.take(), Chore.objects.take()] == [first, second, None]


def test_taken_one_is_nobody_elses_until_its_lease_is_over():
    [chore] = chores("well")

    taken = Chore.objects.take()

    assert (taken.pk, taken.tries) == (chore.pk, 1)
    assert seconds_until_due(chore) == pytest.approx(LEASE.total_seconds(), abs=10)
    assert Chore.objects.take() is None
    make_due()
    assert Chore.objects.take().tries == 2


@pytest.mark.rounds(1, 25)
def test_three_at_once_do_each_once():
    keys = {chore.pk for chore in chores(*["well"] * rounds(60, 300))}

    def work(_: int) -> int:
        try:
            return run_due([Chore])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        numbers = list(threads.map(work, range(3)))

    assert sum(numbers) == len(keys)
    assert Counter(Chore.worked.queue) == Counter(keys)
    assert not Chore.objects.waiting().exists()


@pytest.mark.runs_on("postgresql")  # SQLite has one writer at a time anyway
def test_nobody_waits_for_one_that_is_being_taken():
    first, second = chores("well", "well")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM people_chore WHERE id = %s FOR UPDATE", [first.pk])

    taken = Chore.objects.take()
    other.close()

    assert taken == second


# Trying


def test_done_one_is_never_done_again():
    [chore] = chores("well")

    assert [run_due([Chore]), run_due([Chore])] == [1, 0]
    chore.refresh_from_db()
    assert (chore.due, chore.problem, bool(chore.done_at)) == (None, "", True)


def test_failed_one_is_tried_after_pauses_that_double_until_it_is_stuck(caplog):
    [chore] = chores("fault")
    pauses = []

    for _ in range(MOST_TRIES - 1):
        make_due()
        run_due([Chore])
        pauses.append(seconds_until_due(chore))
    make_due()
    run_due([Chore])

    expected = [min(FIRST_PAUSE * 2**number, LONGEST_PAUSE).total_seconds() for number in range(MOST_TRIES - 1)]
    assert pauses == pytest.approx(expected, abs=20)
    assert sum(expected) > timedelta(days=2.5).total_seconds()
    assert list(Chore.objects.stuck()) == [chore]
    assert "RuntimeError" in Chore.objects.get().problem
    assert SECRET not in Chore.objects.get().problem
    assert SECRET not in caplog.messages


def test_stuck_one_is_tried_as_if_for_the_first_time_when_somebody_says_so():
    [chore] = chores("stuck")
    run_due([Chore])
    stuck = Chore.objects.stuck().get()

    assert Chore.objects.filter(pk=chore.pk).try_again() == 1
    Chore.objects.update(does="well")
    run_due([Chore])

    assert (stuck.tries, stuck.problem) == (1, "It was refused (550).")
    assert list(Chore.worked.queue) == [chore.pk]


def test_one_that_waits_after_a_failed_try_can_be_hurried_and_one_at_hand_cannot():
    failed, _ = chores("failed", "well")
    run_due([Chore])
    at_hand = chores("failed")[0]
    make_due()
    Chore.objects.take()  # the failed one: due the longest
    Chore.objects.filter(pk=at_hand.pk).update(problem="It was put off (450).")

    assert Chore.objects.all().try_again() == 1
    assert seconds_until_due(failed) > 60
    assert seconds_until_due(at_hand) <= 0


def test_one_that_is_given_up_ends_undone_and_keeps_its_reason():
    chores("stuck")
    run_due([Chore])

    assert [Chore.objects.all().give_up(), run_due([Chore])] == [1, 0]
    assert Chore.objects.get().done_at
    assert Chore.objects.get().problem == "It was refused (550)."


def test_one_that_ends_its_process_each_time_is_stuck_in_the_end():
    chores("well")
    for _ in range(MOST_TRIES):
        make_due()
        Chore.objects.take()  # and no more is heard of it
    make_due()

    run_due([Chore])

    assert Chore.objects.stuck().get().problem == CUT_OFF
    assert not Chore.worked.qsize()


def test_one_that_is_no_longer_possible_ends_and_says_why():
    chores("over")

    run_due([Chore])

    chore = Chore.objects.get()
    assert (bool(chore.done_at), chore.problem) == (True, "Nobody needs it.")


def test_one_that_fails_in_a_known_way_keeps_no_other_from_being_done():
    failed, well = chores("failed", "well")

    assert run_due([Chore]) == 2
    failed.refresh_from_db()
    assert failed.problem == "It was put off (450)."
    assert list(Chore.worked.queue) == [well.pk]


def test_while_what_they_need_is_away_the_others_lose_no_try():
    chores("away", "well", "well")

    assert run_due([Chore]) == 1
    assert list(Chore.objects.order_by("pk").values_list("tries", flat=True)) == [1, 0, 0]
    assert Chore.objects.order_by("pk")[0].problem == "It is away."


@pytest.mark.parametrize("does", ["well", "fault"])
def test_one_that_was_slower_than_its_lease_changes_nothing_of_what_another_did(does):
    [chore] = chores(does)
    slow = Chore.objects.take()
    make_due()
    Chore.objects.update(does="stuck")
    run_due([Chore])

    slow.attempt("shared")

    after = Chore.objects.get(pk=chore.pk)
    assert (after.tries, bool(after.done_at)) == (2, does == "well")  # what is done is done
    assert after.problem == ("" if does == "well" else "It was refused (550).")


def test_clock_of_the_process_is_not_asked(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2000, 1, 1, tzinfo=UTC))
    chores("well")

    assert run_due([Chore]) == 1


def test_done_long_ago_is_deleted_some_at_a_time():
    done, old, *_ = chores(*["well"] * (SWEPT_AT_ONCE + 3))
    Chore.objects.update(due=None, done_at=Now() - timedelta(days=31))
    Chore.objects.filter(pk=done.pk).update(done_at=Now() - timedelta(days=29))
    Chore.objects.filter(pk=old.pk).update(done_at=None, made=Now() - timedelta(days=31))

    Chore.objects.sweep()
    first = Chore.objects.count()
    Chore.objects.sweep()

    assert first == 3
    assert set(Chore.objects.all()) == {done, old}


def test_overdue_are_those_that_wait_for_an_hour():
    waiting, stuck, _ = chores(*["well"] * 3)
    Chore.objects.filter(pk__in=[waiting.pk, stuck.pk]).update(made=Now() - timedelta(hours=2))
    Chore.objects.filter(pk=stuck.pk).update(due=None)

    assert list(Chore.objects.overdue()) == [waiting]


# The thread


@pytest.fixture
def thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """Looks only when it is woken."""
    monkeypatch.setattr(runner, "PAUSE", 60)
    thread = Runner([Chore])
    yield thread
    Chore.may_end.set()
    thread.stop()


def wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_thread_does_what_was_left_and_what_is_stored_as_soon_as_it_is(thread: Runner):
    [left] = chores("well")
    thread.start()
    assert Chore.worked.get(timeout=10) == left.pk

    with transaction.atomic():
        [stored] = chores("well")
        wake_when_stored()
        assert not runner._woken.is_set()

    assert Chore.worked.get(timeout=10) == stored.pk


def test_thread_hears_nothing_of_what_is_rolled_back():
    runner._woken.clear()

    with transaction.atomic():
        wake_when_stored()
        transaction.set_rollback(True)

    assert not runner._woken.is_set()


def test_thread_looks_also_when_nobody_wakes_it(thread: Runner, monkeypatch):
    monkeypatch.setattr(runner, "PAUSE", 0.01)
    thread.start()
    wait_until(lambda: not runner._woken.is_set())

    [stored] = chores("well")

    assert Chore.worked.get(timeout=10) == stored.pk


def test_thread_holds_no_connection_between_two_rounds(thread: Runner):
    chores("well")
    thread.start()
    Chore.worked.get(timeout=10)

    [used] = Chore.used
    wait_until(lambda: used.connection is None)


def test_thread_outlives_a_database_that_is_away(thread: Runner, caplog):
    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    [left] = chores("well")
    rename("people_chore", "gone")
    thread.start()
    wait_until(lambda: "What is due has to wait: the database is not migrated" in caplog.messages)
    rename("gone", "people_chore")

    wake_when_stored()

    assert Chore.worked.get(timeout=10) == left.pk


def test_thread_that_is_stopped_ends_the_job_at_hand_and_begins_no_other(thread: Runner):
    chores("slow", "well")
    thread.start()
    assert Chore.begun.wait(10)

    with ThreadPoolExecutor(1) as other:
        stopping = other.submit(thread.stop)
        wait_until(thread._is_stopping.is_set)
        Chore.may_end.set()
        stopping.result(10)

    assert not thread._thread.is_alive()
    assert [bool(chore.done_at) for chore in Chore.objects.order_by("pk")] == [True, False]


def test_command_does_all_kinds_of_jobs_once(capsys):
    call_command("run_jobs")

    assert capsys.readouterr().out == "Jobs tried: 0\n"
