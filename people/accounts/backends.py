from typing import ClassVar

from django.contrib.auth.backends import ModelBackend

from .models import User, UserQuerySet


class EmailBackend(ModelBackend):
    """Django's own, reading the role in the same query as the account.

    `accounts` is what every request reads; built once, because building it takes as long as reading.
    """

    accounts: ClassVar[UserQuerySet] = User.objects.with_role()

    def get_user(self, user_id: int) -> User | None:
        try:
            user = self.accounts.get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
