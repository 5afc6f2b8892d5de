from html import escape

import pytest
from django.test import Client

from people.employees.sections import gaps
from people.models import Employee, EmployeeProfile
from people.tests.browsers import RESTORED, htmx, sign_in, statements_of
from people.tests.factories import NASTY, employee

URL = "/employees/new/"
MAIN = htmx("main")
ADA = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "phone": "+1 415 555 2671"}


# The form


@pytest.mark.django_db
def test_create_page(client):
    sign_in(client, is_hr=True)

    response = client.get(URL)

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<main") == html.count("<h1") == html.count("autofocus") == 1
    assert html.count("csrfmiddlewaretoken") == 2  # of the form and of signing out
    assert all(f">{label}</label>" in html for label in ["First name", "Last name", "E-mail", "Phone"])


@pytest.mark.django_db
def test_create_fragment_is_only_the_fragment(client):
    sign_in(client, is_hr=True)

    html = client.get(URL, headers=MAIN).content.decode()

    assert 'name="first_name"' in html
    assert "csrfmiddlewaretoken" in html
    assert not any(text in html for text in ["<html", "<main", 'id="search"'])


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [RESTORED, RESTORED | MAIN, htmx("contact"), htmx("complete")])
def test_create_for_other_headers_is_the_whole_page(client, headers):
    sign_in(client, is_hr=True)

    assert client.get(URL, headers=headers).content.startswith(b"<!doctype html>")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_varies_by_the_headers_of_htmx_and_is_not_stored(client, method, headers):
    sign_in(client, is_hr=True)

    response = getattr(client, method)(URL, headers=headers)

    assert {"HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_create_by_delete_is_refused(client):
    sign_in(client, is_hr=True)

    assert client.delete(URL).status_code == 405


# Who


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
@pytest.mark.parametrize("method", ["get", "post", "put", "options"])
def test_create_by_a_colleague_is_forbidden(client, method, headers):
    employee(user=sign_in(client))

    response = getattr(client, method)(URL, ADA, headers=headers)

    assert response.status_code == 403
    assert Employee.objects.count() == 1


@pytest.mark.django_db
def test_create_by_an_administrator(client):
    sign_in(client, is_superuser=True)

    assert client.post(URL, ADA).status_code == 302


@pytest.mark.django_db
def test_create_without_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    sign_in(client, is_hr=True)

    assert client.post(URL, ADA).status_code == 403
    assert not Employee.objects.exists()


# Saved, by HTMX


@pytest.mark.django_db
def test_create_by_htmx_opens_the_profile_form_of_the_receivers_row(client):
    sign_in(client, is_hr=True)

    response = client.post(URL, ADA, headers=MAIN)

    profile = EmployeeProfile.objects.get(employee__email="ada@example.com")
    html = response.content.decode()
    assert response.status_code == 200
    assert [form.instance for form in response.context_data["form"].record_forms] == [profile]
    assert f'action="/employees/{profile.employee_id}/complete/edit/"' in html
    assert html.count("<form") == html.count("csrfmiddlewaretoken") == html.count("autofocus") == 1


@pytest.mark.django_db
def test_create_by_htmx_moves_the_address_to_the_employee(client):
    sign_in(client, is_hr=True)

    response = client.post(URL, ADA, headers=MAIN)

    assert response["HX-Push-Url"] == Employee.objects.get().get_absolute_url()


@pytest.mark.django_db
def test_create_by_htmx_answers_only_the_fragment_and_says_who_was_added(client):
    sign_in(client, is_hr=True)

    html = client.post(URL, ADA, headers=MAIN).content.decode()

    assert not any(text in html for text in ["<html", "<main", "hx-swap-oob"])
    assert "Complete the profile · Ada Byron" in html
    assert '<bdi translate="no">Ada Byron</bdi> was added.' in html
    assert "data-announce" in html
    assert html.index(">Save<") < html.index(">Add another<")


@pytest.mark.django_db
def test_create_by_htmx_then_reload_shows_the_plain_page(client):
    sign_in(client, is_hr=True)
    address = client.post(URL, ADA, headers=MAIN)["HX-Push-Url"]

    html = client.get(address).content.decode()

    assert "was added" not in html
    assert 'name="dob"' not in html


# Saved, without JavaScript


@pytest.mark.django_db
def test_create_leads_to_the_employee_with_the_profile_form_open_once(client):
    sign_in(client, is_hr=True)

    response = client.post(URL, ADA)
    first, second = client.get(response.url), client.get(response.url)

    assert [response.status_code, response.url] == [302, Employee.objects.get().get_absolute_url()]
    assert [b'name="dob"' in page.content for page in (first, second)] == [True, False]
    assert [b"was added" in page.content for page in (first, second)] == [True, False]


@pytest.mark.django_db
def test_create_opens_the_form_on_no_other_page(client):
    sign_in(client, is_hr=True)
    other = employee()
    client.post(URL, ADA)

    html = client.get(other.get_absolute_url()).content.decode()

    assert 'name="dob"' not in html
    assert "was added" not in html


@pytest.mark.django_db
def test_create_stores_what_was_typed(client):
    sign_in(client, is_hr=True)

    client.post(URL, ADA | {"first_name": " Zoe\u0308 ", "email": "ADA@Example.com"})

    person = Employee.objects.get()
    assert [str(person), person.email] == ["Zoë Byron", "ada@example.com"]
    assert [person.phone.as_e164, person.sort_name] == ["+14155552671", "byron zoe"]
    assert [gap.label for gap in gaps(person)] == [
        "team",
        "job title",
        "manager",
        "location",
        "date of birth",
        "address",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_then_profile_posted_twice_updates_one_row(client, headers):
    sign_in(client, is_hr=True)
    client.post(URL, ADA, headers=headers)
    profile = Employee.objects.get().profile
    address = f"/employees/{profile.employee_id}/complete/edit/"

    for team in ("product", "marketing"):
        client.post(address, {"team": team}, headers=htmx("complete") if headers else {})

    [stored] = EmployeeProfile.objects.all()
    assert [stored.pk, stored.team] == [profile.pk, "marketing"]


@pytest.mark.django_db
def test_create_then_profile_saved_offers_another(client):
    sign_in(client, is_hr=True)
    address = client.post(URL, ADA).url

    response = client.post(f"{address}complete/edit/", {"team": "product"}, follow=True)

    assert "Saved" in response.content.decode()
    assert '<a href="/employees/new/">Add another</a>' in response.content.decode()


# Refused


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_refused_keeps_what_was_typed(client, headers):
    sign_in(client, is_hr=True)

    response = client.post(URL, ADA | {"email": "no-email", "phone": "+1 415"}, headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    assert all(f'value="{text}"' in html for text in ["Ada", "Byron", "no-email", "+1 415"])
    assert "Two things need your attention" in html
    assert not Employee.objects.exists()
    assert ("<html" in html) == (not headers)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_refused_links_the_errors_to_their_fields(client, headers):
    sign_in(client, is_hr=True)

    html = client.post(URL, ADA | {"email": "no-email"}, headers=headers).content.decode()

    field = html[html.index('name="email"') :].split(">")[0]
    assert '<a href="#id_email">E-mail: ' in html
    assert "autofocus" in field
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_email_error"' in field
    assert html.count('id="id_email_error"') == html.count("autofocus") == 1


@pytest.mark.django_db
def test_create_refused_title_says_so(client):
    sign_in(client, is_hr=True)

    for headers in ({}, MAIN):
        html = client.post(URL, {}, headers=headers).content.decode()

        assert "<title>Error: Add employee · People</title>" in html


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_refused_escapes_what_was_typed(client, headers):
    sign_in(client, is_hr=True)

    html = client.post(URL, dict.fromkeys(ADA, NASTY), headers=headers).content.decode()

    assert html.count(escape(NASTY)) >= 4
    assert "<script>alert" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["email", "phone"])
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_of_someone_who_is_there_links_them_once(client, field, headers):
    sign_in(client, is_hr=True)
    holder = employee(first_name="<b>", last_name="Ito", **{field: ADA[field]})

    response = client.post(URL, ADA, headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    link = f'<a href="/employees/{holder.pk}/"><bdi translate="no">&lt;b&gt; Ito</bdi></a>'
    assert html.count(f"{link} already has this") == 1
    assert "One thing needs your attention" in html
    assert "<b> Ito" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_twice_makes_one_person(client, headers):
    sign_in(client, is_hr=True)

    first, second = [client.post(URL, ADA, headers=headers) for _ in range(2)]

    assert first.status_code in {200, 302}
    assert second.status_code == 422
    assert Employee.objects.count() == EmployeeProfile.objects.count() == 1


@pytest.mark.django_db
def test_create_takes_no_other_field(client):
    reader = sign_in(client, is_hr=True)

    client.post(URL, ADA | {"user": reader.pk, "id": "77", "team": "product", "dob": "1990-12-31"})

    person = Employee.objects.get()
    assert [person.user, person.profile.team, person.profile.dob] == [None, None, None]
    assert person.pk != 77


# Cost


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, MAIN])
def test_create_costs_at_most_8_statements(client, headers):
    sign_in(client, is_hr=True)

    statements = statements_of(client.post, URL, ADA, headers=headers)

    assert len(statements) <= 8, statements
