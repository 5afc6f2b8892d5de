"""Employee and EmployeeProfile: an employee always has exactly one profile."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any, NoReturn

from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower, Trim
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django_extensions.db.models import TimeStampedModel

from . import derived
from .accounts.following import Identity
from .accounts.models import User
from .derived import ListPlace
from .ground import avatars
from .ground.fields import (
    DayField,
    EmailField,
    LineField,
    LinesField,
    PhoneField,
    SearchedAsField,
    refuse_extension,
)
from .ground.text import LONGEST_SORT_NAME
from .organisation.managers import refuse_loop
from .organisation.models import Location, Team, TeamField, hold_organisation, refuse_closed
from .querysets import (
    AccountLinkQuerySet,
    EmployeeProfileQuerySet,
    EmployeeQuerySet,
    ReadLogQuerySet,
)
from .search.models import KnownWord, SearchWord, WordField
from .server.memory import remembering
from .visibility import SHARING, Sharing

__all__ = [
    "AccountLink",
    "Employee",
    "EmployeeProfile",
    "KnownWord",
    "ListPlace",
    "Location",
    "ReadLogEntry",
    "SearchWord",
    "Sharing",
    "Star",
    "Team",
]

# Letters, digits and a few signs; a leading @ is part of it, and so is the server of such a name (@ann:example.com).
CHAT_NAME = re.compile(r"@?\w[\w.+@-]*|@\w[\w.+-]*:[\w.-]+")
EARLIEST_BIRTH = date(1900, 1, 1)


def name_of(account: User | None) -> str:
    """Whose account it is, as colleagues know them; its e-mail when it is nobody's. Empty without an account."""
    employee: Employee | None = getattr(account, "employee", None)
    return employee.name if employee else str(account or "")


def validate_chat_name(name: str) -> None:
    """Raise ValidationError for what could be more than a name in the address of a chat."""
    if not CHAT_NAME.fullmatch(name):
        raise ValidationError("Please write the name alone, such as ann.lee: no address, no spaces.", "not_a_name")


def validate_date_of_birth(value: date) -> None:
    """Raise ValidationError for a date that isn't in the past, or before 1900."""
    if value >= localdate():
        raise ValidationError("A date of birth can’t be today or in the future.", "future")
    if value < EARLIEST_BIRTH:
        raise ValidationError("Please give a date of birth after 1899.", "too_early")


class Employee(TimeStampedModel):
    """A person who works here, with the ways to reach them."""

    first_name = LineField(max_length=50)
    last_name = LineField(max_length=50)
    known_as = LineField(max_length=50, null=True, blank=True)
    email = EmailField("e-mail", unique=True)
    phone = PhoneField(unique=True, validators=[refuse_extension])
    first_day = DayField(null=True, blank=True)
    sort_name = WordField(max_length=LONGEST_SORT_NAME, editable=False)
    searched_as = SearchedAsField()
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="employee",
        verbose_name="account",
    )

    objects = EmployeeQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="employee_email_whatever_its_case"),
            models.CheckConstraint(condition=models.Q(email=Lower(Trim("email"))), name="employee_email_is_tidy"),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="employees_by_name"),
            models.Index(fields=["first_day", "id"], name="employees_by_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def given_name(self) -> str:
        """What colleagues call the person: the known-as name, which takes the place of the first name."""
        return self.known_as or self.first_name

    @property
    def name(self) -> str:
        """The name by which colleagues know the person."""
        return f"{self.given_name} {self.last_name}"

    def save(self, **kwargs: Any) -> None:
        """Insert or update; a new employee and its profile are saved together or not at all.

        Django sends post_save after the insert's own block, so only this outer one holds both.
        """
        derived.prepare([self])
        is_new = self._state.adding
        update_fields = kwargs.get("update_fields")
        if update_fields:
            kwargs["update_fields"] = {*update_fields, *derived.FIELDS_OF_EMPLOYEE}
        with transaction.atomic():
            before = Employee.objects.identities([self.pk], update_fields)
            super().save(**kwargs)
            derived.write([self], is_new=is_new)
            if self.user_id or any(was.account for was in before.values()):
                Employee.objects.follow_up(before, Employee.objects.identities([self.pk], update_fields))

    @property
    def identity(self) -> Identity:
        """What the account follows."""
        return Identity(self.user_id, self.email, self.first_day)

    def get_absolute_url(self) -> str:
        return reverse("people:employee-detail", args=[self.pk])

    @property
    def hue(self) -> int:
        """The avatar's colour."""
        return avatars.hue(self.pk)

    @property
    def initials(self) -> str:
        """The avatar's letters."""
        return avatars.initials(self.given_name, self.last_name)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Those on the e-mail guard against SQL only: the field is unique, trimmed and in lower case."""
        super().validate_constraints(exclude={*(exclude or ()), "email"})

    def searched_text(self) -> str:
        """What the search words are made of, to see whether it is still the same."""
        return derived.source_of_employee(self)

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        if cls is Employee:
            return super().check(**kwargs)
        return [
            checks.Error(
                f"{cls.__name__} is a proxy or child of Employee: the receiver that makes profiles "
                "would miss its rows.",
                hint="Use Employee itself, or a model with a one-to-one field to it.",
                obj=cls,
                id="people.E001",
            )
        ]


class EmployeeProfile(TimeStampedModel):
    """What HR keeps about an employee; made by the receiver the moment the employee is."""

    class Teams(models.TextChoices):
        Product = "product"
        Engineering = "engineering"
        Marketing = "marketing"

    class Genders(models.TextChoices):
        Female = "female"
        Male = "male"
        Other = "other"

    dob = DayField("date of birth", null=True, blank=True, validators=[validate_date_of_birth])
    team = TeamField(max_length=20, choices=Teams, null=True, blank=True)
    job_title = LineField(max_length=80, null=True, blank=True)
    manager = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="reports")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="profiles")
    pronouns = LineField(max_length=40, null=True, blank=True)
    about = LinesField(null=True, blank=True)
    chat = LineField(max_length=80, null=True, blank=True)
    address = LinesField(null=True, blank=True)
    gender = models.CharField(max_length=10, choices=Genders, null=True, blank=True)
    # Not unique: an error about a number that someone else has would tell who doesn't share it.
    mobile = PhoneField(null=True, blank=True, validators=[refuse_extension])
    mobile_shared_with = models.CharField(
        "who sees the mobile", max_length=10, choices=Sharing, default=Sharing.HR, db_default=Sharing.HR
    )
    birthday_shared_with = models.CharField(
        "who sees the birthday", max_length=10, choices=Sharing, default=Sharing.HR, db_default=Sharing.HR
    )
    # When what was shared with the team went back to HR alone, because the team changed; until the person has chosen.
    sharing_ended = models.DateTimeField(null=True, blank=True, editable=False)
    employee = models.OneToOneField(Employee, on_delete=models.PROTECT, related_name="profile")
    searched_as = SearchedAsField()

    objects = EmployeeProfileQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        pass

    def __str__(self) -> str:
        return str(self.employee)

    @property
    def birthday(self) -> str | None:
        """The day and month of birth, never the year."""
        return date_format(self.dob, "j F") if self.dob else None

    def sharing_of(self, name: str) -> Sharing:
        """With whom the field `name` is shared: the person's choice within what the organisation allows."""
        widest = Sharing(settings.WIDEST_SHARING)
        return min(Sharing(getattr(self, f"{name}_shared_with")), widest, key=list(Sharing).index)

    def save(self, **kwargs: Any) -> None:
        """Insert or update; another team ends what was shared with the one before.

        Raises ProtectedError when the profile would change its employee, and ValidationError when it would come into
        a team that is closed, or report to itself.
        """
        is_new = self._state.adding
        update_fields = kwargs.get("update_fields")
        with remembering(), transaction.atomic():
            if self.manager_id and (update_fields is None or {"manager", "manager_id"}.intersection(update_fields)):
                refuse_loop(self.employee_id, self.manager_id)
            hold_organisation()
            Employee.objects.filter(pk=self.employee_id).hold()  # whose name is copied beside the team
            stored = self._stored() if self.pk else None
            ended: list[str] = []
            if update_fields is None or not {"team", "employee"}.isdisjoint(update_fields):
                if stored and stored.employee_id != self.employee_id:
                    raise models.ProtectedError("A profile stays with its employee.", {self})
                ended = self.enter_team(stored)
            if update_fields:
                self.take_over(stored, update_fields)
                kwargs["update_fields"] = {*update_fields, *derived.FIELDS_OF_PROFILE, *ended}
            super().save(**kwargs)
            derived.write_of_profiles([self], is_new=is_new)

    def _stored(self) -> "EmployeeProfile | None":
        """The profile as it is stored, which stays so until the transaction ends."""
        return type(self).objects.select_for_update().filter(pk=self.pk).first()

    def take_over(self, stored: "EmployeeProfile | None", written: Collection[str]) -> None:
        """Have what is stored in the fields that lists and search use, except for those that are about to be written.

        Somebody may have changed them after this profile was read.
        """
        for field in derived.fields_found() if stored else ():
            if not {field.name, field.attname}.intersection(written):
                setattr(self, field.attname, getattr(stored, field.attname))

    def enter_team(self, stored: "EmployeeProfile | None") -> list[str]:
        """What another team than the stored one brings along; returns the fields that it changed.

        Raises ValidationError when that team takes nobody new.
        """
        if self.team == (stored and stored.team):
            return []
        refuse_closed(self.team)
        ended = [name for name in SHARING if {getattr(self, name), getattr(stored, name, None)} == {Sharing.TEAM}]
        for name in ended:
            setattr(self, name, Sharing.HR)
        if ended:
            self.sharing_ended = timezone.now()
        return [*ended, "sharing_ended"] if ended else []

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError also when somebody would report to themselves, at whatever distance."""
        super().clean_fields(exclude)
        if self.chat and "chat" not in (exclude or ()):
            try:
                validate_chat_name(self.chat)
            except ValidationError as error:
                raise ValidationError({"chat": error}) from error
        if self.manager_id and "manager" not in (exclude or ()):
            refuse_loop(self.employee_id, self.manager_id)

    def searched_text(self) -> str:
        """What the search words are made of, to see whether it is still the same."""
        return derived.source_of_profile(self)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Always refused with ProtectedError: an employee has exactly one profile."""
        raise models.ProtectedError("A profile stays as long as its employee.", {self})


class ReadLogEntry(models.Model):
    """Private fields of an employee were sent to someone else: one entry per reader, person and hour."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="readings")
    hour = models.DateTimeField()
    at = models.DateTimeField("when")
    fields = models.JSONField()
    page = models.CharField(max_length=200)

    objects = ReadLogQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "read log entries"
        constraints = [models.UniqueConstraint(fields=["employee", "reader", "hour"], name="one_reading_an_hour")]

    def __str__(self) -> str:
        return f"Employee {self.employee_id} read by user {self.reader_id}"

    @property
    def reader_name(self) -> str:
        """Who it was, as the person knows them."""
        return name_of(self.reader) or "An account that is gone"

    @property
    def field_labels(self) -> list[str]:
        """The fields in words."""
        fields = (*Employee._meta.fields, *EmployeeProfile._meta.fields)
        named = {field.name: str(field.verbose_name) for field in fields}
        return [named.get(name, name) for name in self.fields]

    @property
    def page_in_words(self) -> str:
        """Where it was: on the person's page, in a form of it, as others see it, or in the administration."""
        if self.page.startswith("/admin/"):
            return "the administration"
        doing = ", while editing" if self.page.endswith("/edit/") else ""
        seen = " as others see it" if "/seen-by/" in self.page else ""
        return f"{self.employee.given_name}’s page{seen}{doing}"


class AccountLink(models.Model):
    """An account was linked to an employee, so that it is "the person", or that ended; each once, by whom and when."""

    class Acts(models.TextChoices):
        LINKED = "linked", "Linked"
        UNLINKED = "unlinked", "Unlinked"

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="account_links")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_links")
    act = models.CharField("what was done", max_length=10, choices=Acts)
    at = models.DateTimeField("when", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="account_links_made")

    objects = AccountLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"User {self.account_id} {self.act} to employee {self.employee_id}"

    @property
    def by_name(self) -> str:
        """Who it was, as the person knows them."""
        return name_of(self.by) or "a command on the server"


class Star(models.Model):
    """Somebody whom a reader wants at hand; nobody but the reader learns of it."""

    MOST = 100

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="stars")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "employee"], name="one_star_a_person")]

    def __str__(self) -> str:
        return f"Star {self.pk}"
