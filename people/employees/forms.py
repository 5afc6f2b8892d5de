"""The forms of one person: one per record."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Self, TypeVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.http import QueryDict
from django.template.loader import render_to_string

from people.directory.rows import Row, rows_of
from people.ground.layout import FieldsLayout, FocusMixin
from people.ground.sent import SentFieldsMixin
from people.models import EARLIEST_BIRTH, Employee, EmployeeProfile, Sharing

Record = TypeVar("Record", bound=Model)


class RecordForm(FocusMixin, SentFieldsMixin[Record], forms.ModelForm[Record]):
    """A form for those fields of one record that the reader may edit.

    `editable` names them; posting others changes nothing, and so does leaving one out. The first field,
    or the first bad one, takes the focus.
    """

    half_width: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        fields: ClassVar[list[str]]

    def __init__(self, *args: Any, editable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(editable):
            del self.fields[name]
        for field in self.fields.values():
            if field.required:
                field.error_messages["required"] = f"Please give the {str(field.label).lower()}."
        if not self.is_bound:
            self.focus_first(self.fields)

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was typed in a refused request, in a form that checks nothing."""
        return cls(initial=typed.dict(), editable=typed.keys())

    def clean(self) -> dict[str, Any]:
        """Refuse a body without any field: nothing of it could be saved."""
        if not self.fields:
            raise ValidationError("Nothing was sent to be saved. Please reload the page and try again.", "empty")
        super().clean()
        return self.cleaned_data

    @property
    def helper(self) -> FieldsLayout:
        """The layout of the whole form."""
        return self.layout_of(*self.Meta.fields)

    def layout_of(self, *names: str) -> FieldsLayout:
        """The crispy layout of those of `names` that are in this form."""
        return FieldsLayout(*(name for name in names if name in self.fields), half=self.half_width)


class EmployeeForm(RecordForm[Employee]):
    """Names, e-mail and phone of an employee."""

    half_width = frozenset({"first_name", "last_name"})

    class Meta(RecordForm.Meta):
        model = Employee
        fields = ["first_name", "last_name", "email", "phone"]
        # "off" because HR types other people's data, which the browser must not offer again.
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "off"}),
            "last_name": forms.TextInput({"autocomplete": "off"}),
            "email": forms.EmailInput({"autocomplete": "off"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "off"}),
        }
        error_messages = {"email": {"invalid": "Please write a whole e-mail address, such as ann@example.com."}}
        help_texts = {"phone": "With the country code if it is from abroad. No extension."}

    @property
    def names_helper(self) -> FieldsLayout:
        return self.layout_of("first_name", "last_name")

    @property
    def reach_helper(self) -> FieldsLayout:
        return self.layout_of("email", "phone")

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
    """A new employee; a name like that of someone who is there must be confirmed."""

    is_different_person = forms.BooleanField(
        label="This is a different person",
        required=False,
        error_messages={"required": "Tick this to add the person, or open the one you meant."},
    )
    similar_people: Sequence[Row] = ()
    field_order = ("first_name", "last_name", "is_different_person", "email", "phone")

    def __init__(self, *args: Any, editable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, editable={*editable, "is_different_person"}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Similar people are looked up before uniqueness: who is added in between is then found by that."""
        typed = super().clean()
        if {"first_name", "last_name"} <= typed.keys():
            people = Employee.objects.similar_to(typed["first_name"], typed["last_name"])
            self.similar_people = rows_of(people.sorted_by("name")[:5])
        if self.similar_people and not typed["is_different_person"]:
            field = self.fields["is_different_person"]
            self.add_error("is_different_person", ValidationError(field.error_messages["required"], "similar"))
        return typed


class EmployeeProfileForm(RecordForm[EmployeeProfile]):
    """The profile: team, and what only the person and HR may see."""

    half_width = frozenset({"team", "mobile", "mobile_shared_with", "birthday_shared_with", "dob", "gender"})

    class Meta(RecordForm.Meta):
        model = EmployeeProfile
        fields = ["team", "dob", "gender", "address", "mobile", "mobile_shared_with", "birthday_shared_with"]
        widgets = {
            "mobile": forms.TextInput({"type": "tel", "autocomplete": "off"}),
            "dob": forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
            "address": forms.Textarea({"rows": 3, "autocomplete": "off"}),
        }
        help_texts = {"birthday_shared_with": "Day and month only, never the year."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "team" in self.fields:
            self._choice_of("team").choices = [("", "No team"), *EmployeeProfile.Teams.choices]
        if "gender" in self.fields:
            self._choice_of("gender").choices = [("", "Not given"), *EmployeeProfile.Genders.choices]
        if "dob" in self.fields:
            self.fields["dob"].widget.attrs["min"] = EARLIEST_BIRTH.isoformat()
        for name in {"mobile_shared_with", "birthday_shared_with"} & self.fields.keys():
            self._offer_sharing(name)

    def _offer_sharing(self, name: str) -> None:
        """Let the person choose within what the organisation allows; no answer changes nothing."""
        field, allowed = self._choice_of(name), Sharing.values.index(settings.WIDEST_SHARING) + 1
        field.choices = Sharing.choices[:allowed]
        if self.initial[name] not in dict(field.choices):
            self.initial[name] = settings.WIDEST_SHARING
        field.required, field.empty_value = False, self.initial[name]

    def _choice_of(self, name: str) -> forms.TypedChoiceField:
        return cast(forms.TypedChoiceField, self.fields[name])  # what Django makes of a model's choices

    @property
    def work_helper(self) -> FieldsLayout:
        return self.layout_of("team")

    @property
    def shared_helper(self) -> FieldsLayout:
        return self.layout_of("mobile", "mobile_shared_with", "birthday_shared_with")

    @property
    def private_helper(self) -> FieldsLayout:
        return self.layout_of("dob", "gender", "address")
