from typing import Any

from django.core.management.base import BaseCommand

from people.models import Employee


class Command(BaseCommand):
    """Mends the sort names that a data migration left behind; harmless when none is wrong."""

    help = "Write the sort name of each employee whose names were changed without it, and say how many were mended."

    def handle(self, *args: Any, **options: Any) -> None:
        mended = 0
        for employee in Employee.objects.iterator(chunk_size=1_000):
            before = employee.sort_name
            employee.set_sort_name()
            if employee.sort_name != before:
                employee.save(update_fields=["sort_name"])
                mended += 1
        self.stdout.write(f"Sort names mended: {mended}")
