"""Who reports to whom: a loop of any length is refused on every way of writing, also when two write at once."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse

from people.models import Employee, EmployeeProfile
from people.organisation.managers import in_a_loop, loop_among
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db


def chain_of(length: int) -> list[Employee]:
    """People of whom each reports to the one before."""
    people: list[Employee] = []
    for number in range(length):
        manager = people[-1] if people else None
        people.append(employee(first_name="Ann", last_name=f"No{number}", profile__manager=manager))
    return people


def manager_of(person: Employee) -> Employee | None:
    return EmployeeProfile.objects.get(employee=person).manager


# Ways of writing


def save(person: Employee, manager: Employee) -> None:
    person.profile.manager = manager
    person.profile.save()


def save_one_column(person: Employee, manager: Employee) -> None:
    person.profile.manager = manager
    person.profile.save(update_fields=["manager"])


def validate(person: Employee, manager: Employee) -> None:
    person.profile.manager = manager
    person.profile.full_clean()


def bulk_update(person: Employee, manager: Employee) -> None:
    person.profile.manager = manager
    EmployeeProfile.objects.bulk_update([person.profile], ["manager"])


def update(person: Employee, manager: Employee) -> None:
    EmployeeProfile.objects.filter(employee=person).update(manager=manager)


def update_by_key(person: Employee, manager: Employee) -> None:
    EmployeeProfile.objects.filter(employee=person).update(manager_id=manager.pk)


def bulk_create(person: Employee, manager: Employee) -> None:
    profile = EmployeeProfile(employee=person, manager=manager)
    EmployeeProfile.objects.bulk_create(
        [profile], update_conflicts=True, unique_fields=["employee"], update_fields=["manager"]
    )


WAYS = [save, save_one_column, validate, bulk_update, update, update_by_key, bulk_create]


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("length", [1, 2, 5])
def test_loop_is_refused_on_every_way_of_writing(write, length):
    people = chain_of(length)

    with pytest.raises(ValidationError) as refused:
        write(people[0], people[-1])

    assert list(refused.value.message_dict) == ["manager"]
    assert all(str(person) in refused.value.messages[0] for person in people)
    assert [manager_of(person) for person in people] == [None, *people[:-1]]


@pytest.mark.parametrize("write", WAYS)
def test_manager_without_a_loop_is_taken_on_every_way_of_writing(write):
    top, _, bottom = chain_of(3)

    write(bottom, top)

    assert write is validate or manager_of(bottom) == top


def test_new_profiles_in_a_loop_are_refused():
    a, b = employee(first_name="Ann", last_name="A"), employee(first_name="Bo", last_name="B")
    EmployeeProfile._base_manager.all().delete()

    with pytest.raises(ValidationError, match="can’t report to"):
        EmployeeProfile.objects.bulk_create(
            [EmployeeProfile(employee=a, manager=b), EmployeeProfile(employee=b, manager=a)]
        )

    assert not EmployeeProfile.objects.exists()


def test_manager_and_report_change_places_in_one_act():
    top, bottom = chain_of(2)
    top.profile.manager, bottom.profile.manager = bottom, None

    EmployeeProfile.objects.bulk_update([top.profile, bottom.profile], ["manager"], batch_size=1)

    assert [manager_of(top), manager_of(bottom)] == [bottom, None]


def test_loop_that_is_stored_stops_nobody_else():
    a, b, below = chain_of(3)
    EmployeeProfile._base_manager.filter(employee=a).update(manager=b)
    other = employee()

    save(below, a)
    update(other, below)

    assert [manager_of(below), manager_of(other)] == [a, below]


def test_form_of_the_administration_says_it_beside_the_field(client):
    client.force_login(user(is_superuser=True))
    top, bottom = chain_of(2)

    answer = client.post(
        reverse("admin:people_employeeprofile_change", args=[top.profile.pk]), {"manager": str(bottom.pk)}
    )

    assert "Ann No0 can’t report to Ann No1: Ann No1 reports to Ann No0." in answer.content.decode()
    assert manager_of(top) is None


# At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 25)
@pytest.mark.parametrize("write", [save, update, bulk_update])
def test_of_two_who_make_each_other_their_manager_at_once_one_is_refused(write):
    a, b = employee(), employee()
    start, refused = Barrier(2), []

    def write_at_once(person: Employee, manager: Employee) -> None:
        try:
            start.wait()
            write(person, manager)
        except ValidationError:
            refused.append(person)
        finally:
            connections.close_all()

    threads = [Thread(target=write_at_once, args=pair) for pair in [(a, b), (b, a)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert [manager_of(person) for person in refused] == [None]
    assert EmployeeProfile.objects.exclude(manager=None).count() == 1


# Pure


@pytest.mark.parametrize(
    ("managers", "people", "loop"),
    [
        ({}, [1], []),
        ({1: 1}, [1], [1]),
        ({1: 2, 2: 3, 3: 1}, [2], [2, 3, 1]),
        ({1: 2, 2: 3, 3: 2}, [1], []),  # a loop above somebody is not theirs
        ({1: 2, 2: 3, 3: 2}, [1, 3], [3, 2]),
        ({number: number + 1 for number in range(50_000)} | {50_000: 0}, [7], [*range(7, 50_001), *range(7)]),
    ],
)
def test_loop_among(managers, people, loop):
    assert loop_among(managers, people) == loop


@pytest.mark.parametrize(
    ("names", "length", "sentence"),
    [
        (["A"], 1, "A can’t report to themselves."),
        (["A", "B"], 2, "A can’t report to B: B reports to A."),
        (["A", "B", "C"], 3, "A can’t report to B: B reports to C, who reports to A."),
        (["A", "B", "C"], 9, "A can’t report to B: B reports to C, and so on, back to A."),
    ],
)
def test_loop_in_words(names: list[str], length: int, sentence: str):
    assert in_a_loop(names, length) == sentence
