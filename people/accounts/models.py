"""Who may sign in, and in which role."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from people.fields import EmailField

from .roles import Role

HR_MANAGERS = "HR managers"


class UserQuerySet(models.QuerySet["User"]):
    def with_role(self) -> Self:
        """Read the role with the user, so that asking for it costs no further query."""
        members = Group.objects.filter(name=HR_MANAGERS, user=models.OuterRef("pk"))
        return self.annotate(is_in_hr_group=models.Exists(members))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user with a hashed password; without one, the user can't sign in."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved administrator."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in by e-mail. Everyone signed in is at least a colleague."""

    # Django declares a table of its own for it.
    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group,
        through="Membership",
        through_fields=("user", "group"),
        blank=True,
        related_name="user_set",
        related_query_name="user",
    )

    email = EmailField("e-mail", unique=True, error_messages={"unique": "There is a user with this e-mail."})
    is_active = models.BooleanField("active", default=True, help_text="Only active users can sign in.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

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
    def can_give_roles(self) -> bool:
        """Whether this user may make HR managers and unmake them."""
        return self.is_superuser

    @property
    def role(self) -> Role:
        """The role in which this user acts."""
        if self.is_superuser:
            return Role.ADMINISTRATOR
        return Role.HR_MANAGER if self.is_in_hr_group else Role.COLLEAGUE

    @cached_property
    def is_in_hr_group(self) -> bool:
        """Membership; `with_role()` reads it with the user."""
        return self.groups.filter(name=HR_MANAGERS).exists()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of_hr_managers(self) -> Self:
        """The memberships that make HR managers, with account and giver, sorted by e-mail."""
        return self.filter(group__name=HR_MANAGERS).select_related("user", "given_by").order_by("user__email")


class Membership(models.Model):
    """Who is in a group, since when and by whom: the row that makes the member also tells its story."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(Group, on_delete=models.CASCADE)
    since = models.DateTimeField(default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="given_memberships"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "accounts_user_groups"  # Django's own table of members, with two more columns
        unique_together = [("user", "group")]  # as Django made that table

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"


class Throttle(models.Model):
    """A bucket of tries of which some are taken out; see `people.accounts.throttle`."""

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.BigIntegerField("full again, in microseconds since 1970", db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}, full at {self.full_at}"
