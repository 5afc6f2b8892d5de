"""Who may see, edit and search which field: the only module that decides (DESIGN §3)."""

from collections.abc import Callable, Collection
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import TextChoices
from django.utils.timezone import localdate

from .accounts.models import User
from .accounts.roles import Role

if TYPE_CHECKING:
    from .models import Employee


class Audience(Enum):
    """As whom somebody looks at an employee; "the person" is the employee's own account."""

    COLLEAGUE = "colleague"
    TEAM_MATE = "team-mate"
    PERSON = "person"
    HR = "hr"


class Sharing(TextChoices):
    """With whom a person shares a field, the narrowest first. HR sees it anyway."""

    HR = "hr", "Only HR and me"
    TEAM = "team", "My team"
    COLLEAGUES = "colleagues", "Everyone"


class Access(Enum):
    """What an audience may do with a field."""

    NONE = "nothing"
    SHARED = "see it if the person shares it with them"
    RULED = "see it where its rule allows"
    SEE = "see"
    EDIT = "see and edit"


NONE, SHARED, RULED, SEE, EDIT = Access


class Row(NamedTuple):
    """What the table says of one field: what each audience may do with it, and what follows for pages and search."""

    colleague: Access
    team_mate: Access
    person: Access
    hr: Access
    section: str | None = None  # of the person's page, which shows it and whose form edits it
    shown: str | None = None  # how the section shows it (templates/employees/_fact.html); None: it stands elsewhere
    found: bool = False  # whether its words lead to the person in search
    asked: bool = False  # whether HR asks for it, and sees it under "Missing" as long as it is empty


# Every field of Employee and EmployeeProfile, and what is derived from them, has a row. Sections keep this order.
# fmt: off
ROWS = {
    #                           colleague  team mate  person  HR     section    shown as
    "first_name":           Row(RULED,     RULED,     SEE,    EDIT,  "contact",          found=True),
    "last_name":            Row(SEE,       SEE,       SEE,    EDIT,  "contact",          found=True),
    "email":                Row(SEE,       SEE,       SEE,    EDIT,  "contact", "email", found=True),
    "phone":                Row(SEE,       SEE,       EDIT,   EDIT,  "contact", "phone", found=True),
    "team":                 Row(SEE,       SEE,       SEE,    EDIT,  "work",    "team",  found=True, asked=True),
    "job_title":            Row(SEE,       SEE,       SEE,    EDIT,  "work",    "text",  found=True, asked=True),
    "manager":              Row(SEE,       SEE,       SEE,    EDIT,  "work",    "person", asked=True),
    "location":             Row(SEE,       SEE,       SEE,    EDIT,  "work",    "location", found=True, asked=True),
    "first_day":            Row(RULED,     RULED,     SEE,    EDIT,  "work",    "date"),
    # the person's own words
    "known_as":             Row(SEE,       SEE,       EDIT,   EDIT,  "about",   "text",  found=True),
    "pronouns":             Row(SEE,       SEE,       EDIT,   EDIT,  "about",   "text"),
    "about":                Row(SEE,       SEE,       EDIT,   EDIT,  "about",   "lines"),
    "chat":                 Row(SEE,       SEE,       EDIT,   EDIT,  "about",   "chat"),
    # private
    "dob":                  Row(NONE,      NONE,      EDIT,   EDIT,  "private", "date",  asked=True),
    "gender":               Row(NONE,      NONE,      EDIT,   EDIT,  "private", "text"),
    "address":              Row(NONE,      NONE,      EDIT,   EDIT,  "private", "lines", asked=True),
    # the person decides who sees these
    "mobile":               Row(SHARED,    SHARED,    EDIT,   EDIT,  "shared",  "phone"),
    "mobile_shared_with":   Row(NONE,      NONE,      EDIT,   SEE,   "shared"),
    "birthday":             Row(SHARED,    SHARED,    SEE,    SEE,   "shared",  "text"),
    "birthday_shared_with": Row(NONE,      NONE,      EDIT,   SEE,   "shared"),
    "sharing_ended":        Row(NONE,      NONE,      SEE,    NONE),
    # about the record itself
    "id":                   Row(SEE,       SEE,       SEE,    SEE),
    "sort_name":            Row(SEE,       SEE,       SEE,    SEE),
    "created":              Row(SEE,       SEE,       SEE,    SEE),
    "modified":             Row(NONE,      NONE,      SEE,    SEE),
    "employee":             Row(SEE,       SEE,       SEE,    SEE),
    "searched_as":          Row(NONE,      NONE,      NONE,   NONE),
    "user":                 Row(NONE,      NONE,      SEE,    EDIT),
}
# fmt: on
TABLE = {name: dict(zip(Audience, row[: len(Audience)], strict=True)) for name, row in ROWS.items()}
# The fields by which people choose who sees something.
SHARING = tuple(name for name in ROWS if name.endswith("_shared_with"))
FOUND = tuple(name for name, row in ROWS.items() if row.found)
ASKED = tuple(name for name, row in ROWS.items() if row.asked)


def _is_called_by_first_name(employee: "Employee") -> bool:
    """Whether no known-as name stands before it."""
    return not employee.known_as


def _has_begun(employee: "Employee") -> bool:
    """Whether the first day has come; without one there is nothing to hide."""
    return employee.first_day is None or employee.first_day <= localdate()


# Of which employees a field is seen by those who see it where its rule allows.
RULES: dict[str, Callable[["Employee"], bool]] = {"first_name": _is_called_by_first_name, "first_day": _has_begun}
# A field that takes the place of another one, which is then shown beside it to those who still see it.
TAKES_PLACE_OF = {"known_as": "first_name"}

# What not everyone sees and is read without an entry in the read log, with the reason.
NOT_RECORDED = {
    "mobile_shared_with": "says who sees a value, and is none",
    "birthday_shared_with": "says who sees a value, and is none",
    "sharing_ended": "says when the person's choice ended, and is shown to nobody else",
    "modified": "stands on no page of the product",
    "user": "tells about the account and not about the person",
    "searched_as": "is sent to nobody",
}
RECORDED = frozenset(name for name, row in TABLE.items() if row[Audience.COLLEAGUE] is not SEE) - set(NOT_RECORDED)

SHARED_WITH = {
    Sharing.HR: frozenset(),
    Sharing.TEAM: frozenset({Audience.TEAM_MATE}),
    Sharing.COLLEAGUES: frozenset({Audience.TEAM_MATE, Audience.COLLEAGUE}),
}


def audiences_of(user: User, employee: "Employee") -> frozenset[Audience]:
    """As whom `user` looks at `employee`; HR managers look at themselves as both."""
    closer = {Audience.HR: user.is_hr_manager, Audience.PERSON: employee.user_id == user.pk}
    if any(closer.values()):
        return frozenset(audience for audience, is_so in closer.items() if is_so)
    return frozenset({Audience.TEAM_MATE if _are_team_mates(user, employee) else Audience.COLLEAGUE})


def _are_team_mates(user: User, employee: "Employee") -> bool:
    """Whether the user's own employee is in the same team; people without a team have no team mates."""
    team = _team_of(employee)
    return bool(team) and _team_of(getattr(user, "employee", None)) == team


def _team_of(employee: "Employee | None") -> str | None:
    return getattr(getattr(employee, "profile", None), "team", None)


def fields_seen_by(audiences: Collection[Audience], employee: "Employee") -> frozenset[str]:
    """The names of the fields of `employee` and its profile that any of `audiences` may see."""
    return frozenset(name for name in TABLE for audience in audiences if _sees(audience, name, employee))


def _sees(audience: Audience, name: str, employee: "Employee") -> bool:
    access = TABLE[name][audience]
    if access is SHARED:
        profile = getattr(employee, "profile", None)
        return profile is not None and audience in SHARED_WITH[profile.sharing_of(name)]
    if access is RULED:
        return RULES[name](employee)
    return access is not NONE


def visible_fields(user: User, employee: "Employee") -> frozenset[str]:
    """The names of the fields of `employee` and its profile that `user` may see."""
    return fields_seen_by(audiences_of(user, employee), employee)


def editable_fields(user: User, employee: "Employee") -> frozenset[str]:
    """The names of the fields of `employee` and its profile that `user` may change."""
    return editable_by(audiences_of(user, employee))


def editable_by(audiences: Collection[Audience]) -> frozenset[str]:
    """The names of the fields that any of `audiences` may change."""
    return frozenset(name for name, row in TABLE.items() if any(row[audience] is EDIT for audience in audiences))


def private_fields(employee: "Employee") -> frozenset[str]:
    """What not every colleague may see of `employee`."""
    return frozenset(TABLE) - fields_seen_by({Audience.COLLEAGUE}, employee)


def can_preview(user: User, employee: "Employee") -> bool:
    """Whether `user` may look at `employee` with the eyes of others: the person and HR."""
    return not audiences_of(user, employee).isdisjoint({Audience.PERSON, Audience.HR})


def can_choose_sharing(user: User, employee: "Employee") -> bool:
    """Whether `user` decides who sees what `employee` may share: the person alone."""
    return Audience.PERSON in audiences_of(user, employee)


def can_see_gaps(user: User) -> bool:
    """Whether `user` asks people for what is missing, and sees who lacks it."""
    return user.is_hr_manager


def can_star(user: User, employee: "Employee") -> bool:
    """Whether `user` may star `employee`: everyone but themselves, whose page is always one click away."""
    return employee.user_id != user.pk


def searchable_fields() -> frozenset[str]:
    """What search, sort and filter may use, whoever asks: only what every colleague may always see."""
    return frozenset(name for name, row in TABLE.items() if row[Audience.COLLEAGUE] is SEE)


class HiddenNames(NamedTuple):
    """Whose first names a search finds although a known-as name stands before them."""

    of_everyone: bool = False
    of_employee: int | None = None  # by key


def hidden_names_found_by(user: User | None) -> HiddenNames:
    """The one exception from `searchable_fields`: HR finds first names that are hidden, and the person their own."""
    if user is None:
        return HiddenNames()
    own = getattr(user, "employee", None)
    return HiddenNames(of_everyone=user.is_hr_manager, of_employee=own and own.pk)


def can_see_styleguide(user: User) -> bool:
    """Whether `user` looks after the product itself."""
    return user.is_superuser


def can_manage_mail(user: User) -> bool:
    """Whether `user` sees to it that mail gets out."""
    return user.is_superuser


def can_add_employees(user: User) -> bool:
    """Whether `user` may add employees."""
    return user.is_hr_manager


def can_manage_organisation(user: User) -> bool:
    """Whether `user` may change which teams there are, and who leads them."""
    return user.is_hr_manager


def can_move_people(user: User) -> bool:
    """Whether `user` may select people in the directory, and give them another team."""
    return user.is_hr_manager


def can_see_access(user: User) -> bool:
    """Whether `user` sees who may sign in, and gives access to those who may not."""
    return user.is_hr_manager


def can_mend_access(user: User, account: User) -> bool:
    """Whether `user` gives, takes and mends what `account` needs to sign in. Nobody acts upwards, or on themselves."""
    if account.pk == user.pk:
        return False
    return user.is_superuser if account.role is not Role.COLLEAGUE else user.is_hr_manager


def can_link_by_mail(account: User) -> bool:
    """Whether `account` may be linked to the employee of its e-mail by its own person.

    Not one with a role: HR writes the e-mails of employees, so an HR manager could give one the own address, and read
    private data as that person, unrecorded.
    """
    return account.role is Role.COLLEAGUE
