"""The written list of searches, each with the person that must come first."""

import pytest

from people.models import Employee

from .organisation import NOBODY, SEARCHES, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(db) -> dict[str, Employee]:
    return make_organisation()


def test_each_search_has_its_person_first(organisation: dict[str, Employee], subtests) -> None:
    for kind, searches in SEARCHES.items():
        for text, local in searches:
            with subtests.test(kind, text=text):
                assert Employee.objects.search(text).first() == organisation[local]


def test_searches_that_mean_nobody_find_nobody(organisation: dict[str, Employee], subtests) -> None:
    for text in NOBODY:
        with subtests.test(text):
            assert not Employee.objects.search(text)


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_list_has_at_least_eight_searches_of_each_kind(kind: str) -> None:
    assert len(SEARCHES[kind]) >= 8
    assert len(NOBODY) >= 10
