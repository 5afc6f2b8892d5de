"""The account of whoever asks."""

from collections.abc import Callable, Mapping
from datetime import UTC
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.backends import ModelBackend
from django.db.models import Subquery
from django.http import HttpRequest

from people.ground.compiled import CompiledQuery, from_columns

from .models import User

COLUMNS = ("id", "password", "email", "sessions_ended", "is_active", "is_superuser", "second_factor_asked_at")
ROLE, FACTOR = "is_in_hr_group", "has_second_factor"


class EmailBackend(ModelBackend):
    """Django's own, with the role and whether there is a second factor, in one query.

    That is compiled once, which spares every request about 1 ms.

    A column of the account that pages read belongs into `COLUMNS`; any other is read by a query of its own when it
    is asked for. A column of the employee belongs into `EmployeeBackend`.
    """

    # What is read with the account, by its paths from there.
    more_columns: ClassVar[tuple[str, ...]] = ()

    def authenticate(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> User | None:
        """Whose e-mail and password these are; nobody where a password isn't for them, after as long."""
        user = super().authenticate(request, *args, **kwargs)
        return user if isinstance(user, User) and user.may_have_password else None

    @staticmethod
    def more_values() -> Mapping[str, Subquery]:
        """What else is read with it, by the name of each."""
        return {}

    def get_user(self, user_id: int) -> User | None:
        names, query = _account_query(self.more_columns, self.more_values)
        for row in query.rows([*query.params[:-1], user_id]):
            user = self.build_user(dict(zip(names, row, strict=True)))
            return user if self.user_can_authenticate(user) else None
        return None

    def build_user(self, values: Mapping[str, Any]) -> User:
        """The account with these values, by the names of their columns."""
        user = from_columns(User, **{name: values[name] for name in COLUMNS})
        # SQLite stores yes and no as numbers, and times without their zone.
        user.is_active, user.is_superuser = bool(values["is_active"]), bool(values["is_superuser"])
        user.is_in_hr_group, user.has_second_factor = bool(values[ROLE]), bool(values[FACTOR])
        if user.second_factor_asked_at:
            user.second_factor_asked_at = user.second_factor_asked_at.replace(tzinfo=UTC)
        return user


@cache
def _account_query(
    more_columns: tuple[str, ...], more_values: Callable[[], Mapping[str, Subquery]]
) -> tuple[tuple[str, ...], CompiledQuery]:
    """What is read of an account, and the query, to be told its key as the last value."""
    columns, more = (*COLUMNS, ROLE, FACTOR, *more_columns), more_values()
    accounts = User.objects.with_role().with_second_factor().filter(pk=0).values_list(*columns, *more.values())
    return (*columns, *more), CompiledQuery(accounts)
