"""The forms of one person: one per record, and that of a section of the page, which holds fields of both."""

import copy
from collections.abc import Collection, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.template.loader import render_to_string

from people.accounts.models import User
from people.directory.picker import EmployeeField, search_as
from people.directory.rows import Row, rows_of
from people.ground.fields import names_of_fields
from people.ground.layout import FieldsLayout, FocusMixin
from people.ground.sent import SentFieldsMixin
from people.models import EARLIEST_BIRTH, Employee, EmployeeProfile, Location, Sharing
from people.organisation.models import hold_organisation
from people.visibility import ROWS, SHARING, Access

Record = TypeVar("Record", bound=Model)

# What the empty choice of a field says, where it isn't "Not given".
NO_CHOICE = {"team": "No team", "location": "No location"}
# What is said beside the team of somebody who shares something with theirs.
ENDS_SHARING = "Another team sets what is shared with this one back to “Only HR and me”."


class RecordForm(FocusMixin, SentFieldsMixin[Record], forms.ModelForm[Record]):
    """A form for those fields of one record that the reader may edit.

    `editable` names them; posting others changes nothing, and so does leaving one out. The first field,
    or the first bad one, takes the focus.
    """

    class Meta:
        fields: ClassVar[list[str]]

    def __init__(self, *args: Any, editable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(editable):
            del self.fields[name]
        for field in self.fields.values():
            # People type other people's data here, which the browser must not offer again.
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("autocomplete", "off")
            if field.required:
                field.error_messages["required"] = f"Please give the {str(field.label).lower()}."
        if not self.is_bound:
            self.focus_first(self.fields)

    @property
    def helper(self) -> FieldsLayout:
        """The layout of the whole form."""
        return FieldsLayout.of(self, self.Meta.fields)


def edited_fields(model: type[Model]) -> list[str]:
    """The fields of a record that somebody edits on a person's page, in the order of the visibility table."""
    edited = [name for name, row in ROWS.items() if row.section and Access.EDIT in (row.person, row.hr)]
    return [name for name in edited if name in names_of_fields(model)]


class EmployeeForm(RecordForm[Employee]):
    """Names, e-mail and phone of an employee."""

    class Meta(RecordForm.Meta):
        model = Employee
        fields = edited_fields(Employee)
        error_messages = {"email": {"invalid": "Please write a whole e-mail address, such as ann@example.com."}}
        help_texts = {
            "phone": "With the country code if it is from abroad. No extension.",
            "known_as": "Colleagues see and find it in place of the first name.",
        }

    @property
    def names_helper(self) -> FieldsLayout:
        return FieldsLayout.of(self, ["first_name", "last_name"])

    @property
    def reach_helper(self) -> FieldsLayout:
        return FieldsLayout.of(self, ["email", "phone"])

    def validate_unique(self) -> None:
        """Name and link whoever already has the e-mail or the phone; one query, so both are seen at one moment."""
        names = {"email", "phone"} & self.fields.keys() - self.errors.keys()
        typed = {name: getattr(self.instance, name) for name in names}
        same = Q(*typed.items(), _connector=Q.OR)
        for holder in Employee.objects.filter(same).exclude(pk=self.instance.pk) if same else []:
            for name in [name for name in names if getattr(holder, name) == typed[name]]:
                context = {"holder": holder, "label": self.fields[name].label}
                self.add_error(name, ValidationError(render_to_string("employees/_taken.html", context), "unique"))


class EmployeeCreateForm(EmployeeForm):
    """A new employee, of whom HR gives these fields; a name like that of someone who is there must be confirmed."""

    is_different_person = forms.BooleanField(
        label="This is a different person",
        required=False,
        error_messages={"required": "Tick this to add the person, or open the one you meant."},
    )
    similar_people: Sequence[Row] = ()
    field_order = ("first_name", "last_name", "is_different_person", "email", "phone")

    def __init__(self, *args: Any, editable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, editable={*editable, "is_different_person"} & {*self.field_order}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Similar people are looked up before uniqueness: who is added in between is then found by that."""
        super().clean()
        typed = self.cleaned_data
        if {"first_name", "last_name"} <= typed.keys():
            people = Employee.objects.similar_to(typed["first_name"], typed["last_name"])
            self.similar_people = rows_of(people.sorted_by("name")[:5])
        if self.similar_people and not typed["is_different_person"]:
            field = self.fields["is_different_person"]
            self.add_error("is_different_person", ValidationError(field.error_messages["required"], "similar"))
        return typed


class EmployeeProfileForm(RecordForm[EmployeeProfile]):
    """The profile: team and work, the person's own words, and what only the person and HR may see."""

    manager = EmployeeField(Employee.objects.all(), required=False)

    class Meta(RecordForm.Meta):
        model = EmployeeProfile
        fields = edited_fields(EmployeeProfile)
        help_texts = {"birthday_shared_with": "Day and month only, never the year."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "dob" in self.fields:
            self.fields["dob"].widget.attrs["min"] = EARLIEST_BIRTH.isoformat()
        for name, field in self.fields.items():
            if name.endswith("_shared_with"):
                self._offer_sharing(name)
            elif isinstance(field, forms.ModelChoiceField):
                field.queryset, field.empty_label = Location.objects.order_by("folded_name"), NO_CHOICE[name]
            elif isinstance(field, forms.TypedChoiceField):
                _, *choices = cast(list[tuple[str, str]], field.choices)
                field.choices = [("", NO_CHOICE.get(name, "Not given")), *choices]
        if "team" in self.fields:
            self._offer_own_team()

    def _offer_own_team(self) -> None:
        """A closed team takes nobody new, and keeps who is in it."""
        field, team = cast(forms.TypedChoiceField, self.fields["team"]), self.instance.team
        choices = cast(list[tuple[str, str]], field.choices)
        if team and team not in dict(choices):
            field.choices = [*choices, (team, str(self.instance.get_team_display()))]
        if Sharing.TEAM in {getattr(self.instance, name) for name in SHARING}:
            field.help_text = ENDS_SHARING

    def _offer_sharing(self, name: str) -> None:
        """Let the person choose within what the organisation allows; no answer changes nothing."""
        field = cast(forms.TypedChoiceField, self.fields[name])
        field.choices = Sharing.choices[: Sharing.values.index(settings.WIDEST_SHARING) + 1]
        if self.initial.get(name) not in dict(field.choices):
            self.initial[name] = settings.WIDEST_SHARING
        field.required, field.empty_value = False, self.initial[name]

    def _columns_sent(self) -> set[str]:
        """Whoever says with whom they share has chosen anew."""
        sent = super()._columns_sent()
        if sent.isdisjoint(SHARING):
            return sent
        self.instance.sharing_ended = None
        return sent | {"sharing_ended"}


PROFILE_FIELDS = frozenset(EmployeeProfileForm.Meta.fields)


class SectionForm(FocusMixin, forms.Form):
    """A section of a person's page: fields of the employee and of their profile, in the order of the visibility table.

    Each record has its own form, which checks and saves it; a record of which nothing was sent has none. They hold
    copies: what is refused is written into them, and the page must not show that.
    """

    def __init__(
        self,
        *args: Any,
        instance: Employee | None = None,
        editable: Collection[str],
        reader: User | None = None,
        **kwargs: Any,
    ) -> None:
        """`instance` is whose page it is; they need a profile only if fields of it are `editable`.

        `reader` is who fills it in.
        """
        super().__init__(*args, **kwargs)
        made: list[RecordForm[Any]] = [EmployeeForm(*args, instance=copy.copy(instance), editable=editable, **kwargs)]
        if not PROFILE_FIELDS.isdisjoint(editable):
            profile = copy.copy(instance.profile) if instance else None
            made.append(EmployeeProfileForm(*args, instance=profile, editable=editable, **kwargs))
        self.record_forms = [form for form in made if form.fields]
        for form in self.record_forms:
            self.fields |= form.fields
            self.initial = {**self.initial, **form.initial}
        self.order_fields([*ROWS])
        search_as(self, reader)
        if not self.is_bound:
            self.focus_first(self.fields)

    def _clean_fields(self) -> None:
        """Take what the form of each record says."""
        for form in self.record_forms:
            self.add_error(None, ValidationError(form.errors.as_data()))
            self.cleaned_data |= form.cleaned_data

    def clean(self) -> dict[str, Any]:
        """Refuse a body without any field: nothing of it could be saved."""
        if not self.fields:
            raise ValidationError("Nothing was sent to be saved. Please reload the page and try again.", "empty")
        return self.cleaned_data

    @transaction.atomic
    def save(self) -> None:
        """Save the records of which something was sent: all or none, the employee first."""
        hold_organisation()  # before any row, as the profile needs it
        for form in self.record_forms:
            form.save()

    @property
    def helper(self) -> FieldsLayout:
        """The layout of the whole form."""
        return FieldsLayout.of(self, self.fields)
