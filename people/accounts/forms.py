from django.contrib.auth.forms import AuthenticationForm

from people.layout import FieldsLayout

WRONG = "This e-mail and password don’t belong together. Please try again."


class SignInForm(AuthenticationForm):
    """E-mail and password; the same sentence for every way to be wrong."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}
    helper = FieldsLayout("username", "password")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.input_type = "email"
        if self.is_bound:
            self.fields["username"].widget.attrs.pop("autofocus")
            self.fields["password"].widget.attrs["autofocus"] = True
