"""Where nobody but administrators has a password, everybody else comes in by the company account."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.server import DemoServer
from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    give_password,
    go_to_the_company,
    let_confirmations_lapse,
    mail_to,
    open_account_menu,
    open_person,
    sign_in,
    sign_in_at_the_company,
)
from people.tests.mail_servers import words

SOMEONE, THEIRS = "Henrik Jørgensen", "henrik.jorgensen@example.com"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], server_without_passwords: DemoServer) -> dict[str, Any]:
    return browser_context_args | {"base_url": server_without_passwords.address}


@pytest.fixture
def theirs(browser: Browser, browser_context_args: dict[str, Any], javascript: bool) -> Iterator[Page]:
    """The browser of the person who gets access."""
    with browser.new_context(**browser_context_args, java_script_enabled=javascript) as context:
        yield context.new_page()


def test_invited_person_comes_in_by_the_company_account(page: Page, theirs: Page, server_without_passwords: DemoServer):
    server_without_passwords.company.add_person(THEIRS)
    sign_in(page, HR)
    open_person(page, SOMEONE)
    page.get_by_role("link", name="Give access").click()
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("Henrik signs in with your company account, without a password.")).to_be_visible()
    assert "press “Sign in with your company account”" in words(mail_to(server_without_passwords, THEIRS))

    go_to_the_company(theirs)
    sign_in_at_the_company(theirs, THEIRS)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Directory")

    open_person(page, SOMEONE)
    expect(page.get_by_text(f"Signs in as {THEIRS}, last on")).to_be_visible()

    open_account_menu(theirs)
    expect(theirs.get_by_role("link", name="Change password")).to_have_count(0)
    let_confirmations_lapse(page)
    theirs.get_by_role("link", name="Two-step sign-in").click()
    theirs.get_by_role("link", name="Set up an authenticator app").click()
    theirs.get_by_role("button", name="Sign in with your company account").click()
    sign_in_at_the_company(theirs, THEIRS)
    expect(theirs.get_by_label("Code from the app")).to_be_visible()


def test_password_is_for_administrators(page: Page, javascript: bool):
    page.goto("/sign-in/")
    expect(page.get_by_role("button", name="Sign in with your company account")).to_be_visible()
    expect(page.get_by_label("Password")).not_to_be_visible()

    page.get_by_text("Administrators sign in here").click()
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_contain_text("This e-mail and password don’t belong together.")
    give_password(page, ADMINISTRATOR)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
