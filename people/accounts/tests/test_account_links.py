"""Links between accounts and employees: never one's own, each recorded, told and shown to the person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from people.accounts.models import User
from people.models import AccountLink, Employee, ReadLogEntry
from people.server.logs import Origin, origin
from people.tests import factories
from people.tests.browsers import browser

pytestmark = pytest.mark.django_db
REFUSED = "Nobody links or unlinks the own account"


@pytest.fixture
def administrator() -> User:
    return factories.user("admin@example.com", is_superuser=True)


@pytest.fixture
def admin(administrator: User) -> Client:
    return browser(administrator)


@pytest.fixture
def person() -> Employee:
    return factories.employee(first_name="Grace", email="grace@example.com", profile__address="1 Canary Lane")


def change(person: Employee) -> str:
    return reverse("admin:people_employee_change", args=[person.pk])


def links() -> list[tuple[Any, ...]]:
    return list(AccountLink.objects.order_by("pk").values_list("employee", "account__email", "act", "by__email"))


def new_employee(account: User | None) -> Employee:
    return Employee(first_name="A", last_name="B", email="n@example.com", phone=factories.next_phone(), user=account)


def linked(person: Employee, account: User | None) -> Employee:
    """The stored employee with another account, not saved yet."""
    stored = Employee.objects.get(pk=person.pk)
    stored.user = account
    return stored


WAYS_TO_LINK: dict[str, Callable[[Employee, User | None], object]] = {
    "save": lambda person, account: linked(person, account).save(),
    "one field": lambda person, account: linked(person, account).save(update_fields=["user"]),
    "update": lambda person, account: Employee.objects.filter(pk=person.pk).update(user=account),
    "update by key": lambda person, account: Employee.objects.update(user_id=account and account.pk),
    "in bulk": lambda person, account: Employee.objects.bulk_update([linked(person, account)], ["user"]),
}
EVERY_WAY = pytest.mark.parametrize("link", WAYS_TO_LINK.values(), ids=WAYS_TO_LINK)


# On every way


@EVERY_WAY
def test_link_is_recorded_and_its_end_too(person: Employee, link: Callable[[Employee, User | None], object]):
    account = factories.user()

    link(person, account)
    link(person, account)
    link(person, None)

    assert links() == [(person.pk, account.email, act, None) for act in ("linked", "unlinked")]


@pytest.mark.parametrize("make", [lambda one: one.save(), lambda one: Employee.objects.bulk_create([one])])
def test_link_of_a_new_employee_is_recorded(make: Callable[[Employee], object]):
    account = factories.user()

    make(new_employee(account))

    assert links() == [(Employee.objects.get().pk, account.email, "linked", None)]


@EVERY_WAY
@pytest.mark.parametrize("is_linked", [True, False])
def test_own_account_is_refused(person: Employee, link: Callable[[Employee, User | None], object], is_linked: bool):
    own = factories.user()
    Employee.objects.filter(pk=person.pk).update(user=own if is_linked else None)
    before = links()
    token = origin.set(Origin(user=own.pk))

    with pytest.raises(ValidationError, match=REFUSED), transaction.atomic():
        link(person, None if is_linked else own)

    origin.reset(token)
    assert links() == before
    assert Employee.objects.get().user == (own if is_linked else None)


def test_change_of_anything_else_is_no_link(person: Employee, django_assert_num_queries):
    person.first_name = "Anna"
    person.save()

    assert links() == []


# In the administration


@pytest.mark.parametrize("body", [{}, {"profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"}], ids=["bare", "F20"])
def test_administrator_can_not_link_the_own_account(
    admin: Client, administrator: User, person: Employee, body: dict[str, str]
):
    response = admin.post(change(person), {"user": str(administrator.pk), **body})

    assert REFUSED in response.text
    assert Employee.objects.get().user is None
    assert "Canary" not in response.text


def test_administrator_can_not_unlink_the_own_account(admin: Client, administrator: User, person: Employee):
    call_command("link_account", administrator.email, person.email)

    response = admin.post(change(person), {"user": "", "profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"})

    assert REFUSED in response.text
    assert Employee.objects.get().user == administrator


def test_administrator_can_not_add_the_own_self(admin: Client, administrator: User):
    typed = {"first_name": "A", "last_name": "B", "email": "a@example.com", "phone": "+14155552671"}
    empty = {"profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"}

    response = admin.post(reverse("admin:people_employee_add"), typed | empty | {"user": str(administrator.pk)})

    assert REFUSED in response.text
    assert not Employee.objects.exists()


def test_another_administrator_links_and_the_person_sees_it(admin: Client, administrator: User, person: Employee):
    account = factories.user("second@example.com", is_superuser=True)
    empty = {"profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"}

    admin.post(change(person), {"user": str(account.pk), **empty})

    assert links() == [(person.pk, account.email, "linked", administrator.email)]
    own_page = browser(account).get(person.get_absolute_url()).text
    assert 'Linked by <bdi translate="no">admin@example.com</bdi>' in own_page
    assert '<bdi translate="no">second@example.com</bdi>' in own_page


def test_others_do_not_see_who_was_linked(admin: Client, person: Employee):
    Employee.objects.filter(pk=person.pk).update(user=factories.user())

    assert "Whoever signs in" not in admin.get(person.get_absolute_url()).text


def test_my_data_tells_links_to_the_person_and_to_whoever_made_them(administrator: User, person: Employee):
    account = factories.user()
    token = origin.set(Origin(user=administrator.pk))
    Employee.objects.filter(pk=person.pk).update(user=account)
    origin.reset(token)

    of_person, of_administrator = (browser(one).get("/me/data/download/").json() for one in (account, administrator))

    assert [link["by"] for link in of_person["links"]] == ["admin@example.com"]
    assert [link["employee"] for link in of_administrator["links_made"]] == [str(person)]
    assert of_administrator["links"] == of_person["links_made"] == []


def test_security_log_tells_links(admin: Client, administrator: User, person: Employee, told):
    account = factories.user()
    empty = {"profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"}

    lines = told(lambda: admin.post(change(person), {"user": str(account.pk), **empty}))

    assert lines == [f"linked account={account.pk} by={administrator.pk} employee={person.pk}"]


# By the command


def test_command_links_and_unlinks(administrator: User, person: Employee):
    call_command("link_account", administrator.email, person.email)
    call_command("link_account", administrator.email, unlink=True)

    assert links() == [(person.pk, administrator.email, act, None) for act in ("linked", "unlinked")]


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        (["nobody@example.com"], {}, "No account"),
        (["admin@example.com"], {}, "No employee"),
        (["admin@example.com", "taken@example.com"], {}, "linked already"),
        (["admin@example.com"], {"unlink": True}, "isn't linked"),
    ],
)
def test_command_says_what_it_can_not_do(administrator: User, arguments: list[str], options: dict[str, bool], sentence):
    factories.employee(email="taken@example.com", user=factories.user())

    with pytest.raises(CommandError, match=sentence):
        call_command("link_account", *arguments, **options)


def test_person_linked_by_another_reads_the_own_data_without_entries(person: Employee):
    account = factories.user()
    Employee.objects.filter(pk=person.pk).update(user=account)

    assert "Canary" in browser(account).get(person.get_absolute_url()).text
    assert not ReadLogEntry.objects.exists()
