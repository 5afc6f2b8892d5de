"""Whether the site may serve; the server asks once, before it starts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from people.accounts.models import User
from people.management import demo
from people.server.database import refuse_unreachable


class Command(BaseCommand):
    help = "Say what stops the site from serving: a database that is away or of another version, the demo's password."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unreachable(connection)
        refuse_other_version()
        if settings.PRODUCTION:
            refuse_demo_password()


def refuse_other_version() -> None:
    """Raise ImproperlyConfigured when the database lacks what this version needs."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured("The database isn't prepared for this version. Run `make setup`.")


def refuse_demo_password() -> None:
    """Raise ImproperlyConfigured while somebody could sign in with the password that everyone knows."""
    users = User.objects.filter(email__in=demo.SIGN_INS, is_active=True).order_by("email")
    emails = [user.email for user in users if check_password(demo.PASSWORD, user.password)]
    if emails:
        raise ImproperlyConfigured(
            f"In production nobody may have the demo's password, but {', '.join(emails)} can sign in "
            f"with it. Give each another one (.venv/bin/python manage.py changepassword {emails[0]}), "
            "or set DATABASE_URL to a database without the demo."
        )
