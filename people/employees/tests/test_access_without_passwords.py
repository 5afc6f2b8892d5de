"""HR gives access where nobody but administrators has a password."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.accounts.access.giving import BY_HAND
from people.accounts.access.models import AccessJob
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.models import Employee
from people.tests.access import do, offered, page_of, stands
from people.tests.companies import linked
from people.tests.factories import employee, user
from people.tests.mail_servers import MailBox, words
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_passwords(settings) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://login.example.com", "Example Inc."
    settings.OIDC_LINK, settings.PASSWORD_SIGN_IN = True, False


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(user("hr@example.com", is_hr=True))
    return client


@pytest.fixture
def ann() -> Employee:
    return employee(first_name="Ann", last_name="Byron", email="ann@example.com")


def says(client: Client, person: Employee) -> str:
    """The page of access, with the news in front of it."""
    return words_of(client.get(page_of(person)).text)


def test_access_is_given_by_a_mail_without_a_link(client, ann, box: MailBox):
    before = says(client, ann)
    do(client, ann, "give")
    after = says(client, ann)
    Mail.do_due()

    assert "Ann gets an account as ann@example.com, and a mail about it, and signs in with Example Inc." in before
    assert "Access given: a mail is on its way" in after
    assert "Ann signs in with Example Inc., without a password." in after
    [mail] = box.got
    assert "press “Sign in with Example Inc.”" in words(mail)
    invited = stands(client, ann)
    assert f"Invited on {timezone.localdate():%-d %B %Y} as ann@example.com. Still missing" in invited
    assert offered(client, ann) == ["invite", "switch-off"]


def test_without_mail_access_is_given_all_the_same(client, ann):
    answer = do(client, ann, "give")

    assert answer.status_code == 302
    assert "Access given" in says(client, ann)
    assert offered(client, ann) == ["switch-off"]
    assert User.objects.get(email=ann.email).employee == ann


def test_invitation_has_no_end(client, ann, box: MailBox):
    do(client, ann, "give")
    User.objects.filter(email=ann.email).update(invited_at=timezone.now() - timedelta(days=70))

    assert "Invited on" in stands(client, ann)


def test_who_signed_in_has_access(client, ann, box: MailBox):
    do(client, ann, "give")
    linked(User.objects.get(email=ann.email))

    assert "Signs in as ann@example.com, and hasn’t yet." in stands(client, ann)
    assert "Ann signs in without a password, with Example Inc. or a passkey." in says(client, ann)
    assert offered(client, ann) == ["sign-out", "switch-off"]
    assert "The password stays." not in says(client, ann)


def test_password_from_before_is_no_access(client, ann, box: MailBox):
    ann.user = user(ann.email)
    ann.save()

    assert "Hasn’t signed in as ann@example.com yet, and isn’t invited." in stands(client, ann)
    assert offered(client, ann) == ["invite", "switch-off"]
    do(client, ann, "invite")
    Mail.do_due()
    assert "press “Sign in with Example Inc.”" in words(box.got[0])


def test_mail_that_waits_for_the_first_day_can_be_withdrawn(client, ann, box: MailBox):
    ann.first_day = timezone.localdate() + timedelta(days=9)
    ann.save()
    assert "a mail about it" in says(client, ann)

    do(client, ann, "give")

    assert "The mail waits for the first day" in says(client, ann)
    assert offered(client, ann) == ["invite", "withdraw", "switch-off"]
    do(client, ann, "withdraw")
    assert "isn’t invited" in stands(client, ann)
    assert not Mail.objects.exists()


def test_without_mail_nothing_waits_for_the_first_day(client, ann):
    ann.first_day = timezone.localdate() + timedelta(days=9)
    ann.save()

    do(client, ann, "give")

    assert "Invited on" in stands(client, ann)


def test_account_with_a_role_is_linked_after_its_role_is_taken(ann):
    client = Client()
    client.force_login(user("root@example.com", is_superuser=True))
    ann.user = user(ann.email, is_hr=True)
    ann.save()

    assert "An account with a role is never linked with Example Inc. by an e-mail" in says(client, ann)


def test_administrator_still_gets_a_link(ann):
    client = Client()
    client.force_login(user("root@example.com", is_superuser=True))
    ann.user = User.objects.create_user(ann.email, is_superuser=True)
    ann.save()

    assert "With a link Ann sets a password" in says(client, ann)
    assert "/account/link/" in do(client, ann, "invite").text


def test_own_access_is_looked_after_in_the_menu(client):
    hr = User.objects.get()
    own = employee(email=hr.email, user=hr)

    assert "You look after your own access, in your account menu." in says(client, own)


def give_several(client: Client) -> Any:
    page = "/employees/access/?all=1"
    return client.post(page, field_values(client.get(page).text), follow=True)


@pytest.mark.parametrize("mails", [True, False])
def test_several_get_access_with_and_without_mail(client, ann, settings, request, mails: bool):
    box: MailBox | None = request.getfixturevalue("box") if mails else None
    page = client.get("/employees/access/?all=1")

    asked = give_several(client)
    AccessJob.do_due()
    Mail.do_due()

    told = f"Each gets an account, and signs in with Example Inc.{'; a mail says so' if mails else ''}."
    assert told in words_of(page.text)
    assert ("1, each with a mail" in words_of(page.text)) is mails
    assert asked.status_code == 200
    assert User.objects.get(email=ann.email).employee == ann
    assert box is None or "Sign in with Example Inc." in words(box.got[0])
    done = words_of(client.get(asked.redirect_chain[-1][0]).text)
    assert "1 of 1 done." in done


def test_several_get_no_link_that_nobody_would_see(ann):
    client = Client()
    client.force_login(user("root@example.com", is_superuser=True))
    ann.user = User.objects.create_user(ann.email, is_superuser=True)
    ann.save()

    give_several(client)
    AccessJob.do_due()

    assert AccessJob.objects.get().problem == BY_HAND
