import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from people.accounts.sessions.models import Session
from people.models import EmployeeProfile
from people.site import health
from people.tests.factories import employee
from people.tests.outages import locked


def unreachable(*args):
    raise OperationalError("could not connect to db.internal as people with ada@example.com")


@pytest.mark.django_db
def test_health_signed_out(client):
    response = client.get("/health/")

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "employees_without_profile": 0,
        "employees_with_outdated_search_words": 0,
        "employees_in_missing_teams": 0,
        "jobs_stuck": 0,
        "mails_waiting_for_an_hour": 0,
    }


@pytest.mark.django_db
def test_health_counts_employees_without_profile(client):
    EmployeeProfile.objects.filter(employee=employee())._raw_delete("default")
    employee()

    assert client.get("/health/").json()["employees_without_profile"] == 1


@pytest.mark.django_db
def test_health_remembers_what_took_long_to_count(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(health, "SLOW_COUNT", 0)
    first = client.get("/health/").json()

    with django_assert_num_queries(1):
        again = client.get("/health/").json()

    assert first == again


@pytest.mark.django_db
def test_health_without_database_though_it_remembers(client, monkeypatch):
    monkeypatch.setattr(health, "SLOW_COUNT", 0)
    client.get("/health/")

    with connection.execute_wrapper(unreachable):
        response = client.get("/health/")

    assert response.status_code == 503


@pytest.mark.django_db
def test_health_without_database(client):
    with connection.execute_wrapper(unreachable):
        response = client.get("/health/")

    assert response.status_code == 503
    assert response.json() == {"database": "unreachable"}


@pytest.mark.django_db
def test_health_without_a_table(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_star RENAME TO gone")

    assert client.get("/health/").json() == {"database": "not migrated"}


@pytest.mark.django_db
def test_health_before_the_last_migration(client):
    MigrationRecorder(connection).migration_qs.filter(app="people").order_by("-pk")[0].delete()

    response = client.get("/health/")

    assert [response.status_code, response.json()] == [503, {"database": "not migrated"}]


@pytest.mark.django_db(transaction=True)
def test_health_of_a_database_that_takes_no_writes(client):
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if is_sqlite else "SET default_transaction_read_only = on")

    response = client.get("/health/")

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = OFF" if is_sqlite else "SET default_transaction_read_only = off")
    assert response.json() == {"database": "read-only"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.runs_on("sqlite")  # PostgreSQL locks tables, not the database
def test_health_while_somebody_else_writes_without_an_end(client):
    with locked():
        assert client.get("/health/").json() == {"database": "locked"}


def on_full_disk(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """The error with which a real full disk answers a write."""
    if "accounts_session" not in sql or not sql.startswith(("INSERT", "UPDATE")):
        return execute(sql, *rest)
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise OperationalError(*error.args) from error


@pytest.mark.django_db
def test_health_on_a_full_disk(client):
    with connection.execute_wrapper(on_full_disk):
        assert client.get("/health/").json() == {"database": "disk full"}


@pytest.mark.django_db
def test_health_writes_one_session_that_is_nobodys_and_remembers_it(client, django_assert_num_queries):
    client.get("/health/")

    with django_assert_num_queries(7):
        client.get("/health/")

    [written] = Session.objects.all()
    client.cookies["sessionid"] = written.session_key
    assert client.get("/employees/").status_code == 302


@pytest.mark.django_db
def test_health_shows_nothing_personal_and_sets_no_cookie(client):
    employee(first_name="Quark", last_name="Quirin", email="quark@example.com")

    response = client.get("/health/")

    assert b"quark" not in response.content.lower()
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["10.0.0.5", "[2001:db8::5]:8000", "elsewhere.example", "?"])
def test_health_is_told_by_whatever_name_over_plain_http(client, settings, host):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/health/", headers={"Host": host}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/health", "/health/more/", "//health/", "/sign-in/", "/no-such-page/"])
def test_unknown_host_is_refused_everywhere_else(client, address):
    assert client.get(address, headers={"Host": "10.0.0.5"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(client, method):
    assert getattr(client, method)("/health/").status_code == 405
