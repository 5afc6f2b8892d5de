"""The verbs of reading, and the two bulk ways of writing that keep the profile contract."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from . import derived
from .accounts.following import Identity, follow
from .accounts.models import User
from .ground.text import one_letter_off, sort_name
from .organisation.managers import changing_managers
from .organisation.models import hold_organisation, refuse_closed
from .search.finder import find, nearest
from .search.findings import Findings
from .search.models import SearchWord
from .search.query import is_blank
from .search.words import hidden_room, split_name
from .server.logs import origin
from .server.memory import remembering
from .server.security_log import Event, note_when_stored
from .visibility import SHARING, Sharing, hidden_names_found_by

if TYPE_CHECKING:
    from .models import AccountLink, Employee, EmployeeProfile, ReadLogEntry

OWN_ACCOUNT = (
    "Nobody links or unlinks the own account, because with it one reads as that person. Ask another administrator, "
    "or use `manage.py link_account` on the server."
)

# What accounts follow of their employees; Django takes both names of the account.
OF_IDENTITY = {"user", "user_id", "email", "first_day"}
# A search reads no further: nobody turns twenty pages, and a page must not grow with the organisation.
MOST_FOUND = 1_000
# From so many new rows on the size of a table is another.
WORTH_ANALYSING = 1_000
# The key breaks ties, so that no person is on two pages or on none.
# Keys are given in the order of adding, so the newest needs no index of its own.
ORDERS = {"name": ("sort_name", "pk"), "-name": ("-sort_name", "-pk"), "newest": ("-pk",)}


# Whoever chose that the team sees something.
SHARES_WITH_TEAM = Q(*((name, Sharing.TEAM) for name in SHARING), _connector=Q.OR)


class PlaceInList(models.Func):
    """Where a key stands in a text such as ",7,3,12,": one parameter, however many keys."""

    function = "INSTR"
    arg_joiner = ", ',' || "
    template = "%(function)s(%(expressions)s || ',')"
    output_field = models.IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, function="STRPOS", **context)


def _rooms_asked_by(reader: User | None) -> list[str]:
    """Where in the index the search of `reader` also looks for names: those of everyone hold the own one too."""
    hidden = hidden_names_found_by(reader)
    if hidden.of_everyone:
        return [hidden_room()]
    return [hidden_room(hidden.of_employee)] if hidden.of_employee else []


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def hold(self) -> None:
        """Keep these employees as they are until the transaction ends; before their profiles are held."""
        list(self.select_for_update(no_key=True).order_by("pk").values_list("pk"))

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
        """Employees whose profile is missing; there must be none (PROFILE_CONTRACT 9)."""
        return self.filter(profile=None)

    def search(self, text: str, reader: User | None = None, *, at_most: int = MOST_FOUND) -> Self:
        """The people whom `text` means, the best first; blank text means everyone.

        `reader` is who asks: the first name behind a known-as name is found by HR and the person only. The search
        itself runs when this is called, not when the people are read.
        """
        findings = self.found_by(text, reader, at_most=at_most)
        return self if findings is None else self.filter(pk__in=findings.hits).by_rank(findings.hits)

    def found_by(self, text: str, reader: User | None = None, *, at_most: int = MOST_FOUND) -> Findings | None:
        """The keys of those whom `search` gives, each with the reason; None for blank text."""
        return None if is_blank(text) else find(text, at_most, _rooms_asked_by(reader))

    def nearest_to(self, text: str) -> list[int]:
        """The keys of a few people whose names are the most like `text`, for a search that found nobody."""
        return nearest(text)

    def by_rank(self, keys: Iterable[int]) -> Self:
        """In the order of `keys`, the best first."""
        return self.order_by(PlaceInList(Value("".join(f",{key}" for key in keys) + ","), "pk"))

    def similar_to(self, first_name: str, last_name: str) -> Self:
        """People of this name, also with the two names swapped or with one letter mistyped.

        People with a known-as name are meant by their first name too; whoever asks must be allowed to find it. They are
        looked up when this is called: PostgreSQL expects so many that it would rather go through everybody by name.
        """
        as_typed, swapped = sort_name(first_name, last_name), sort_name(last_name, first_name)
        same = self.model.objects.filter(sort_name__one_of=one_letter_off(as_typed) | one_letter_off(swapped))
        hidden = {hidden_room() + name for name in one_letter_off(" ".join(split_name(last_name, first_name)))}
        words = SearchWord.objects.filter(word__one_of=hidden)
        keys = same.values_list("pk").union(words.values_list("employee"))[:MOST_FOUND]
        return self.filter(pk__in=[key for (key,) in keys])

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
        derived.prepare(employees)
        with transaction.atomic():
            created = super().bulk_create(employees, batch_size, False, False, *args, **kwargs)
            if len(created) >= WORTH_ANALYSING:
                self._analyse()
            apps.get_model("people.EmployeeProfile").objects.create_missing(created)
            derived.write(created, is_new=True)
            self.follow_up({}, {employee.pk: employee.identity for employee in created})
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
        """Django's own, and what is derived of the fields."""
        employees = list(objs)
        derived.prepare(employees)
        for employee in employees:
            employee.searched_as = employee.searched_text()
        with transaction.atomic():
            number = super().bulk_update(employees, {*fields, *derived.FIELDS_OF_EMPLOYEE}, batch_size)
            derived.write(employees)
        return number

    def update(self, **values: Any) -> int:
        """Django's own, by which `bulk_update` goes too; accounts hear of it."""
        if OF_IDENTITY.isdisjoint(values):
            return super().update(**values)
        with transaction.atomic():
            before = self.identities(self.values_list("pk", flat=True), values)
            number = super().update(**values)
            self.follow_up(before, self.identities(before, values))
        return number

    def link_by_mail(self, account: User) -> None:
        """Link the one employee among these to `account`, whose person has used a link that HR's record was sent.

        Nobody else links the own account. The employee is held, and has no account.
        """
        with transaction.atomic():
            super().update(user=account)
            linked = self.identities(self.values_list("pk", flat=True))
            apps.get_model("people.AccountLink").objects.record({}, linked, is_proved=True)

    def identities(self, keys: Iterable[int | None], written: Collection[str] | None = None) -> dict[int, Identity]:
        """What accounts follow of the employees with these keys, who are held; nothing where it isn't `written`."""
        keys = [key for key in keys if key]
        if not keys or (written is not None and OF_IDENTITY.isdisjoint(written)):
            return {}
        held = self.model.objects.select_for_update(no_key=True).order_by("pk")
        return {
            key: employee.identity for key, employee in held.only("user", "email", "first_day").in_bulk(keys).items()
        }

    def follow_up(self, before: Mapping[int, Identity], after: Mapping[int, Identity]) -> None:
        """Record which accounts are linked and unlinked now, and let them follow."""
        apps.get_model("people.AccountLink").objects.record(before, after)
        follow(before, after)


def _ended_sharing() -> dict[str, Any]:
    """The values of profiles that come into another team: what their team saw is HR's alone."""
    ended = {name: Case(When(Q((name, Sharing.TEAM)), then=Value(Sharing.HR)), default=F(name)) for name in SHARING}
    now = timezone.now()
    return {
        **ended,
        "sharing_ended": Case(When(SHARES_WITH_TEAM, then=Value(now)), default=F("sharing_ended")),
        "modified": now,
    }


class EmployeeProfileQuerySet(models.QuerySet["EmployeeProfile"]):
    def in_missing_team(self) -> Self:
        """Profiles whose team is in no row of teams; there must be none."""
        return self.exclude(team=None).filter(
            ~Exists(apps.get_model("people.Team").objects.filter(pk=OuterRef("team")))
        )

    def create_missing(self, employees: Iterable["Employee"]) -> list["EmployeeProfile"]:
        """Make the profile of each saved employee that has none; returns the profiles made."""
        made: list[EmployeeProfile] = []
        for batch in derived.batches(employees):
            by_key = {employee.pk: employee for employee in batch}
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
        """Django's own and the search words, except that a conflict never moves a profile to another employee, and
        that a closed team takes nobody.
        """
        self._refuse_move(update_fields or ())
        profiles = list(objs)
        managed = {profile.employee_id for profile in profiles if profile.manager_id}
        with self._writing(managed), transaction.atomic():
            is_placed = any(profile.team or profile.location_id for profile in profiles)
            if is_placed or ignore_conflicts or update_conflicts:
                hold_organisation()
            refuse_closed(*{profile.team for profile in profiles})
            created = super().bulk_create(
                profiles, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )
            if ignore_conflicts or update_conflicts:
                for batch in derived.batches(created):
                    derived.rewrite([profile.employee_id for profile in batch])
            else:
                derived.write_of_profiles(created, is_new=True)
        return created

    def bulk_update(
        self, objs: Iterable["EmployeeProfile"], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Django's own, what is derived of the fields, and what another team brings along."""
        profiles, fields = list(objs), {*fields}
        managed = {profile.employee_id for profile in profiles if profile.manager_id} if "manager" in fields else set()
        with self._writing(managed), remembering(), transaction.atomic():
            self._meet_stored(profiles, fields)
            for profile in profiles:
                profile.searched_as = profile.searched_text()
            number = super().bulk_update(profiles, {*fields, *derived.FIELDS_OF_PROFILE}, batch_size)
            derived.write_of_profiles(profiles)
        return number

    def _meet_stored(self, profiles: Iterable["EmployeeProfile"], fields: Collection[str]) -> None:
        """What `EmployeeProfile.save` does with the stored profile before it writes these fields, for many."""
        hold_organisation()
        for batch in derived.batches(profiles):
            keys = [profile.pk for profile in batch]
            self._employees([profile.employee_id for profile in batch]).hold()
            stored = self._everyone().select_for_update(no_key=True).order_by("pk").in_bulk(keys)
            for profile in batch:
                profile.take_over(stored.get(profile.pk), fields)
            if "team" in fields:
                ended = [profile.pk for profile in batch if profile.enter_team(stored.get(profile.pk))]
                self._everyone().filter(pk__in=ended).update(**_ended_sharing())

    def _employees(self, keys: Collection[int]) -> EmployeeQuerySet:
        people: EmployeeQuerySet = apps.get_model("people.Employee").objects.filter(pk__in=keys)
        return people

    def _everyone(self) -> "EmployeeProfileQuerySet":
        return apps.get_model("people.EmployeeProfile").objects.all()

    def update(self, **values: Any) -> int:
        """Django's own, except that a profile never moves to another employee, nobody reports to themselves, and
        that a closed team takes nobody.

        It writes columns alone: people come into another team by `move_to_team`.
        """
        self._refuse_move(values)
        is_managed = values.get("manager", values.get("manager_id")) is not None
        writing: AbstractContextManager[set[int] | None] = changing_managers() if is_managed else transaction.atomic()
        with writing as written:
            if written is not None:
                written |= {*self.values_list("employee", flat=True)}
            if isinstance(values.get("team"), str):
                hold_organisation()
                refuse_closed(values["team"])
            return super().update(**values)

    def _writing(self, managed: Collection[int]) -> AbstractContextManager[object]:
        """What to write in: these employees get managers."""
        return changing_managers(managed) if managed else nullcontext()

    def in_team(self, *keys: str) -> Self:
        """Those of the people in any of the teams with these keys, not in their parts."""
        return self.filter(team__in=keys)

    def sharing_with_team(self) -> Self:
        """Those of people who chose that their team sees something of them."""
        return self.filter(SHARES_WITH_TEAM)

    def move_to_team(self, team: str | None) -> int:
        """Give all of these people the team with this key, or none; returns how many were not in it before.

        What they shared with the team before is seen by HR alone from now on. Raises ValidationError for a team that
        takes nobody new.
        """
        moved = 0
        with transaction.atomic():
            hold_organisation()
            refuse_closed(team)
            moving = self.order_by().exclude(team=team)
            for keys in derived.batches(sorted(moving.values_list("employee", flat=True))):
                moved += self._held(keys, moving).update(team=team, **_ended_sharing())
                derived.rewrite_profiles(keys)
        return moved

    def _held(self, employees: Collection[int], still: Self) -> "EmployeeProfileQuerySet":
        """The profiles of these employees, held in the order of locks; without those that somebody changed before,
        so that they aren't `still` meant.
        """
        self._employees(employees).hold()
        held = self._everyone().filter(employee__in=employees)
        list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        meant = still.filter(employee__in=employees).values_list("pk", flat=True)
        return self._everyone().filter(pk__in=[*meant])

    def _refuse_move(self, fields: Iterable[str]) -> None:
        if {"employee", "employee_id"}.intersection(fields):
            raise models.ProtectedError("A profile stays with its employee.", set())

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError while there is a profile to delete."""
        if profiles := self[:10]:
            raise models.ProtectedError("A profile stays as long as its employee.", {*profiles})
        return 0, {}


class ReadLogQuerySet(models.QuerySet["ReadLogEntry"]):
    def newest_first(self) -> Self:
        """With the readers and their employees, so that a list costs one query."""
        return self.select_related("reader__employee").order_by("-at", "-pk")


class AccountLinkQuerySet(models.QuerySet["AccountLink"]):
    def newest_first(self) -> Self:
        """With all whom they name, so that a list costs one query."""
        return self.select_related("account", "by__employee", "employee").order_by("-at", "-pk")

    def record(self, before: Mapping[int, Identity], after: Mapping[int, Identity], *, is_proved: bool = False) -> None:
        """Store which accounts aren't linked any more and which are now; both by the keys of employees.

        Raises ValidationError when one of them is the account of whoever does it, unless it `is_proved` whose it is.
        """
        changed = {key: (before.get(key, Identity()).account, now.account) for key, now in after.items()}
        acts = [(key, was, Event.UNLINKED) for key, (was, now) in changed.items() if was != now]
        acts += [(key, now, Event.LINKED) for key, (was, now) in changed.items() if was != now]
        done = [(key, account, act) for key, account, act in acts if account]
        if not is_proved:
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
