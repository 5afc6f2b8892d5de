"""Teams that profiles refer to and that are missing: counted, and made anew."""

from io import StringIO

import pytest
from django.core.management import call_command

from people.derived import out_of_date
from people.models import EmployeeProfile, Team
from people.tests.factories import employee

pytestmark = pytest.mark.django_db


def repair() -> str:
    output = StringIO()
    call_command("repair_teams", stdout=output)
    return output.getvalue()


def test_missing_team_is_counted_and_made_anew_once(client):
    person = employee(profile__team="product")
    EmployeeProfile.objects.filter(employee=person).update(team="gone")
    Team(name="Gone fishing", key="fishing").save()
    assert client.get("/health/").json()["employees_in_missing_teams"] == 1

    said = [repair(), repair()]

    assert said == ["Teams made: 1\n", "Teams made: 0\n"]
    assert Team.objects.values("name", "is_closed").get(pk="gone") == {"name": "gone", "is_closed": True}
    assert client.get("/health/").json()["employees_in_missing_teams"] == 0
    assert not out_of_date().exists()


def test_name_that_another_team_has_is_told_apart():
    person = employee()
    EmployeeProfile.objects.filter(employee=person).update(team="gone")
    Team(name="Gone", key="other").save()

    repair()

    assert Team.objects.get(pk="gone").name == "gone (missing)"
    assert not out_of_date().exists()


def test_nobody_without_a_team_counts(client):
    employee()

    assert client.get("/health/").json()["employees_in_missing_teams"] == 0
