from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models

from people.accounts.models import User
from people.derived import prepare
from people.ground.repair import faults_of, mend
from people.models import Employee, EmployeeProfile


class Command(BaseCommand):
    """Lists by keys what is stored and isn't taken any more, and mends what is sure; harmless when all is well."""

    help = "Mend names, e-mails and sort names where only one answer is right, and list what HR must decide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list; change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        sure = unsure = 0
        for record in everything():
            for fault in faults_of(record):
                sure, unsure = sure + bool(fault.right), unsure + (not fault.right)
                todo = "" if not fault.right else ", can be mended" if dry_run else ", mended"
                self.stdout.write(f"{whose(record)}, {fault.field.verbose_name}: {fault.kind}{todo}")
            if not dry_run:
                mend(record)
        self.stdout.write(f"Texts {'that can be ' if dry_run else ''}mended: {sure}; to be decided by people: {unsure}")
        self.stdout.write(f"Sort names {'that are wrong' if dry_run else 'mended'}: {self.sort_names(dry_run)}")

    def sort_names(self, dry_run: bool) -> int:
        """How many sort names were wrong; they are written again unless it is a dry run."""
        wrong = 0
        for employee in Employee.objects.iterator(chunk_size=1_000):
            before = employee.sort_name
            prepare([employee])
            if employee.sort_name != before:
                wrong += 1
                if not dry_run:
                    employee.save(update_fields=["sort_name"])
        return wrong


def everything() -> Iterator[models.Model]:
    """All records with texts that people typed."""
    for model in (Employee, EmployeeProfile, User):
        yield from model._base_manager.order_by("pk").iterator(chunk_size=1_000)


def whose(record: models.Model) -> str:
    """The record by its key, a profile by its employee's."""
    if isinstance(record, EmployeeProfile):
        return f"Employee {record.employee_id}"
    return f"{'Account' if isinstance(record, User) else 'Employee'} {record.pk}"
