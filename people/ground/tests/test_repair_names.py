"""What is stored and isn't taken any more: listed for HR, mended where one answer is right."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model, Value

from people.accounts.models import User
from people.derived import out_of_date
from people.models import Employee, EmployeeProfile, ListPlace
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db

UNICODE, ASCII = "joerg@bücher.example", "joerg@xn--bcher-kva.example"


def repair(*options: str) -> list[str]:
    """The lines that `manage.py repair_names` writes."""
    output = StringIO()
    call_command("repair_names", *options, stdout=output)
    return output.getvalue().splitlines()


def stored(**texts: str) -> Employee:
    """An employee in whose row these texts stand, as if they had been taken once."""
    person = employee()
    Employee.objects.filter(pk=person.pk).update(**{name: Value(text) for name, text in texts.items()})
    return person


@pytest.mark.parametrize(
    ("field", "text", "mended", "kind"),
    [
        ("first_name", "An\u200ena", "Anna", "first name: hidden marks or spaces"),
        ("last_name", "de   la\u00a0Cruz", "de la Cruz", "last name: hidden marks or spaces"),
        ("last_name", "\ufeffByron", "Byron", "last name: hidden marks or spaces"),
        ("email", ASCII, UNICODE, "e-mail: another spelling"),
    ],
)
def test_what_is_sure_is_listed_and_then_mended(field: str, text: str, mended: str, kind: str) -> None:
    person = stored(**{field: text})

    assert f"Employee {person.pk}, {kind}, can be mended" in repair("--dry-run")
    assert Employee.objects.values_list(field, flat=True).get(pk=person.pk) == text
    assert f"Employee {person.pk}, {kind}, mended" in repair()

    assert Employee.objects.values_list(field, flat=True).get(pk=person.pk) == mended
    assert Employee.objects.search(mended).first() == person
    assert repair() == ["Texts mended: 0; to be decided by people: 0", "Sort names mended: 0"]


@pytest.mark.parametrize(
    ("field", "text", "kind"),
    [
        ("first_name", "\u202eannA", "first name: hidden marks"),
        ("last_name", "de\u3164la", "last name: hidden marks"),
        ("email", "ann@exаmple.com", "e-mail: not taken any more"),
        ("email", "ann@xn--zzzzzz.example", "e-mail: not taken any more"),
        ("phone", "+49309018204663", "phone: may end with the word “home”"),
        ("phone", "+49 30 901820 home", "phone: no valid number"),
        ("phone", "12", "phone: no valid number"),
    ],
)
def test_what_is_not_sure_is_listed_and_left(field: str, text: str, kind: str) -> None:
    person = stored(**{field: text})

    lines = repair()

    assert f"Employee {person.pk}, {kind}" in lines
    assert Employee.objects.filter(pk=person.pk, **{field: Value(text)}).exists()
    assert not any(text in line for line in lines)


def test_two_with_one_address_are_listed_and_both_can_still_be_saved() -> None:
    first, twin = employee(email=UNICODE), stored(email=ASCII)
    account, other = user(UNICODE), user("other@example.com")
    User.objects.filter(pk=other.pk).update(email=Value(ASCII))

    lines = repair()
    for record in (Employee.objects.get(pk=twin.pk), User.objects.get(pk=other.pk)):
        record.save()

    same = "e-mail: the same address as {} {} in another spelling"
    assert f"Employee {twin.pk}, {same.format('employee', first.pk)}" in lines
    assert f"Account {other.pk}, {same.format('user', account.pk)}" in lines
    assert set(Employee.objects.values_list("email", flat=True)) == {UNICODE, ASCII}
    assert not out_of_date().exists()


def test_an_own_address_in_the_old_spelling_stops_no_change_of_the_own_phone(client) -> None:
    twin = stored(email=ASCII)
    employee(email=UNICODE)
    twin.user = user("own@example.com")
    Employee.objects.filter(pk=twin.pk).update(user=twin.user)
    client.force_login(twin.user)

    response = client.post(f"/employees/{twin.pk}/contact/edit/", {"phone": "+1 415 555 2671"})

    assert response.status_code == 302
    assert Employee.objects.get(pk=twin.pk).phone.as_e164 == "+14155552671"


def test_profiles_and_sort_names_are_mended_too() -> None:
    person = employee(first_name="Ann", last_name="’t Hoen", profile__team="product")
    Employee.objects.update(sort_name="’t hoen ann")
    EmployeeProfile.objects.update(address=Value("\u200eMain Street"))

    assert f"Employee {person.pk}, address: hidden marks or spaces, mended" in repair()

    assert Employee.objects.get().sort_name == ListPlace.objects.get().sort_name == "t hoen ann"
    assert EmployeeProfile.objects.get().address == "Main Street"


class AppsOfThatTime:
    """Today's models by the names that they had."""

    @staticmethod
    def get_model(app: str, name: str) -> type[Model]:
        return apps.get_model(app, {"TeamPlace": "ListPlace"}.get(name, name))


def test_the_migration_spells_everyone_anew_and_leaves_twins_alone() -> None:
    alone = stored(first_name="Anna   Maria", last_name="’t Hoen", email="ann@xn--bcher-kva.example")
    twin, _ = stored(email=ASCII), employee(email=UNICODE)
    account = user("x@example.com")
    User.objects.filter(pk=account.pk).update(email=Value(ASCII))

    import_module("people.migrations.0009_one_spelling").spell_everyone(AppsOfThatTime, None)
    import_module("people.accounts.migrations.0005_one_spelling").spell_addresses(apps, None)

    mended = Employee.objects.values_list("first_name", "email", "sort_name").get(pk=alone.pk)
    assert mended == ("Anna Maria", "ann@bücher.example", "t hoen anna maria")
    assert Employee.objects.values_list("email", flat=True).get(pk=twin.pk) == ASCII
    assert User.objects.get().email == UNICODE
