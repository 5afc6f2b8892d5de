"""Somebody signs in with the company account, on the company's own page, with and without scripts."""

import re
import time

from playwright.sync_api import Page, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    confirm,
    give_code,
    give_password,
    go_to_the_company,
    let_confirmations_lapse,
    mail_to,
    open_account_menu,
    server_of,
    set_up_app,
    sign_in,
    sign_in_at_the_company,
)


def test_first_sign_in_links_and_signing_out_ends_both(page: Page, javascript: bool):
    server = server_of(page)
    server.company.add_person(COLLEAGUE)
    page.goto("/teams/")

    page.get_by_role("button", name="Sign in with your company account").click()
    sign_in_at_the_company(page, COLLEAGUE)

    expect(page).to_have_url(f"{server.address}/teams/")
    assert mail_to(server, COLLEAGUE)["Subject"] == "Your company account can sign in"

    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(re.compile(rf"^{server.address}/sign-in/"))
    go_to_the_company(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in at the company")


def test_whoever_is_signed_in_there_is_in_at_a_press(page: Page):
    server_of(page).company.add_person(COLLEAGUE)
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    page.context.clear_cookies(name="sessionid")

    go_to_the_company(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_hr_links_on_purpose_and_unlinks(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(401)  # the question who one is
    server_of(page).company.add_person(HR)
    sign_in(page, HR)
    let_confirmations_lapse(page)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("link", name="Company account").click()

    page.get_by_role("button", name="Link").click()
    confirm(page)
    sign_in_at_the_company(page, HR)

    expect(page.get_by_text("Linked", exact=True)).to_be_visible()

    page.get_by_role("button", name="Unlink").click()

    expect(page.get_by_text("Not linked")).to_be_visible()


def test_company_confirms_what_waits_in_another_tab(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(401)  # the question who one is
    server_of(page).company.add_person(COLLEAGUE)
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)
    page.goto("/account/company/")
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Unlink").click()

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with your company account in a new tab").click()
    sign_in_at_the_company(opened.value, COLLEAGUE)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Thank you, it’s you")
    page.get_by_role("button", name="Confirm and go on").click()

    expect(page.get_by_text("Not linked")).to_be_visible()


def test_company_opens_the_page_that_waits(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(401)  # the question who one is
    server_of(page).company.add_person(COLLEAGUE)
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)
    let_confirmations_lapse(page)
    page.goto("/account/two-steps/app/")

    page.get_by_role("button", name="Sign in with your company account").click()
    sign_in_at_the_company(page, COLLEAGUE)

    expect(page.get_by_label("Code from the app")).to_be_visible()


def test_second_step_follows(page: Page):
    server_of(page).company.add_person(COLLEAGUE)
    sign_in(page, COLLEAGUE)
    app = set_up_app(page)
    page.context.clear_cookies()
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    give_code(page, app.at(int(time.time()) + 30))

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_wrong_password_there_and_a_right_one_here(page: Page):
    server_of(page).company.add_person(COLLEAGUE, password="another")
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_be_visible()

    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
