"""No page costs more in a larger organisation."""

import pytest

from people.tests.browsers import statements_of
from people.tests.factories import add_demo_people

from .factories import employee, user

EVERY_PAGE = [
    "/employees/",
    "/employees/?q=a&sort=newest",
    "/employees/suggestions/",
    "/employees/move/?who={key}",
    "/employees/access/?who={key}",
    "/employees/new/",
    "/employees/{key}/",
    "/employees/print/?q=a",
    "/employees/{key}/contact/edit/",
    "/employees/{key}/complete/edit/",
    "/me/",
    "/health/",
    "/admin/people/employee/{key}/change/",
]


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("address", EVERY_PAGE)
def test_page_costs_the_same_for_2_20_and_200_people(client, address):
    administrator = user(is_superuser=True)
    address = address.format(key=employee(user=administrator).pk)
    client.force_login(administrator)
    client.get(address)  # fills Django's cache of content types
    costs = []

    for before, people in [(0, 2), (2, 20), (20, 200)]:
        add_demo_people(people - before, skip=before)
        costs.append(len(statements_of(client.get, address)))

    assert costs == [costs[0]] * 3
