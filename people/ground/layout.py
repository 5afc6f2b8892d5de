"""How forms are laid out, and where the focus goes."""

from collections.abc import Iterable
from typing import Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django.forms import BaseForm, Textarea


class FieldsLayout(FormHelper):
    """Fields in our own markup; the template owns the form, its token and its buttons."""

    form_tag = False
    disable_csrf = True
    form_show_errors = False  # the summary and the fields' own template show them

    def __init__(self, *names: str, half: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.layout = Layout(
            *(
                Field(name, template="components/_field.html", wrapper_class="half" if name in half else "")
                for name in names
            )
        )

    @classmethod
    def of(cls, form: BaseForm, names: Iterable[str]) -> Self:
        """Those of `names` that are in `form`; two stand side by side, unless one has lines."""
        shown = [name for name in names if name in form.fields]
        return cls(*shown, half=frozenset(name for name in shown if not isinstance(form.fields[name].widget, Textarea)))


class FocusMixin(BaseForm):
    """After a mistake the first bad field takes the focus."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self.focus_first([name for name in self.fields if name in self.errors])

    def focus_first(self, names: Iterable[str]) -> None:
        """Give the focus to the first of the fields called `names`, and to no other."""
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
        for name in list(names)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True
