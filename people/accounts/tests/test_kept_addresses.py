"""An address that an account can take back is nobody else's until then; only who looks after accounts is told."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from people.accounts.addresses.actions import change_at_once, undo
from people.accounts.addresses.models import UNDO_LASTS, AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.models import User
from people.models import Employee
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db

KEPT = "ada@example.com"
SENTENCE = "was the sign-in address of another account, which can take it back until"
ADD = reverse("admin:accounts_user_add")


@pytest.fixture
def boss() -> User:
    return user("boss@example.com", is_superuser=True)


@pytest.fixture
def change(boss: User) -> AddressChange:
    """What keeps the address."""
    return change_at_once(user(KEPT), "ada.new@example.com", by=boss)


def until(change: AddressChange) -> str:
    return f"{timezone.localtime(change.undo_ends_at):%-d %B %Y, %H:%M}."


def give(by: User, person: Employee):
    return browser(by).post(f"/employees/{person.pk}/access/", {"act": "give"})


def make_administrator(email: str) -> str:
    said = io.StringIO()
    call_command("make_administrator", email, stdout=said)
    return said.getvalue()


def test_nobody_gets_it_on_the_page_of_access(change):
    hr, person = user("hr@example.com", is_hr=True), employee(email=KEPT)

    page = words_of(browser(hr).get(f"/employees/{person.pk}/access/").text)
    answer = give(hr, person)

    assert f"No access yet: {KEPT} {SENTENCE} {until(change)}" in page
    assert "Give access" not in page
    assert answer.status_code == 409
    assert not User.objects.filter(email=KEPT).exists()


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("email", [KEPT, " ADA@Example.com ", "ada\u200b@example.com"])
def test_nobody_gets_it_in_the_administration(change, boss, is_new, email):
    page = ADD if is_new else reverse("admin:accounts_user_change", args=[user("eve@example.com").pk])

    answer = browser(boss).post(page, {"email": email})

    assert f"This {SENTENCE} {until(change)}" in words_of(answer.text)
    assert field_values(answer.text)["email"] == email
    assert not User.objects.filter(email=KEPT).exists()


def test_nobody_gets_it_by_the_command(change):
    with pytest.raises(CommandError, match=f"This {SENTENCE} {until(change)}"):
        make_administrator(KEPT.upper())

    assert not User.objects.filter(email=KEPT).exists()


def test_it_stays_open_to_its_own_account(change, boss):
    browser(boss).post(reverse("admin:accounts_user_change", args=[change.account_id]), {"email": KEPT})

    assert User.objects.get(pk=change.account_id).email == KEPT


@pytest.mark.parametrize("way", ["late", "taken back", "never changed"])
def test_other_addresses_are_given(change, boss, way):
    if way == "late":
        AddressChange.objects.update(confirmed_at=timezone.now() - UNDO_LASTS - timedelta(seconds=1))
    elif way == "taken back":
        undo(ChangeLink(change, Act.UNDO).token)
    email = {"late": KEPT, "taken back": "ada.new@example.com", "never changed": "bob@example.com"}[way]

    assert give(user("hr@example.com", is_hr=True), employee(email=email)).status_code == 200
    assert User.objects.get(email=email).employee


def test_account_that_has_it_all_the_same_is_edited_and_made_an_administrator(change, boss):
    """As one made by hand in the database."""
    account = user(KEPT)

    browser(boss).post(reverse("admin:accounts_user_change", args=[account.pk]), {"email": KEPT, "shown-is_active": ""})
    assert not User.objects.get(pk=account.pk).is_active
    assert "is an administrator now" in make_administrator(KEPT)


def test_colleagues_learn_nothing(change):
    reader, person = user(), employee(email=KEPT)
    client = browser(reader)

    assert SENTENCE not in client.get(person.get_absolute_url()).text
    assert client.get(f"/employees/{person.pk}/access/").status_code == 403
