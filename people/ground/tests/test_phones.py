"""Phone numbers as people type them: only digits become digits."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value

from people.ground.phones import read_phone, validate_phone
from people.models import Employee, EmployeeProfile
from people.tests.factories import employee


@pytest.mark.parametrize(
    ("text", "region", "note"),
    [
        ("+49 30 901820 home", "US", "home"),
        ("415 555 2671 App. 12", "US", "App. 12"),
        ("+49 171 1234567 Handy", "US", "Handy"),
        ("1-800-555-1234 home", "US", "home"),
        ("234 5678 FAX", "US", "FAX"),
        ("555 2671 HOME", "US", "HOME"),
        ("415 555 2671 (mobile)", "US", "mobile)"),
        ("030 901820 uff", "DE", "uff"),
        ("030 901820 DW 12", "DE", "DW 12"),
        ("030 901 HOME", "DE", "HOME"),
        ("+44 7700 900 home", "GB", "home"),
        ("020 7946 0958 дом", "GB", "дом"),
        ("415 555 267l", "US", "l"),
    ],
)
def test_words_after_a_number_are_refused(text: str, region: str, note: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_phone(text, region)

    assert refused.value.messages == [f"Please give the number alone, without “{note}”."]


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("1-800-flowers", "US", "+18003569377"),
        ("+1 800 GO FEDEX", "DE", "+18004633339"),
        ("(415) 555-CARS", "US", "+14155552277"),
        ("0800 FLOWERS", "GB", "+448003569377"),
        ("Tel.: +49 30 901820", "US", "+4930901820"),
        ("Handy +49 171 1234567", "US", "+491711234567"),
        ("tel:+1-415-555-2671;isub=home", "US", "+14155552671"),
        ("030/901820", "DE", "+4930901820"),
        ("030 901820-21", "DE", "+493090182021"),
        ("\u202a+49 (0)30 901820\u202c", "US", "+4930901820"),
        ("\uff10\uff13\uff10 901820", "DE", "+4930901820"),
    ],
)
def test_what_belongs_to_a_number_is_read(text: str, region: str, number: str) -> None:
    read = read_phone(text, region)

    assert read
    assert read.as_e164 == number


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+1 415 555 2671 / +1 415 555 2672", "US"),
        ("415 555 2671, 415 555 2672", "US"),
        ("415 555 2671 or 415 555 2672", "US"),
        ("+1 415 555 2671 +1 415 555 2672", "US"),
        ("030 901820/21", "DE"),
    ],
)
def test_two_numbers_are_refused(text: str, region: str) -> None:
    with pytest.raises(ValidationError, match="one number only"):
        read_phone(text, region)


@pytest.mark.parametrize("region", ["US", "DE", "TA"])
def test_a_number_from_elsewhere_names_the_country_it_was_read_for(settings, region: str) -> None:
    settings.PHONENUMBER_DEFAULT_REGION = region
    name = {"US": "United States of America", "DE": "Germany", "TA": "TA"}[region]

    with pytest.raises(ValidationError) as refused:
        validate_phone(Employee(phone="12").phone)

    assert refused.value.messages[0].endswith(f"({name}). From elsewhere? Start with +.")


# Ways in past the forms


@pytest.mark.django_db
def test_a_note_is_refused_on_every_way_of_saving() -> None:
    person = employee()
    worded = Employee(first_name="Ann", last_name="Lee", email="ann@example.com", phone="+49 30 901820 home")

    for act in (
        worded.full_clean,
        worded.save,
        lambda: Employee.objects.bulk_create([worded]),
        lambda: Employee.objects.filter(pk=person.pk).update(phone="+49 30 901820 home"),
        lambda: EmployeeProfile(employee=person, mobile="+49 30 901820 home").full_clean(),
    ):
        with pytest.raises(ValidationError, match="the number alone"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_a_note_that_is_stored_already_never_becomes_digits_and_stops_no_other_change() -> None:
    person = employee()
    Employee.objects.filter(pk=person.pk).update(phone=Value("+49 30 901820 home"))

    stored = Employee.objects.get(pk=person.pk)
    stored.last_name = "Changed"
    stored.save()

    assert Employee.objects.get(last_name="Changed").phone.raw_input == "+49 30 901820 home"
