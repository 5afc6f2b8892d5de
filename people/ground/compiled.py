"""Queries whose SQL is written once in a process: Django takes longer to write it than the database to answer."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Record = TypeVar("Record", bound=Model)


class CompiledQuery:
    """The SQL of a query of plain columns; `tail` is put behind it as it stands."""

    def __init__(self, query: QuerySet[Any, Any], tail: str = "") -> None:
        self.sql, self.params = query.query.sql_with_params()
        self.sql += tail

    def rows(self, params: Iterable[Any] | None = None) -> list[tuple[Any, ...]]:
        """The answer; with `params` in place of the values that the query was written with."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params if params is None else tuple(params))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


def from_columns(model: type[Record], **values: Any) -> Record:
    """An instance as Django reads it from the database, of some of its columns; it reads the others when asked."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(connection.alias, names, [values[name] for name in names])
