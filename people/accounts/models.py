"""Who may sign in, and in which role."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any, Self

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, is_password_usable
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property

from people.ground.fields import EmailField
from people.ground.locks import Lock, hold
from people.server.logs import origin
from people.server.security_log import RIGHTS, Event, changes_of_rights, note_when_stored

from .addresses.models import AddressChange, kept_until
from .roles import Role
from .sessions.models import Session

HR_MANAGERS = "HR managers"
# What is a second factor by itself; recovery codes only stand in for one that got lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LAST_ADMINISTRATOR = "This is the last active administrator, and stays one. Make somebody else an administrator first."
# Counters of what switching an account off ends.
ENDED = ("sessions_ended", "links_ended")
# What ends all sessions of an account.
ENDING = {Event.PASSWORD_CHANGED, Event.SWITCHED_OFF}
# What ends a change of address that waits to be confirmed; another password ends what was asked for with the old one.
ENDING_CHANGE = {Event.EMAIL_CHANGED, Event.SWITCHED_OFF}
HAS_A_PAST = (
    "An account that was used, or that others have dealt with, is never deleted: what was done with it would have "
    "no name any more. Switch it off instead, then nobody can sign in with it."
)


def tidied_password(password: str) -> str:
    """In Unicode's normal form C, whichever the keyboard types (ASVS 5.0 6.2, UAX 15)."""
    return unicodedata.normalize("NFC", password)


def has_factor(account: str) -> models.Exists:
    """Whether the account at this path has a second factor."""
    return models.Exists(Authenticator.objects.filter(user=models.OuterRef(account), type__in=FACTORS))


def has_way_in(account: str = "") -> models.Q:
    """Whether somebody can sign in with the account at this path: by a password, a passkey, or the company account.

    `User.signs_in_by_password` says the same of the first.
    """
    path = f"{account}__" if account else ""
    whose = {"user": models.OuterRef(f"{path}pk")}
    passkeys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, **whose)
    links = SocialAccount.objects.filter(provider=settings.OIDC_ISSUER, **whose)
    by_password = ~models.Q(**{f"{path}password__startswith": UNUSABLE_PASSWORD_PREFIX})
    if not settings.PASSWORD_SIGN_IN:
        by_password &= models.Q(**{f"{path}is_superuser": True})
    return by_password | models.Q(models.Exists(passkeys)) | models.Q(models.Exists(links))


class UserQuerySet(models.QuerySet["User"]):
    def administrators(self) -> Self:
        """Those who may sign in and do everything."""
        return self.filter(is_active=True, is_superuser=True)

    def with_a_past(self) -> Self:
        """Those that signed in once, or that any other record points at."""
        pointing = [
            relation.related_model._default_manager.filter(**{relation.field.name: models.OuterRef("pk")})
            for relation in self.model._meta.related_objects
        ]
        is_pointed_at = [models.Q(models.Exists(records)) for records in pointing]
        return self.filter(reduce(or_, is_pointed_at, models.Q(last_login__isnull=False)))

    def would_be_missed(self) -> bool:
        """Whether no active administrator would be left without these accounts.

        Two administrators who unmake each other at once wait here for one another.
        """
        hold(Lock.ADMINISTRATORS)
        keys = set(self.administrators().values_list("pk", flat=True))
        return bool(keys) and not self.model.objects.administrators().exclude(pk__in=keys).exists()

    def why_kept(self) -> str | None:
        """The sentence that says why these accounts can't be deleted; None if they can."""
        if self.with_a_past().exists():
            return HAS_A_PAST
        return LAST_ADMINISTRATOR if self.would_be_missed() else None

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError while any of these accounts must stay."""
        with transaction.atomic():
            if reason := self.why_kept():
                raise models.ProtectedError(reason, set(self))
            return super().delete()

    def update(self, **values: Any) -> int:
        """Django's own; what gives power is saved account by account, by the rules of `User.save`."""
        if RIGHTS.isdisjoint(values):
            return super().update(**values)
        return self._save_each(self.order_by("pk"), values.keys(), values)

    def bulk_update(self, objs: Iterable["User"], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Like `update`."""
        fields = set(fields)
        if RIGHTS.isdisjoint(fields):
            return super().bulk_update(objs, fields, batch_size)
        return self._save_each(sorted(objs, key=lambda user: user.pk), fields)

    def _save_each(
        self, accounts: Iterable["User"], fields: Collection[str], values: Mapping[str, Any] | None = None
    ) -> int:
        number = 0
        with transaction.atomic():
            for number, account in enumerate(accounts, 1):  # noqa: B007 (how many there were)
                for name, value in (values or {}).items():
                    setattr(account, name, value)
                account.save(update_fields=fields)
        return number

    def with_role(self) -> Self:
        """Read the role with the user, so that asking for it costs no further query."""
        members = Group.objects.filter(name=HR_MANAGERS, user=models.OuterRef("pk"))
        return self.annotate(is_in_hr_group=models.Exists(members))

    def with_second_factor(self) -> Self:
        """Read with the user whether there is a second factor."""
        return self.annotate(has_second_factor=has_factor("pk"))

    def with_way_in(self) -> Self:
        """Read with the user whether somebody can sign in with the account."""
        return self.annotate(has_way_in=has_way_in())

    def with_address_asked(self) -> Self:
        """With the address that each shall sign in with once that is confirmed."""
        changes = AddressChange.objects.pending().filter(account=models.OuterRef("pk"))
        return self.annotate(address_asked=models.Subquery(changes.values("new")[:1]))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user with a hashed password; without one, the user can't sign in."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save()
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
    is_active = models.BooleanField(
        "active", default=True, help_text="Only active accounts can sign in. Switching one off ends its sessions."
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    administrator_since = models.DateTimeField(null=True, editable=False)
    made_administrator_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="administrators_made"
    )
    # A session holds this number; one that holds an older one has ended.
    sessions_ended = models.PositiveIntegerField("how often all sessions were ended", default=0, editable=False)
    # A link to a new password is bound to this number.
    links_ended = models.PositiveIntegerField("how often all links were ended", default=0, editable=False)

    # When the link to a first password was made last; nothing once that was taken back.
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)

    # When a second factor was first demanded of an account without one: its days of grace began then, once and for all.
    second_factor_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    # An account without an employee has this colour, and its first letter, in place of a person's avatar.
    hue = 0

    @property
    def initials(self) -> str:
        return self.email[:1].upper()

    def __str__(self) -> str:
        return self.email

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and tidied_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and tidied_password(raw_password))

    def clean(self) -> None:
        """The last active administrator stays one."""
        super().clean()
        before = self._stored_rights(RIGHTS)
        self._keep_an_administrator(before, self._rights_after(before, RIGHTS))

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """An address that another account can take back isn't free either."""
        super().validate_unique(exclude)
        if "email" in (exclude or ()) or User.objects.filter(email=self.email).exists():
            return
        if kept := AddressChange.objects.exclude(account=self.pk).kept([self.email]):
            raise ValidationError({"email": kept_until(kept[self.email])})

    def save(self, *, by: "User | None" = None, **kwargs: Any) -> None:
        """Insert or update by the rules of what gives power; the security log notes what changed, and `by` whom.

        Switching off ends the account's sessions and links for good, also when it is switched on again.
        """
        update_fields = kwargs.get("update_fields")
        written = RIGHTS if update_fields is None else RIGHTS.intersection(update_fields)
        if self._is_hashed_anew(written):
            written = frozenset()
        with transaction.atomic():
            before = self._stored_rights(written)
            after = self._rights_after(before, written)
            self._keep_an_administrator(before, after)
            if before and before["is_active"] and not after["is_active"]:
                for name in ENDED:
                    setattr(self, name, before[name] + 1)
                update_fields = update_fields and {*update_fields, *ENDED}
            if after and after["is_superuser"] != before.get("is_superuser", False):
                is_made = after["is_superuser"]
                self.administrator_since = timezone.now() if is_made else None
                self.made_administrator_by_id = (by.pk if by else origin.get().user) if is_made else None
                update_fields = update_fields and {*update_fields, "administrator_since", "made_administrator_by"}
            kwargs["update_fields"] = update_fields
            super().save(**kwargs)
            after = self._rights_after(before, written)  # tidied as they are stored
            events = list(changes_of_rights(before, after))
            if not ENDING.isdisjoint(events):
                Session.objects.filter(user=self).delete()
            if not ENDING_CHANGE.isdisjoint(events):
                AddressChange.objects.open().filter(account=self).end()
            elif Event.PASSWORD_CHANGED in events:
                AddressChange.objects.open().filter(account=self, asked_by=self).end()
            for event in events:
                note_when_stored(event, account=self.pk, by=by.pk if by else None)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError for an account that must stay."""
        with transaction.atomic():
            if reason := User.objects.filter(pk=self.pk).why_kept():
                raise models.ProtectedError(reason, {self})
            return super().delete(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """What a session must hold to be this account's."""
        return f"{self.sessions_ended}.{super().get_session_auth_hash()}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for hashed in super().get_session_auth_fallback_hash():
            yield f"{self.sessions_ended}.{hashed}"

    def _stored_rights(self, written: Collection[str]) -> dict[str, Any]:
        """What is stored; nothing for a new account, and nothing if no right is written."""
        if self.pk is None or not written:
            return {}
        return User.objects.filter(pk=self.pk).values(*RIGHTS, *ENDED).first() or {}

    def _rights_after(self, before: Mapping[str, Any], written: Collection[str]) -> dict[str, Any]:
        """What will be stored."""
        return {**before, **{name: getattr(self, name) for name in written}}

    def _is_hashed_anew(self, written: Collection[str]) -> bool:
        """Whether the same password gets another hash, as Django does at sign-in when the rules of hashing change."""
        is_new = getattr(self, "_password", None) is not None  # Django keeps it there until it is saved
        return set(written) == {"password"} and not is_new and is_password_usable(self.password)

    def _keep_an_administrator(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        is_unmade = _is_administrator(before) and not _is_administrator(after)
        if is_unmade and User.objects.filter(pk=self.pk).would_be_missed():
            raise ValidationError(LAST_ADMINISTRATOR, "last")

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

    @property
    def may_have_password(self) -> bool:
        """Whether a password can sign in with it: `PASSWORD_SIGN_IN=0` leaves that to administrators."""
        return settings.PASSWORD_SIGN_IN or self.is_superuser

    @property
    def signs_in_by_password(self) -> bool:
        """Whether its person can."""
        return self.may_have_password and self.has_usable_password()

    @property
    def is_used(self) -> bool:
        """Whether it is somebody's by now: they have a password, or signed in without one."""
        return self.has_usable_password() or self.last_login is not None

    @cached_property
    def is_in_hr_group(self) -> bool:
        """Membership; `with_role()` reads it with the user."""
        return self.groups.filter(name=HR_MANAGERS).exists()

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether it signs in with more than a password; `with_second_factor()` reads it with the user."""
        return User.objects.filter(has_factor("pk"), pk=self.pk).exists()

    @cached_property
    def has_way_in(self) -> bool:
        """Whether somebody can sign in with it; `with_way_in()` reads it with the user."""
        return User.objects.filter(has_way_in(), pk=self.pk).exists()


def _is_administrator(rights: Mapping[str, Any]) -> bool:
    return bool(rights) and rights["is_superuser"] and rights["is_active"]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of_hr_managers(self) -> Self:
        """The memberships that make HR managers, with account and giver, sorted by e-mail."""
        return self.filter(group__name=HR_MANAGERS).select_related("user", "given_by").order_by("user__email")

    def with_second_factor(self) -> Self:
        """Read with each whether the account has a second factor."""
        return self.annotate(has_second_factor=has_factor("user"))

    def with_way_in(self) -> Self:
        """Read with each whether somebody can sign in with the account."""
        return self.annotate(has_way_in=has_way_in("user"))


class Membership(models.Model):
    """Who is in a group, since when and by whom: the row that makes somebody a member also says who did it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(Group, on_delete=models.CASCADE)
    since = models.DateTimeField(default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="given_memberships"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "accounts_user_groups"  # Django's own table of members, with two more columns
        unique_together = [("user", "group")]  # as Django made that table

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"


class Throttle(models.Model):
    """A bucket of tries of which some are taken out; see `people.accounts.guards.throttle`."""

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.BigIntegerField("full again, in microseconds since 1970", db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}, full at {self.full_at}"
