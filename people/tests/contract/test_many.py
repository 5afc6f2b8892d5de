"""Many employees at once: read in one query, written with all that belongs to them (sentences 17 and 18)."""

import pytest
from django.core.management import get_commands
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from people.models import Employee
from people.tests import factories

from .steps import HTMX, call, counts, unsaved

# 17 Lists


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 20, 1_000])
def test_17_reading_a_list_with_profiles_is_one_query(number, django_assert_num_queries):
    Employee.objects.bulk_create(unsaved(number))

    with django_assert_num_queries(1):
        teams = [employee.profile.team for employee in Employee.objects.with_card_details()]

    assert teams == [None] * number


@pytest.mark.no_cover
@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {**HTMX, "HX-Target": "employee-results"}], ids=["page", "htmx"])
@pytest.mark.parametrize("query", ["", "?q=ada"])
def test_17_the_directory_costs_the_same_queries_for_any_number(hr_client, headers, query):
    costs = []

    for more in [2, 18, 980]:
        Employee.objects.bulk_create(unsaved(more))
        with CaptureQueriesContext(connection) as queries:
            hr_client.get(f"/employees/{query}", headers=headers)
        costs.append(len(queries))

    assert counts() == (1_000, 1_000)
    assert len(set(costs)) == 1


# 18 Writing without signals


def call_repair_commands() -> None:
    for name in sorted(get_commands()):
        if name.startswith("repair_"):
            call(name)


@pytest.mark.django_db
def test_18_repair_gives_profiles_to_those_whom_a_data_migration_added():
    models.QuerySet[Employee](Employee).bulk_create(unsaved(3))

    call_repair_commands()

    assert not Employee.objects.without_profile().exists()
    assert counts() == (3, 3)


@pytest.mark.django_db
def test_18_repair_lets_those_be_found_whom_a_data_migration_renamed():
    employee = factories.employee(last_name="Byron")
    Employee.objects.update(last_name="Lovelace")

    call_repair_commands()

    assert list(Employee.objects.search("lovelace")) == [employee]
    assert not Employee.objects.search("byron").exists()
