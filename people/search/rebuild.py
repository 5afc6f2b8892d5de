"""Everyone's search words again, a batch at a time, while the site serves."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from people.querysets import EmployeeQuerySet

# People in one transaction: the more, the more of the rows that are written together are neighbours in the index.
BATCH = 10_000


def rebuild(people: "EmployeeQuerySet", batch: int = BATCH, *, keep: bool = True) -> Iterator[tuple[int, int]]:
    """Write the words of these employees again; after each batch gives its people and how many had wrong words.

    Without `keep` nothing stays written.
    """
    for keys in _batches(people, batch):
        # Their rows are locked, so that the database need not look each employee up for every word.
        unchecked = connection.constraint_checks_disabled()
        with _no_garbage_collection(), unchecked, transaction.atomic():
            wrong = people.model.objects.rewrite_words(keys)
            transaction.set_rollback(not keep)
        yield len(keys), wrong


def _batches(people: "EmployeeQuerySet", size: int) -> Iterator[list[int]]:
    """The keys of `people` in their order; each batch is read when the one before is done."""
    last = 0
    while keys := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield keys
        last = keys[-1]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A batch is a million small things without a cycle; looking for one would take a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
