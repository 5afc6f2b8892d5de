"""The words that search reads: written with every change, rebuilt, and checked."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people import derived
from people.derived import out_of_date
from people.models import Employee, EmployeeProfile, KnownWord, SearchWord
from people.search import models
from people.tests.factories import employee

pytestmark = pytest.mark.django_db


def rebuild(*options: str) -> str:
    """What `manage.py rebuild_search` says."""
    output = StringIO()
    call_command("rebuild_search", *options, stdout=output)
    return output.getvalue()


def stored() -> set[tuple]:
    """Every search word there is."""
    return set(SearchWord.objects.values_list("employee", "word", "kind"))


def assert_right() -> None:
    """What is stored is what a rebuild gives."""
    before, known = stored(), set(KnownWord.objects.values_list("word", flat=True))
    assert out_of_date().count() == 0
    assert ": 0 people changed, 0 unused words" in rebuild()
    assert stored() == before
    assert set(KnownWord.objects.values_list("word", flat=True)) == known


def test_a_new_employee_is_found() -> None:
    person = employee(first_name=" Zoë ", last_name="O'Hara", email="Z@Example.com")

    assert list(Employee.objects.search("ohara zoe")) == [person]
    assert_right()


def test_a_new_name_replaces_the_old_one() -> None:
    person = employee(first_name="Zoë", last_name="Hara", email="z@example.com")

    person.last_name = "Quill"
    person.save()

    assert list(Employee.objects.search("hara")) == []
    assert list(Employee.objects.search("quill")) == [person]
    assert not KnownWord.objects.filter(word="hara").exists()
    assert_right()


def test_one_changed_field_is_enough() -> None:
    person = employee()

    person.email = "brand.new@example.com"
    person.save(update_fields=["email"])

    assert list(Employee.objects.search("brand")) == [person]
    assert_right()


def test_a_team_is_found_and_left() -> None:
    person = employee(first_name="Zoë", profile__team=EmployeeProfile.Teams.Product)

    assert list(Employee.objects.search("zoe product")) == [person]
    person.profile.team = None
    person.profile.save()

    assert list(Employee.objects.search("zoe product")) == []
    assert_right()


def test_bulk_ways_write_words_too() -> None:
    made = Employee.objects.bulk_create(
        [
            Employee(first_name="Bulk", last_name=name, email=f"{name}@example.com", phone=phone)
            for name, phone in [("Alpha", "+14155550101"), ("Beta", "+14155550102")]
        ]
    )
    assert len(Employee.objects.search("bulk")) == 2
    assert_right()

    made[0].last_name = "Gamma"
    Employee.objects.bulk_update(made, ["last_name"])
    profiles = list(EmployeeProfile.objects.all())
    for profile in profiles:
        profile.team = EmployeeProfile.Teams.Marketing
    EmployeeProfile.objects.bulk_update(profiles, ["team"])

    assert list(Employee.objects.search("gamma marketing")) == [made[0]]
    assert_right()


def test_a_known_as_name_takes_the_place_of_the_first_name() -> None:
    person = employee(first_name="Zoë", last_name="Hara", email="z@example.com")

    person.known_as = "Quill"
    person.save(update_fields=["known_as"])

    assert list(Employee.objects.search("quill hara")) == [person]
    assert list(Employee.objects.search("zoe")) == []
    assert_right()
    person.known_as = None
    Employee.objects.bulk_update([person], ["known_as"])
    assert list(Employee.objects.search("zoe hara")) == [person]
    assert_right()


# Rebuilding


def test_changes_past_every_way_of_saving_are_counted_and_mended(client) -> None:
    person, other, third = employee(first_name="Zoë"), employee(), employee(profile__team=EmployeeProfile.Teams.Product)
    Employee.objects.filter(pk=person.pk).update(known_as="Wanda")
    SearchWord.objects.filter(employee=other).delete()
    EmployeeProfile.objects.filter(employee=third).update(team=EmployeeProfile.Teams.Marketing)

    assert out_of_date().count() == 3
    assert client.get("/health/").json()["employees_with_outdated_search_words"] == 3
    output = rebuild("--outdated")

    assert "3 of 3 people" in output
    assert client.get("/health/").json()["employees_with_outdated_search_words"] == 0
    assert list(Employee.objects.search("wanda")) == [person]
    assert Employee.objects.search("marketing").first() == third


def test_batches_say_how_far_they_are(monkeypatch) -> None:
    monkeypatch.setattr(derived, "BATCH", 2)
    for _ in range(3):
        employee()

    output = rebuild()

    assert "2 of 3 people" in output
    assert "3 of 3 people" in output


def test_the_check_changes_nothing_and_fails() -> None:
    person = employee()
    assert "0 people changed" in rebuild("--check")
    SearchWord.objects.filter(employee=person, word__startswith="@").delete()
    before = stored()

    with pytest.raises(CommandError, match="Search words of 1 people are wrong"):
        rebuild("--check")

    assert stored() == before


def test_words_that_nobody_has_are_forgotten() -> None:
    KnownWord.objects.create(word="nobodys", length=7)

    assert "1 unused words forgotten" in rebuild()
    assert not KnownWord.objects.filter(word="nobodys").exists()


def test_a_word_of_another_kind_stays() -> None:
    person = employee(first_name="Zoë", last_name="Hara", email="quill@example.com")

    person.last_name, person.email = "Quill", "hara@example.com"
    person.save()

    assert list(Employee.objects.search("quill")) == list(Employee.objects.search("hara")) == [person]
    assert_right()


def test_more_employees_than_are_written_at_once(monkeypatch) -> None:
    monkeypatch.setattr(derived, "BATCH", 3)
    monkeypatch.setattr(models, "EMPLOYEES_AT_ONCE", 2)
    people = [employee(first_name="Zoë", profile__team=EmployeeProfile.Teams.Product) for _ in range(7)]

    for person in people:
        person.first_name = "Wanda"
    Employee.objects.bulk_update(people, ["first_name"])

    assert len(Employee.objects.search("wanda product")) == 7
    assert not Employee.objects.search("zoe")
    assert_right()
