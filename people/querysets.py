"""The verbs of reading, and the two bulk ways of writing that keep the profile contract."""

from collections.abc import Collection, Iterable
from functools import reduce
from itertools import groupby, islice
from operator import and_
from typing import Self

from django.db import models, transaction
from django.db.models import Q

from .text import digits_of, one_letter_off, search_words, sort_name

# The key breaks ties, so that no person is on two pages or on none.
ORDERS = {"name": ("sort_name", "pk"), "-name": ("-sort_name", "-pk"), "newest": ("-created", "-pk")}


class EmployeeQuerySet(models.QuerySet):
    def sorted_by(self, order: str) -> Self:
        """Sorted by last and first name (`name`, `-name`) or by when they were added (`newest`)."""
        return self.order_by(*ORDERS[order])

    def in_team(self, team: str) -> Self:
        """The people of a team; of all of them for the empty name."""
        return self.filter(profile__team=team) if team else self

    def count_by_team(self) -> dict[str | None, int]:
        """How many people each team has; None is for people without a team."""
        return dict(self.order_by().values_list("profile__team").annotate(models.Count("pk")))

    def with_card_details(self) -> Self:
        """Everything that a row or a page shows, in one query."""
        return self.select_related("profile")

    def without_profile(self) -> Self:
        """Employees whose profile is missing; must be none (PROFILE_CONTRACT 9)."""
        return self.filter(profile=None)

    def search(self, text: str) -> Self:
        """People in whose name, e-mail or phone each word of `text` is found."""
        conditions = [_found(word) for word in _phone_joined(search_words(text))]
        return self.filter(reduce(and_, conditions, Q()))

    def similar_to(self, first_name: str, last_name: str) -> Self:
        """People of this name, also with the two names swapped or with one letter mistyped."""
        as_typed, swapped = sort_name(first_name, last_name), sort_name(last_name, first_name)
        return self.filter(sort_name__in=one_letter_off(as_typed) | one_letter_off(swapped))

    def bulk_create(
        self,
        objs: Iterable,
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        **kwargs,
    ) -> list:
        """Insert many employees and their profiles in one transaction.

        Raises ValueError when asked to ignore or update conflicts: the keys of such rows are not
        known, so their profiles could not be made.
        """
        if ignore_conflicts or update_conflicts:
            raise ValueError(
                "Employees can't be inserted with ignore_conflicts or update_conflicts: "
                "sort out the ones that exist first."
            )
        employees = list(objs)
        for employee in employees:
            employee.set_sort_name()
        with transaction.atomic(using=self.db):
            created = super().bulk_create(employees, batch_size, **kwargs)
            self._profiles().create_missing(created)
        return created

    def _profiles(self) -> "EmployeeProfileQuerySet":
        return self.model._meta.get_field("profile").related_model.objects.using(self.db)


class EmployeeProfileQuerySet(models.QuerySet):
    def create_missing(self, employees: Iterable) -> list:
        """Make the profile of each saved employee that has none; returns the profiles made."""
        made, waiting = [], iter(employees)
        while by_key := {employee.pk: employee for employee in islice(waiting, 1_000)}:
            owners = set(self.filter(employee__in=by_key).values_list("employee", flat=True))
            missing = [self.model(employee=by_key[key]) for key in by_key if key not in owners]
            made += self.bulk_create(missing)
        return made

    def bulk_create(self, objs: Iterable, *args, update_fields: Collection[str] | None = None, **kwargs) -> list:
        """Django's own, except that a conflict never moves a profile to another employee."""
        self._refuse_move(update_fields or ())
        return super().bulk_create(objs, *args, update_fields=update_fields, **kwargs)

    def update(self, **values) -> int:
        """Django's own, except that a profile is never moved to another employee."""
        self._refuse_move(values)
        return super().update(**values)

    def _refuse_move(self, fields: Iterable[str]) -> None:
        if {"employee", "employee_id"}.intersection(fields):
            raise models.ProtectedError("A profile stays with its employee.", set())

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError while there is a profile to delete."""
        if profiles := set(self[:10]):
            raise models.ProtectedError("A profile stays as long as its employee.", profiles)
        return 0, {}


class ReadLogQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        """With the readers and their employees, so that a list costs one query."""
        return self.select_related("reader__employee").order_by("-at", "-pk")


def _phone_joined(words: list[str]) -> list[list[str]]:
    """Words in groups: those of a phone number ("555", "26", "71") together, others alone."""
    telling = [word for word in words if any(character.isalnum() for character in word)]
    groups = []
    for is_number, run in groupby(telling or words, key=_is_number):
        part = list(run)
        groups += [part] if is_number else [[word] for word in part]
    return groups


def _is_number(word: str) -> bool:
    """Whether `word` can be a part of a phone number: digits and punctuation, no letters."""
    return bool(digits_of(word)) and not any(character.isalpha() for character in word)


def _found(words: list[str]) -> Q:
    """Each of `words` in name or e-mail, or their digits in the phone."""
    written = [Q(sort_name__contains=word) | Q(email__contains=word) for word in words]
    condition = reduce(and_, written)
    digits = digits_of("".join(words)).lstrip("0") if _is_number(words[0]) else ""
    return condition | Q(phone__contains=digits) if digits else condition
