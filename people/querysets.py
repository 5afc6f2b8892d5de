"""The verbs of reading, and the two bulk ways of writing that keep the profile contract."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from .accounts.models import User
from .ground.text import one_letter_off, sort_name
from .search.finder import find, nearest
from .search.findings import Findings
from .search.models import SearchWord, with_keys
from .search.query import is_blank
from .search.words import OF_EMPLOYEE, OF_PROFILE, WORDS_VERSION, Kind, words_of_employee, words_of_team
from .server.logs import origin
from .server.security_log import Event, note_when_stored

if TYPE_CHECKING:
    from .models import AccountLink, Employee, EmployeeProfile, ReadLogEntry, TeamPlace

OWN_ACCOUNT = (
    "Nobody links or unlinks the own account, because with it one reads as that person. Ask another administrator, "
    "or use `manage.py link_account` on the server."
)

# A search reads no further: nobody turns twenty pages, and a page must not grow with the organisation.
MOST_FOUND = 1_000
# From so many new rows on the size of a table is another.
WORTH_ANALYSING = 1_000
# The key breaks ties, so that no person is on two pages or on none.
# Keys are given in the order of adding, so the newest needs no index of its own.
ORDERS = {"name": ("sort_name", "pk"), "-name": ("-sort_name", "-pk"), "newest": ("-pk",)}

# What a record's words must have been made of, as its `searched_text` says it.
STORED_PHONE = Cast("phone", models.CharField())
SOURCE = Concat(
    Value(WORDS_VERSION),
    *chain.from_iterable((Value("\n"), value) for value in ("first_name", "last_name", "email", STORED_PHONE)),
    output_field=models.TextField(),
)
SOURCE_OF_PROFILE = Concat(Value(f"{WORDS_VERSION}\n"), Coalesce("team", Value("")), output_field=models.TextField())


class PlaceInList(models.Func):
    """Where a key stands in a text such as ",7,3,12,": one parameter, however many keys."""

    function = "INSTR"
    arg_joiner = ", ',' || "
    template = "%(function)s(%(expressions)s || ',')"
    output_field = models.IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, function="STRPOS", **context)


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def sorted_by(self, order: str) -> Self:
        """Sorted by last and first name (`name`, `-name`) or by when they were added (`newest`)."""
        return self.order_by(*ORDERS[order])

    def starred_by(self, reader: User) -> Self:
        """The people whom `reader` has starred."""
        return self.filter(stars__reader=reader)

    def with_star_of(self, reader: User) -> Self:
        """Each with `is_starred`: whether `reader` has starred them."""
        stars = apps.get_model("people.Star").objects
        return self.annotate(is_starred=Exists(stars.filter(reader=reader, employee=OuterRef("pk"))))

    def with_card_details(self) -> Self:
        """Everything that a row or a page shows, in one query."""
        return self.select_related("profile")

    def without_profile(self) -> Self:
        """Employees whose profile is missing; must be none (PROFILE_CONTRACT 9)."""
        return self.filter(profile=None)

    def search(self, text: str, *, at_most: int = MOST_FOUND) -> Self:
        """The people whom `text` means, the best first; blank text means everyone.

        The search itself runs when this is called, not when the people are read.
        """
        findings = self.found_by(text, at_most=at_most)
        return self if findings is None else self.filter(pk__in=findings.hits).by_rank(findings.hits)

    def found_by(self, text: str, *, at_most: int = MOST_FOUND) -> Findings | None:
        """The keys of those whom `search` gives, each with the reason; None for blank text."""
        return None if is_blank(text) else find(text, at_most)

    def nearest_to(self, text: str) -> list[int]:
        """The keys of a few people whose names are the most like `text`, for a search that found nobody."""
        return nearest(text)

    def by_rank(self, keys: Iterable[int]) -> Self:
        """In the order of `keys`, the best first."""
        return self.order_by(PlaceInList(Value("".join(f",{key}" for key in keys) + ","), "pk"))

    def similar_to(self, first_name: str, last_name: str) -> Self:
        """People of this name, also with the two names swapped or with one letter mistyped."""
        as_typed, swapped = sort_name(first_name, last_name), sort_name(last_name, first_name)
        return self.filter(sort_name__one_of=one_letter_off(as_typed) | one_letter_off(swapped))

    def bulk_create(
        self,
        objs: Iterable["Employee"],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> list["Employee"]:
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
        with transaction.atomic():
            created = super().bulk_create(employees, batch_size, False, False, *args, **kwargs)
            if len(created) >= WORTH_ANALYSING:
                self._analyse()
            self._profiles().create_missing(created)
            self.write_words(created, is_new=True)
            self._links().record({}, {employee.pk: employee.user_id for employee in created})
        return created

    def _analyse(self) -> None:
        """Tell PostgreSQL how large the table has become.

        It checks foreign keys at COMMIT by a plan of the size that it knows: by that of an empty table it reads all
        of it for each row.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # whoever is at it already does it for us
                cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(self.model._meta.db_table)}")

    def bulk_update(self, objs: Iterable["Employee"], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Django's own, and what is made of the fields: the name order and the search words."""
        employees = list(objs)
        for employee in employees:
            employee.set_sort_name()
            employee.searched_as = employee.searched_text()
        with transaction.atomic():
            number = super().bulk_update(employees, {*fields, "sort_name", "searched_as"}, batch_size)
            self.write_words(employees)
            self._places().rename([employee.pk for employee in employees])
        return number

    def update(self, **values: Any) -> int:
        """Django's own, by which `bulk_update` goes too; accounts that are linked or unlinked by it are recorded."""
        if {"user", "user_id"}.isdisjoint(values):
            return super().update(**values)
        with transaction.atomic():
            accounts = self._accounts(list(self.values_list("pk", flat=True)))
            number = super().update(**values)
            self._links().record(accounts, self._accounts(list(accounts)))
        return number

    def _accounts(self, keys: list[int]) -> dict[int, int | None]:
        """The accounts of these employees, by their keys."""
        people = self.model.objects.filter(with_keys("pk", keys))
        return dict(people.values_list("pk", "user")) if keys else {}

    def write_words(self, employees: Iterable["Employee"], *, is_new: bool = False) -> None:
        """Make the search words of names, e-mails and phones what they must be."""
        wanted = {employee.pk: employee.words() for employee in employees}
        SearchWord.objects.write(wanted, OF_EMPLOYEE, is_new=is_new)

    def rewrite_words(self, keys: list[int]) -> int:
        """Write the words of these employees again from what is stored; returns for how many they were wrong.

        Called inside a transaction: the rows stay locked, so that no change slips in between.
        """
        values = ("pk", "first_name", "last_name", "email", STORED_PHONE)
        people, profiles = self.filter(with_keys("pk", keys)), self._profiles().filter(with_keys("employee", keys))
        employees = people.select_for_update().order_by("pk").values_list(*values)
        wanted = {key: words_of_employee(*texts) for key, *texts in employees}
        labels = dict(profiles.model.team.field.flatchoices)
        teams = dict(profiles.select_for_update().order_by("pk").values_list("employee", "team"))
        for key, team in teams.items():
            wanted[key] |= words_of_team(labels.get(team, team or ""))
        self._places().write(teams)
        people.exclude(searched_as=SOURCE).update(searched_as=SOURCE)
        profiles.exclude(searched_as=SOURCE_OF_PROFILE).update(searched_as=SOURCE_OF_PROFILE)
        return len(SearchWord.objects.write(wanted, Kind))

    def with_words_out_of_date(self) -> Self:
        """People whom search would find by what they were called before, or not at all; must be none."""
        words = SearchWord.objects.filter(employee=OuterRef("pk"))
        profile = self._profiles().filter(employee=OuterRef("pk")).exclude(searched_as=SOURCE_OF_PROFILE)
        return self.filter(~Q(searched_as=SOURCE) | ~Exists(words) | Exists(profile))

    def _links(self) -> "AccountLinkQuerySet":
        return apps.get_model("people.AccountLink").objects.all()

    def _places(self) -> "TeamPlaceQuerySet":
        return apps.get_model("people.TeamPlace").objects.all()

    def _profiles(self) -> "EmployeeProfileQuerySet":
        return apps.get_model("people.EmployeeProfile").objects.all()


class EmployeeProfileQuerySet(models.QuerySet["EmployeeProfile"]):
    def create_missing(self, employees: Iterable["Employee"]) -> list["EmployeeProfile"]:
        """Make the profile of each saved employee that has none; returns the profiles made."""
        made: list[EmployeeProfile] = []
        waiting = iter(employees)
        while by_key := {employee.pk: employee for employee in islice(waiting, 1_000)}:
            owners = set(self.filter(employee__in=by_key).values_list("employee", flat=True))
            missing = [self.model(employee=by_key[key]) for key in by_key if key not in owners]
            made += self.bulk_create(missing)
        return made

    def bulk_create(
        self,
        objs: Iterable["EmployeeProfile"],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list["EmployeeProfile"]:
        """Django's own and the search words, except that a conflict never moves a profile to another employee."""
        self._refuse_move(update_fields or ())
        with transaction.atomic():
            created = super().bulk_create(
                objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )
            if ignore_conflicts or update_conflicts:
                self._employees().rewrite_words([profile.employee_id for profile in created])
            else:
                self.write_words(created, is_new=True)
                self._write_places(created, is_new=True)
        return created

    def _employees(self) -> EmployeeQuerySet:
        return apps.get_model("people.Employee").objects.all()

    def bulk_update(
        self, objs: Iterable["EmployeeProfile"], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Django's own, and the search words of the teams."""
        profiles = list(objs)
        for profile in profiles:
            profile.searched_as = profile.searched_text()
        with transaction.atomic():
            number = super().bulk_update(profiles, {*fields, "searched_as"}, batch_size)
            self.write_words(profiles)
            self._write_places(profiles)
        return number

    def _write_places(self, profiles: Iterable["EmployeeProfile"], *, is_new: bool = False) -> None:
        teams = {profile.employee_id: profile.team for profile in profiles}
        self._employees()._places().write(teams, is_new=is_new)

    def write_words(self, profiles: Iterable["EmployeeProfile"], *, is_new: bool = False) -> None:
        """Make the search words of teams what they must be."""
        wanted = {profile.employee_id: profile.words() for profile in profiles}
        SearchWord.objects.write(wanted, OF_PROFILE, is_new=is_new)

    def update(self, **values: Any) -> int:
        """Django's own, except that a profile is never moved to another employee."""
        self._refuse_move(values)
        return super().update(**values)

    def _refuse_move(self, fields: Iterable[str]) -> None:
        if {"employee", "employee_id"}.intersection(fields):
            raise models.ProtectedError("A profile stays with its employee.", set())

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError while there is a profile to delete."""
        if profiles := self[:10]:
            raise models.ProtectedError("A profile stays as long as its employee.", {*profiles})
        return 0, {}


class TeamPlaceQuerySet(models.QuerySet["TeamPlace"]):
    def write(self, teams: Mapping[int, str | None], *, is_new: bool = False) -> None:
        """Give each employee (by key) the place in the list of the team, or none without a team.

        `is_new` spares looking for old places.
        """
        stored = {} if is_new else self._stored(teams)
        people = apps.get_model("people.Employee").objects.all()
        keys = [key for key, team in teams.items() if team or key in stored]
        names = dict(people.filter(with_keys("pk", keys)).values_list("pk", "sort_name")) if keys else {}
        wanted = {key: (team, names[key]) for key in keys if (team := teams[key])}
        changed = [
            self.model(employee_id=key, team=team, sort_name=name)
            for key, (team, name) in wanted.items()
            if stored.get(key) != (team, name)
        ]
        if changed:
            self.bulk_create(
                changed, update_conflicts=True, unique_fields=["employee"], update_fields=["team", "sort_name"]
            )
        if gone := stored.keys() - wanted.keys():
            self.filter(pk__in=gone).delete()

    def rename(self, keys: list[int]) -> None:
        """Write the sort names of saved employees again."""
        people = apps.get_model("people.Employee").objects.filter(pk=OuterRef("pk"))
        name = Subquery(people.values("sort_name"))
        self.filter(with_keys("pk", keys)).exclude(sort_name=name).update(sort_name=name)

    def _stored(self, keys: Collection[int]) -> dict[int, tuple[str, str]]:
        rows = self.filter(with_keys("pk", list(keys))).values_list("pk", "team", "sort_name")
        return {key: (team, name) for key, team, name in rows if key in keys}


class ReadLogQuerySet(models.QuerySet["ReadLogEntry"]):
    def newest_first(self) -> Self:
        """With the readers and their employees, so that a list costs one query."""
        return self.select_related("reader__employee").order_by("-at", "-pk")


class AccountLinkQuerySet(models.QuerySet["AccountLink"]):
    def newest_first(self) -> Self:
        """With all whom they name, so that a list costs one query."""
        return self.select_related("account", "by__employee", "employee").order_by("-at", "-pk")

    def record(self, before: Mapping[int, int | None], after: Mapping[int, int | None]) -> None:
        """Store which accounts (by employees' keys) aren't linked any more and which are now.

        Raises ValidationError when one of them is the account of whoever does it.
        """
        changed = [key for key in after if before.get(key) != after[key]]
        acts = [(key, before.get(key), Event.UNLINKED) for key in changed]
        acts += [(key, after[key], Event.LINKED) for key in changed]
        done = [(key, account, act) for key, account, act in acts if account]
        self.refuse_own([account for _, account, _ in done])
        by = origin.get().user
        for key, account, act in done:
            note_when_stored(act, account=account, employee=key)
        links = [self.model(employee_id=key, account_id=account, act=act.value, by_id=by) for key, account, act in done]
        self.bulk_create(links)

    def refuse_own(self, accounts: Collection[int | None]) -> None:
        """Raise ValidationError if the account that is signed in is among `accounts`."""
        if origin.get().user in {*accounts} - {None}:
            raise ValidationError(OWN_ACCOUNT, "own_account")
