"""The database of a test, for other processes."""

from django.db import connection


def address_of_the_database() -> str:
    """As `DATABASE_URL` says it."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{str(now['NAME']).removeprefix('file://').partition('?')[0]}"
    return f"postgresql://{now['USER']}@/{now['NAME']}?host={now['HOST']}"
