from typing import Any

from django.core.management.base import BaseCommand

from people.server.jobs.runner import kinds_of_jobs, run_due


class Command(BaseCommand):
    """Does once what the server's own processes do all the time; several at once share the work."""

    help = "Do everything that is due, such as mail that waits, and end. For cron, where no server runs."

    def handle(self, *args: Any, **options: Any) -> None:
        number = run_due(kinds_of_jobs())
        self.stdout.write(f"Jobs tried: {number}")
