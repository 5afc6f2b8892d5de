from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from people.accounts.models import User
from people.accounts.roles import Role
from people.directory.picker import EmployeeField, search_as
from people.ground.emails import tidy_email
from people.ground.layout import FieldsLayout
from people.ground.text import printable
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
        account = accounts.filter(email=tidy_email(printable(value[0]))).first()
        if account:
            return account
        employee = super().clean(value)
        account = accounts.filter(employee=employee).first()
        if not account:
            raise ValidationError(NO_ACCOUNT.format(name=employee and employee.name), "no_account")
        return account


class RoleForm(forms.Form):
    """Whose account gets which role."""

    person = AccountField()
    role = forms.ChoiceField(
        choices=[(role.name, role.value) for role in (Role.HR_MANAGER, Role.ADMINISTRATOR)],
        error_messages={"required": "Please choose a role.", "invalid_choice": "Please choose a role."},
    )
    helper = FieldsLayout("person", "role")

    def __init__(self, *args: Any, reader: User | None = None, **kwargs: Any) -> None:
        """`reader` is who fills it in."""
        super().__init__(*args, **kwargs)
        search_as(self, reader)

    @classmethod
    def refilled(cls, typed: QueryDict) -> Self:
        """What was typed in a refused request, in a form that checks nothing."""
        person = (typed.get("person", ""), typed.get("person_key", ""))
        return cls(initial={"person": person, "role": typed.get("role", "")})

    def clean(self) -> dict[str, Any]:
        """Nobody gets a role twice."""
        account, role = self.cleaned_data.get("person"), self.cleaned_data.get("role")
        if account and role:
            has = account.is_superuser if role == Role.ADMINISTRATOR.name else account.is_in_hr_group
            if has:
                name = name_of(account)
                self.add_error(
                    "person", ValidationError(f"{name} is an {Role[role].in_a_sentence} already.", "already")
                )
        return self.cleaned_data
