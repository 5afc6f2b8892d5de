"""The forms: shown twice, sent at the same time, with an e-mail that is there already (sentences 10, 12 and 14)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse

from people.models import Employee, EmployeeProfile
from people.tests import factories

from .failures import insert_a_second_profile, listening
from .steps import ADD, by_page_and_by_htmx, counts, run_sql, typed, unsaved

# 10 The form after adding


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_the_form_after_adding_is_bound_to_the_profile_that_exists(hr_client, headers):
    response = hr_client.post(ADD, typed(), headers=headers, follow=True)

    profile = EmployeeProfile.objects.get()
    [form] = response.context_data["form"].record_forms
    assert form.instance.pk == profile.pk
    assert f'action="/employees/{profile.employee_id}/complete/edit/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_form_twice_updates_one_row(hr_client, headers):
    hr_client.post(ADD, typed(), headers=headers, follow=True)
    profile = EmployeeProfile.objects.get()
    address = reverse("people:section-update", args=[profile.employee_id, "complete"])

    for team in ["product", "marketing"]:
        hr_client.post(address, {"team": team}, headers=headers)

    assert list(EmployeeProfile.objects.values_list("pk", "team")) == [(profile.pk, EmployeeProfile.Teams.Marketing)]


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_form_after_a_reload_or_back_updates_one_row(hr_client, headers):
    hr_client.post(ADD, typed(), headers=headers, follow=True)
    profile = EmployeeProfile.objects.get()
    address = reverse("people:section-update", args=[profile.employee_id, "complete"])

    for visited in [profile.employee.get_absolute_url(), ADD]:
        hr_client.get(visited)
        hr_client.post(address, {"team": "product"}, headers=headers)

    assert list(EmployeeProfile.objects.values_list("pk", "team")) == [(profile.pk, EmployeeProfile.Teams.Product)]


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_first_form_again_after_back_adds_nobody(hr_client, headers):
    hr_client.post(ADD, typed(), headers=headers)

    response = hr_client.post(ADD, typed(), headers=headers)

    assert response.status_code == 422
    assert counts() == (1, 1)


# 12 At the same time


@pytest.mark.rounds(1, 25)
@pytest.mark.django_db(transaction=True)
def test_12_twenty_parallel_submissions_give_one_employee_and_nineteen_field_errors():
    hr, start = factories.user("hr@example.com", is_hr=True), Barrier(20)
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.force_login(hr)

    def submit(browser: Client) -> tuple[int, bool, bool]:
        start.wait()
        response = browser.post(ADD, typed())
        connections.close_all()
        page = response.content.decode()
        return response.status_code, 'id="id_email_error"' in page, 'id="id_phone_error"' in page

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(submit, browsers))

    assert answers == [(302, False, False)] + [(422, True, True)] * 19
    assert counts() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_12_an_integrity_error_is_answered_by_validating_once_more(hr_client):
    attempts = iter([insert_a_second_profile, lambda instance, **kwargs: None])

    with listening(lambda **kwargs: next(attempts)(**kwargs)):
        response = hr_client.post(ADD, typed())

    assert response.status_code == 302
    assert counts() == (1, 1)


# 14 E-mail addresses

OTHER_SPELLINGS = ["ADA@Example.com", " ada@example.com", "ada@example.com ", "\tAda@EXAMPLE.com\n"]


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
def test_14_an_email_is_stored_in_lower_case_and_trimmed(email):
    factories.employee(email=email)

    assert Employee.objects.values_list("email", flat=True).get() == "ada@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
def test_14_the_form_refuses_an_email_that_differs_in_case_or_space_only(hr_client, email):
    factories.employee(email="ada@example.com")

    response = hr_client.post(ADD, typed(email=email))

    assert response.status_code == 422
    assert response.context_data["form"].has_error("email", "unique")
    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
@pytest.mark.parametrize("add", ["save", "bulk_create"])
def test_14_the_orm_refuses_an_email_that_differs_in_case_or_space_only(email, add):
    factories.employee(email="ada@example.com")
    (other,) = unsaved(1)
    other.email = email

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save() if add == "save" else Employee.objects.bulk_create([other])

    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ADA@Example.com", " ada@example.com", "ada@example.com "])
def test_14_the_database_refuses_an_email_that_differs_in_case_or_space_only(email):
    factories.employee(email="ada@example.com")
    other = factories.employee()

    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql("UPDATE people_employee SET email = %s WHERE id = %s", email, other.pk)
