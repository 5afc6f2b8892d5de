"""A person's page in sections: which there are, what each shows of a person to a reader, and who may edit it.

Which fields a section has, in which order and shown how, stands in the visibility table.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from people.ground.fields import names_of_fields
from people.models import Employee, EmployeeProfile, Sharing
from people.visibility import ASKED, RECORDED, ROWS, TAKES_PLACE_OF, Access

from .forms import SectionForm

EMPLOYEE_FIELDS = frozenset(names_of_fields(Employee))


@dataclass(frozen=True)
class Section:
    """A part of a person's page, edited as one form. `key` stands in its address and is the id of its element."""

    key: str
    title: str
    fields: tuple[str, ...]
    own_title: str = ""  # what it is called on the reader's own page, if that differs
    form_title: str = ""  # what its form is for, if that isn't to edit it

    @property
    def act(self) -> str:
        """What one does in its form."""
        return self.form_title or f"Edit {self.title.lower()}"

    @property
    def shown_fields(self) -> tuple[str, ...]:
        """Its fields, each followed by what it takes the place of."""
        with_replaced = ((name, TAKES_PLACE_OF.get(name)) for name in self.fields)
        return tuple(name for names in with_replaced for name in names if name)

    @property
    def private_labels(self) -> list[str]:
        """Its fields that only the person and HR ever see, in words."""
        return [label_of(name) for name in self.fields if ROWS[name].colleague is Access.NONE and name in RECORDED]

    @property
    def is_private(self) -> bool:
        """Whether all of its fields are private."""
        return len(self.private_labels) == len(self.fields)


def fields_in(section: str) -> tuple[str, ...]:
    """The fields that the visibility table puts into this section, in its order."""
    return tuple(name for name, row in ROWS.items() if row.section == section)


SECTIONS = {
    section.key: section
    for section in (
        Section("contact", "Contact", fields_in("contact")),
        Section("work", "Work", fields_in("work")),
        Section("about", "About", fields_in("about")),
        Section("private", "Private", fields_in("private")),
        Section("shared", "Shared", fields_in("shared"), own_title="You decide who sees"),
    )
}
# What HR fills in right after adding somebody (DESIGN §5.4): one form for the whole profile that the receiver made.
COMPLETE = Section("complete", "Profile", ("team", "dob", "gender", "address"), form_title="Complete the profile")
FORMS = SECTIONS | {COMPLETE.key: COMPLETE}


def sections_held_by(section: Section) -> list[Section]:
    """The sections that show the fields of `section`: itself, or those in whose place the form to complete stands."""
    return [shown for shown in SECTIONS.values() if set(shown.fields) & set(section.fields)]


@dataclass(frozen=True)
class Fact:
    """One field of a person as their page shows it."""

    label: str
    value: Any
    shown: str
    sharing: Sharing | None = None  # with whom the person shares it, where they decide


@dataclass
class ShownSection:
    """A section of one person's page for one reader: as facts, or as its form."""

    section: Section
    title: str
    facts: list[Fact]
    can_edit: bool
    form: SectionForm | None = None
    takes_focus: bool = False

    @property
    def key(self) -> str:
        return self.section.key


def facts_of(employee: Employee, section: Section, *, visible: Collection[str], with_empty: bool) -> Iterator[Fact]:
    """The facts of `employee` in `section` whose fields are `visible`; those without a value only `with_empty`."""
    for name in section.fields:
        shown, value = ROWS[name].shown, value_of(employee, name)
        if not shown or name not in visible or (value is None and not with_empty):
            continue
        is_shareable = value is not None and f"{name}_shared_with" in ROWS
        sharing = employee.profile.sharing_of(name) if is_shareable else None
        yield Fact(label_of(name), value, shown, sharing)
        replaced = TAKES_PLACE_OF.get(name)
        if replaced and replaced in visible and value is not None:
            yield Fact(label_of(replaced), value_of(employee, replaced), shown, Sharing.HR)


def value_of(employee: Employee, name: str) -> Any:
    """The value of a field of the employee or the profile, one of several choices in words; None if there is none."""
    record = employee if name in EMPLOYEE_FIELDS else getattr(employee, "profile", None)
    in_words = getattr(record, f"get_{name}_display", None)
    value = in_words() if in_words else getattr(record, name, None)
    return None if value == "" else value


@cache
def label_of(name: str) -> str:
    """The name of a field as people read it."""
    fields = (*Employee._meta.fields, *EmployeeProfile._meta.fields)
    return next((str(field.verbose_name) for field in fields if field.name == name), name)


@dataclass(frozen=True)
class Gap:
    """A field without a value that HR asks for, and where it is filled in."""

    name: str
    section: str

    @property
    def label(self) -> str:
        return label_of(self.name)


def gaps(employee: Employee, editable: Collection[str] = ASKED) -> list[Gap]:
    """What is asked for and missing among the fields that the reader may edit."""
    return [
        Gap(name, ROWS[name].section or "") for name in ASKED if name in editable and value_of(employee, name) is None
    ]
