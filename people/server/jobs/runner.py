"""Does what is due, in a thread of each process of the server: mail now, whatever else is a job later.

A process that has just stored a job is woken. The others look every few seconds, so that what a killed one has left is
done too. `manage.py run_jobs` does the same once, for cron; tests and other commands run nothing.
"""

import logging
from collections.abc import Callable, Iterable
from threading import Event, Thread

from django.apps import apps
from django.db import connection, transaction

from people.server.outages import outage_of

from .models import Job

logger = logging.getLogger(__name__)

PAUSE = 15  # seconds
SECONDS_TO_STOP = 15  # as long as one mail takes at most, mostly
_woken = Event()


def wake_when_stored() -> None:
    """Let the runner of this process look as soon as the transaction is committed."""
    transaction.on_commit(_woken.set)


def kinds_of_jobs() -> list[type[Job]]:
    return [model for model in apps.get_models() if issubclass(model, Job)]


def run_due(kinds: Iterable[type[Job]], is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Do all jobs of these kinds that are due, and forget those done long ago; returns how many were tried."""
    number = 0
    for kind in kinds:
        number += kind.do_due(is_stopping)
        kind.objects.sweep()
    return number


class Runner:
    """A thread that does what is due until it is stopped."""

    def __init__(self, kinds: Iterable[type[Job]] | None = None) -> None:
        self.kinds = kinds_of_jobs() if kinds is None else list(kinds)
        self._is_stopping = Event()
        self._thread = Thread(target=self._run, name="runner", daemon=True)

    def start(self) -> None:
        """What was left by those that ran before is done at once."""
        _woken.set()
        self._thread.start()

    def stop(self) -> None:
        """Wait until the job at hand is done, but not for ever: it would be tried again."""
        self._is_stopping.set()
        _woken.set()
        self._thread.join(SECONDS_TO_STOP)

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            _woken.wait(PAUSE)
            _woken.clear()
            self._run_due()

    def _run_due(self) -> None:
        """Whatever goes wrong, the thread lives on. Between two rounds it holds no connection to the database."""
        try:
            run_due(self.kinds, self._is_stopping.is_set)
        except Exception as error:  # such as a database that is away
            if outage := outage_of(error):
                logger.error("What is due has to wait: the database is %s", outage)
            else:
                logger.exception("What is due has to wait")
        finally:
            connection.close()
