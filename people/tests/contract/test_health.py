"""A profile that is gone breaks no page, is counted and comes back (sentence 9)."""

from collections.abc import Callable

import pytest
from django.test import Client

from people.models import Employee
from people.tests import factories

from .steps import ADD, HTMX, by_page_and_by_htmx, call, remove_profile, typed

# 9 A profile that is gone

WHO = {"hr": {"is_hr": True}, "colleague": {}, "person": {}}
PAGES = {
    "directory": ("/employees/", "employee-results"),
    "search": ("/employees/?q=ada", "employee-results"),
    "detail": ("/employees/{}/", "main"),
    "contact": ("/employees/{}/contact/edit/", "contact"),
    "profile": ("/employees/{}/complete/edit/", "complete"),
}
# A colleague may not edit, with a profile or without.
STATUSES = {("contact", "colleague"): 403, ("profile", "colleague"): 403, ("profile", "hr"): 404}
STATUSES |= {("profile", "person"): 404}


@pytest.fixture
def ada(db) -> Employee:
    """An employee whose profile was removed by SQL."""
    return remove_profile(factories.employee(first_name="Ada", last_name="Byron", email="ada@example.com"))


@pytest.fixture
def client_of(ada) -> Callable[[str], Client]:
    """The browser of HR, of a colleague or of Ada herself."""

    def sign_in(who: str) -> Client:
        client, user = Client(raise_request_exception=False), factories.user(f"{who}@example.com", **WHO[who])
        if who == "person":
            ada.user = user
            ada.save()
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.django_db
@pytest.mark.parametrize("fragment", [False, True], ids=["page", "htmx"])
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", PAGES)
def test_09_a_missing_profile_never_breaks_a_page(ada, client_of, name, who, fragment):
    address, target = PAGES[name]
    headers = {"HX-Request": "true", "HX-Target": target} if fragment else {}

    response = client_of(who).get(address.format(ada.pk), headers=headers)

    assert response.status_code == STATUSES.get((name, who), 200)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["employee/", "employee/?q=ada", "employee/{}/change/", "employeeprofile/"])
def test_09_a_missing_profile_never_breaks_the_administration(client, ada, address):
    client.force_login(factories.user("admin@example.com", is_superuser=True))

    response = client.get(f"/admin/people/{address.format(ada.pk)}")

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/employees/", "/employees/?q=byron"])
@pytest.mark.parametrize("who", WHO)
def test_09_an_employee_without_profile_is_still_found(ada, client_of, address, who):
    response = client_of(who).get(address)

    assert f'href="/employees/{ada.pk}/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_contact_of_an_employee_without_profile_can_be_saved(ada, client_of, headers):
    headers = headers and {**HTMX, "HX-Target": "contact"}

    response = client_of("hr").post(f"/employees/{ada.pk}/contact/edit/", typed(first_name="Augusta"), headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert Employee.objects.get().first_name == "Augusta"


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_an_employee_without_profile_is_shown_as_similar_to_a_new_one(ada, client_of, headers):
    response = client_of("hr").post(ADD, typed(email="other@example.com"), headers=headers)

    assert response.status_code == 422
    assert f'href="/employees/{ada.pk}/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_posting_the_form_of_a_missing_profile_is_not_found(ada, client_of, headers):
    headers = headers and {**HTMX, "HX-Target": "complete"}

    response = client_of("hr").post(f"/employees/{ada.pk}/complete/edit/", {"team": "product"}, headers=headers)

    assert response.status_code == 404


@pytest.mark.django_db
def test_09_a_profile_missing_right_after_adding_never_breaks_the_page(hr_client):
    address = hr_client.post(ADD, typed()).url
    remove_profile(Employee.objects.get())

    response = hr_client.get(address)

    assert response.status_code == 200


@pytest.mark.django_db
def test_09_health_counts_the_missing_profiles_and_repair_brings_it_to_zero(client, ada):
    factories.employee()

    before = client.get("/health/").json()
    call("repair_profiles")
    after = client.get("/health/").json()

    assert [before["employees_without_profile"], after["employees_without_profile"]] == [1, 0]
    assert Employee.objects.get(pk=ada.pk).profile.team is None
