"""Signing in with a company account, at a real provider in its own process."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from people.accounts.actions import switch_off
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.tests.companies import ADA, NOT_LINKED, START, Company, linked, refusal
from people.tests.factories import user
from people.tests.mail_servers import NOBODY_THERE, SENDER
from people.tests.second_steps import PAGE, PASSWORD, give_code, is_signed_in, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_there(provider) -> None:
    provider.add_person(ADA, sub="1815", name="Ada Lovelace", picture="https://example.com/ada.png")


@pytest.fixture
def account() -> User:
    return user(ADA)


# Who comes in


def test_linked_account_signs_in(company: Company, account: User):
    linked(account)

    answer = company.sign_in(ADA)

    assert (answer.status_code, answer["Location"]) == (302, "/employees/")
    assert company.account == account.pk


def test_link_counts_by_sub_whatever_the_email_is(company: Company, account: User):
    linked(account)
    user("grace@example.com")
    company.provider.add_person("grace@example.com", sub="1815", verified=False)

    company.sign_in("grace@example.com")

    assert company.account == account.pk


def test_link_of_another_issuer_does_not_count(company: Company, account: User):
    linked(account, issuer="https://elsewhere.example")

    assert refusal(company, company.sign_in(ADA)).startswith(NOT_LINKED)


def test_page_that_was_asked_for_follows(company: Company, account: User):
    linked(account)

    assert company.sign_in(ADA, next="/teams/")["Location"] == "/teams/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"])
def test_no_other_site_follows(company: Company, account: User, elsewhere: str):
    linked(account)

    assert company.sign_in(ADA, next=elsewhere)["Location"] == "/employees/"


def test_nothing_that_comes_back_says_what_follows(company: Company, account: User):
    linked(account)
    back = company.come_back(company.leave(), ADA)

    assert company.here.get(f"{back}&next=/teams/")["Location"] == "/employees/"


def test_second_factor_is_still_asked_for(company: Company, account: User):
    linked(account)
    app = with_app(account)

    answer = company.sign_in(ADA, next="/teams/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert not is_signed_in(company.here)
    assert give_code(company.here, app.now())["Location"] == "/teams/"
    assert is_signed_in(company.here)


def test_session_is_a_new_one_that_knows_its_browser(company: Company, account: User):
    linked(account)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    company.here = Client(headers={"User-Agent": agent})
    back = company.come_back(company.leave(), ADA)
    before = company.here.session.session_key

    company.here.get(back)

    [session] = Session.objects.filter(user=account)
    assert session.in_words == "Firefox on Linux"
    assert session.session_key != before
    assert not Session.objects.filter(session_key=before)
    assert company.here.cookies["known"].value


def test_somebody_else_who_was_signed_in_is_signed_out(company: Company, account: User):
    linked(account)
    back = company.come_back(company.leave(), ADA)
    company.here.force_login(user("grace@example.com"))
    company.here.get(back)

    assert company.account == account.pk
    assert Session.objects.count() == 1


def test_whoever_is_signed_in_goes_nowhere(company: Company, account: User):
    company.here.force_login(account)

    assert company.here.post(START, {"next": "/teams/"})["Location"] == "/teams/"


# Who is linked by an e-mail


def test_verified_email_links_where_the_setting_says_so(company: Company, account: User, settings, told):
    settings.OIDC_LINK = True

    lines = told(lambda: company.sign_in(ADA))

    link = SocialAccount.objects.get()
    assert company.account == account.pk
    assert (link.user, link.provider, link.uid, link.extra_data) == (account, company.provider.issuer, "1815", {})
    assert lines == [
        f"company-account-linked account={account.pk} by={account.pk}",
        f"signed-in account={account.pk} by={account.pk}",
    ]


@pytest.mark.parametrize("written", ["Ada@Example.com", "ADA@EXAMPLE.COM"])
def test_capitals_are_the_same_address(company: Company, account: User, settings, written: str):
    settings.OIDC_LINK = True
    company.provider.add_person(written, sub="1815")

    company.sign_in(written)

    assert company.account == account.pk


def another(account: User, company: Company, settings) -> None:
    company.provider.add_person("grace@example.com", sub="1815")


def unverified(account: User, company: Company, settings) -> None:
    company.provider.add_person(ADA, sub="1815", verified=False)


def unsaid(account: User, company: Company, settings) -> None:
    company.provider.add_person(ADA, sub="1815", email_verified=None)


def verified_in_words(account: User, company: Company, settings) -> None:
    company.provider.add_person(ADA, sub="1815", email_verified="true")


def without_the_setting(account: User, company: Company, settings) -> None:
    settings.OIDC_LINK = False


def administrator(account: User, company: Company, settings) -> None:
    User.objects.filter(pk=account.pk).update(is_superuser=True)


def hr(account: User, company: Company, settings) -> None:
    account.groups.add(1)


def switched_off(account: User, company: Company, settings) -> None:
    switch_off(account, by=account)


def linked_otherwise(account: User, company: Company, settings) -> None:
    linked(account, "another")


def zero_width(account: User, company: Company, settings) -> None:
    company.provider.says(id_token={"email": "ada\u200b@example.com"})


def kelvin(account: User, company: Company, settings) -> None:
    User.objects.filter(pk=account.pk).update(email="kay@example.com")
    company.provider.says(id_token={"email": "\u212aay@example.com"})


def look_alike(account: User, company: Company, settings) -> None:
    company.provider.says(id_token={"email": "\u0430da@example.com"})


def no_text(account: User, company: Company, settings) -> None:
    company.provider.says(id_token={"email": [ADA]}, userinfo={"email": [ADA]})


def nul(account: User, company: Company, settings) -> None:
    company.provider.says(id_token={"email": f"{ADA}\0"})


def userinfo_of_somebody_else(account: User, company: Company, settings) -> None:
    company.provider.says(id_token={"email": None}, userinfo={"sub": "1906"})


NOBODY = [
    *(another, unverified, unsaid, verified_in_words, without_the_setting, administrator, hr, switched_off),
    *(linked_otherwise, zero_width, kelvin, look_alike, no_text, nul),
]


@pytest.mark.parametrize("but", NOBODY, ids=lambda but: but.__name__)
def test_everybody_else_is_told_the_same(company: Company, account: User, settings, but):
    settings.OIDC_LINK, settings.CONTACT = True, None
    but(account, company, settings)
    before = list(SocialAccount.objects.values_list())

    sentence = refusal(company, company.sign_in(ADA if but is not another else "grace@example.com", next="/teams/"))

    assert sentence == f"{NOT_LINKED} Please ask the administrators of this directory."
    assert list(SocialAccount.objects.values_list()) == before
    assert User.objects.count() == 1


def test_page_that_was_asked_for_is_not_forgotten_when_it_fails(company: Company):
    assert company.sign_in(ADA, next="/teams/")["Location"] == "/sign-in/?next=%2Fteams%2F"


def test_switched_off_account_with_a_link_is_told_the_same(company: Company, account: User):
    linked(account)
    switch_off(account, by=account)

    assert refusal(company, company.sign_in(ADA)).startswith(NOT_LINKED)


def test_email_may_stand_in_userinfo_alone(company: Company, account: User, settings):
    settings.OIDC_LINK = True
    company.provider.says(id_token={"email": None, "email_verified": None})

    company.sign_in(ADA)

    assert company.account == account.pk


def test_userinfo_about_somebody_else_is_refused(company: Company, account: User, settings):
    settings.OIDC_LINK = True
    userinfo_of_somebody_else(account, company, settings)

    assert refusal(company, company.sign_in(ADA)).startswith("It didn’t work with your company account.")
    assert not SocialAccount.objects.exists()


def test_sub_of_the_token_counts_and_that_of_userinfo_never(company: Company, account: User):
    linked(user("grace@example.com"), "1906")
    linked(account)
    company.provider.says(userinfo={"sub": "1906"})

    company.sign_in(ADA)

    assert company.account == account.pk


# What is kept


def test_only_sub_is_kept_and_the_password_stays(company: Company, account: User, settings):
    settings.OIDC_LINK = True
    hashed = User.objects.get().password

    company.sign_in(ADA)

    link = SocialAccount.objects.get()
    assert (link.uid, link.extra_data) == ("1815", {})
    assert User.objects.get().password == hashed
    assert account.check_password(PASSWORD)
    assert not [model for model in (SocialApp, SocialToken, EmailAddress) if model.objects.exists()]


def test_person_is_told_by_mail(company: Company, account: User, settings):
    settings.OIDC_LINK, settings.MAIL_SERVER, settings.MAIL_FROM = True, NOBODY_THERE, SENDER

    company.sign_in(ADA)

    assert [mail.purpose for mail in account.mails.all()] == ["company-linked"]


# How it begins


def test_button_is_there_only_with_the_setting(client, provider, settings):
    settings.OIDC_NAME = "Example Inc."

    assert "Sign in with Example Inc." in client.get("/sign-in/").text
    settings.OIDC_ISSUER = ""
    assert "Sign in with" not in client.get("/sign-in/").text


def test_nothing_is_there_without_the_setting(client, settings):
    settings.OIDC_ISSUER = ""
    for address in (START, f"{START}callback/?code=1&state=1"):
        assert client.get(address).status_code == client.post(address).status_code == 404


def test_opening_the_address_begins_nothing(client, provider):
    answer = client.get(START)

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert not Session.objects.exists()


def test_another_site_begins_nothing(provider):
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_sign_in_page_asks_the_database_nothing(client, provider, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/sign-in/")


def test_company_account_is_asked_for_who_one_is_and_no_more(company: Company):
    address = company.leave()

    assert address.startswith(f"{company.provider.issuer}/authorize/?")
    assert "scope=openid+email" in address or "scope=email+openid" in address
    for name in ("state", "nonce", "code_challenge"):
        assert f"&{name}=" in address
    assert "code_challenge_method=S256" in address


def test_an_address_may_begin_many_and_not_endlessly(company: Company, monkeypatch, told):
    monkeypatch.setattr("people.accounts.guards.throttle.BEGUN_OF_ADDRESS", 3)

    answers = []
    lines = told(lambda: answers.append(company.here.post(START)), 4)

    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert lines == ["company-sign-in-throttled account=- by=-"]


def test_a_sign_in_asks_the_database_little(company: Company, account: User, django_assert_max_num_queries):
    linked(account)
    back = company.come_back(company.leave(), ADA)

    with django_assert_max_num_queries(22):
        company.here.get(back)
