from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.backends import ModelBackend

from people.ground.prepared import Prepared, stored

from .models import User

FIELDS = ("id", "password", "email", "sessions_ended", "is_active", "is_superuser")


class EmailBackend(ModelBackend):
    """Django's own, reading the role in the same query as the account.

    Every request asks it, so its SQL is written once, and the account is made of what pages need.
    """

    # What is read with the account, by its paths from there.
    more: ClassVar[tuple[str, ...]] = ()

    def get_user(self, user_id: int) -> User | None:
        query = _account(self.more)
        for row in query.rows([*query.params[:-1], user_id]):
            user = self.made_of(*row)
            return user if self.user_can_authenticate(user) else None
        return None

    def made_of(self, *row: Any) -> User:
        """The account that a row is of; the last three say whether it is active, an administrator's, and HR's."""
        *texts, is_active, is_superuser, is_in_hr_group = row
        values = [*texts, bool(is_active), bool(is_superuser)]
        user = stored(User, **dict(zip(FIELDS, values, strict=True)))
        user.is_in_hr_group = bool(is_in_hr_group)
        return user


@cache
def _account(more: tuple[str, ...]) -> Prepared:
    return Prepared(User.objects.with_role().filter(pk=0).values_list(*FIELDS, "is_in_hr_group", *more))
