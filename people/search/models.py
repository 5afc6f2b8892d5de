"""The tables that search reads, and the one function that writes them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Self

from django.db import connection, models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from .words import Kind, Words, known_words

Row = tuple[int, str, int]
ROWS_AT_ONCE = 500


def are_side_by_side(keys: Collection[int]) -> bool:
    """Whether hardly any other key is between them: then a range is found sooner than thousands of keys."""
    return max(keys, default=0) - min(keys, default=0) <= len(keys) * 2


def with_keys(name: str, keys: Collection[int]) -> models.Q:
    """The condition that a field is one of `keys`; or, when they are side by side, in their range."""
    if keys and are_side_by_side(keys):
        return models.Q((f"{name}__gte", min(keys)), (f"{name}__lte", max(keys)))
    return models.Q((f"{name}__in", keys))


def of_employees(keys: Collection[int]) -> tuple[str, list[int]]:
    """`with_keys` for the employees of search words, as text and parameters."""
    if are_side_by_side(keys):
        return "employee_id BETWEEN %s AND %s", [min(keys, default=0), max(keys, default=0)]
    return f"employee_id IN ({', '.join(['%s'] * len(keys))})", list(keys)


def table_of(rows: models.QuerySet[Any]) -> str:
    """The quoted name of the table that a query set reads."""
    return connection.ops.quote_name(rows.model._meta.db_table)


def write_rows(cursor: Any, statement: str, rows: list[tuple[Any, ...]], *params: Any) -> None:
    """Run a statement with many rows at once, past Django's instances: those take more time than the database.

    In `statement`, {rows} is where they stand, with `params` for what stands before them.
    """
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        cursor.execute(statement.format(rows=places_of(some)), [*params, *chain.from_iterable(some)])


def places_of(rows: list[tuple[Any, ...]]) -> str:
    """Where the values of rows stand in a statement: "(%s, %s), (%s, %s)" for two rows of two."""
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


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


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    def write(self, wanted: Mapping[int, Words], kinds: Iterable[Kind], *, is_new: bool = False) -> set[int]:
        """Give each employee (by key) exactly the wanted words of these kinds; returns whose words changed.

        Every way of saving calls it, in its own transaction. `is_new` spares looking for old words.
        """
        rows: list[Row] = [(key, word, kind) for key, words in wanted.items() for word, kind in words]
        removed: Collection[Row] = ()
        known, numbers = KnownWord.objects, sorted(int(kind) for kind in kinds)
        with connection.cursor() as cursor:
            if is_new:
                added = self._add(cursor, rows)
                known.learn(cursor, known_words(added))
            elif 0 < len(wanted) + len(rows) <= ROWS_AT_ONCE:
                removed, added = self._replace(cursor, wanted, numbers, rows)
            else:
                stored = self._stored(cursor, wanted, numbers)
                removed = self._remove(cursor, stored.difference(rows)) if stored else ()
                added = self._add(cursor, [row for row in rows if row not in stored] if stored else rows)
                known.learn(cursor, known_words(added))
            if removed:
                known.forget(cursor, known_words(removed) - known_words(rows))
        return {key for key, _, _ in chain(added, removed)}

    def _replace(
        self, cursor: Any, keys: Collection[int], kinds: list[int], rows: list[Row]
    ) -> tuple[list[Row], list[Row]]:
        """Make a few rows all that these employees have of these kinds; gives what was removed and added.

        A save needs no look at the old rows: that would take as long as writing the new ones.
        """
        but = f" AND (employee_id, word, kind) NOT IN (VALUES {places_of(rows)})" if rows else ""
        statement = (
            f"DELETE FROM {table_of(self)} WHERE employee_id IN ({', '.join(['%s'] * len(keys))})"  # noqa: S608
            f" AND kind IN ({', '.join(['%s'] * len(kinds))}){but} RETURNING employee_id, word, kind"
        )
        params = [*keys, *kinds, *chain.from_iterable(rows)]
        known, words = KnownWord.objects, known_words(rows)
        if words and cursor.db.vendor == "postgresql":
            # In the same question, which spares a save one of four.
            learning, of_words = known.learning(words)
            statement, params = f"WITH learning AS ({learning}) {statement}", [*of_words, *params]
        else:
            known.learn(cursor, words)
        cursor.execute(statement, params)
        removed = cursor.fetchall()
        if not rows:
            return removed, []
        self._add(cursor, rows, " ON CONFLICT DO NOTHING RETURNING employee_id, word, kind")
        return removed, cursor.fetchall()

    def _stored(self, cursor: Any, keys: Collection[int], kinds: list[int]) -> set[Row]:
        condition, params = of_employees(keys)
        cursor.execute(f"SELECT employee_id, word, kind FROM {table_of(self)} WHERE {condition}", params)  # noqa: S608
        return {row for row in cursor.fetchall() if row[2] in kinds and row[0] in keys}

    def _add(self, cursor: Any, rows: list[Row], ending: str = "") -> list[Row]:
        # In the order of the index by word, the one that jumps: neighbours are written together.
        rows.sort(key=itemgetter(1))
        write_rows(cursor, f"INSERT INTO {table_of(self)} (employee_id, word, kind) VALUES {{rows}}{ending}", rows)  # noqa: S608
        return rows

    def _remove(self, cursor: Any, rows: Collection[Row]) -> Collection[Row]:
        # The keys alone too, because SQLite reads the whole table to compare three columns with a list.
        condition, keys = of_employees({key for key, _, _ in rows})
        statement = f"DELETE FROM {table_of(self)} WHERE {condition} AND (employee_id, word, kind) IN (VALUES {{rows}})"  # noqa: S608
        write_rows(cursor, statement, sorted(rows), *keys)
        return rows


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


class Together(models.Aggregate):
    """All values in one text, with spaces between."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def in_order(words: Iterable[str]) -> list[tuple[str, int]]:
    """The rows of words; in order, so that two transactions never wait for each other."""
    return [(word, len(word)) for word in sorted(words)]


class KnownWordQuerySet(models.QuerySet["KnownWord"]):
    def learning(self, words: Iterable[str]) -> tuple[str, list[Any]]:
        """The statement that remembers a few words, and its parameters."""
        rows = in_order(words)
        return self._learning().format(rows=places_of(rows)), [*chain.from_iterable(rows)]

    def learn(self, cursor: Any, words: Iterable[str]) -> None:
        """Remember words."""
        write_rows(cursor, self._learning(), in_order(words))

    def _learning(self) -> str:
        return f"INSERT INTO {table_of(self)} (word, length) VALUES {{rows}} ON CONFLICT DO NOTHING"  # noqa: S608

    def forget(self, cursor: Any, words: Iterable[str]) -> None:
        """Forget those of `words` that begin nobody's row any more."""
        rows = table_of(SearchWord.objects.all())
        used = f"SELECT 1 FROM {rows} w WHERE w.word >= known.word AND w.word < known.word || '!'"  # noqa: S608
        statement = (
            f"DELETE FROM {table_of(self)} AS known WHERE known.word IN (VALUES {{rows}}) AND NOT EXISTS ({used})"  # noqa: S608
        )
        write_rows(cursor, statement, [(word,) for word in sorted(words)])

    def unused(self) -> Self:
        """Words that begin nobody's row."""
        rows = SearchWord.objects.filter(word__gte=OuterRef("word"), word__lt=Concat(OuterRef("word"), Value("!")))
        return self.exclude(Exists(rows))

    def texts(self, shortest: int) -> list[str]:
        """The words of at least `shortest` letters, fetched as one text: so many rows take ten times as long."""
        return (self.filter(length__gte=shortest).aggregate(words=Together("word"))["words"] or "").split()


class KnownWord(models.Model):
    """A word that some name has; what is mistyped is compared with these, not with the people."""

    word = WordField(max_length=100, primary_key=True)
    length = models.PositiveSmallIntegerField()

    objects = KnownWordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["length", "word"], name="knownword_by_length")]

    def __str__(self) -> str:
        return self.word
