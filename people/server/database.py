"""Whether the database answers, said in a sentence that holds no password."""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper


def refuse_unreachable(database: BaseDatabaseWrapper) -> None:
    """Raise ImproperlyConfigured when the database doesn't answer."""
    try:
        database.ensure_connection()
    except Error as error:
        reason = without_password(" ".join(str(error).split()), database)
        stop = "" if reason.endswith((".", "?")) else "."
        raise ImproperlyConfigured(f"The database of DATABASE_URL can't be reached: {reason}{stop}") from error


def without_password(words: str, database: BaseDatabaseWrapper) -> str:
    """What the driver says, which may repeat a password that it mistook for something else."""
    password = database.settings_dict["PASSWORD"]
    return words.replace(password, "…") if password else words
