from typing import Any

from django.core.management.base import BaseCommand

from people.models import Employee, EmployeeProfile


class Command(BaseCommand):
    """Makes the profiles that are missing; harmless when none is."""

    help = "Make a profile for each employee that has none, and say how many were made."

    def handle(self, *args: Any, **options: Any) -> None:
        made = EmployeeProfile.objects.create_missing(Employee.objects.without_profile())
        self.stdout.write(f"Profiles made: {len(made)}")
