"""One employee gets one profile, made by the receiver or not at all (sentences 1 to 4)."""

import gc
import importlib
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import Employee, EmployeeProfile
from people.tests import factories

from .failures import COLLISION, FAILURES, Failure, listening, raise_an_error, trigger
from .steps import ADD, HTMX, by_page_and_by_htmx, counts, remove_profile, typed, unsaved

UID = "create_employee_profile"

# 1 One save, one profile


@pytest.mark.django_db
def test_01_saving_a_new_employee_makes_one_profile():
    (employee,) = unsaved(1)

    employee.save()

    assert EmployeeProfile.objects.get().employee == employee


@pytest.mark.django_db
def test_01_saving_again_makes_no_second_profile():
    employee = factories.employee()
    key = employee.profile.pk

    employee.save()
    Employee.objects.get(pk=employee.pk).save()

    assert EmployeeProfile.objects.get().pk == key


@pytest.mark.django_db
def test_01_saving_an_employee_never_writes_its_profile():
    employee = factories.employee(profile__team=EmployeeProfile.Teams.Product)
    employee.profile.team = EmployeeProfile.Teams.Marketing

    with CaptureQueriesContext(connection) as queries:
        employee.save()

    assert not [query for query in queries if "people_employeeprofile" in query["sql"]]
    assert EmployeeProfile.objects.get().team == EmployeeProfile.Teams.Product


@pytest.mark.django_db
@pytest.mark.parametrize("contact_first", [True, False])
def test_01_two_tabs_editing_one_record_each_both_keep_their_change(hr_client, contact_first):
    employee = factories.employee(first_name="Ada", profile__team=EmployeeProfile.Teams.Product)
    contact = ("contact", typed(first_name="Augusta"))
    profile = ("complete", {"team": "marketing"})

    for name, data in [contact, profile] if contact_first else [profile, contact]:
        hr_client.post(reverse("people:section-update", args=[employee.pk, name]), data)

    stored = EmployeeProfile.objects.select_related("employee").get()
    assert [stored.employee.first_name, stored.team] == ["Augusta", EmployeeProfile.Teams.Marketing]


@pytest.mark.django_db
def test_01_two_open_copies_saved_one_after_the_other_both_keep_their_change():
    employee = factories.employee(first_name="Ada")
    one, two = (Employee.objects.with_card_details().get(pk=employee.pk) for _ in range(2))
    one.profile.team = EmployeeProfile.Teams.Marketing
    two.first_name = "Augusta"

    one.profile.save()
    two.save()

    stored = Employee.objects.get()
    assert [stored.first_name, stored.profile.team] == ["Augusta", EmployeeProfile.Teams.Marketing]


@pytest.mark.django_db
def test_01_create_missing_makes_only_what_is_missing():
    complete, bare = factories.employee(), remove_profile(factories.employee())

    made = EmployeeProfile.objects.create_missing([complete, bare, bare])

    assert [profile.employee for profile in made] == [bare]
    assert counts() == (2, 2)


# 2 All or nothing


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("failure", "error"), [*FAILURES, pytest.param(lambda: listening(raise_an_error), RuntimeError, id="other-error")]
)
def test_02_a_failing_profile_leaves_no_employee(failure: Failure, error):
    with failure(), pytest.raises(error):
        Employee.objects.create(**typed())

    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@by_page_and_by_htmx
@pytest.mark.parametrize(("failure", "error"), FAILURES)
def test_02_a_failing_profile_on_the_page_says_so_and_keeps_the_input(hr_client, headers, failure: Failure, error):
    with failure():
        response = hr_client.post(ADD, typed(), headers=headers)

    page = response.content.decode()
    assert response.status_code == 503
    assert "This could not be saved just now." in page
    assert all(f'value="{text}"' in page for text in ["Ada", "Byron", "ada@example.com", "+14155552671"])
    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@by_page_and_by_htmx
@pytest.mark.parametrize(("failure", "error"), FAILURES)
def test_02_the_same_email_can_be_submitted_again_at_once(hr_client, headers, failure: Failure, error):
    with failure():
        hr_client.post(ADD, typed(), headers=headers)

    response = hr_client.post(ADD, typed(), headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert EmployeeProfile.objects.get().employee.email == "ada@example.com"


def refuse_to_learn(execute: Callable, sql: str, *arguments: object) -> object:
    """A wrapper around the database's cursor: what comes last of all writes fails."""
    if sql.startswith("INSERT") and "people_knownword" in sql:
        raise OperationalError("forced")
    return execute(sql, *arguments)


@pytest.mark.django_db(transaction=True)
def test_02_a_failure_after_the_save_leaves_nothing(hr_client):
    with connection.execute_wrapper(refuse_to_learn):
        response = hr_client.post(ADD, typed(), headers=HTMX)

    assert response.status_code == 503
    assert counts() == (0, 0)


# 3 The outer transaction survives


@pytest.mark.django_db(transaction=True)
def test_03_a_forced_collision_leaves_the_outer_transaction_usable():
    with transaction.atomic():
        with trigger(COLLISION), pytest.raises(IntegrityError):
            Employee.objects.create(**typed(email="first@example.com"))
        Employee.objects.create(**typed())

    assert EmployeeProfile.objects.get().employee.email == "ada@example.com"


@pytest.mark.django_db(transaction=True)
def test_03_a_forced_collision_inside_the_receiver_itself_leaves_the_outer_transaction_usable():
    employee = remove_profile(factories.employee())

    with transaction.atomic():
        with trigger(COLLISION), pytest.raises(IntegrityError):
            post_save.send(Employee, instance=employee, created=True, raw=False, using="default")
        Employee.objects.create(**typed())

    assert counts() == (2, 1)


def break_the_look_up(execute: Callable, sql: str, *arguments: object) -> object:
    """A wrapper around the database's cursor: looking for a profile breaks the transaction, as on PostgreSQL."""
    if sql.startswith("SELECT") and "people_employeeprofile" in sql:
        transaction.set_rollback(True)
        raise OperationalError("forced")
    return execute(sql, *arguments)


@pytest.mark.django_db(transaction=True)
def test_03_a_broken_look_up_of_the_receiver_leaves_the_outer_transaction_usable():
    employee = remove_profile(factories.employee())

    with transaction.atomic():
        with connection.execute_wrapper(break_the_look_up), pytest.raises(OperationalError):
            post_save.send(Employee, instance=employee, created=True, raw=False, using="default")
        Employee.objects.create(**typed())

    assert counts() == (2, 1)


# 4 Connected once


@pytest.fixture
def _reconnect():
    """Other tests must not suffer when this one lost the receiver."""
    yield
    importlib.reload(importlib.import_module("people.receivers"))


@pytest.mark.django_db
def test_04_ready_called_three_times_still_gives_one_profile():
    for _ in range(3):
        apps.get_app_config("people").ready()

    employee = factories.employee()

    assert EmployeeProfile.objects.get().employee == employee


@pytest.mark.django_db
@pytest.mark.usefixtures("_reconnect")
def test_04_reloading_the_receivers_module_still_gives_one_profile():
    importlib.reload(importlib.import_module("people.receivers"))
    gc.collect()

    Employee.objects.create(**typed())

    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("_reconnect")
def test_04_importing_the_receivers_module_twice_still_gives_one_profile():
    del sys.modules["people.receivers"]
    importlib.import_module("people.receivers")
    gc.collect()

    Employee.objects.create(**typed())

    assert counts() == (1, 1)


def test_04_a_fresh_process_has_the_receiver_connected_under_its_dispatch_uid():
    code = (
        "import django; django.setup(); from django.db.models.signals import post_save; "
        "from people.models import Employee; print([key for key, *_ in post_save.receivers].count("
        f"({UID!r}, id(Employee))))"
    )

    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "intranet.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert process.stdout == "1\n"
