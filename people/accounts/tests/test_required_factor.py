"""A second factor that is demanded: reminded of at first, and after the days of grace nothing else is open."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils.timezone import localdate, now

from people.accounts.actions import give_hr_role, make_link, take_hr_role
from people.accounts.factors.required import IS_OPEN, begin_days_of_grace
from people.accounts.factors.reset import reset_factors
from people.accounts.models import HR_MANAGERS, User
from people.models import Employee
from people.tests.addresses import ROWS, address, named_views
from people.tests.authenticators import ADD, Device, challenge, send
from people.tests.factories import employee, user
from people.tests.pages import words_of
from people.tests.second_steps import PASSWORD, give_password, with_app

pytestmark = pytest.mark.django_db

SET_UP = "/account/two-steps/"
REMINDER = "Please set it up by"
OPEN = {
    *("two-steps", "app-add", "passkey-add", "passkey-challenge", "recovery-codes", "password-change", "sign-out"),
    *("company-confirm", "company-confirmed"),
}
NEW = {"first_name": "Zoë", "last_name": "Ng", "email": "zoe@example.com", "phone": "+1 415 555 2671"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/employees/?q=ann"}
INNER_PAGES_OF_THE_ADMIN = ["", "accounts/", "autocomplete/", "jsi18n/", "password_change/", "login/", "logout/", "no/"]


@pytest.fixture(autouse=True)
def demanded(settings) -> Any:
    settings.REQUIRE_SECOND_FACTOR = "hr"
    settings.SECOND_FACTOR_GRACE = timedelta(days=7)
    return settings


@pytest.fixture(params=["hr", "administrator"])
def account(request) -> User:
    return user("ada@example.com", is_hr=request.param == "hr", is_superuser=request.param == "administrator")


@pytest.fixture
def reader(client: Client, account: User) -> Client:
    """The browser of somebody of whom a second factor is demanded."""
    client.force_login(account)
    return client


def add_app(client: Client, account: User) -> None:
    """As if set up elsewhere, and signed in since then."""
    with_app(account)
    client.force_login(account)


@pytest.fixture
def late(reader: Client, account: User) -> Client:
    """The same, when the days of grace are over."""
    asked(account, days_ago=8)
    return reader


def asked(account: User, *, days_ago: int) -> None:
    User.objects.filter(pk=account.pk).update(second_factor_asked_at=now() - timedelta(days=days_ago))


def is_let_in(client: Client) -> bool:
    answer = client.get("/employees/")
    if answer.status_code == 200:
        return True
    assert answer["Location"] == f"{SET_UP}?next=/employees/"
    return False


def set_up(client: Client, page: str = f"{SET_UP}app/") -> Any:
    """The answer to the first code of an app that has read the key of the page."""
    key = re.findall(r'data-copy="(\w+)"', client.get(page).text)[0]
    return client.post(page, {"code": pyotp.TOTP(key).now()})


# Of whom


@pytest.mark.parametrize(
    ("who", "in_vain"),
    [("nobody", set()), ("hr", {"hr", "administrator"}), ("everyone", {"colleague", "hr", "administrator"})],
)
def test_who_is_asked_for_a_factor(demanded, who: str, in_vain: set[str]):
    demanded.REQUIRE_SECOND_FACTOR, demanded.SECOND_FACTOR_GRACE = who, timedelta(0)
    accounts = {
        "colleague": user("a@example.com"),
        "hr": user("b@example.com", is_hr=True),
        "administrator": user("c@example.com", is_superuser=True),
    }
    closed = set()
    for role, one in accounts.items():
        browser = Client()
        browser.force_login(one)
        if not is_let_in(browser):
            closed.add(role)

    assert closed == in_vain


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_whoever_has_one_is_asked_for_nothing(late, account, kind: str):
    Authenticator.objects.create(user=account, type=kind, data={})
    late.force_login(account)

    assert is_let_in(late)
    assert REMINDER not in late.get("/employees/").text


def test_recovery_codes_alone_are_none(late, account):
    data = {"seed": encrypt("seed"), "used_mask": 0}
    Authenticator.objects.create(user=account, type=Authenticator.Type.RECOVERY_CODES, data=data)

    assert not is_let_in(late)


def test_factor_of_somebody_else_is_none(late):
    with_app(user("grace@example.com"))

    assert not is_let_in(late)


# The days of grace


def test_days_begin_with_the_first_request(reader, account):
    before = now()
    reader.get("/teams/")
    account.refresh_from_db()
    first = account.second_factor_asked_at
    reader.get("/teams/")
    account.refresh_from_db()

    assert before <= first <= now()
    assert account.second_factor_asked_at == first


def test_days_do_not_begin_for_whoever_has_a_factor_or_needs_none(client, account):
    with_app(account)
    colleague = user("grace@example.com")
    for one in (account, colleague):
        client.force_login(one)
        client.get("/teams/")
        one.refresh_from_db()
        assert one.second_factor_asked_at is None


def test_two_requests_at_once_begin_them_once(account):
    other = User.objects.get(pk=account.pk)
    asked(account, days_ago=3)

    begin_days_of_grace(other)

    account.refresh_from_db()
    assert localdate(account.second_factor_asked_at) == localdate() - timedelta(days=3)


@pytest.mark.django_db(transaction=True)
def test_page_is_shown_though_the_days_can_not_be_stored(reader, account):
    def away(execute, sql, *more):
        if sql.startswith("UPDATE") and "second_factor_asked_at" in sql:
            raise OperationalError
        return execute(sql, *more)

    with connection.execute_wrapper(away):
        assert is_let_in(reader)

    account.refresh_from_db()
    assert account.second_factor_asked_at is None


@pytest.mark.parametrize(("days_ago", "is_open"), [(0, True), (6, True), (7, True), (8, False), (400, False)])
def test_last_day_is_a_whole_one(reader, account, days_ago: int, is_open: bool):
    asked(account, days_ago=days_ago)

    assert is_let_in(reader) == is_open


def test_every_page_reminds_with_the_last_day_and_the_way(reader, account):
    asked(account, days_ago=2)
    person = employee(user=account)
    by = f"{REMINDER} {localdate() + timedelta(days=5):%A, %-d %B}"

    for page in ("/employees/?q=a", "/teams/", f"/employees/{person.pk}/", "/employees/print/", "/account/sessions/"):
        html = reader.get(page).text
        assert by in words_of(html), page
        assert 'href="/account/two-steps/?next=' in html


def test_fragment_does_not_remind(reader):
    html = reader.get("/employees/", headers={"HX-Request": "true", "HX-Target": "employee-results"}).text

    assert html
    assert REMINDER not in html


def test_page_that_sets_up_says_until_when(reader, account):
    asked(account, days_ago=2)
    by = f"needs two-step sign-in by {localdate() + timedelta(days=5):%A, %-d %B}"

    assert by in words_of(reader.get(SET_UP).text)
    assert REMINDER not in words_of(reader.get(SET_UP).text)


def test_without_days_it_is_demanded_at_once(reader, demanded):
    demanded.SECOND_FACTOR_GRACE = timedelta(0)

    assert not is_let_in(reader)
    assert "There was time" not in reader.get(SET_UP).text


def test_role_taken_and_given_back_begins_no_new_days(client):
    account, by = user("ada@example.com", is_hr=True), user("root@example.com", is_superuser=True)
    client.force_login(account)
    asked(account, days_ago=8)
    take_hr_role(account, by=by)

    assert is_let_in(client)

    give_hr_role(account, by=by)

    assert not is_let_in(client)


def test_role_counts_from_the_next_request(client, demanded):
    demanded.SECOND_FACTOR_GRACE = timedelta(0)
    account = user()
    client.force_login(account)

    assert is_let_in(client)

    account.groups.add(Group.objects.get(name=HR_MANAGERS))

    assert not is_let_in(client)


def test_whoever_removes_the_last_one_after_the_days_has_to_set_one_up_at_once(late, account):
    set_up(late)
    assert is_let_in(late)
    assert "you’ll have to set up another at once" in words_of(late.get(SET_UP).text)

    late.post(f"{SET_UP}app/remove/")

    assert not Authenticator.objects.filter(type="totp").exists()
    assert not is_let_in(late)


def test_whoever_loses_it_after_the_days_has_to_set_one_up_at_once(late, account):
    with_app(account)
    reset_factors(account, by=user("root@example.com", is_superuser=True))

    late.force_login(User.objects.get(pk=account.pk))

    assert not is_let_in(late)


def test_consequence_of_removing_is_told_only_where_one_is_demanded_and_none_is_left(late, account, demanded):
    def is_told() -> bool:
        late.force_login(account)
        return "you’ll have to set up another" in words_of(late.get(SET_UP).text)

    with_app(account)
    assert is_told()

    key = Authenticator.objects.create(user=account, type="webauthn", data={"name": "Laptop"})
    assert not is_told()

    key.delete()
    demanded.REQUIRE_SECOND_FACTOR = "nobody"
    assert not is_told()


# Afterwards


def is_closed(name: str, path: str) -> bool:
    is_public = not getattr(resolve(path).func, "login_required", True)
    return not is_public and name.removeprefix("accounts:") not in OPEN


def test_no_other_view_is_marked_as_open():
    marked = {name for name, view in named_views() if getattr(view, IS_OPEN, False)}

    assert marked == {f"accounts:{name}" for name in OPEN}


@pytest.mark.no_cover
@pytest.mark.runs_on("sqlite")  # what is decided before a page asks for anything is the same on each
@pytest.mark.parametrize("is_htmx", [False, True], ids=["plain", "htmx"])
def test_every_address_leads_to_setting_one_up(late, account, is_htmx: bool):
    other = employee(
        first_name="Quirin", last_name="Secretive", user=user("quirin@example.com"), profile__team="product"
    )
    rows = [(name, methods, address(name, other)) for name, methods, *_ in ROWS]
    ways = [
        (method, path)
        for name, methods, path in rows
        if is_closed(name, path)
        for method in [*methods.split("/"), *(["HEAD"] if "GET" in methods else [])]
    ]
    wrong = {}
    for method, path in ways:
        late.force_login(account)
        headers = HTMX if is_htmx else {}
        answer = late.generic(method, path, content_type="application/x-www-form-urlencoded", headers=headers)
        to = answer.get("Location", "") or answer.get("HX-Redirect", "")
        is_refilled = hasattr(getattr(resolve(path).func, "view_class", None), "refilled_form")
        if method in {"GET", "HEAD"}:
            expected = (200, "") if is_htmx else (302, "")
            is_right = to.startswith(f"{SET_UP}?next=")
        elif is_htmx:
            expected, is_right = (403, "second-factor"), not to and not answer.content
        else:
            expected = (403, "") if is_refilled else (302, "")
            is_right = not to if is_refilled else to == SET_UP
        got = answer.status_code, answer.get("X-Refused", "")
        if got != expected or not is_right or "Secretive" in answer.text:
            wrong[f"{method} {path}"] = (*got, to)

    assert len(ways) > 150
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("inner", INNER_PAGES_OF_THE_ADMIN)
def test_inner_pages_of_the_admin_lead_there_too(late, method: str, inner: str):
    answer = getattr(late, method)(f"/admin/{inner}")

    assert answer.status_code == 302
    assert answer["Location"].startswith(SET_UP)


def test_what_sets_one_up_and_leads_out_is_open(late):
    pages = [late.get(page).status_code for page in (SET_UP, f"{SET_UP}app/", "/account/password/")]

    assert pages == [200] * 3
    assert late.get(f"{SET_UP}codes/").status_code == 404  # there are none yet
    assert late.post("/sign-out/")["Location"] == "/sign-in/"


def test_page_says_why_and_until_when_there_was_time(late):
    words = words_of(late.get(SET_UP).text)

    assert f"There was time until {localdate() - timedelta(days=1):%A, %-d %B %Y}." in words
    assert "everything else is closed to you until it is on" in words


def test_page_offers_nothing_that_is_closed(late):
    links = set(re.findall(r'(?:href|action|hx-get)="(/[^"#?]*)', late.get(SET_UP).text))
    closed = {link for link in links if not link.startswith("/static/") and late.get(link).status_code == 302}

    assert closed == {"/employees/", "/sign-in/"}  # the name of the product, and for whoever is signed out meanwhile
    assert 'role="search"' not in late.get(SET_UP).text


def test_what_was_typed_comes_back(late, account):
    answer = late.post("/employees/new/", NEW)

    assert answer.status_code == 403
    assert 'value="zoe@example.com"' in answer.text
    assert "Set it up in a new tab" in answer.text
    assert not Employee.objects.filter(email=NEW["email"]).exists()

    add_app(late, account)

    assert late.post("/employees/new/", NEW).status_code == 302
    assert Employee.objects.filter(email=NEW["email"]).exists()


def test_what_can_not_come_back_is_told_not_to_be_done(late):
    answer = late.post("/teams/product/close/", follow=True)

    assert answer.redirect_chain == [(SET_UP, 302)]
    assert "This was not done." in answer.text


def test_form_from_another_site_is_refused_as_ever(account):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account)
    asked(account, days_ago=8)

    answer = strict.post("/employees/new/", NEW)

    assert (answer.status_code, answer["X-Refused"]) == (403, "csrf")


def test_page_that_is_not_there_shows_nobody(late):
    employee(first_name="Quirin", last_name="Secretive")
    answer = late.get("/nothing/")

    assert answer.status_code == 404
    assert 'role="search"' not in answer.text


# No way around


@pytest.mark.parametrize(
    "then", ["/employees/", "/admin/", "/me/data/download/", "//evil.example", "/account/sessions/"]
)
def test_sign_in_leads_there_whatever_comes_next(account, then: str):
    asked(account, days_ago=8)
    browser = Client()
    answer = browser.post("/sign-in/", {"username": account.email, "password": PASSWORD, "next": then}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    assert not is_let_in(browser)


def test_known_browser_is_none(account):
    browser = Client()
    give_password(browser, account)
    browser.post("/sign-out/")
    assert browser.cookies["known"].value
    asked(account, days_ago=8)

    give_password(browser, account)

    assert not is_let_in(browser)


def test_session_from_before_is_none(reader, account, demanded):
    demanded.REQUIRE_SECOND_FACTOR = "nobody"
    assert is_let_in(reader)

    demanded.REQUIRE_SECOND_FACTOR, demanded.SECOND_FACTOR_GRACE = "hr", timedelta(0)

    assert not is_let_in(reader)


def test_link_to_a_password_leads_there_too(client, account):
    asked(account, days_ago=8)
    link = make_link(account, by=None)
    client.get(link.address)
    passwords = dict.fromkeys(["new_password1", "new_password2"], "quite another one")
    answer = client.post("/account/link/", {"token": link.token} | passwords, follow=True)

    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    assert not is_let_in(client)


def test_password_changed_leads_back(late):
    answer = late.post(
        "/account/password/",
        {"old_password": PASSWORD, "new_password1": "quite another one", "new_password2": "quite another one"},
        follow=True,
    )

    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    assert "Password changed." in answer.text
    assert not is_let_in(late)


def test_looking_as_somebody_else_is_closed(late, account):
    person = employee(user=account)

    assert late.get(reverse("people:employee-preview", args=[person.pk, "colleague"]))["Location"].startswith(SET_UP)


# And on


def test_setting_one_up_leads_on_to_the_page_that_was_asked_for(late):
    there = late.get("/teams/?all=1&x=2")["Location"]
    next_one = re.findall(rf'href="({SET_UP}app/[^"]*)"', late.get(there).text)[0]

    codes = set_up(late, next_one)["Location"]
    page = late.get(codes)

    assert there == f"{SET_UP}?next=/teams/%3Fall%3D1%26x%3D2"
    assert codes.startswith(f"{SET_UP}codes/?next=")
    assert '<a class="btn btn-primary" href="/teams/?all=1&amp;x=2">I have kept them</a>' in page.text
    assert late.get("/teams/?all=1&x=2").status_code == 200


def test_passkey_leads_on_too(late):
    late.get(f"{ADD}?next=/teams/")
    codes = send(late, f"{ADD}?next=/teams/", Device().make(challenge(late, ADD)), name="Laptop")["Location"]

    assert codes == f"{SET_UP}codes/?next=%2Fteams%2F"
    assert 'href="/teams/">I have kept them</a>' in late.get(codes).text
    assert is_let_in(late)


def test_htmx_leads_on_to_the_page_on_which_it_asked(late):
    answer = late.get("/employees/?q=anna", headers=HTMX)

    assert answer["HX-Redirect"] == f"{SET_UP}?next=/employees/%3Fq%3Dann"


def test_whoever_has_kept_the_codes_goes_on_from_the_page_of_factors(late, account):
    add_app(late, account)

    assert '<a class="btn btn-primary" href="/teams/">Go on</a>' in late.get(f"{SET_UP}?next=/teams/").text


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\0"]
)
def test_nothing_leads_to_another_site(late, then: str):
    answer = late.get(f"{SET_UP}app/", {"next": then})
    key = re.findall(r'data-copy="(\w+)"', answer.text)[0]
    codes = late.post(answer.wsgi_request.get_full_path(), {"code": pyotp.TOTP(key).now()})["Location"]

    assert codes == f"{SET_UP}codes/"
    assert 'href="/account/two-steps/">I have kept them' in late.get(f"{SET_UP}codes/", {"next": then}).text
    assert "Go on" not in late.get(SET_UP, {"next": then}).text


# What it costs


@pytest.mark.parametrize("path", ["/employees/", "/teams/", "/account/sessions/"])
def test_page_takes_no_statement_more(reader, account, demanded, path: str):
    costs = []
    for who, days_ago, has_factor in [("nobody", 0, False), ("hr", 0, False), ("everyone", 8, True)]:
        demanded.REQUIRE_SECOND_FACTOR = who
        asked(account, days_ago=days_ago)
        if has_factor:
            add_app(reader, account)
        reader.get(path)
        with CaptureQueriesContext(connection) as statements:
            assert reader.get(path).status_code == 200
        costs.append(len(statements))

    assert costs == [costs[0]] * 3


def test_being_led_aside_takes_two_statements(late):
    late.get("/employees/")

    with CaptureQueriesContext(connection) as statements:
        late.get("/employees/")

    assert len(statements) == 2, statements.captured_queries  # the session and the account
