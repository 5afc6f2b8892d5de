"""What several tests of the profile contract do and ask."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from people.models import Employee, EmployeeProfile
from people.tests import factories

ADD = "/employees/new/"
HTMX = {"HX-Request": "true", "HX-Target": "main"}

by_page_and_by_htmx = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])


def typed(**changes: str) -> dict[str, str]:
    """What HR types to add Ada."""
    details = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "phone": "+14155552671"}
    return details | changes


def unsaved(number: int) -> list[Employee]:
    """Employees that are not in the database yet."""
    return [
        Employee(first_name="Ada", last_name="Byron", email=f"{phone}@example.com", phone=phone)
        for phone in (factories.next_phone() for _ in range(number))
    ]


def run_sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def remove_profile(employee: Employee) -> Employee:
    """Take the profile away behind the ORM's back; returns the employee as it is now stored."""
    run_sql("DELETE FROM people_employeeprofile WHERE employee_id = %s", employee.pk)
    return Employee.objects.get(pk=employee.pk)


def call(command: str, *arguments: str, **options: object) -> str:
    """Run a command and return what it printed."""
    output = StringIO()
    call_command(command, *arguments, stdout=output, **options)
    return output.getvalue()


def counts() -> tuple[int, int]:
    """How many employees and how many profiles there are."""
    return Employee.objects.count(), EmployeeProfile.objects.count()
