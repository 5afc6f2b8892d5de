"""Employees come in by `save()` and `bulk_create()` only (sentences 6 to 8)."""

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.test.utils import isolate_apps

from people.models import Employee
from people.tests import factories

from .failures import BROKEN, REFUSED, trigger
from .steps import ADD, call, counts, typed, unsaved

# 6 The only two ways in, and everything built on them


def by_page(number: int) -> None:
    client = Client()
    client.force_login(factories.user("hr@example.com", is_hr=True))
    for employee in unsaved(number):
        confirmed = {"is_different_person": "on"}
        client.post(ADD, typed(email=employee.email, phone=str(employee.phone)) | confirmed)


def by_admin(number: int) -> None:
    client = Client()
    client.force_login(factories.user("admin@example.com", is_superuser=True))
    for employee in unsaved(number):
        inline = {"profile-TOTAL_FORMS": "1", "profile-INITIAL_FORMS": "0", "profile-0-team": "product"}
        client.post("/admin/people/employee/add/", typed(email=employee.email, phone=str(employee.phone)) | inline)


def by_saving(number: int) -> None:
    for employee in unsaved(number):
        employee.save()


def by_bulk_create(number: int) -> None:
    Employee.objects.bulk_create(iter(unsaved(number)), batch_size=2)


def by_seed_demo(number: int) -> None:
    call("seed_demo", people=number)


def by_method(name: str, number: int) -> None:
    """Manager methods that take the fields of one employee."""
    for employee in unsaved(number):
        fields = typed(email=employee.email, phone=str(employee.phone))
        getattr(Employee.objects, name)(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "add",
    [
        pytest.param(by_saving, id="save"),
        pytest.param(lambda number: by_method("create", number), id="create"),
        pytest.param(lambda number: by_method("get_or_create", number), id="get_or_create"),
        pytest.param(lambda number: by_method("update_or_create", number), id="update_or_create"),
        pytest.param(by_bulk_create, id="bulk_create"),
        pytest.param(by_page, id="page"),
        pytest.param(by_admin, id="admin"),
        pytest.param(by_seed_demo, id="seed_demo"),
    ],
)
def test_06_every_way_to_add_employees_gives_each_one_profile(add):
    add(5)

    assert counts() == (5, 5)
    assert not Employee.objects.without_profile().exists()


# 7 Many at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("body", "error"), [(REFUSED, IntegrityError), (BROKEN, OperationalError)])
def test_07_bulk_create_is_one_transaction(body, error):
    with trigger(body), pytest.raises(error):
        Employee.objects.bulk_create(unsaved(3))

    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_07_bulk_create_failing_at_the_last_profile_leaves_nothing():
    people = unsaved(3)
    is_last = f"(SELECT email FROM people_employee WHERE id = NEW.employee_id) = '{people[2].email}'"  # noqa: S608

    with trigger(REFUSED, when=is_last), pytest.raises(IntegrityError):
        Employee.objects.bulk_create(people, batch_size=1)

    assert counts() == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"ignore_conflicts": True},
        {"update_conflicts": True, "update_fields": ["first_name"], "unique_fields": ["email"]},
    ],
    ids=["ignore", "update"],
)
def test_07_bulk_create_refuses_conflicts_with_a_sentence(options):
    with pytest.raises(
        ValueError, match=r"^Employees can't be inserted with ignore_conflicts or update_conflicts.*\.$"
    ):
        Employee.objects.bulk_create(unsaved(2), **options)

    assert counts() == (0, 0)


# 8 No proxies, no children


def proxy() -> type[Employee]:
    class Proxy(Employee):
        class Meta:
            proxy = True
            app_label = "people"

    return Proxy


def child() -> type[Employee]:
    class Child(Employee):
        class Meta:
            app_label = "people"

    return Child


def grandchild() -> type[Employee]:
    class Grandchild(proxy()):  # type: ignore[misc]  # a base that is made anew each time
        class Meta:
            proxy = True
            app_label = "people"

    return Grandchild


@isolate_apps("people")
@pytest.mark.parametrize("make", [proxy, child, grandchild])
def test_08_proxies_and_children_are_forbidden_by_a_system_check(make):
    errors = make().check()

    assert [error.id for error in errors] == ["people.E001"]
    assert all(error.is_serious() for error in errors)


def test_08_the_employee_itself_passes_the_system_check():
    assert Employee.check() == []
