"""What a request didn't send is never written (PROFILE_CONTRACT 21).

A form drops those fields of a stored record that weren't in the body: it was drawn without them. A checkbox or
multiple choice, which browsers leave out when empty, stands in the body by a hidden input beside it.
"""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

SHOWN = "shown-{}"
Record = TypeVar("Record", bound=Model)


def is_left_out_when_empty(widget: forms.Widget) -> bool:
    """Whether browsers send nothing for the empty widget, so that it can't tell what wasn't sent."""
    return not widget.value_omitted_from_data({}, MultiValueDict(), "")


class ShownField(forms.BoundField):
    """A field that says by itself in the body that it was shown, where its widget can't."""

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        html = super().as_widget(widget, attrs, only_initial)
        if not is_left_out_when_empty(self.field.widget):
            return html
        return html + format_html('<input type="hidden" name="{}">', SHOWN.format(self.html_name))


class FormRenderer(TemplatesSetting):
    """Draws every form of the product and of the admin."""

    bound_field_class = ShownField


class SentFieldsMixin(forms.BaseModelForm[Record]):
    """A model form that changes only those fields of a stored record that stood in the body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and not self.instance._state.adding:
            for name in [name for name in self.fields if not self.was_sent(name)]:
                del self.fields[name]

    def was_sent(self, name: str) -> bool:
        """Whether the field stood in the body; one that nobody can change never has to."""
        field, key = self.fields[name], self.add_prefix(name)
        if field.disabled or SHOWN.format(key) in self.data:
            return True
        if is_left_out_when_empty(field.widget):
            return key in self.data
        return not field.widget.value_omitted_from_data(self.data, self.files, key)

    def save(self, commit: bool = True) -> Record:
        """Django's own, but the other columns of a stored record stay as they are by now."""
        if not commit or self.errors or self.instance._state.adding:
            return super().save(commit)
        super().save(commit=False)
        self.instance.save(update_fields=self._columns_sent())
        self.save_m2m()
        return self.instance

    def _columns_sent(self) -> set[str]:
        """Those of the form, and when the record was changed: Django names no column by itself."""
        columns = {field.name for field in self.instance._meta.concrete_fields if not field.primary_key}
        sent = columns & self.cleaned_data.keys()
        return sent | (columns & {"modified"}) if sent else sent


class LeftAsItIs(forms.Widget):
    """In place of the input that the sent form didn't have: the next body doesn't have it either."""

    template_name = "components/_left_as_it_is.html"


class SentFieldsAdminMixin(SentFieldsMixin[Record]):
    """For the admin, which draws every field of its page, also those that weren't sent."""

    base_fields: ClassVar[dict[str, forms.Field]]

    def __getitem__(self, name: str) -> forms.BoundField:
        dropped = self.base_fields.get(name)
        if name in self.fields or dropped is None:
            return super().__getitem__(name)
        return forms.Field(label=dropped.label, required=False, widget=LeftAsItIs).get_bound_field(self, name)


class SentFieldsAdminForm(SentFieldsAdminMixin[Any], forms.ModelForm[Any]):
    """The form of every page and inline of the admin."""


class SavedByFormMixin(ModelAdmin[Record]):
    """A page of the admin whose form saves the record: Django's own would write every column."""

    def save_model(self, request: HttpRequest, obj: Record, form: forms.ModelForm[Record], change: bool) -> None:
        form.save()
