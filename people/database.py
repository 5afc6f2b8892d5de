"""Whether the database answers, said in a sentence that holds no password."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler


def refuse_unreachable(database: BaseDatabaseWrapper) -> None:
    """Raise ImproperlyConfigured when the database doesn't answer."""
    plain = without_pool(database)
    try:
        plain.ensure_connection()
    except Error as error:
        reason = without_password(" ".join(str(error).split()), database)
        stop = "" if reason.endswith((".", "?")) else "."
        raise ImproperlyConfigured(f"The database of DATABASE_URL can't be reached: {reason}{stop}") from error
    finally:
        plain.close()


def without_pool(database: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Another connection to the same: a pool goes on trying for long, and doesn't tell what stands in the way."""
    options = {name: value for name, value in database.settings_dict["OPTIONS"].items() if name != "pool"}
    return ConnectionHandler({DEFAULT_DB_ALIAS: database.settings_dict | {"OPTIONS": options}})[DEFAULT_DB_ALIAS]


def without_password(words: str, database: BaseDatabaseWrapper) -> str:
    """What the driver says; it repeats a password that it took for something else."""
    password = database.settings_dict["PASSWORD"]
    return words.replace(password, "…") if password else words
