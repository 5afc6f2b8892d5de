from typing import ClassVar

from django.contrib.auth.backends import ModelBackend

from .models import User


class EmailBackend(ModelBackend):
    """Django's own, reading the role in the same query as the user, and `related` records with them."""

    related: ClassVar[tuple[str, ...]] = ()

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.with_role().select_related(*self.related or [None]).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
