from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


def create_hr_group(sender: AppConfig, apps: Apps = installed_apps, **kwargs: Any) -> None:
    """Make sure that the group of HR managers exists after every migrate and flush (which names no apps)."""
    from .models import HR_MANAGERS

    apps.get_model("auth", "Group").objects.get_or_create(name=HR_MANAGERS)


class AccountsConfig(AppConfig):
    name = "people.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from .company import links, sessions  # noqa: F401 (mails about a company account; sessions that came by one)
        from .factors import changes  # noqa: F401 (what follows when a second factor comes or goes)
        from .mail import models  # noqa: F401 (its table belongs to this app)

        post_migrate.connect(create_hr_group, sender=self, dispatch_uid="create_hr_group")
