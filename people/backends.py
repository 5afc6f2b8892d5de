from typing import ClassVar

from .accounts.backends import EmailBackend
from .accounts.models import UserQuerySet


class EmployeeBackend(EmailBackend):
    """The account with its employee and team: every page asks for them, so one query reads all."""

    accounts: ClassVar[UserQuerySet] = EmailBackend.accounts.select_related("employee__profile").only(
        *("password", "last_login", "date_joined", "is_superuser", "email", "is_active"),
        *("employee__user", "employee__first_name", "employee__last_name"),
        *("employee__profile__employee", "employee__profile__team"),
    )
