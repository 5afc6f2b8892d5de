"""E-mail addresses of international domains: one spelling each, found and signed in with by both."""

import pytest
from django.core.exceptions import ValidationError

from people.accounts.models import User
from people.ground.emails import mailto, tidy_email, validate_domain
from people.models import Employee
from people.tests.browsers import TYPING
from people.tests.factories import employee, user

UNICODE, ASCII = "joerg@bücher.example", "joerg@xn--bcher-kva.example"
LOOKS_LIKE_EXAMPLE = "ann@exаmple.com"  # with a Cyrillic letter


@pytest.mark.parametrize(
    "email", [UNICODE, ASCII, "JOERG@BÜCHER.example", "joerg@bu\u0308cher。example", ASCII.upper()]
)
def test_an_address_has_one_spelling(email: str) -> None:
    assert tidy_email(email) == tidy_email(tidy_email(email)) == UNICODE


@pytest.mark.parametrize(
    "email", ["ann@straße.example", "ann@日本語.example", "ann@пример.example", "a@例え.テスト", UNICODE]
)
def test_a_domain_of_one_script_is_taken(email: str) -> None:
    validate_domain(email)

    assert tidy_email(email) == email


@pytest.mark.parametrize("email", [LOOKS_LIKE_EXAMPLE, "ann@xn--exmple-4nf.com", "ann@аррӏе.com", "ann@exampleο.com"])
def test_a_domain_that_looks_like_another_is_refused(email: str) -> None:
    with pytest.raises(ValidationError, match="look like these"):
        validate_domain(email)


@pytest.mark.parametrize("email", ["ann@xn--zzzzzz.example", "ann@☃.example", "ann@-ü.example", "ann@xn--.example"])
def test_an_international_domain_that_there_is_not_is_refused(email: str) -> None:
    with pytest.raises(ValidationError, match="no domain like"):
        validate_domain(tidy_email(email))


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("ann.lee+news@example.com", "ann.lee+news@example.com"),
        ("who?subject=x@example.com", "who%3Fsubject%3Dx@example.com"),
        ("50%25off@example.com", "50%2525off@example.com"),
        ("a&b#c/d@example.com", "a%26b%23c%2Fd@example.com"),
        (UNICODE, ASCII),
    ],
)
def test_a_link_to_an_address_is_encoded(email: str, address: str) -> None:
    assert mailto(email) == address


# Stored, found and signed in with


@pytest.mark.django_db
@pytest.mark.parametrize("email", [UNICODE, ASCII])
def test_both_spellings_are_stored_as_one_and_mean_one_person(email: str) -> None:
    person = employee(email=email)
    account = user(email)

    person.refresh_from_db()
    assert person.email == account.email == UNICODE
    assert Employee.objects.get(email=ASCII) == Employee.objects.get(email=UNICODE) == person
    for twin in (Employee(email=ASCII), Employee(email=UNICODE), User(email=ASCII)):
        with pytest.raises(ValidationError) as refused:
            twin.full_clean()
        assert "email" in refused.value.message_dict


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [UNICODE, ASCII, "Joerg@BÜCHER.example"])
def test_sign_in_takes_both_spellings(client, typed: str) -> None:
    account = user(ASCII)
    account.set_password("a long pass phrase")
    account.save()

    response = client.post("/sign-in/", {"username": typed, "password": "a long pass phrase"})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Employee, User])
def test_a_look_alike_of_an_address_is_refused_for_people_and_accounts(model) -> None:
    with pytest.raises(ValidationError) as refused:
        model(email=LOOKS_LIKE_EXAMPLE).full_clean()

    assert "look like these" in refused.value.message_dict["email"][0]


# Links


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/employees/", "/employees/suggestions/?q=joerg", "person"])
def test_every_link_to_an_address_is_encoded(client, address: str) -> None:
    person = employee(first_name="Joerg", email="50%25off?x=1@bücher.example")
    client.force_login(user())

    headers = TYPING if "suggestions" in address else {}
    html = client.get(person.get_absolute_url() if address == "person" else address, headers=headers).text

    assert 'href="mailto:50%2525off%3Fx%3D1@xn--bcher-kva.example"' in html
    assert "@bücher.example" in html.replace("<wbr>", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", [UNICODE, ASCII, "bücher.example", "xn--bcher-kva.example", "joerg@bucher", "joerg@xn--bch"]
)
def test_an_address_is_found_by_both_spellings(typed: str) -> None:
    person = employee(first_name="Ann", last_name="Lee", email=ASCII)
    employee(first_name="Nora", last_name="Bücher", email="other@example.com")

    assert Employee.objects.search(typed).first() == person
