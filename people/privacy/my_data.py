"""Everything held about a person, for that person: one list that the page and the download read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.db.models import Model, Q

from people.accounts.access.models import AccessBatch, AccessJob
from people.accounts.addresses.models import AddressChange
from people.accounts.mail.models import Mail
from people.accounts.models import Membership, User
from people.accounts.sessions.models import Session
from people.ground.fields import names_of_fields
from people.models import AccountLink, Employee, EmployeeProfile, ReadLogEntry, Star
from people.visibility import TABLE, Access, Audience

from .admin_log import acts_of
from .words import in_words, label_of

SEEN_BY_THE_PERSON = {name for name, row in TABLE.items() if row[Audience.PERSON] is not Access.NONE}

# model: the fields that the person gets
GIVEN: dict[type[Model], list[str]] = {
    User: [
        "email",
        "is_active",
        "is_superuser",
        "administrator_since",
        "made_administrator_by",
        "date_joined",
        "invited_at",
        "second_factor_asked_at",
        "last_login",
    ],
    Session: ["browser", "address", "began", "seen"],
    Authenticator: ["type", "created_at", "last_used_at"],
    SocialAccount: ["provider", "date_joined", "last_login"],
    Membership: ["user", "group", "since", "given_by"],
    Employee: [name for name in names_of_fields(Employee) if name in SEEN_BY_THE_PERSON],
    EmployeeProfile: [name for name in names_of_fields(EmployeeProfile) if name in SEEN_BY_THE_PERSON],
    ReadLogEntry: ["employee", "reader", "at", "fields", "page"],
    AccountLink: ["employee", "account", "act", "at", "by"],
    AddressChange: ["account", "old", "new", "asked_at", "asked_by", "confirmed_at", "ended_at"],
    AccessBatch: ["at", "number"],
    AccessJob: ["made", "batch", "outcome", "problem"],
    Star: ["employee", "created"],
    Mail: ["purpose", "made", "handed_over_at"],
    LogEntry: ["action_time", "content_type", "object_repr", "action_flag", "change_message"],
}

# What the person doesn't get, with the reason: a field, or a whole model.
WITHHELD = {
    "accounts.User.id": "a key that stands for the e-mail",
    "accounts.User.password": "a hash: it tells the person nothing, and would help a thief",
    "accounts.User.sessions_ended": "a counter that tells ended sessions from those that last",
    "accounts.User.links_ended": "a counter that tells links that were withdrawn from those that are alive",
    "accounts.User.groups": "given as the memberships, with date and giver",
    "accounts.User.user_permissions": "not used: what one may do follows from the role",
    "accounts.Membership.id": "a key without meaning",
    "accounts.Mail.id": "a key without meaning",
    "accounts.Mail.account": "the person, whose mails these are",
    "accounts.Mail.change": "given among the changes of the address",
    "accounts.AddressChange.id": "a key without meaning",
    "accounts.Mail.due": "when the server tries it again, until it is handed over",
    "accounts.Mail.tries": "how often the server tried it",
    "accounts.Mail.problem": "why the mail server doesn’t take it, for administrators",
    "accounts.Mail.done_at": "the moment after it was handed over, which is given",
    "accounts.Session.session_key": "the cookie of a browser: whoever has it is let in",
    "accounts.Session.session_data": "the account's key and what is to be said next",
    "accounts.Session.expire_date": "follows from the beginning and the last use, which are given",
    "accounts.Session.confirmed": "when the password was given last, which the next ten minutes need",
    "accounts.Session.user": "the person, whose sessions these are",
    "mfa.Authenticator.id": "a key without meaning",
    "mfa.Authenticator.user": "the person, who signs in with it",
    "mfa.Authenticator.data": "the secret: whoever has it makes codes",
    "socialaccount.SocialAccount.id": "a key without meaning",
    "socialaccount.SocialAccount.user": "the person, whose company account it is",
    "socialaccount.SocialAccount.uid": "the name by which the company’s sign-in knows the person: a key",
    "socialaccount.SocialAccount.extra_data": "not used: nothing else of the company account is kept",
    "socialaccount.SocialApp": "not used: the company’s sign-in stands in the settings",
    "socialaccount.SocialToken": "not used: nothing that opens the company account is kept",
    "account.EmailAddress": "not used: an account has one address",
    "account.EmailConfirmation": "not used: an account has one address",
    "accounts.Throttle": "how many tries to sign in failed in the last minutes, by keys that nobody can read",
    "people.Employee.searched_as": "made of names, e-mail and phone, which are given",
    "people.EmployeeProfile.searched_as": "made of facts of the profile that are given",
    "people.ListPlace": "made of names, team and location, which are given",
    "people.Team": "names of teams, about nobody; who leads them is given with the team of each",
    "people.Location": "names of places, about nobody",
    "people.SearchWord": "made of names, e-mail, phone and facts of the profile, which are given",
    "people.KnownWord": "words of the whole directory, about nobody",
    "people.ReadLogEntry.id": "a key without meaning",
    "people.ReadLogEntry.hour": "the hour of the time that is given",
    "people.AccountLink.id": "a key without meaning",
    "people.AccessBatch.id": "a key without meaning",
    "people.AccessBatch.by": "the person, who asked for it",
    "people.AccessJob.id": "a key without meaning",
    "people.AccessJob.employee": "the person, whose access it is",
    "people.AccessJob.mail": "given as the mail",
    "people.AccessJob.due": "when the server does it, until it is done",
    "people.AccessJob.tries": "how often the server tried it",
    "people.AccessJob.done_at": "a moment after it was asked for, which is given",
    "people.Star.id": "a key without meaning",
    "people.Star.reader": "the person, whose stars these are",
    "admin.LogEntry.id": "a key without meaning",
    "admin.LogEntry.user": "the person, whose entries these are",
    "admin.LogEntry.object_id": "the key of what is named",
    "auth.Group": "names of groups, about nobody",
    "auth.Permission": "made by Django, about nobody",
    "contenttypes.ContentType": "made by Django, about nobody",
}


@dataclass(frozen=True)
class Part:
    """Records of one kind. Each is a list of name, label, value and the value in words."""

    key: str
    title: str
    records: list[list[tuple[str, str, Any, Any]]]

    @classmethod
    def of(cls, key: str, title: str, records: Iterable[Model]) -> "Part":
        return cls(key, title, [list(_values(record)) for record in records])

    def as_dicts(self) -> list[dict[str, Any]]:
        """The records by the names of their fields, for a program to read."""
        return [{name: value for name, _, value, _ in record} for record in self.records]


def parts_about(user: User) -> list[Part]:
    """Everything held about the person of the account `user`."""
    account = User.objects.select_related("employee__profile").get(pk=user.pk)
    employee = getattr(account, "employee", None)
    memberships = Membership.objects.select_related("user", "group", "given_by")
    readings = ReadLogEntry.objects.newest_first().select_related("employee")
    links = AccountLink.objects.newest_first()
    changes = AddressChange.objects.filter(Q(account=user) | Q(asked_by=user)).select_related("account", "asked_by")
    access = (
        AccessJob.objects.filter(employee__user=user).select_related("batch__by__employee").order_by("-made", "-pk")
    )
    stars = Star.objects.filter(reader=user).select_related("employee").order_by("employee__sort_name", "pk")
    own_pages = [employee, getattr(employee, "profile", None)]
    return [
        Part.of("account", "Your account", [account]),
        Part.of("sessions", "Where you are signed in", Session.objects.running().filter(user=user).order_by("-seen")),
        Part.of("factors", "Two-step sign-in", Authenticator.objects.filter(user=user).order_by("created_at")),
        Part.of("company", "Company account", SocialAccount.objects.filter(user=user).order_by("date_joined")),
        Part.of("address_changes", "Addresses to sign in with", changes.order_by("-asked_at", "-pk")),
        Part.of("roles", "Roles given to you", memberships.filter(user=user)),
        Part.of("roles_given", "Roles you gave", memberships.filter(given_by=user)),
        Part.of("employee", "You in the directory", filter(None, own_pages[:1])),
        Part.of("profile", "Your profile", filter(None, own_pages[1:])),
        Part.of("read_by_others", "Who looked at your private data", readings.filter(employee__user=user)),
        Part.of("read_by_you", "Private data you looked at", readings.filter(reader=user)),
        Part.of("links", "Accounts linked to you", links.filter(Q(employee__user=user) | Q(account=user))),
        Part.of("links_made", "Accounts you linked", links.filter(by=user)),
        Part.of("access", "Access given to you in the last month", access),
        Part.of("access_given", "Access you gave in the last month", user.access_batches.order_by("-at", "-pk")),
        Part.of("mails", "Mails to you in the last month", Mail.objects.filter(account=user).order_by("-made", "-pk")),
        Part.of("stars", "People you starred", stars),
        Part.of("administration", "What you did in the administration", acts_of(user)),
    ]


def _values(record: Model) -> Iterator[tuple[str, str, Any, Any]]:
    fields = {field.name: field for field in (*record._meta.concrete_fields, *record._meta.many_to_many)}
    for name in GIVEN[record._meta.model]:
        field = fields[name]
        value = getattr(record, name)
        if field.many_to_many:
            value = ", ".join(map(str, value.all()))
        elif isinstance(value, Employee):
            value = value.name
        elif value is not None and (field.is_relation or field.get_internal_type() == "CharField"):
            value = str(value)
        yield name, label_of(field), value, in_words(record, name, value)
