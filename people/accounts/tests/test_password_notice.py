"""Whoever's password was set hears of it by mail (ASVS 5.0, 6.3.7)."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from people.accounts.forms import NewPasswordForm
from people.accounts.links.tokens import Link, Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.server.jobs.runner import run_due
from people.tests.factories import user
from people.tests.mail_servers import words

pytestmark = pytest.mark.django_db

OLD, NEW = "correct horse battery", "four apples in a tree"
TYPED = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def change(account: User, **typed: str):
    client = Client()
    client.force_login(account)
    return client.post("/account/password/", TYPED | typed)


def set_by_link(account: User):
    link = Link(User.objects.get(pk=account.pk), Purpose.PASSWORD, timezone.now())
    return Client().post("/account/link/", TYPED | {"token": link.token})


@pytest.mark.parametrize("way", [change, set_by_link])
def test_account_is_told(account, box, settings, way):
    assert way(account).status_code == 302
    run_due([Mail])

    [mail] = box.got
    text = " ".join(words(mail).split())
    assert (mail["To"], mail["Subject"]) == ("ada@example.com", "Your password for the people directory was set")
    assert "It wasn’t you? Set a new password at once, and tell IT help:" in text
    assert f"{settings.SITE_URL}/account/password/forgotten/" in text
    assert "/account/link/" not in text + words(mail, "html")


def test_nobody_is_told_of_what_was_refused(account, box):
    change(account, old_password="wrong")
    change(account, new_password2="something else entirely")

    assert not Mail.objects.exists()


def test_nobody_is_told_of_what_was_taken_back(account, box):
    form = NewPasswordForm(account, TYPED)
    assert form.is_valid()
    with transaction.atomic():
        form.save()
        assert Mail.objects.exists()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


@pytest.mark.parametrize("way", [change, set_by_link])
def test_without_a_mail_server_the_password_is_set_all_the_same(account, settings, way):
    settings.MAIL_SERVER = None

    assert way(account).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert not Mail.objects.exists()
