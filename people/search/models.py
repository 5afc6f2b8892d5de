"""The tables that search reads, and the one function that writes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from .words import Kind, Words, known_words


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
        stored = set() if is_new else set(self._stored(wanted, kinds))
        rows = {(key, word, kind) for key, words in wanted.items() for word, kind in words}
        self._insert(sorted(rows - stored))
        self._remove(stored - rows)
        return {key for key, _, _ in rows ^ stored}

    def _stored(self, keys: Iterable[int], kinds: Iterable[Kind]) -> models.QuerySet:
        return self.filter(employee__in=list(keys), kind__in=list(kinds)).values_list("employee", "word", "kind")

    def _insert(self, rows: list[tuple[int, str, Kind]]) -> None:
        """Past Django's instances: they take more time than the database."""
        if not rows:
            return
        connection = connections[self.db]
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (employee_id, word, kind) VALUES (%s, %s, %s)",  # noqa: S608 # nosec B608
                [(key, word, int(kind)) for key, word, kind in rows],
            )
        KnownWord.objects.using(self.db).learn(known_words((word, kind) for _, word, kind in rows))

    def _remove(self, rows: set[tuple[int, str, Kind]]) -> None:
        by_key: dict[int, set[tuple[str, Kind]]] = {}
        for key, word, kind in rows:
            by_key.setdefault(key, set()).add((word, kind))
        for key, words in by_key.items():
            same = [Q(word=word, kind=kind) for word, kind in words]
            self.filter(Q(*same, _connector=Q.OR), employee=key).delete()
        if rows:
            KnownWord.objects.using(self.db).forget(known_words((word, kind) for _, word, kind in rows))


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
        known = [self.model(word=word, length=len(word)) for word in sorted(words)]
        self.bulk_create(known, batch_size=1_000, ignore_conflicts=True)

    def forget(self, words: Iterable[str]) -> None:
        """Forget those of `words` that no name has any more."""
        self.filter(word__in=list(words)).unused().delete()

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
