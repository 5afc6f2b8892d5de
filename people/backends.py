from typing import Any

from .accounts.backends import EmailBackend
from .accounts.models import User
from .ground.prepared import stored
from .models import Employee, EmployeeProfile


class EmployeeBackend(EmailBackend):
    """The account with its employee and team: every page asks for them, so one query reads all."""

    more = (
        *("employee__pk", "employee__first_name", "employee__last_name"),
        *("employee__profile__pk", "employee__profile__team"),
    )

    def made_of(self, *row: Any) -> User:
        *account, key, first_name, last_name, profile_key, team = row
        user = super().made_of(*account)
        employee: Employee | None = None
        if key:
            employee = stored(Employee, id=key, first_name=first_name, last_name=last_name, user_id=user.pk)
            employee.user = user
            if profile_key:
                employee.profile = stored(EmployeeProfile, id=profile_key, employee_id=key, team=team)
        User._meta.get_field("employee").set_cached_value(user, employee)
        return user
