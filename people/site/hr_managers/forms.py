from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from people.accounts.models import User
from people.directory.picker import EmployeeField, search_as
from people.ground.emails import tidy_email
from people.ground.layout import FieldsLayout
from people.models import Employee, name_of

NO_ACCOUNT = (
    "{name} has no account, and can’t sign in. Please make one in the administration and link it to {name} first."
)


class AccountField(EmployeeField):
    """The account of a person who is picked, or that signs in with the whole e-mail that is typed."""

    default_error_messages = {
        "nobody": "Nobody matches “%(text)s”, and no account signs in with it. "
        "Please type another name, or the whole e-mail of an account.",
    }

    def __init__(self) -> None:
        super().__init__(
            Employee.objects.all(),
            must_be_picked=True,
            label="Person",
            help_text="Type, and pick one of the people suggested. Or type the whole e-mail of an account.",
            error_messages={"required": "Please give the person."},
        )

    # The person stands in the form, and the account is what it means.
    def clean(self, value: tuple[str, str]) -> User:  # type: ignore[override]
        """The account, with its role."""
        accounts = User.objects.with_role().select_related("employee")
        account = accounts.filter(email=tidy_email(value[0])).first()
        if account:
            return account
        employee = super().clean(value)
        account = accounts.filter(employee=employee).first()
        if not account:
            raise ValidationError(NO_ACCOUNT.format(name=employee and employee.name), "no_account")
        return account


class HRManagerForm(forms.Form):
    """Whose account becomes that of an HR manager."""

    person = AccountField()
    helper = FieldsLayout("person")

    def __init__(self, *args: Any, reader: User | None = None, **kwargs: Any) -> None:
        """`reader` is who fills it in."""
        super().__init__(*args, **kwargs)
        search_as(self, reader)

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was typed in a refused request, in a form that checks nothing."""
        return cls(initial={"person": (typed.get("person", ""), typed.get("person_key", ""))})

    def clean_person(self) -> User:
        account: User = self.cleaned_data["person"]
        if account.is_in_hr_group:
            raise ValidationError(f"{name_of(account)} is an HR manager already.", "already")
        return account
