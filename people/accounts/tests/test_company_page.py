"""The own page of the company account: linking on purpose, unlinking, confirming by it; and signing out there too."""

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from e2e.provider import DISCOVERY, ERROR, SIGN_OUT
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.tests.companies import ADA, Company, description, led_to, linked
from people.tests.factories import user
from people.tests.mail_servers import NOBODY_THERE, SENDER
from people.tests.pages import words_of
from people.tests.second_steps import PASSWORD, give_code, give_password, is_signed_in, with_app, with_passkey

pytestmark = pytest.mark.django_db

PAGE = "/account/company/"
LINK, UNLINK = f"{PAGE}link/", f"{PAGE}unlink/"


@pytest.fixture(autouse=True)
def known_there(provider) -> None:
    provider.add_person(ADA, sub="1815")


@pytest.fixture
def account() -> User:
    return user(ADA)


@pytest.fixture
def here(company: Company, account: User) -> Company:
    """Signed in by the password."""
    give_password(company.here, account)
    return company


def lapse() -> None:
    """Everybody proved long ago who they are."""
    Session.objects.update(confirmed=timezone.now() - timedelta(hours=1))


def seen(company: Company) -> str:
    return words_of(company.here.get(PAGE).text)


# The page


def test_page_says_what_is_linked(here: Company, account: User):
    assert "Not linked" in seen(here)

    linked(account)

    assert "Linked since" in seen(here)


def test_menu_leads_there_only_with_the_setting(here: Company, settings):
    assert PAGE in here.here.get("/account/sessions/").text

    settings.OIDC_ISSUER = ""

    assert PAGE not in here.here.get("/account/sessions/").text
    for address in (PAGE, LINK, UNLINK):
        assert here.here.get(address).status_code == here.here.post(address).status_code == 404


# Linking


@pytest.mark.parametrize(
    "role", [{}, {"is_superuser": True}, {"is_hr": True}], ids=["colleague", "administrator", "hr"]
)
def test_anybody_links_on_purpose(company: Company, role: dict[str, Any], settings, told):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    account = user("somebody@example.com", **role)
    give_password(company.here, account)
    answers = []

    lines = told(lambda: answers.append(company.sign_in(ADA, LINK)))

    assert answers[0]["Location"] == PAGE
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, link.provider, link.extra_data) == (account, "1815", company.provider.issuer, {})
    assert lines == [f"company-account-linked account={account.pk} by={account.pk}"]
    assert [mail.purpose for mail in account.mails.all()] == ["company-linked"]
    assert "Your company account is linked" in seen(company)
    company.here.post("/sign-out/")
    company.sign_in(ADA)
    assert company.account == account.pk


@pytest.mark.parametrize("address", [LINK, UNLINK])
def test_change_is_confirmed_first(here: Company, account: User, address: str):
    linked(account)
    lapse()

    answer = here.here.post(address)

    assert answer.status_code == 401
    assert "Before you change how you sign in" in answer.text
    assert SocialAccount.objects.count() == 1


def test_confirmed_link_goes_on(here: Company):
    lapse()

    answer = here.here.post(LINK, {"confirm_password": PASSWORD})

    assert led_to(answer).startswith(here.provider.issuer)


def test_company_account_of_somebody_else_is_not_linked(here: Company, account: User, told):
    other = linked(user("grace@example.com"))

    lines = told(lambda: here.sign_in(ADA, LINK))

    assert "This can’t be linked: either of the two is linked otherwise." in seen(here)
    assert SocialAccount.objects.get() == other
    assert lines == [f"company-sign-in-failed account={account.pk} by={account.pk}"]


def test_second_company_account_is_not_linked(here: Company, account: User):
    linked(account, "another")

    here.sign_in(ADA, LINK)

    assert "This can’t be linked" in seen(here)
    assert SocialAccount.objects.get().uid == "another"


def test_same_company_account_is_linked_once(here: Company, account: User):
    linked(account)

    assert here.sign_in(ADA, LINK)["Location"] == PAGE
    assert SocialAccount.objects.count() == 1


def test_link_belongs_to_whoever_began_it(here: Company):
    back = here.come_back(here.leave(LINK), ADA)
    here.here.force_login(user("grace@example.com"))

    here.here.get(back)

    assert not SocialAccount.objects.exists()


def test_link_of_whoever_signed_out_is_lost(here: Company):
    back = here.come_back(here.leave(LINK), ADA)
    here.here.post("/sign-out/")

    assert here.here.get(back)["Location"] == "/sign-in/"
    assert not SocialAccount.objects.exists()


def test_wrong_token_links_nothing(here: Company):
    here.provider.says(signed_by="another")

    assert here.sign_in(ADA, LINK)["Location"] == PAGE
    assert "It didn’t work with your company account." in seen(here)
    assert not SocialAccount.objects.exists()


def test_provider_that_is_away_is_said_on_the_page(here: Company):
    with here.provider.away():
        here.here.post(LINK)

    assert "Your company account doesn’t answer just now. Please try again later." in seen(here)


# Unlinking


def test_unlinking_ends_all_other_sessions(here: Company, account: User, settings, told):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    linked(account)
    other = Company(here.provider)
    with other.there:
        other.sign_in(ADA)

    lines = told(lambda: here.here.post(UNLINK))

    assert not SocialAccount.objects.exists()
    assert is_signed_in(here.here)
    assert not is_signed_in(other.here)
    assert lines[0] == f"company-account-unlinked account={account.pk} by={account.pk}"
    assert [mail.purpose for mail in account.mails.all()] == ["company-unlinked"]


def without_password(account: User) -> None:
    account.set_unusable_password()
    account.save()


def test_only_way_in_stays(company: Company, account: User):
    linked(account)
    without_password(account)
    company.sign_in(ADA)

    company.here.post(UNLINK)

    assert SocialAccount.objects.exists()
    assert UNLINK not in company.here.get(PAGE).text
    assert "so it stays linked" in seen(company)


def test_passkey_is_another_way_in(company: Company, account: User):
    linked(account)
    without_password(account)
    company.sign_in(ADA)
    with_passkey(account)

    company.here.post(UNLINK)

    assert not SocialAccount.objects.exists()


# Confirming who one is, by signing in there once more


APP_ADD = "/account/two-steps/app/"


def confirm(company: Company, **typed: str) -> Any:
    """Returns the directory's answer."""
    return company.sign_in(ADA, f"{PAGE}confirm/", **typed)


def way_to_company(asked: Any) -> str:
    """The form that leads there."""
    [form] = re.findall(r'<form id="company".*?</form>', asked.text, re.DOTALL)
    return str(form)


def is_confirmed(company: Company) -> bool:
    return company.here.get(APP_ADD).status_code == 200


@pytest.fixture
def by_company(company: Company, account: User) -> Company:
    """Signed in with the company account, and with nothing else; and that was long ago."""
    linked(account)
    without_password(account)
    company.sign_in(ADA)
    lapse()
    return company


def test_page_that_waits_follows(by_company: Company):
    asked = by_company.here.get(APP_ADD)

    assert asked.status_code == 401
    assert "please sign in with your company account once more. For" in words_of(asked.text)
    assert f'<input type="hidden" name="next" value="{APP_ADD}">' in way_to_company(asked)
    assert "_blank" not in way_to_company(asked)
    assert confirm(by_company, next=APP_ADD)["Location"] == APP_ADD
    assert by_company.here.get(APP_ADD).status_code == 200


def test_what_was_posted_waits_in_its_tab(by_company: Company, account: User):
    asked = by_company.here.post(LINK, {"kept": "as it is"})

    assert asked.status_code == 401
    assert '<input type="hidden" name="kept" value="as it is">' in asked.text
    assert 'target="_blank"' in way_to_company(asked)
    assert 'name="next"' not in way_to_company(asked)
    assert confirm(by_company)["Location"] == f"{PAGE}confirmed/"
    assert "Close this tab" in by_company.here.get(f"{PAGE}confirmed/").text


def test_going_on_too_early_is_asked_again(by_company: Company):
    answer = by_company.here.post(LINK, {"confirm_username": ADA})

    assert answer.status_code == 422
    assert "Please sign in with your company account first, then go on here." in answer.text
    assert not is_confirmed(by_company)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"])
def test_confirming_leads_to_no_other_site(by_company: Company, elsewhere: str):
    assert confirm(by_company, next=elsewhere)["Location"] == f"{PAGE}confirmed/"


def test_password_and_company_are_two_ways(here: Company, account: User):
    linked(account)
    lapse()

    asked = here.here.get(APP_ADD)

    assert "please give your password, or sign in with your company account once more." in words_of(asked.text)
    assert here.here.post(APP_ADD, {"confirm_password": "wrong"}).status_code == 422
    assert not is_confirmed(here)


def test_second_factor_is_confirmed_by_itself(by_company: Company, account: User):
    """Whoever could sign in at the company, in a browser that is signed in here, takes no second factor away."""
    with_passkey(account)

    asked = by_company.here.get(APP_ADD)

    assert asked.status_code == 401
    assert "please use a passkey, or give a recovery code. For" in words_of(asked.text)
    assert f"{PAGE}confirm/" not in asked.text


def test_nothing_is_offered_where_nothing_is_linked_or_set_up(here: Company, account: User, settings):
    lapse()
    assert f"{PAGE}confirm/" not in here.here.get(APP_ADD).text

    linked(account)
    settings.OIDC_ISSUER = ""

    assert f"{PAGE}confirm/" not in here.here.get(APP_ADD).text


def test_signing_in_there_again_confirms(company: Company, account: User, told):
    linked(account)
    company.sign_in(ADA)
    lapse()
    assert not is_confirmed(company)
    began = Session.objects.get(user=account).began
    answers = []

    lines = told(lambda: answers.append(confirm(company, next="/teams/")))

    assert answers[0]["Location"] == "/teams/"
    assert is_confirmed(company)
    assert lines == [f"confirmed account={account.pk} by={account.pk}"]
    assert Session.objects.get(user=account).began == began


@pytest.mark.parametrize(
    ("sub", "says"),
    [
        ("another", {}),
        ("1815", {"auth_time": 1_764_000_000}),
        ("1815", {"auth_time": None}),
        ("1815", {"auth_time": "now"}),
    ],
    ids=str,
)
def test_nothing_else_confirms(here: Company, account: User, sub: str, says: dict[str, Any]):
    linked(account, sub)
    lapse()
    here.provider.says(id_token=says)

    assert confirm(here)["Location"] == PAGE
    assert not is_confirmed(here)


# Signing out


def test_signing_out_leads_out_there_too(company: Company, account: User):
    linked(account)
    company.sign_in(ADA)

    address = led_to(company.here.post("/sign-out/"))

    assert not is_signed_in(company.here)
    assert address.startswith(company.provider.issuer + SIGN_OUT)
    sent = dict(parse_qsl(urlsplit(address).query))
    assert sent["post_logout_redirect_uri"] == "http://testserver/sign-in/"
    assert company.come_back(address, ADA).startswith("/sign-in/")
    form = company.there.get(company.leave())
    assert "Sign in at the company" in form.text


def test_second_step_keeps_the_way(company: Company, account: User):
    linked(account)
    app = with_app(account)
    company.sign_in(ADA)
    give_code(company.here, app.now())

    assert led_to(company.here.post("/sign-out/")).startswith(company.provider.issuer)


def test_password_after_a_way_that_was_given_up_leads_nowhere(company: Company, account: User):
    linked(account)
    app = with_app(account)
    company.sign_in(ADA)
    give_password(company.here, account)
    give_code(company.here, app.now())

    assert company.here.post("/sign-out/")["Location"] == "/sign-in/"


def test_whoever_came_by_the_password_signs_out_here_alone(here: Company, account: User):
    linked(account)

    assert here.here.post("/sign-out/")["Location"] == "/sign-in/"


def test_signing_out_works_while_the_provider_is_away(company: Company, account: User):
    linked(account)
    company.sign_in(ADA)

    with company.provider.away():
        answer = company.here.post("/sign-out/")

    assert answer["Location"] == "/sign-in/"
    assert not is_signed_in(company.here)


@pytest.mark.parametrize("how", ["error", "no such address", "another provider", "slow"])
def test_signing_out_here_is_enough_where_there_it_cannot_be(company, account: User, settings, monkeypatch, how: str):
    linked(account)
    company.sign_in(ADA)
    if how == "error":
        company.provider.says(instead={DISCOVERY: ERROR})
    elif how == "no such address":
        answer = description(company.provider, end_session_endpoint=None)
        company.provider.says(instead={DISCOVERY: answer})
    elif how == "another provider":
        settings.OIDC_ISSUER = "https://elsewhere.example"
    else:
        monkeypatch.setattr("people.accounts.company.sessions.LEAVING", 0.2)
        company.provider.slow(2, DISCOVERY)

    begun = time.monotonic()
    answer = company.here.post("/sign-out/")

    assert answer["Location"] == "/sign-in/"
    assert time.monotonic() - begun < 1.5
    assert not is_signed_in(company.here)


def test_session_keeps_no_more_than_the_way_needs(company: Company, account: User):
    linked(account)

    company.sign_in(ADA)

    assert company.here.session["company"][0] == company.provider.issuer
    assert len(company.here.session["company"]) == 2
    assert "access_token" not in str(dict(company.here.session.items()))
