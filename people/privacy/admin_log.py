"""What somebody did in Django's administration."""

import json
from collections.abc import Mapping

from django.contrib.admin.models import LogEntry

from people.accounts.models import User
from people.models import Employee, EmployeeProfile


def acts_of(user: User) -> list[LogEntry]:
    """The entries of `user`, in which people are called as everyone sees them.

    Django has kept the first name of that time, which may stand behind a known-as name by now.
    """
    entries = list(LogEntry.objects.filter(user=user).select_related("content_type"))
    for model in (Employee, EmployeeProfile):
        about = [entry for entry in entries if entry.content_type and entry.content_type.model_class() is model]
        names = _names_of(model, {entry.object_id for entry in about if entry.object_id})
        for entry in about:
            name = names.get(entry.object_id or "", "")
            entry.object_repr, entry.change_message = name, _naming(entry.change_message, name)
    return entries


def _names_of(model: type[Employee | EmployeeProfile], keys: set[str]) -> Mapping[str, str]:
    """The names of today, by the keys of employees or of profiles."""
    if model is Employee:
        return {str(employee.pk): employee.name for employee in Employee.objects.filter(pk__in=keys)}
    profiles = EmployeeProfile.objects.filter(pk__in=keys).select_related("employee")
    return {str(profile.pk): profile.employee.name for profile in profiles}


def _naming(message: str, name: str) -> str:
    """What Django says of a change, in JSON, with `name` for whatever record of the person it names."""
    if not message.startswith("["):
        return message
    changes = json.loads(message)
    for change in changes:
        for told in change.values():
            if "object" in told:
                told["object"] = name
    return json.dumps(changes, ensure_ascii=False)
