from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


def create_teams(sender: AppConfig, apps: Apps = installed_apps, **kwargs: Any) -> None:
    """Make sure that the first teams exist after every migrate and flush (which names no apps)."""
    from .models import EmployeeProfile
    from .organisation.models import create_first_teams

    if "team" in apps.all_models[sender.label]:
        create_first_teams(EmployeeProfile.Teams.choices, apps)


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from . import receivers  # noqa: F401 (importing connects the receiver)
        from .accounts.access import models, own_page  # noqa: F401 (its tables belong to this app; and what a mail says)

        post_migrate.connect(create_teams, sender=self, dispatch_uid="create_teams")
