"""The tables that search reads, and how their rows are written."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Any, NamedTuple, Self

from django.db import connection, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat

from .words import Kind, Words, known_words

# The words of so many employees are written by one statement: a database takes only so many values at once.
EMPLOYEES_AT_ONCE = 200


class WordField(models.CharField[str, str]):
    """Text in the order of its code points on every database, so that a prefix is a range."""

    def db_parameters(self, connection: Any) -> dict[str, str | None]:
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}


@WordField.register_lookup
class OneOf(models.Lookup[Any]):
    """One of a set of texts as they are: Django's `in` takes longer to prepare thousands than they take to be found."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({', '.join(['%s'] * len(self.rhs))})", (*params, *self.rhs)


class WordRow(NamedTuple):
    """A row of the table of search words."""

    employee: int
    word: str
    kind: int


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    """Written by plain statements: Django's instances would take more time than the database."""

    def write(self, wanted: Mapping[int, Words], kinds: Collection[Kind], *, is_new: bool = False) -> set[int]:
        """Give each employee (by key) exactly the wanted words of these kinds; returns whose words changed.

        Every way of saving calls it in its own transaction. `is_new` says that there are no old words to remove.
        """
        changed: set[int] = set()
        waiting = iter(wanted.items())
        while some := dict(islice(waiting, EMPLOYEES_AT_ONCE)):
            changed |= self._write_at_once(some, kinds, is_new=is_new)
        return changed

    def _write_at_once(self, wanted: Mapping[int, Words], kinds: Collection[Kind], *, is_new: bool) -> set[int]:
        rows = {WordRow(key, word, kind) for key, words in wanted.items() for word, kind in words}
        words = known_words(rows)
        with connection.cursor() as cursor:
            stored = set() if is_new else read(cursor, wanted, kinds)
            learn(cursor, words)
            remove(cursor, stored - rows)
            add(cursor, rows - stored)
            forget(cursor, known_words(stored - rows) - words)
        return {row.employee for row in stored ^ rows}


def read(cursor: Any, employees: Collection[int], kinds: Collection[Kind]) -> set[WordRow]:
    """What the employees have of these kinds; nobody else changes it, because their records are locked."""
    cursor.execute(
        f"SELECT employee_id, word, kind FROM {table_of(SearchWord)}"  # noqa: S608
        f" WHERE employee_id IN {placeholder(employees)} AND kind IN {placeholder(kinds)}",
        [*employees, *map(int, kinds)],
    )
    return {WordRow(*row) for row in cursor.fetchall()}


def remove(cursor: Any, rows: Collection[WordRow]) -> None:
    """Remove these rows; the employees are named once more, so that their index is used."""
    if rows:
        employees = {row.employee for row in rows}
        cursor.execute(
            f"DELETE FROM {table_of(SearchWord)} WHERE employee_id IN {placeholder(employees)}"  # noqa: S608
            f" AND (employee_id, word, kind) IN (VALUES {placeholders(rows)})",
            [*employees, *chain.from_iterable(rows)],
        )


def add(cursor: Any, rows: Collection[WordRow]) -> None:
    """Add these rows, in the order of the index by word: neighbours are written together."""
    if rows:
        cursor.execute(
            f"INSERT INTO {table_of(SearchWord)} (employee_id, word, kind) VALUES {placeholders(rows)}"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            [*chain.from_iterable(sorted(rows, key=attrgetter("word")))],
        )


def learn(cursor: Any, words: Collection[str]) -> None:
    """Add to the known words; in order, so that two transactions never wait for each other."""
    rows = [(word, len(word)) for word in sorted(words)]
    if rows:
        cursor.execute(
            f"INSERT INTO {table_of(KnownWord)} (word, length) VALUES {placeholders(rows)}"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            [*chain.from_iterable(rows)],
        )


def forget(cursor: Any, words: Collection[str]) -> None:
    """Remove those of the known words that begin nobody's row any more.

    The first row in order is asked for: for any row PostgreSQL would read an index in the order of employees.
    """
    if words:
        begun = "SELECT row.word FROM {} row WHERE row.word >= known.word AND row.word < known.word || '!'"
        cursor.execute(
            f"DELETE FROM {table_of(KnownWord)} AS known WHERE known.word IN {placeholder(words)}"  # noqa: S608
            f" AND ({begun.format(table_of(SearchWord))} ORDER BY row.word, row.kind, row.employee_id LIMIT 1) IS NULL",
            sorted(words),
        )


def table_of(model: type[models.Model]) -> str:
    """The quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def placeholder(values: Collection[Any]) -> str:
    """Where some values stand in a statement: "(%s, %s)" for two."""
    return f"({', '.join(['%s'] * len(values))})"


def placeholders(rows: Collection[Collection[Any]]) -> str:
    """Where the values of rows stand in a statement: "(%s, %s), (%s, %s)" for two rows of two."""
    return ", ".join(map(placeholder, rows))


class SearchWord(models.Model):
    """One way to find one employee: a row of the index that search reads."""

    pk = models.CompositePrimaryKey("employee", "word", "kind")
    employee = models.ForeignKey("people.Employee", models.CASCADE, related_name="search_words", db_index=False)
    word = WordField(max_length=255)
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name.lower()) for kind in Kind])

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["word", "kind", "employee"], name="searchword_in_order")]

    def __str__(self) -> str:
        return self.word


class JoinedText(models.Aggregate):
    """All values in one text, with spaces between."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


class KnownWordQuerySet(models.QuerySet["KnownWord"]):
    def unused(self) -> Self:
        """Words that begin nobody's row; `forget` says why the first one is asked for."""
        rows = SearchWord.objects.filter(word__gte=OuterRef("word"), word__lt=Concat(OuterRef("word"), Value("!")))
        first = Subquery(rows.order_by("word", "kind", "employee").values("word")[:1])
        return self.alias(first=first).filter(first=None)

    def of_at_least(self, letters: int) -> list[str]:
        """The words that have so many letters, fetched as one text: as rows they take ten times as long."""
        return (self.filter(length__gte=letters).aggregate(words=JoinedText("word"))["words"] or "").split()


class KnownWord(models.Model):
    """A word that some name has; what is mistyped is compared with these, not with the people."""

    word = WordField(max_length=100, primary_key=True)
    length = models.PositiveSmallIntegerField()

    objects = KnownWordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["length", "word"], name="knownword_by_length")]

    def __str__(self) -> str:
        return self.word
