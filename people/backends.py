"""The account of whoever asks, with the employee."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Subquery

from .accounts.backends import EmailBackend
from .accounts.models import User
from .ground.compiled import from_columns
from .models import Employee, EmployeeProfile
from .organisation.models import versions
from .server.memory import know_version

VERSIONS = tuple(versions())


class EmployeeBackend(EmailBackend):
    """The account with its employee and team: every page asks for them, so one query reads all.

    A column that pages read of whoever asks belongs into `more_columns` and below into the employee or the profile.
    """

    more_columns = (
        *("employee__id", "employee__first_name", "employee__last_name", "employee__known_as"),
        *("employee__profile__id", "employee__profile__team"),
    )

    @staticmethod
    def more_values() -> Mapping[str, Subquery]:
        return versions()

    def build_user(self, values: Mapping[str, Any]) -> User:
        know_version(tuple(values[name] for name in VERSIONS))
        user = super().build_user(values)
        employee: Employee | None = None
        if key := values["employee__id"]:
            names = {name: values[f"employee__{name}"] for name in ("first_name", "last_name", "known_as")}
            employee = from_columns(Employee, id=key, user_id=user.pk, **names)
            employee.user = user
            if profile_key := values["employee__profile__id"]:
                team = values["employee__profile__team"]
                employee.profile = from_columns(EmployeeProfile, id=profile_key, employee_id=key, team=team)
        User._meta.get_field("employee").set_cached_value(user, employee)
        return user
