"""Write everyone's search words again, a batch at a time, while the site serves."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import derived
from people.models import Employee, KnownWord


class Command(BaseCommand):
    help = "Write the search words of everyone again; harmless when they are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--outdated", action="store_true", help="only those whose words are known to be out of date"
        )
        parser.add_argument("--check", action="store_true", help="change nothing; fail when anyone's words are wrong")

    def handle(self, *args: Any, outdated: bool, check: bool, verbosity: int, **options: Any) -> None:
        people = derived.out_of_date() if outdated else Employee.objects.all()
        wrong, done, total, start = 0, 0, people.count(), monotonic()
        for rebuilt, were_wrong in derived.rebuild(people, keep=not check):
            done += rebuilt
            wrong += were_wrong
            if verbosity:
                self.stdout.write(f"{done:,} of {total:,} people, {done / (monotonic() - start):,.0f} a second")
        if check and wrong:
            raise CommandError(f"Search words of {wrong} people are wrong. Run `manage.py rebuild_search`.")
        forgotten = 0 if check or outdated else KnownWord.objects.unused().delete()[0]
        if verbosity:
            self.stdout.write(f"Search words rebuilt: {wrong} people changed, {forgotten} unused words forgotten")
