"""`PASSWORD_SIGN_IN=0`: administrators alone have a password; the others come by the company account or a passkey."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone

from people.accounts.actions import give_administration, invite, make_link, take_administration
from people.accounts.addresses.actions import ask
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.forms import WRONG
from people.accounts.links.tokens import DeadLink, Link, Purpose, read
from people.accounts.mail import messages, outbox
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.tests.companies import Company, linked, refusal
from people.tests.factories import user
from people.tests.mail_servers import MailBox, words
from people.tests.pages import words_of
from people.tests.second_steps import PASSWORD, give_code, give_password, is_signed_in, lapse, with_app, with_passkey

pytestmark = pytest.mark.django_db

ADA = "ada@example.com"
CHANGE, FORGOTTEN, APP_ADD = "/account/password/", "/account/password/forgotten/", "/account/two-steps/app/"
ROLES = {"colleague": {}, "hr": {"is_hr": True}, "administrator": {"is_superuser": True}}
HAVE_NONE = pytest.mark.parametrize("role", ["colleague", "hr"])
ALL = pytest.mark.parametrize("role", ROLES)


@pytest.fixture(autouse=True)
def without_passwords(settings) -> None:
    settings.OIDC_ISSUER = "https://login.example.com"
    settings.OIDC_NAME = "Example Inc."
    settings.OIDC_LINK, settings.PASSWORD_SIGN_IN = True, False


@pytest.fixture
def account(role: str) -> User:
    return user(ADA, **ROLES[role])


@pytest.fixture
def client(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


# Passwords


@HAVE_NONE
def test_right_password_is_refused_like_a_wrong_one(account: User, told):
    client, answers = Client(), []

    lines = told(lambda: answers.append(give_password(client, account)))

    assert answers[0].status_code == 422
    assert WRONG in answers[0].text
    assert not is_signed_in(client)
    assert lines == [f"sign-in-failed account={account.pk} by=-"]


@HAVE_NONE
def test_refusal_takes_as_long_as_for_a_wrong_password(account: User, monkeypatch):
    """Hashing is what takes long: it is done as often."""
    hashed: list[bool] = []

    def counted(*args: Any, **kwargs: Any) -> bool:
        hashed.append(check_password(*args, **kwargs))
        return hashed[-1]

    monkeypatch.setattr("django.contrib.auth.base_user.check_password", counted)

    give_password(Client(), account)
    Client().post("/sign-in/", {"username": ADA, "password": "wrong"})

    assert hashed == [True, False]


def test_administrator_signs_in():
    client = Client()

    give_password(client, user(ADA, is_superuser=True))

    assert is_signed_in(client)


def test_password_follows_the_role():
    client, account, other = Client(), user(ADA), user("grace@example.com", is_superuser=True)

    give_administration(account, by=other)
    assert give_password(client, account).status_code == 302
    client.post("/sign-out/")
    take_administration(account, by=other)

    assert give_password(client, account).status_code == 422


def test_password_counts_again_with_the_setting(settings):
    account = user(ADA)
    settings.PASSWORD_SIGN_IN = True

    assert give_password(Client(), account).status_code == 302


@HAVE_NONE
def test_there_is_none_to_change(client: Client):
    answers = [client.get(CHANGE), client.post(CHANGE, {"old_password": PASSWORD})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "You sign in without a password" in answers[0].text
    for page in ("/account/sessions/", "/account/two-steps/"):
        assert f'href="{CHANGE}"' not in client.get(page).text


@pytest.mark.parametrize("role", ["administrator"])
def test_administrator_changes_it(client: Client):
    assert client.get(CHANGE).status_code == 200
    assert f'href="{CHANGE}"' in client.get("/account/sessions/").text


# Links


@HAVE_NONE
@pytest.mark.parametrize("purpose", Purpose)
def test_no_link_sets_one(account: User, purpose: Purpose):
    link = Link(account, purpose, timezone.now())

    with pytest.raises(DeadLink):
        read(link.token)
    client = Client()
    answer = client.get(f"/account/link/{link.token}/", follow=True)
    assert answer.status_code == 410
    assert "password" not in words_of(answer.text.partition("<main")[2])


def test_administrator_sets_one_by_a_link():
    account = user(ADA, is_superuser=True)

    assert read(make_link(account, by=None).token).account == account


@pytest.mark.parametrize(("role", "number"), [("colleague", 0), ("hr", 0), ("administrator", 1)])
def test_forgotten_password_is_mailed_to_administrators_alone(account: User, box: MailBox, number: int):
    page, answer = Client().get(FORGOTTEN), Client().post(FORGOTTEN, {"email": ADA})
    Mail.do_due()

    assert "Only administrators sign in with a password." in page.text
    assert answer.status_code == 302
    assert len(box.got) == number


@HAVE_NONE
def test_mail_that_waits_brings_no_link_any_more(account: User, box: MailBox, settings):
    settings.PASSWORD_SIGN_IN = True
    outbox.queue(account, messages.Purpose.PASSWORD)
    settings.PASSWORD_SIGN_IN = False

    Mail.do_due()

    assert not box.got
    assert Mail.objects.get().problem == "Only administrators sign in with a password."


# Invitations


def invited(box: MailBox) -> str:
    [mail] = box.got
    assert mail["To"] == ADA
    assert mail["Subject"] == "Welcome to the people directory"
    return words(mail)


def test_invitation_names_the_company_button(box: MailBox, told):
    account = User.objects.create_user(ADA)

    lines = told(lambda: invite(account, by=None))
    Mail.do_due()

    assert lines == [f"invited account={account.pk} by=-"]
    assert "press “Sign in with Example Inc.”" in invited(box)
    assert "/account/link/" not in invited(box)


def test_invitation_that_waited_meanwhile_says_so_too(box: MailBox, settings):
    account = User.objects.create_user(ADA)
    settings.PASSWORD_SIGN_IN = True
    invite(account, by=None)
    settings.PASSWORD_SIGN_IN = False

    Mail.do_due()

    assert "press “Sign in with Example Inc.”" in invited(box)


@pytest.mark.parametrize("way", ["passkey", "company"])
def test_nobody_is_invited_who_signs_in_meanwhile(box: MailBox, way: str):
    account = User.objects.create_user(ADA)
    invite(account, by=None)
    with_passkey(account) if way == "passkey" else linked(account)

    Mail.do_due()

    assert not box.got


def test_administrator_is_invited_by_a_link(box: MailBox):
    invite(User.objects.create_user(ADA, is_superuser=True), by=None)

    Mail.do_due()

    assert "/account/link/invitation-" in invited(box)


def test_invited_person_signs_in_by_the_company(company: Company, provider):
    provider.add_person(ADA, sub="1815")
    account = User.objects.create_user(ADA)
    assert not account.has_way_in

    company.sign_in(ADA)

    assert company.account == account.pk
    assert User.objects.get().has_way_in


def test_company_that_is_away_sends_nobody_to_a_password(company: Company, settings):
    settings.OIDC_NAME = "your company account"
    user(ADA)

    with company.provider.away():
        answer = company.here.post("/sign-in/company/")

    assert "Please try again later." in refusal(company, answer)


# Confirming who one is


@HAVE_NONE
def test_password_confirms_nothing(account: User, client: Client):
    linked(account)
    lapse()

    asked, answer = client.get(APP_ADD), client.post(APP_ADD, {"confirm_password": PASSWORD})

    assert "please sign in with Example Inc. once more. For" in words_of(asked.text)
    assert answer.status_code == 422
    assert client.get(APP_ADD).status_code == 401


@HAVE_NONE
def test_code_confirms_without_a_password(account: User, client: Client):
    app = with_app(account)
    client.force_login(account)
    lapse()

    asked = client.get("/account/two-steps/passkeys/add/")
    done = client.post("/account/two-steps/passkeys/add/", {"confirm_code": app.now(), "confirm_then_open": "1"})

    assert "please give a code. For" in words_of(asked.text)
    assert done.status_code == 302
    assert client.get("/account/two-steps/passkeys/add/").status_code == 200


@HAVE_NONE
def test_passkey_confirms_without_a_password(account: User, client: Client):
    with_passkey(account)
    lapse()

    assert "please use a passkey, or give a recovery code. For" in words_of(client.get(APP_ADD).text)


@HAVE_NONE
def test_whoever_has_nothing_is_told_whom_to_ask(client: Client):
    lapse()

    answer = client.get(APP_ADD)

    assert answer.status_code == 403
    assert "You have nothing to confirm with" in answer.text


@pytest.mark.parametrize("role", ["administrator"])
def test_administrator_confirms_by_the_password(client: Client):
    lapse()

    assert client.post(APP_ADD, {"confirm_password": PASSWORD, "confirm_then_open": "1"}).status_code == 302


# What else hangs on how somebody signs in


@HAVE_NONE
def test_company_account_that_is_the_only_way_in_stays(account: User, client: Client):
    linked(account)

    client.post("/account/company/unlink/")

    assert User.objects.get().has_way_in


@HAVE_NONE
def test_address_is_confirmed_by_whoever_is_signed_in(account: User, client: Client, box: MailBox):
    ask(account, "new@example.com", by=account.pk)
    link = ChangeLink(account.address_changes.get(), Act.CONFIRM)

    stranger = Client().post("/account/address/confirm/", {"token": link.token, "password": PASSWORD})
    person = client.post("/account/address/confirm/", {"token": link.token})

    assert "Please sign in, then open the link in the mail once more." in stranger.text
    assert (person.status_code, person["Location"]) == (302, "/sign-in/")
    assert User.objects.get().email == "new@example.com"


@HAVE_NONE
def test_address_that_is_taken_back_asks_for_no_password(account: User, client: Client, box: MailBox):
    ask(account, "new@example.com", by=account.pk)
    client.post("/account/address/confirm/", {"token": ChangeLink(account.address_changes.get(), Act.CONFIRM).token})
    Mail.do_due()
    link = ChangeLink(account.address_changes.get(), Act.UNDO)

    page = Client().get(f"/account/address/undo/{link.token}/", follow=True)
    answer = Client().post("/account/address/undo/", {"token": link.token})

    assert "set a new password" not in page.text
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert User.objects.get().email == ADA
    assert not any("password" in words(mail) for mail in box.got)


@HAVE_NONE
def test_mails_send_nobody_to_a_password(account: User, client: Client, box: MailBox):
    linked(account)
    with_app(account)  # a mail says so
    outbox.queue(account, messages.Purpose.COMPANY_LINKED)
    outbox.queue(account, messages.Purpose.FACTORS_RESET)

    Mail.do_due()

    assert len(box.got) == 3
    for mail in box.got:
        assert "/account/sessions/" in words(mail)
        assert "password" not in words(mail)


@HAVE_NONE
def test_second_step_follows_the_company_account(company: Company, account: User, provider):
    provider.add_person(ADA, sub="1815")
    linked(account)
    app = with_app(account)

    company.sign_in(ADA)

    assert not is_signed_in(company.here)
    give_code(company.here, app.now())
    assert is_signed_in(company.here)


# The administration


@pytest.fixture
def administration() -> Client:
    client = Client()
    client.force_login(user("root@example.com", is_superuser=True))
    return client


def test_added_account_gets_no_link(administration: Client):
    answer = administration.post("/admin/accounts/user/add/", {"email": ADA}, follow=True)

    assert "so there is no link that sets one" in answer.text
    assert not User.objects.get(email=ADA).has_usable_password()


@HAVE_NONE
def test_account_gets_no_link_later(administration: Client, account: User):
    page = f"/admin/accounts/user/{account.pk}/"

    answer = administration.post(f"{page}link/", follow=True)

    assert "so there is no link that sets one" in answer.text
    assert "Make a link" not in administration.get(f"{page}change/").text


def test_administrator_gets_one(administration: Client):
    account = user(ADA, is_superuser=True)

    assert "/account/link/" in administration.post(f"/admin/accounts/user/{account.pk}/link/").text


def test_reset_takes_the_passkey_and_leaves_the_company_account(administration: Client):
    account = user(ADA)
    linked(account)
    with_passkey(account)

    administration.post(f"/admin/accounts/user/{account.pk}/reset/")

    assert not Authenticator.objects.exists()
    assert account.has_way_in
