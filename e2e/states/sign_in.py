"""Coming in: by a password, a link to one, the company account, and the second step; and what is met outside."""

import re
from http import HTTPStatus

from playwright.sync_api import Page, Route, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    ask_for_a_mail,
    give_code,
    give_new_password,
    give_password,
    go_to_the_company,
    link_to_password,
    open_account_menu,
    server_of,
    set_up_app,
    sign_in_at_the_company,
)

from .own_account import passkeys
from .state import AWAY, INVALID, WITHOUT_PASSWORDS, State, at


def sign_in_with_error(page: Page) -> None:
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()


def sign_in_throttled(page: Page) -> None:
    page.goto("/sign-in/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {"username": COLLEAGUE, "password": "wrong", "csrfmiddlewaretoken": token}
    for _ in range(10):
        page.request.post("/sign-in/", form=form)
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong tries")


def administrator_refused(page: Page) -> None:
    """Where nobody else has a password."""
    page.goto("/sign-in/")
    page.get_by_text("Administrators sign in here").click()
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_be_visible()


def sign_in_refused_by_the_company(page: Page) -> None:
    server_of(page).company.add_person("stranger@example.com")
    go_to_the_company(page)
    sign_in_at_the_company(page, "stranger@example.com")
    expect(page.get_by_role("alert")).to_contain_text("isn’t linked to anybody here")


def sign_in_with_the_company_away(page: Page) -> None:
    go_to_the_company(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in at the company")
    [state] = re.findall(r"state%3D(\w+)", page.url)
    page.goto(f"{server_of(page).address}/sign-in/company/callback/?error=temporarily_unavailable&state={state}")
    expect(page.get_by_role("alert")).to_contain_text("doesn’t answer just now")


def on_to_the_company(page: Page) -> None:
    """It doesn't lead on before it was looked at."""
    page.route("**/sign-in/company/", without_leading_on)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with your company account").click()
    expect(page.get_by_role("link", name="Go on")).to_be_visible()


def without_leading_on(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("0; url", "99999; url"))


def second_step(page: Page) -> None:
    set_up_app(page)
    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def second_step_with_error(page: Page) -> None:
    second_step(page)
    give_code(page, "1")
    expect(page.get_by_role("alert")).to_be_visible()


def second_step_by_passkey(page: Page) -> None:
    passkeys(page)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def second_step_by_either(page: Page) -> None:
    set_up_app(page)
    second_step_by_passkey(page)


def second_step_by_passkey_with_error(page: Page) -> None:
    second_step_by_passkey(page)
    page.evaluate("form => form.submit()", page.locator("#passkey").element_handle())
    expect(page.get_by_role("alert")).to_be_visible()


def sign_in_by_passkey_with_error(page: Page) -> None:
    page.goto("/sign-in/")
    page.evaluate("form => form.submit()", page.locator("#passkey").element_handle())
    expect(page.get_by_role("alert")).to_be_visible()


def password_by_link(page: Page) -> None:
    page.goto(link_to_password(page, "ada@example.com"))
    expect(page.get_by_role("heading", level=1)).to_have_text("A new password")


def password_by_link_with_error(page: Page) -> None:
    password_by_link(page)
    give_new_password(page, "ada@example.com", again="something else")
    expect(page.get_by_role("alert")).to_be_visible()


def forgotten_with_error(page: Page) -> None:
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "ada@ex\u0430mple.com")
    expect(page.get_by_role("alert")).to_be_visible()


def forgotten_and_mailed(page: Page) -> None:
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "nobody@example.com")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def forgotten_throttled(page: Page) -> None:
    for _ in range(3):
        forgotten_and_mailed(page)
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "nobody@example.com")
    expect(page.get_by_role("alert")).to_contain_text("Too many mails were asked for")


def page_out_of_date(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is out of date")


def signed_out_out_of_date(page: Page) -> None:
    page.goto("/sign-in/")
    page.context.clear_cookies(name="csrftoken")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is out of date")


def sign_out_without_database(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=10_000)


STATES = [
    State("sign-in", "accounts:sign-in", None, at("/sign-in/")),
    State("sign-in-error", "accounts:sign-in", None, sign_in_with_error, INVALID),
    State("sign-in-throttled", "accounts:sign-in", None, sign_in_throttled, HTTPStatus.TOO_MANY_REQUESTS),
    State("sign-in-out-of-date", "accounts:sign-in", None, signed_out_out_of_date, HTTPStatus.FORBIDDEN),
    State("sign-in-company-refused", "accounts:sign-in", None, sign_in_refused_by_the_company),
    State("sign-in-company-away", "accounts:sign-in", None, sign_in_with_the_company_away),
    State("sign-in-without-passwords", "accounts:sign-in", None, at("/sign-in/"), server=WITHOUT_PASSWORDS),
    State("sign-in-administrators", "accounts:sign-in", None, administrator_refused, INVALID, server=WITHOUT_PASSWORDS),
    State("company-leaving", "accounts:company-sign-in", None, on_to_the_company),
    State("password-forgotten", "accounts:password-forgotten", None, at("/account/password/forgotten/")),
    State("password-forgotten-error", "accounts:password-forgotten", None, forgotten_with_error, INVALID),
    State(
        "password-forgotten-throttled",
        "accounts:password-forgotten",
        None,
        forgotten_throttled,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
    State("password-mailed", "accounts:password-mailed", None, forgotten_and_mailed),
    State("password-by-link", "accounts:password-by-link", None, password_by_link),
    State("password-by-link-error", "accounts:password-by-link", None, password_by_link_with_error, INVALID),
    State("link-dead", "accounts:password-by-link", None, at("/account/link/x/"), HTTPStatus.GONE),
    State("sign-in-passkey-error", "accounts:passkey-sign-in", None, sign_in_by_passkey_with_error, INVALID),
    State("second-step-passkey", "accounts:second-step", COLLEAGUE, second_step_by_passkey),
    State("second-step-either", "accounts:second-step", COLLEAGUE, second_step_by_either),
    State("second-step-passkey-error", "accounts:second-step", COLLEAGUE, second_step_by_passkey_with_error, INVALID),
    State("second-step", "accounts:second-step", COLLEAGUE, second_step),
    State("second-step-error", "accounts:second-step", COLLEAGUE, second_step_with_error, INVALID),
    State("sign-out-out-of-date", "accounts:sign-out", HR, page_out_of_date, HTTPStatus.FORBIDDEN),
    State("sign-out-locked", "accounts:sign-out", COLLEAGUE, sign_out_without_database, AWAY, is_locked=True),
]
