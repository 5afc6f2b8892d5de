"""Everything that must be done before the site serves: a new installation, or a new version of it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from people.server.database import refuse_unreachable


class Command(BaseCommand):
    help = "Close files to others, bring the database up to date, collect the static files. Harmless the second time."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unreachable(connection)
        close_to_others()
        call_command("migrate", verbosity=0)
        call_command("rebuild_search", outdated=True, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)


def close_to_others() -> None:
    """Take the rights of other accounts of this machine from files that were there before we made them so."""
    for path in [settings.BASE_DIR / ".env", settings.VAR_DIR, *database_files()]:
        # Where somebody else owns it, or it isn't there, there is nothing to close.
        with suppress(FileNotFoundError, PermissionError):
            path.chmod(path.stat().st_mode & 0o700)


def database_files() -> list[Path]:
    """The files of an SQLite database."""
    if connection.vendor != "sqlite":
        return []
    name = connection.settings_dict["NAME"]
    return [Path(f"{name}{suffix}") for suffix in ("", "-wal", "-shm")]
