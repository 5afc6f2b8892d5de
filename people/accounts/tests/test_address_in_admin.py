"""An administrator changes the address with which somebody signs in: at once, and the old one can take it back."""

import re
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.accounts.addresses.actions import ask, confirm
from people.accounts.addresses.models import AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.server.jobs.runner import run_due
from people.tests.browsers import browser
from people.tests.factories import user
from people.tests.mail_servers import NOBODY_THERE, SENDER, words
from people.tests.pages import words_of
from people.tests.rounds import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return user("boss@example.com", is_superuser=True)


def change_address(boss: User, account: User, email: str, **more: str) -> str:
    """In the administration; what the page says afterwards."""
    address = reverse("admin:accounts_user_change", args=[account.pk])
    return words_of(browser(boss).post(address, {"email": email, **more}, follow=True).text)


@pytest.mark.parametrize("is_superuser", [False, True], ids=["colleague", "administrator"])
def test_another_address_counts_at_once_and_the_old_one_can_take_it_back(boss, box, is_superuser):
    account = user("old@example.com", is_superuser=is_superuser)
    theirs = browser(account)
    ask(account, "asked@example.com", by=account.pk)

    change_address(boss, account, " New@Example.com")

    run_due([Mail])
    assert User.objects.get(pk=account.pk).email == "new@example.com"
    assert not AddressChange.objects.open().exists()
    notice = box.got[-1]
    assert notice["To"] == "old@example.com"
    assert "From now on you sign in to the directory with new@example.com" in words(notice)
    [link] = re.findall(r"https?://[^/]+(/account/address/undo/\S+)", words(notice))
    old = Client()
    old.get(link)
    taken_back = old.post("/account/address/undo/", follow=True)
    assert "You sign in as old@example.com" in words_of(taken_back.text)
    assert 'name="new_password1"' in taken_back.text
    assert theirs.get("/employees/").status_code == 302
    account.refresh_from_db()
    assert (account.email, account.has_usable_password()) == ("old@example.com", False)


def test_without_mail_another_address_leaves_its_row(boss):
    account = user("old@example.com")

    change_address(boss, account, "new@example.com")

    change = AddressChange.objects.undoable().get()
    assert (change.account, change.old, change.new) == (account, "old@example.com", "new@example.com")
    assert change.asked_by == boss
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("is_active", "mailed"), [(True, [("new@example.com", "invitation")]), (False, [])])
def test_address_that_nobody_has_used_needs_no_notice(boss, settings, is_active, mailed):
    """Links to the old one are dead anyway, and the invitation goes to the new one."""
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    account = User.objects.create_user("old@example.com", invited_at=timezone.now(), is_active=is_active)

    change_address(boss, account, "new@example.com")

    assert User.objects.get(pk=account.pk).email == "new@example.com"
    assert list(Mail.objects.values_list("account__email", "purpose")) == mailed
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("email", ["OLD@example.com", "nobody", "boss@example.com"])
def test_address_that_is_no_other_or_refused_is_no_change(boss, settings, email):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    account = user("old@example.com")

    change_address(boss, account, email, is_active="on")

    assert User.objects.get(pk=account.pk).email == "old@example.com"
    assert not AddressChange.objects.exists()
    assert not Mail.objects.exists()


def test_address_that_was_lost_is_given_back_and_whoever_had_it_changed_is_out(boss, box):
    account = user("old@example.com")
    thief = browser(account)
    confirm(ChangeLink(ask(account, "thief@example.com", by=account.pk), Act.CONFIRM).token)

    page = change_address(boss, account, "old@example.com")

    run_due([Mail])
    account.refresh_from_db()
    assert (account.email, account.has_usable_password()) == ("old@example.com", False)
    assert thief.get("/employees/").status_code == 302
    assert not AddressChange.objects.undoable().exists()
    assert "the change was taken back" in page
    assert "thief@example.com" not in {mail["To"] for mail in box.got if "undo" in words(mail)}
    change_address(boss, account, "thief@example.com")
    run_due([Mail])
    assert not any("undo" in words(mail) for mail in box.got if mail["To"] == "thief@example.com")


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(3, 25)
def test_two_administrators_who_change_each_other_at_once_both_do(boss, settings):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    other = user("other@example.com", is_superuser=True)
    theirs = {boss: browser(boss), other: browser(other)}

    def change(by: User, account: User) -> int:
        address = reverse("admin:accounts_user_change", args=[account.pk])
        return theirs[by].post(address, {"email": f"new.{account.email}"}).status_code

    assert at_once([partial(change, boss, other), partial(change, other, boss)]) == [302, 302]
    assert set(User.objects.values_list("email", flat=True)) == {"new.boss@example.com", "new.other@example.com"}
