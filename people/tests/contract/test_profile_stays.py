"""Neither an employee nor a profile goes alone (sentences 15, 16 and 19)."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from people.models import Employee, EmployeeProfile
from people.tests import factories

from .steps import counts, remove_profile

# 15 Never deleted by accident


@pytest.mark.django_db
@pytest.mark.parametrize(
    "delete",
    [Employee.delete, lambda employee: Employee.objects.filter(pk=employee.pk).delete()],
    ids=["instance", "queryset"],
)
def test_15_an_employee_with_a_profile_cannot_be_deleted(delete):
    employee = factories.employee()

    with pytest.raises(ProtectedError):
        delete(employee)

    assert counts() == (1, 1)


@pytest.mark.django_db
def test_15_the_account_of_an_employee_cannot_be_deleted():
    account = factories.user()
    factories.employee(user=account)

    with pytest.raises(ProtectedError):
        account.delete()

    assert counts() == (1, 1)
    assert Employee.objects.get().user == account


# 16 A profile of which nothing is known


@pytest.mark.django_db
def test_16_a_profile_with_only_its_employee_is_valid():
    employee = remove_profile(factories.employee())

    EmployeeProfile(employee=employee).save()

    EmployeeProfile.objects.get().full_clean()


def test_16_no_column_is_required_without_a_default():
    fields = EmployeeProfile._meta.concrete_fields

    required = {field.name for field in fields if not (field.null or field.has_default() or field.has_db_default())}

    assert required == {"id", "created", "modified", "employee"}


# 19 A profile stays


@pytest.fixture
def profile(db) -> EmployeeProfile:
    """The profile that has to stay."""
    return factories.employee().profile


@pytest.fixture
def vacant(db) -> Employee:
    """An employee without profile, so that no unique key refuses a profile that comes."""
    return remove_profile(factories.employee())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "delete",
    [
        EmployeeProfile.delete,
        lambda profile: EmployeeProfile.objects.all().delete(),
        lambda profile: EmployeeProfile.objects.filter(employee__profile=profile).order_by("team").delete(),
        lambda profile: EmployeeProfile.objects.only("team").get().delete(),
    ],
    ids=["instance", "queryset", "joined-queryset", "deferred-instance"],
)
def test_19_a_profile_cannot_be_deleted(profile, delete):
    with pytest.raises(ProtectedError, match="stays as long as its employee"):
        delete(profile)

    assert counts() == (1, 1)


def move_by_save(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    profile.save()


def move_by_key(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee_id = employee.pk
    profile.save(update_fields=["employee"])


def move_read_from_database(profile: EmployeeProfile, employee: Employee) -> None:
    move_by_save(EmployeeProfile.objects.get(pk=profile.pk), employee)


def move_deferred(profile: EmployeeProfile, employee: Employee) -> None:
    move_by_save(EmployeeProfile.objects.only("team").get(pk=profile.pk), employee)


def move_by_a_copy_with_its_key(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile(pk=profile.pk, employee=employee, created=profile.created).save()


def move_from_the_other_side(profile: EmployeeProfile, employee: Employee) -> None:
    employee.profile = profile
    employee.profile.save()


def move_by_update(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.filter(pk=profile.pk).update(employee=employee)


def move_by_update_of_the_key(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.filter(pk=profile.pk).update(employee_id=employee.pk)


def move_by_bulk_update(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_update([profile], ["employee"])


def move_by_update_or_create(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.update_or_create({"employee": employee}, pk=profile.pk)


def move_by_bulk_create(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_create(
        [profile], update_conflicts=True, unique_fields=["id"], update_fields=["employee"]
    )


def move_by_bulk_create_without_names(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_create([profile], None, False, True, ["employee"], ["id"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "move",
    [
        move_by_save,
        move_by_key,
        move_read_from_database,
        move_deferred,
        move_by_a_copy_with_its_key,
        move_from_the_other_side,
        move_by_update,
        move_by_update_of_the_key,
        move_by_bulk_update,
        move_by_update_or_create,
        move_by_bulk_create,
        move_by_bulk_create_without_names,
    ],
    ids=lambda move: move.__name__.removeprefix("move_"),
)
def test_19_a_profile_cannot_be_moved_to_another_employee(profile, vacant, move):
    owner = profile.employee_id

    with pytest.raises(ProtectedError, match="stays with its employee"), transaction.atomic():
        move(profile, vacant)

    assert EmployeeProfile.objects.get().employee_id == owner


@pytest.mark.django_db
def test_19_a_profile_that_stays_can_be_written_in_every_way(profile):
    deferred = EmployeeProfile.objects.only("team").get()
    deferred.team = EmployeeProfile.Teams.Product

    deferred.save()
    EmployeeProfile.objects.update(address="1 Main Street")
    profile.refresh_from_db()
    profile.gender = "other"
    EmployeeProfile.objects.bulk_update([profile], ["gender"])

    stored = EmployeeProfile.objects.get()
    assert [stored.team, stored.address, stored.gender] == [EmployeeProfile.Teams.Product, "1 Main Street", "other"]
