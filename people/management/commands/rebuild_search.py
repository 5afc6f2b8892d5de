"""Write everyone's search words again, a batch at a time, while the site serves."""

from argparse import ArgumentParser
from collections.abc import Iterator
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import QuerySet

from people.models import Employee, KnownWord


class Command(BaseCommand):
    help = "Write the search words of everyone again; harmless when they are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=1_000, help="people in one transaction (default: 1000)")
        parser.add_argument(
            "--outdated", action="store_true", help="only those whose words are known to be out of date"
        )
        parser.add_argument("--check", action="store_true", help="change nothing; fail when anyone's words are wrong")

    def handle(self, *args: Any, batch: int, outdated: bool, check: bool, verbosity: int, **options: Any) -> None:
        people = Employee.objects.with_words_out_of_date() if outdated else Employee.objects.all()
        wrong, done, total, start = 0, 0, people.count(), monotonic()
        for keys in keys_in_batches(people, max(1, batch)):
            with transaction.atomic():
                wrong += Employee.objects.rewrite_words(keys)
                transaction.set_rollback(check)
            done += len(keys)
            if verbosity:
                self.stdout.write(f"{done:,} of {total:,} people, {done / (monotonic() - start):,.0f} a second")
        if check and wrong:
            raise CommandError(f"Search words of {wrong} people are wrong. Run `manage.py rebuild_search`.")
        forgotten = 0 if check or outdated else KnownWord.objects.unused().delete()[0]
        if verbosity:
            self.stdout.write(f"Search words rebuilt: {wrong} people changed, {forgotten} unused words forgotten")


def keys_in_batches(people: QuerySet, size: int) -> Iterator[list[int]]:
    """The keys of `people` in their order; each batch is read when the one before is done."""
    last = 0
    while keys := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield keys
        last = keys[-1]
