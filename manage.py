#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error, connection


def run() -> None:
    """Run the command; one that fails because the database is away says only that."""
    try:
        execute_from_command_line(sys.argv)
    except Error:
        from people.server.database import refuse_unreachable

        refuse_unreachable(connection)
        raise


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    try:
        run()
    except ImproperlyConfigured as error:
        sys.exit(f"Can't start: {error}")
