from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout


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
