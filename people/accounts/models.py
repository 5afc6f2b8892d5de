"""Who may sign in, and in which role."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from people.fields import EmailField

HR_MANAGERS = "HR managers"


class UserQuerySet(models.QuerySet):
    def with_role(self) -> Self:
        """Read the role with the user, so that asking for it costs no further query."""
        members = Group.objects.filter(name=HR_MANAGERS, user=models.OuterRef("pk"))
        return self.annotate(is_in_hr_group=models.Exists(members))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A saved user with a hashed password; without one, the user can't sign in."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """A saved administrator."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in by e-mail. Everyone signed in is at least a colleague."""

    email = EmailField("e-mail", unique=True, error_messages={"unique": "There is a user with this e-mail."})
    is_active = models.BooleanField("active", default=True, help_text="Only active users can sign in.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin is for administrators only."""
        return self.is_superuser

    @property
    def is_hr_manager(self) -> bool:
        """Whether this user does HR's work; administrators can."""
        return self.is_superuser or self.is_in_hr_group

    @property
    def role(self) -> str:
        """The role in a word, for the account menu."""
        if self.is_superuser:
            return "Administrator"
        return "HR manager" if self.is_in_hr_group else "Colleague"

    @cached_property
    def is_in_hr_group(self) -> bool:
        """Membership; `with_role()` reads it with the user."""
        return self.groups.filter(name=HR_MANAGERS).exists()
