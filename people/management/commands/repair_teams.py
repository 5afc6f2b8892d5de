from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from people import derived
from people.models import EmployeeProfile, Team


class Command(BaseCommand):
    """Makes the teams that profiles refer to and that are missing; harmless when none is."""

    help = "Make each missing team anew that people are in: closed, called by its key, to be merged or renamed."

    def handle(self, *args: Any, **options: Any) -> None:
        profiles = EmployeeProfile.objects.in_missing_team()
        keys = sorted({team for team in profiles.values_list("team", flat=True) if team})
        for key in keys:
            with transaction.atomic():
                Team.objects.restore(key)
                people = EmployeeProfile.objects.in_team(key).order_by("employee").values_list("employee", flat=True)
                for batch in derived.batches(list(people)):
                    derived.rewrite_profiles(batch)
        self.stdout.write(f"Teams made: {len(keys)}")
