import pytest
from django.db import OperationalError, connection

from people.models import EmployeeProfile
from people.views import site

from .factories import employee


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
    }


@pytest.mark.django_db
def test_health_counts_employees_without_profile(client):
    EmployeeProfile.objects.filter(employee=employee())._raw_delete("default")
    employee()

    assert client.get("/health/").json()["employees_without_profile"] == 1


@pytest.mark.django_db
def test_health_remembers_what_took_long_to_count(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(site, "SLOW_COUNT", 0)
    first = client.get("/health/").json()

    with django_assert_num_queries(1):
        again = client.get("/health/").json()

    assert first == again


@pytest.mark.django_db
def test_health_without_database_though_it_remembers(client, monkeypatch):
    monkeypatch.setattr(site, "SLOW_COUNT", 0)
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
