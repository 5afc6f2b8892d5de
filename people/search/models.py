"""The tables that search reads, and the one function that writes them."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from .words import Kind, Words, known_words

Row = tuple[int, str, int]
ROWS_AT_ONCE = 500


def with_keys(name: str, keys: list[int]) -> models.Q:
    """The condition that a field is one of `keys`; a range when hardly any other key is in it.

    Handing over thousands of keys takes longer than finding their rows.
    """
    first, last = min(keys, default=0), max(keys, default=0)
    if last - first < len(keys) * 2:
        return models.Q((f"{name}__gte", first), (f"{name}__lte", last))
    return models.Q((f"{name}__in", keys))


def write_rows(table: models.QuerySet, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Run a statement with many rows at once, past Django's instances: those take more time than the database.

    In `statement`, {table} is the table and {rows} its rows.
    """
    connection = connections[table.db]
    name = connection.ops.quote_name(table.model._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            one = f"({', '.join(['%s'] * len(some[0]))})"
            cursor.execute(statement.format(table=name, rows=", ".join([one] * len(some))), list(chain(*some)))


class WordField(models.CharField):
    """Text in the order of its code points on every database, so that a prefix is a range."""

    def db_parameters(self, connection: Any) -> dict[str, str | None]:
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}


class SearchWordQuerySet(models.QuerySet):
    def write(self, wanted: Mapping[int, Words], kinds: Iterable[Kind], *, is_new: bool = False) -> set[int]:
        """Give each employee (by key) exactly the wanted words of these kinds; returns whose words changed.

        Every way of saving calls it, in its own transaction. `is_new` spares looking for old words.
        """
        stored = set() if is_new else self._stored(wanted, set(kinds))
        rows = [(key, word, kind) for key, words in wanted.items() for word, kind in words]
        known = KnownWord.objects.using(self.db)
        if added := [row for row in rows if row not in stored]:
            write_rows(self, "INSERT INTO {table} (employee_id, word, kind) VALUES {rows}", added)
            known.learn(known_words((word, kind) for _, word, kind in added))
        if removed := sorted(stored.difference(rows)):
            # The range, because SQLite reads the whole table to compare three columns with a list.
            keys = f"employee_id BETWEEN {removed[0][0]:d} AND {removed[-1][0]:d}"
            write_rows(
                self,
                f"DELETE FROM {{table}} WHERE {keys} AND (employee_id, word, kind) IN (VALUES {{rows}})",  # noqa: S608 # nosec B608
                removed,
            )
            known.forget(known_words((word, kind) for _, word, kind in removed))
        return {key for key, _, _ in [*added, *removed]}

    def _stored(self, keys: Iterable[int], kinds: set[Kind]) -> set[Row]:
        rows = self.filter(with_keys("employee", list(keys))).values_list("employee", "word", "kind")
        return {row for row in rows if row[2] in kinds and row[0] in keys}


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


class KnownWordQuerySet(models.QuerySet):
    def learn(self, words: Iterable[str]) -> None:
        """Remember words; in order, so that two transactions never wait for each other."""
        if rows := [(word, len(word)) for word in sorted(words)]:
            write_rows(self, "INSERT INTO {table} (word, length) VALUES {rows} ON CONFLICT DO NOTHING", rows)

    def forget(self, words: Iterable[str]) -> None:
        """Forget those of `words` that begin nobody's row any more."""
        words_table = connections[self.db].ops.quote_name(SearchWord._meta.db_table)
        used = f"SELECT 1 FROM {words_table} w WHERE w.word >= known.word AND w.word < known.word || '!'"  # noqa: S608 # nosec B608
        statement = f"DELETE FROM {{table}} AS known WHERE known.word IN (VALUES {{rows}}) AND NOT EXISTS ({used})"  # noqa: S608 # nosec B608
        write_rows(self, statement, [(word,) for word in sorted(words)])

    def unused(self) -> models.QuerySet:
        """Words that begin nobody's row."""
        rows = SearchWord.objects.filter(word__gte=OuterRef("word"), word__lt=Concat(OuterRef("word"), Value("!")))
        return self.exclude(Exists(rows))

    def of_length(self, shortest: int) -> models.QuerySet:
        """The words of at least `shortest` letters."""
        return self.filter(length__gte=shortest).values_list("word", flat=True)


class KnownWord(models.Model):
    """A word that some name has; what is mistyped is compared with these, not with the people."""

    word = WordField(max_length=100, primary_key=True)
    length = models.PositiveSmallIntegerField()

    objects = KnownWordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["length", "word"], name="knownword_by_length")]

    def __str__(self) -> str:
        return self.word
