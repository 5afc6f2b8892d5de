"""Who may see, edit and search which field: the only module that decides (DESIGN §3)."""

from enum import Enum

from django.db.models import Model

from people.accounts.models import User


class Audience(Enum):
    """In which role a user looks at an employee."""

    COLLEAGUE = "colleague"
    PERSON = "the person"
    HR = "HR manager"


EVERYONE = frozenset(Audience)
PERSON_AND_HR = frozenset({Audience.PERSON, Audience.HR})
HR_ONLY = frozenset({Audience.HR})

# field: (who sees it, who edits it)
TABLE: dict[str, tuple[frozenset[Audience], frozenset[Audience]]] = {
    "first_name": (EVERYONE, HR_ONLY),
    "last_name": (EVERYONE, HR_ONLY),
    "email": (EVERYONE, HR_ONLY),
    "phone": (EVERYONE, PERSON_AND_HR),
    "team": (EVERYONE, HR_ONLY),
    "dob": (PERSON_AND_HR, PERSON_AND_HR),
    "address": (PERSON_AND_HR, PERSON_AND_HR),
    "gender": (PERSON_AND_HR, PERSON_AND_HR),
}
PRIVATE_FIELDS = frozenset(name for name, (see, _) in TABLE.items() if see == PERSON_AND_HR)


def audience_of(user: User, employee: Model) -> Audience:
    """The role in which `user` looks at `employee`; HR's wins over the person's."""
    if user.is_hr_manager:
        return Audience.HR
    return Audience.PERSON if employee.user_id == user.pk else Audience.COLLEAGUE


def visible_fields(user: User, employee: Model) -> frozenset[str]:
    """The names of the fields of `employee` and its profile that `user` may see."""
    audience = audience_of(user, employee)
    return frozenset(name for name, (see, _) in TABLE.items() if audience in see)


def editable_fields(user: User, employee: Model) -> frozenset[str]:
    """The names of the fields of `employee` and its profile that `user` may change."""
    audience = audience_of(user, employee)
    return frozenset(name for name, (_, edit) in TABLE.items() if audience in edit)


def searchable_fields(user: User | None) -> frozenset[str]:
    """What search, sort and filter may use: only what everyone may see."""
    return frozenset(name for name, (see, _) in TABLE.items() if see == EVERYONE)


def can_see_styleguide(user: User) -> bool:
    """Whether `user` looks after the product itself."""
    return user.is_superuser


def can_add_employees(user: User) -> bool:
    """Whether `user` may add employees."""
    return user.is_hr_manager
