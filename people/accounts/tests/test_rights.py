"""Accounts are switched off and not deleted, an administrator always stays, and each change of rights is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.accounts.actions import give_hr_role, switch_off, switch_on
from people.accounts.models import User
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_user_changelist")
LAST = "This is the last active administrator"
KEPT = "Switch it off instead"


@pytest.fixture
def administrator() -> User:
    return user("admin@example.com", is_superuser=True)


@pytest.fixture
def admin(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def address(account: User, act: str = "change") -> str:
    return reverse(f"admin:accounts_user_{act}", args=[account.pk])


def act_on(account: User, act: str) -> dict[str, str]:
    """What the list's form sends."""
    return {"action": act, "_selected_action": str(account.pk), "post": "yes"}


# The last administrator

WAYS_TO_UNMAKE = {
    "rights": lambda one: User.objects.filter(pk=one.pk).update(is_superuser=False),
    "switched off": lambda one: switch_off(one, by=one),
    "saved": lambda one: User(pk=one.pk, email=one.email, password=one.password).save(),
    "in bulk": lambda one: User.objects.bulk_update(
        [User(pk=one.pk, is_active=False, is_superuser=True)], ["is_active"]
    ),
    "deleted": lambda one: one.delete(),
    "deleted in bulk": lambda one: User.objects.filter(email__startswith="admin").delete(),
}


@pytest.mark.parametrize("unmake", WAYS_TO_UNMAKE.values(), ids=WAYS_TO_UNMAKE)
def test_last_administrator_stays_one(administrator: User, unmake: Callable[[User], object]):
    user("admin-off@example.com", is_superuser=True, is_active=False)

    with pytest.raises((ValidationError, ProtectedError), match=LAST), transaction.atomic():
        unmake(administrator)

    assert list(User.objects.administrators()) == [administrator]


@pytest.mark.parametrize("unmake", WAYS_TO_UNMAKE.values(), ids=WAYS_TO_UNMAKE)
def test_one_of_two_administrators_may_go(administrator: User, unmake: Callable[[User], object]):
    second = user("second@example.com", is_superuser=True)

    unmake(administrator)

    assert list(User.objects.administrators()) == [second]


@pytest.mark.parametrize("left_out", ["is_active", "is_superuser"])
def test_admin_says_that_the_last_one_stays(admin: Client, administrator: User, left_out: str):
    typed = {"email": administrator.email, "is_active": "on", "is_superuser": "on"}
    shown = {f"shown-{name}": "1" for name in typed}

    response = admin.post(address(administrator), {**typed, **shown} | {left_out: ""})

    assert LAST in response.text
    assert list(User.objects.administrators()) == [administrator]


@pytest.mark.parametrize("act", ["switch_off_selected", "delete_selected"])
def test_list_says_that_the_last_one_stays(admin: Client, administrator: User, act: str):
    response = admin.post(LIST, act_on(administrator, act), follow=True)

    assert LAST in response.text or KEPT in response.text
    assert list(User.objects.administrators()) == [administrator]


@pytest.mark.rounds(2, 20)
@pytest.mark.django_db(transaction=True)
def test_two_who_unmake_each_other_at_once_leave_one():
    both = [user(f"{name}@example.com", is_superuser=True) for name in ("one", "two")]
    start, refused = Barrier(2), []

    def unmake(other: User) -> None:
        start.wait()
        try:
            switch_off(other, by=other)
        except ValidationError:
            refused.append(other)
        connections.close_all()

    threads = [Thread(target=unmake, args=[other]) for other in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(User.objects.administrators()) == refused


# Switched off


@pytest.mark.parametrize(
    "off", [switch_off, lambda one, by: User.objects.filter(pk=one.pk).update(is_active=False)], ids=["act", "update"]
)
def test_session_of_an_account_that_was_switched_off_never_lives_again(administrator: User, off: Callable):
    account, browser = user(), Client()
    browser.force_login(account)

    off(account, by=administrator)
    while_off = browser.get("/employees/").status_code
    switch_on(User.objects.get(pk=account.pk), by=administrator)

    assert (while_off, browser.get("/employees/").status_code) == (302, 302)


def test_session_lives_through_what_ends_no_session(administrator: User):
    account, browser = user(), Client()
    browser.force_login(account)

    switch_on(account, by=administrator)
    give_hr_role(account, by=administrator)

    assert browser.get("/employees/new/").status_code == 200


def test_admin_switches_off_and_on(admin: Client):
    account = user()

    off = admin.post(LIST, act_on(account, "switch_off_selected"), follow=True).text
    was_off = not User.objects.get(pk=account.pk).is_active
    on = admin.post(LIST, act_on(account, "switch_on_selected"), follow=True).text

    assert was_off
    assert User.objects.get(pk=account.pk).is_active
    assert "is switched off, and its sessions have ended." in off
    assert "may sign in again." in on


# Deleted


def with_a_past(kind: str, administrator: User) -> User:
    account = user()
    if kind == "signed in":
        User.objects.filter(pk=account.pk).update(last_login=timezone.now())
    elif kind == "role":
        give_hr_role(account, by=administrator)
    elif kind == "gave a role":
        give_hr_role(user("hr@example.com"), by=account)
    else:
        employee(user=account)
    return account


@pytest.mark.parametrize("kind", ["signed in", "role", "gave a role", "link"])
def test_account_with_a_past_is_kept(admin: Client, administrator: User, kind: str):
    account = with_a_past(kind, administrator)

    for delete in (account.delete, User.objects.filter(pk=account.pk).delete):
        with pytest.raises(ProtectedError, match=KEPT):
            delete()
    by_page = admin.post(address(account, "delete"), {"post": "yes"}, follow=True)
    by_list = admin.post(LIST, act_on(account, "delete_selected"), follow=True)

    assert User.objects.filter(pk=account.pk).exists()
    assert KEPT in by_page.text
    assert KEPT in by_list.text


@pytest.mark.parametrize("by_list", [True, False])
def test_account_that_was_never_used_may_be_deleted(admin: Client, by_list: bool):
    account = user()

    if by_list:
        admin.post(LIST, act_on(account, "delete_selected"))
    else:
        admin.post(address(account, "delete"), {"post": "yes"})

    assert not User.objects.filter(pk=account.pk).exists()


# What the security log tells


def test_acts_are_told(told, administrator: User):
    account = user()
    key, by = account.pk, administrator.pk

    assert told(lambda: switch_off(account, by=administrator)) == [f"switched-off account={key} by={by}"]
    assert told(lambda: switch_off(account, by=administrator)) == []
    assert told(lambda: switch_on(account, by=administrator)) == [f"switched-on account={key} by={by}"]


def test_what_an_administrator_changes_is_told(told, admin: Client, administrator: User):
    account = user()
    changed = {"email": "new@example.com", "is_active": "", "is_superuser": "on"}
    shown = {f"shown-{name}": "1" for name in changed}

    lines = told(lambda: admin.post(address(account, "link")))
    lines += told(lambda: admin.post(address(account), changed | shown))
    lines += told(lambda: admin.post(address(account, "link")))

    events = ["link-made", "e-mail-changed", "switched-off", "administration-given"]
    assert lines == [f"{event} account={account.pk} by={administrator.pk}" for event in events]


def test_account_that_an_administrator_adds_is_told(told, admin: Client, administrator: User):
    lines = told(lambda: admin.post(reverse("admin:accounts_user_add"), {"email": "new@example.com"}))

    key = User.objects.get(email="new@example.com").pk
    assert lines == [f"{event} account={key} by={administrator.pk}" for event in ("account-made", "link-made")]


def test_account_made_by_a_command_is_told(told):
    lines = told(lambda: call_command("createsuperuser", email="a@example.com", interactive=False, verbosity=0))

    key = User.objects.get().pk
    assert lines == [f"account-made account={key} by=-", f"administration-given account={key} by=-"]


def test_password_that_is_only_hashed_anew_is_not_told(told, settings):
    account = user()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    assert told(lambda: account.check_password("correct horse battery")) == []
    assert User.objects.get().password.startswith("argon2")


def test_what_is_rolled_back_is_not_told(told):
    account = user()

    def change_and_go_back() -> None:
        with transaction.atomic():
            switch_off(account, by=account)
            transaction.set_rollback(True)

    assert told(change_and_go_back) == []
