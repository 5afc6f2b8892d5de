"""Fixtures bring employees with and without profiles (sentence 5)."""

import pytest
from django.core.management import call_command

from people.models import AccountLink, Employee, EmployeeProfile

from .steps import call, counts, unsaved

# 5 Fixtures


def stored_people() -> list[tuple]:
    return list(Employee.objects.order_by("pk").values_list("pk", "email", "profile__pk", "profile__team"))


def empty_the_database() -> None:
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("labels", [[], ["people"]], ids=["everything", "people"])
def test_05_dumpdata_and_loaddata_round_trip(tmp_path, labels):
    empty_the_database()  # counts the keys from 1, as a fresh database does
    call("seed_demo", people=20)
    if labels:  # without what points at accounts
        Employee.objects.exclude(user=None).update(user=None)
        AccountLink.objects.all().delete()
    before = stored_people()
    call("dumpdata", *labels, output=str(tmp_path / "dump.json"), verbosity=0)
    empty_the_database()

    call("loaddata", str(tmp_path / "dump.json"))

    assert stored_people() == before
    assert counts() == (20, 20)


@pytest.fixture
def _employees_without_profiles(transactional_db, tmp_path):
    """Three employees as a fixture without profiles brings them."""
    Employee.objects.bulk_create(unsaved(3))
    call("dumpdata", "people.employee", output=str(tmp_path / "employees.json"), verbosity=0)
    empty_the_database()
    call("loaddata", str(tmp_path / "employees.json"))


@pytest.mark.usefixtures("_employees_without_profiles")
def test_05_a_fixture_of_employees_only_is_repaired_once():
    assert counts() == (3, 0)

    printed = [call("repair_profiles") for _ in range(2)]

    assert printed == ["Profiles made: 3\n", "Profiles made: 0\n"]
    assert Employee.objects.exclude(profile=None).count() == EmployeeProfile.objects.count() == 3


@pytest.mark.usefixtures("_employees_without_profiles")
def test_05_a_fixture_of_employees_only_breaks_no_page_before_the_repair(hr_client):
    key = Employee.objects.values_list("pk", flat=True)[0]
    addresses = ["/employees/", "/employees/?q=ada", f"/employees/{key}/", f"/employees/{key}/contact/edit/"]

    statuses = [hr_client.get(address).status_code for address in [*addresses, f"/employees/{key}/complete/edit/"]]

    assert statuses == [200, 200, 200, 200, 404]
