"""What is held about a person, in that person's words; the download keeps the names of the fields."""

from datetime import date, datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

from people.accounts.access.models import AccessBatch, AccessJob
from people.accounts.addresses.models import AddressChange
from people.accounts.mail.models import Mail
from people.accounts.models import Membership, User
from people.models import AccountLink, Employee, EmployeeProfile, ReadLogEntry, Star

# Labels of fields whose own name says too little on a page about oneself.
LABELS: dict[type[Model], dict[str, str]] = {
    User: {
        "is_active": "May sign in",
        "is_superuser": "Administrator",
        "administrator_since": "Administrator since",
        "made_administrator_by": "Made administrator by",
        "date_joined": "Account made",
        "invited_at": "Invited",
        "second_factor_asked_at": "Asked for a second factor",
        "last_login": "Signed in last",
    },
    SocialAccount: {"provider": "Signs in at", "date_joined": "Linked", "last_login": "Used last"},
    Membership: {"user": "Account", "group": "Role", "since": "Since", "given_by": "Given by"},
    Employee: {
        "id": "Number in the directory",
        "sort_name": "Sorted in the list by",
        "created": "Added",
        "modified": "Changed last",
    },
    EmployeeProfile: {
        "id": "Number of the profile",
        "employee": "Profile of",
        "created": "Added",
        "modified": "Changed last",
    },
    ReadLogEntry: {"employee": "Whose data", "reader": "Who looked", "fields": "What was shown", "page": "Where"},
    AccountLink: {"employee": "Who", "by": "By whom"},
    AddressChange: {
        "account": "Account now",
        "old": "From",
        "new": "To",
        "asked_at": "Asked for",
        "asked_by": "By whom",
        "confirmed_at": "Confirmed",
        "ended_at": "Ended or taken back",
    },
    AccessBatch: {"at": "Asked for", "number": "For how many people"},
    AccessJob: {"made": "Asked for", "batch": "By whom", "outcome": "What came of it", "problem": "Why not"},
    Mail: {"purpose": "What for", "made": "Asked for", "handed_over_at": "Sent"},
    Star: {"employee": "Who", "created": "Since"},
    LogEntry: {
        "action_time": "When",
        "content_type": "Kind of record",
        "object_repr": "Which",
        "action_flag": "What was done",
        "change_message": "In detail",
    },
}


def label_of(field: Field[Any, Any]) -> str:
    """What stands beside the value of `field`."""
    return LABELS.get(field.model, {}).get(field.name) or capfirst(str(field.verbose_name))


def in_words(record: Model, name: str, value: Any) -> Any:
    """The value of the field `name` as a person reads it."""
    if display := getattr(record, f"get_{name}_display", None):
        return capfirst(display())
    if isinstance(value, datetime):
        return date_format(localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    match record, name:
        case ReadLogEntry(), "fields":
            return ", ".join(record.field_labels)
        case ReadLogEntry(), "page":
            return capfirst(record.page_in_words)
        case LogEntry(), "content_type":
            return record.content_type and capfirst(record.content_type.name)
        case LogEntry(), "change_message":
            return record.get_change_message()
        case ReadLogEntry(), "reader":
            return record.reader_name
        case AccessJob(), "batch":
            return record.batch.by_name
        case AccountLink(), "by":
            return record.by_name
        case _:
            return value
