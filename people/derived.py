"""What is kept beside a record so that lists and search are quick: sort name, search words, place in lists.

Every way of saving calls `prepare` before it writes and `write` after it; `rebuild` mends what was changed past them.
Each record has in `searched_as` what its words were made of, so that comparing columns tells whose are out of date.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from .ground.fields import STORED_PHONE
from .ground.text import LONGEST_SORT_NAME, sort_name
from .organisation.models import Location, Team, TeamField, hold_organisation
from .search.models import SearchWord, WordField
from .search.words import (
    OF_EMPLOYEE,
    OF_PROFILE,
    WORDS_VERSION,
    Words,
    words_of_employee,
    words_of_facts,
    words_of_hidden_name,
)
from .server.memory import remembering
from .visibility import FOUND

if TYPE_CHECKING:
    from .models import Employee, EmployeeProfile

Record = TypeVar("Record")
TextField = models.Field[Any, Any]

FIELDS_OF_EMPLOYEE = frozenset({"sort_name", "searched_as"})
FIELDS_OF_PROFILE = frozenset({"searched_as"})
# Without team and location, which is no place in a list.
NOWHERE = (None, None)
# So many records are written, and in a rebuild locked, at a time.
BATCH = 2_000

# What names, e-mail and phone are found by, each empty or as it is stored.
COLUMNS_OF_EMPLOYEE = ("first_name", "last_name", Coalesce("known_as", Value("")), "email", STORED_PHONE)

# What the words must have been made of, as `source_of_employee` says it of a record.
SOURCE_OF_EMPLOYEE = Concat(
    Value(WORDS_VERSION),
    *chain.from_iterable((Value("\n"), value) for value in COLUMNS_OF_EMPLOYEE),
    output_field=models.TextField(),
)


class ListPlace(models.Model):
    """Where an employee stands in the lists of a team, a location and both, at any size: one index holds each.

    A table of its own, because saving an employee never writes the profile (PROFILE_CONTRACT 1). Who has neither
    has no place.
    """

    employee = models.OneToOneField("people.Employee", models.CASCADE, primary_key=True, related_name="place")
    team = models.CharField(max_length=20, null=True)
    location = models.ForeignKey("people.Location", models.CASCADE, null=True, related_name="+", db_index=False)
    sort_name = WordField(max_length=LONGEST_SORT_NAME)

    class Meta:
        indexes = [
            models.Index(fields=["team", "sort_name", "employee"], name="team_places_by_name"),
            models.Index(fields=["team", "employee"], name="team_places_by_newest"),
            models.Index(fields=["location", "sort_name", "employee"], name="location_places_by_name"),
            models.Index(fields=["location", "employee"], name="location_places_by_newest"),
            models.Index(fields=["location", "team", "sort_name", "employee"], name="location_teams_by_name"),
            models.Index(fields=["location", "team", "employee"], name="location_teams_by_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.sort_name} in {self.team} at {self.location_id}"


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """So many records at a time as one statement can hold."""
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def prepare(employees: Iterable["Employee"]) -> None:
    """Fill in the name by which employees are sorted, the same on every database."""
    for employee in employees:
        employee.sort_name = sort_name(employee.given_name, employee.last_name)


def source_of_employee(employee: "Employee") -> str:
    """What the words of names, e-mail and phone are made of."""
    return "\n".join([WORDS_VERSION, *_texts_of(employee)])


def source_of_profile(profile: "EmployeeProfile") -> str:
    """What the words of the facts are made of."""
    return "\n".join([WORDS_VERSION, *texts_found(profile)])


def stored_source_of_profile() -> Concat:
    """`source_of_profile`, as the database makes it of the columns."""
    texts = chain.from_iterable((Value("\n"), _text_of(field)) for field in fields_found())
    return Concat(Value(WORDS_VERSION), *texts, output_field=models.TextField())


def _text_of(field: TextField) -> models.Expression:
    """A column as people read it: the name of the team or record, the words of its choice, or its text."""
    if isinstance(field, TeamField):
        name = Subquery(Team.objects.filter(pk=OuterRef(field.attname)).order_by().values("name"))
        return Coalesce(name, field.attname, Value(""), output_field=models.TextField())
    if field.is_relation:
        name = Subquery(Location.objects.filter(pk=OuterRef(field.attname)).order_by().values("name"))
        return Coalesce(name, Value(""), output_field=models.TextField())
    choices = [When(Q((field.attname, value)), then=Value(str(label))) for value, label in field.flatchoices]
    return Case(*choices, default=Coalesce(F(field.attname), Value("")), output_field=models.TextField())


@cache
def fields_found() -> tuple[TextField, ...]:
    """The fields of a profile that lead to the person in search, as the visibility table says."""
    fields = {field.name: field for field in _profiles().model._meta.concrete_fields}
    return tuple(fields[name] for name in FOUND if name in fields)


def texts_found(profile: "EmployeeProfile") -> tuple[str, ...]:
    """What is found of a profile, as people read it; choices by their words, not by what is stored."""
    return _as_read([getattr(profile, field.attname) for field in fields_found()])


def _as_read(stored: Iterable[Any]) -> tuple[str, ...]:
    """The values of `fields_found` in words."""
    return tuple(_in_words(field, value) if value else "" for field, value in zip(fields_found(), stored, strict=True))


def _in_words(field: TextField, value: Any) -> str:
    if isinstance(field, TeamField):
        return Team.objects.tree().name_of(value) or ""
    if field.is_relation:
        return Location.objects.names().get(value, "")
    return str(dict(field.flatchoices).get(value, value))


def write(employees: Iterable["Employee"], *, is_new: bool = False) -> None:
    """Write what is kept beside saved employees. `is_new` says that nothing is there yet."""
    for batch in batches(employees):
        words = {employee.pk: _words_of(employee.pk, *_texts_of(employee)) for employee in batch}
        SearchWord.objects.write(words, OF_EMPLOYEE, is_new=is_new)
        if not is_new:
            _rename_places(words)


def write_of_profiles(profiles: Iterable["EmployeeProfile"], *, is_new: bool = False) -> None:
    """Write what is kept beside saved profiles."""
    for batch in batches(profiles):
        with remembering():
            words = {profile.employee_id: words_of_facts(texts_found(profile)) for profile in batch}
        SearchWord.objects.write(words, OF_PROFILE, is_new=is_new)
        _write_places([(profile.employee_id, profile.team, profile.location_id) for profile in batch], is_new=is_new)


def rewrite(keys: Collection[int]) -> int:
    """Write what is kept beside these employees and their profiles again; returns of how many the words were wrong.

    To be called inside a transaction: until its end the rows stay locked, so that no change slips in between.
    """
    hold_organisation()
    return len(_rewrite_employees(keys) | rewrite_profiles(keys))


def _rewrite_employees(keys: Collection[int]) -> set[int]:
    employees = _employees().filter(pk__in=keys)
    # Whoever saves a profile points to the employee after it, and only a lock of the key would let them wait for us.
    texts = employees.select_for_update(no_key=True).order_by("pk").values_list("pk", *COLUMNS_OF_EMPLOYEE)
    words = {key: _words_of(key, *texts) for key, *texts in texts}
    employees.exclude(searched_as=SOURCE_OF_EMPLOYEE).update(searched_as=SOURCE_OF_EMPLOYEE)
    _rename_places(keys)
    return SearchWord.objects.write(words, OF_EMPLOYEE)


def rewrite_profiles(keys: Collection[int]) -> set[int]:
    """What `rewrite` does, of the profiles of these employees alone; returns whose words were wrong.

    It suffices when teams or places are called otherwise, or when people come into another team.
    """
    hold_organisation()
    profiles = _profiles().filter(employee__in=keys)
    columns = ("employee", "team", "location", *(field.attname for field in fields_found()))
    words, places = dict.fromkeys(keys, Words()), []
    words_of = cache(lambda *facts: words_of_facts(_as_read(facts)))
    with remembering():
        for key, team, location, *facts in profiles.select_for_update().order_by("pk").values_list(*columns):
            places.append((key, team, location))
            words[key] = words_of(*facts)
    source = stored_source_of_profile()
    profiles.exclude(searched_as=source).update(searched_as=source)
    _write_places(places)
    return SearchWord.objects.write(words, OF_PROFILE)


def rebuild(employees: QuerySet["Employee"], *, keep: bool = True) -> Iterator[tuple[int, int]]:
    """Write everything of these employees again while the site serves, each batch in a transaction of its own.

    After each batch gives how many people it had and how many of them had wrong words. Without `keep` nothing stays
    written.
    """
    last = 0
    while keys := list(employees.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            wrong = rewrite(keys)
            transaction.set_rollback(not keep)
        yield len(keys), wrong
        last = keys[-1]


def out_of_date() -> QuerySet["Employee"]:
    """The employees whom search would find by what they were called before, or not at all; there must be none."""
    words = SearchWord.objects.filter(employee=OuterRef("pk"))
    profile = _profiles().filter(employee=OuterRef("pk")).exclude(searched_as=stored_source_of_profile())
    return _employees().filter(~Q(searched_as=SOURCE_OF_EMPLOYEE) | ~Exists(words) | Exists(profile))


def _texts_of(employee: "Employee") -> list[str]:
    """The values of COLUMNS_OF_EMPLOYEE."""
    phone = type(employee)._meta.get_field("phone").get_prep_value(employee.phone)
    return [employee.first_name, employee.last_name, employee.known_as or "", employee.email, str(phone)]


def _words_of(key: int, first_name: str, last_name: str, known_as: str, email: str, phone: str) -> Words:
    """The words of the employee with this key; the first name is hidden once there is a known-as name."""
    words = words_of_employee(known_as or first_name, last_name, email, phone)
    return words | words_of_hidden_name(key, first_name, last_name) if known_as else words


def _write_places(wanted: Collection[tuple[int, str | None, int | None]], *, is_new: bool = False) -> None:
    """Give each employee (by key) the place in the lists of team and location, or none without either."""
    if is_new and not any(team or location for _, team, location in wanted):
        return
    stored = ListPlace.objects.filter(pk__in=[key for key, *_ in wanted]).values_list("pk", "team", "location")
    known = {key: (team, location) for key, team, location in stored}
    gone, new = [], []
    changed: dict[tuple[str, str | int | None], list[int]] = {}
    for key, team, location in wanted:
        place = (team or None, location)
        if key not in known and place != NOWHERE:
            new.append(ListPlace(employee_id=key, team=team or None, location_id=location))
        elif place == NOWHERE and key in known:
            gone.append(key)
        elif key in known:
            # Each column by itself, so that only its indexes are written.
            for column, value, before in zip(("team", "location"), place, known[key], strict=True):
                if value != before:
                    changed.setdefault((column, value), []).append(key)
    if gone:
        ListPlace.objects.filter(pk__in=gone).delete()
    for (column, value), keys in changed.items():
        ListPlace.objects.filter(pk__in=keys).update(**{column: value})
    ListPlace.objects.bulk_create(new)
    _rename_places([place.pk for place in new])


def _rename_places(keys: Collection[int]) -> None:
    """Copy the sort names of employees to their places."""
    name = Subquery(ListPlace.objects.filter(pk=OuterRef("pk")).values("employee__sort_name"))
    ListPlace.objects.filter(pk__in=keys).exclude(sort_name=name).update(sort_name=name)


def _employees() -> QuerySet["Employee"]:
    return apps.get_model("people.Employee").objects.all()


def _profiles() -> QuerySet["EmployeeProfile"]:
    return apps.get_model("people.EmployeeProfile").objects.all()
