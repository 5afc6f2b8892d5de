"""HR changes the e-mail of somebody: the address to sign in with follows once it is confirmed."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.accounts.actions import give_hr_role, invite
from people.accounts.addresses import actions
from people.accounts.addresses.models import AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.links.tokens import DeadLink, Link, Purpose, read
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.models import Employee
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.mail_servers import NOBODY_THERE, SENDER
from people.tests.pages import words_of
from people.tests.rounds import at_once

pytestmark = pytest.mark.django_db

OLD, NEW = "ann@example.com", "ann.new@example.com"


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


@pytest.fixture
def ann() -> Employee:
    return employee(first_name="Ann", email=OLD, user=user(OLD))


def changed(person: Employee, email: str) -> Employee:
    stored = Employee.objects.get(pk=person.pk)
    stored.email = email
    return stored


WAYS: dict[str, Callable[[Employee, str], Any]] = {
    "save": lambda person, email: changed(person, email).save(),
    "one field": lambda person, email: changed(person, email).save(update_fields=["email"]),
    "update": lambda person, email: Employee.objects.filter(pk=person.pk).update(email=email),
    "bulk_update": lambda person, email: Employee.objects.bulk_update([changed(person, email)], ["email"]),
}


def waiting() -> list[str]:
    return list(AddressChange.objects.pending().values_list("new", flat=True))


@pytest.mark.parametrize("way", WAYS)
def test_sign_in_address_follows_however_the_email_is_written(ann, way):
    WAYS[way](ann, NEW)

    assert waiting() == [NEW]
    assert User.objects.get().email == OLD


@pytest.mark.parametrize("way", WAYS)
def test_changed_back_it_is_cancelled_and_changed_again_it_follows(ann, way):
    WAYS[way](ann, NEW)
    WAYS[way](ann, "ann.third@example.com")
    assert waiting() == ["ann.third@example.com"]

    WAYS[way](ann, OLD)
    assert waiting() == []


def test_own_change_to_another_address_is_not_cancelled(ann):
    actions.ask(ann.user, "ann.home@example.com", by=ann.user.pk)
    changed(ann, OLD).save()

    assert waiting() == ["ann.home@example.com"]


@pytest.mark.parametrize("way", WAYS)
def test_address_that_nobody_has_used_is_replaced_at_once_and_invited_anew(ann, way):
    ann.user.set_unusable_password()
    ann.user.save()
    invite(ann.user, by=None)
    old = Link(ann.user, Purpose.INVITATION, timezone.now()).token

    WAYS[way](ann, NEW)

    account = User.objects.get()
    assert (account.email, waiting()) == (NEW, [])
    with pytest.raises(DeadLink):
        read(old)
    assert list(Mail.objects.values_list("account__email", flat=True)) == [NEW, NEW]
    assert account.invited_at


def test_address_that_nobody_has_used_waits_for_none_that_is_somebody_elses(ann):
    ann.user.set_unusable_password()
    ann.user.save()
    user(NEW)
    changed(ann, NEW).save()

    assert User.objects.filter(email=OLD).exists()


def test_unlinked_account_does_not_follow_any_more(ann):
    changed(ann, NEW).save()
    unlinked = Employee.objects.get()
    unlinked.user = None
    unlinked.save()

    assert waiting() == []


def test_field_that_is_not_saved_is_not_followed(ann):
    person = changed(ann, NEW)
    person.first_name = "Anna"
    person.save(update_fields=["first_name"])
    person.save(update_fields=["user"])

    assert waiting() == []


@pytest.mark.parametrize("role", [{"is_hr": True}, {"is_superuser": True}, {"is_active": False}])
def test_nothing_is_started_for_an_account_with_a_role_or_switched_off(role):
    person = employee(email=OLD, user=user(OLD, **role))
    changed(person, NEW).save()

    assert waiting() == []


def test_role_given_meanwhile_ends_what_hr_asked_for(ann):
    changed(ann, NEW).save()
    give_hr_role(ann.user, by=user("root@example.com", is_superuser=True))
    change = AddressChange.objects.get()

    with pytest.raises(DeadLink):
        actions.confirm(ChangeLink(change, Act.CONFIRM).token)
    hr = browser(user("hr@example.com", is_hr=True))
    assert "It becomes" not in words_of(hr.get(ann.get_absolute_url()).text)


def test_nothing_is_started_where_the_address_was_another_or_no_mail_is_sent(ann, settings):
    changed(employee(email="bob@example.com", user=user("bob.home@example.com")), "bob.new@example.com").save()
    settings.MAIL_SERVER = None
    changed(ann, NEW).save()

    assert waiting() == []


def test_hr_changes_it_on_the_page_and_sees_how_it_stands(ann):
    hr = browser(user("hr@example.com", is_hr=True))

    answer = hr.post(f"{ann.get_absolute_url()}contact/edit/", {"email": NEW})

    assert answer.status_code == 302
    change = AddressChange.objects.get()
    assert (change.asked_by and change.asked_by.email) == "hr@example.com"
    section = hr.get(f"{ann.get_absolute_url()}", headers={"HX-Request": "true", "HX-Target": "contact"})
    assert f"It becomes {NEW}" in words_of(section.text)
    for page in (ann.get_absolute_url(), f"{ann.get_absolute_url()}access/"):
        words = words_of(hr.get(page).text)
        assert f"Signs in as {OLD}, and hasn’t yet. It becomes {NEW} as soon as that is confirmed" in words


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(2, 40)
def test_whatever_comes_first_the_address_and_what_is_asked_for_end_at_the_email(ann):
    changed(ann, NEW).save()
    token = ChangeLink(AddressChange.objects.get(), Act.CONFIRM).token

    def confirm() -> None:
        with suppress(DeadLink):
            actions.confirm(token)

    at_once([*(partial(way, ann, f"ann.{name.replace(' ', '.')}@example.com") for name, way in WAYS.items()), confirm])

    email, address = Employee.objects.get().email, User.objects.get().email
    assert address in {OLD, NEW}
    assert waiting() == [email]
    assert AddressChange.objects.pending().get().old == address


# Whoever signs in without a password


@pytest.fixture
def without_password(ann) -> User:
    """Somebody who has signed in by a passkey or a company account, and never had a password."""
    account = ann.user
    account.set_unusable_password()
    account.last_login = timezone.now()
    account.save()
    return account


def test_address_of_whoever_has_signed_in_waits_to_be_confirmed_too(ann, without_password):
    """Otherwise HR could have an invitation to the account sent to any address."""
    changed(ann, NEW).save()

    assert waiting() == [NEW]
    assert User.objects.get().email == OLD
    assert set(Mail.objects.values_list("purpose", flat=True)) == {"address-confirm", "address-asked"}


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_whoever_has_no_password_signs_in_to_confirm(ann, without_password, is_signed_in: bool):
    changed(ann, NEW).save()
    client = browser(without_password) if is_signed_in else Client()
    link = ChangeLink(AddressChange.objects.get(), Act.CONFIRM)
    answer = client.post("/account/address/confirm/", {"token": link.token}, follow=True)

    assert (User.objects.get().email == NEW) == is_signed_in
    assert answer.status_code == (200 if is_signed_in else 422)
    assert ("Please sign in, then open the link" in words_of(answer.text)) != is_signed_in
    assert "new_password1" not in answer.text
