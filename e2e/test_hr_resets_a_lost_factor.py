"""Somebody has lost the phone and the recovery codes: HR resets the second step, and the password alone signs in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.server import DemoServer
from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    confirm,
    give_password,
    let_confirmations_lapse,
    mail_to,
    open_person,
    set_up_app,
    sign_in,
)

NAME = "Maja Jørgensen"


@pytest.fixture
def theirs(browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """The browser of the person who has lost it, at the second step."""
    with browser.new_context(base_url=base_url, java_script_enabled=javascript) as context:
        page = context.new_page()
        sign_in(page, COLLEAGUE)
        set_up_app(page)
        context.clear_cookies()
        begin(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
        yield page


def begin(page: Page) -> None:
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)


def test_hr_resets_the_second_step_of_a_colleague(
    page: Page, theirs: Page, server: DemoServer, allowed_statuses: set[int]
):
    allowed_statuses.add(401)
    sign_in(page, HR)
    open_person(page, NAME)
    page.get_by_role("link", name="Change access").click()
    expect(page.get_by_text("Two-step sign-in: authenticator app.")).to_be_visible()
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Reset two-step sign-in").click()
    confirm(page)
    expect(page.get_by_text("Two-step sign-in is reset. A mail about it is on its way.").first).to_be_visible()
    expect(page.get_by_text("Two-step sign-in: off.")).to_be_visible()
    expect(page.get_by_role("button", name="Reset two-step sign-in")).to_be_hidden()

    theirs.get_by_label("Code").fill("123456")
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_text("Please sign in once more.").first).to_be_visible()
    begin(theirs)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Directory")
    assert mail_to(server, COLLEAGUE, 2)["Subject"] == "Your two-step sign-in was reset"


def test_administrator_resets_the_second_step_of_an_account(page: Page, theirs: Page):
    sign_in(page, ADMINISTRATOR)
    page.goto(f"/admin/accounts/user/?q={COLLEAGUE}")
    page.get_by_role("link", name=COLLEAGUE).click()
    page.get_by_role("button", name="Reset two-step sign-in").click()
    expect(page.get_by_text("Two-step sign-in is reset. A mail about it is on its way.")).to_be_visible()
    expect(page.get_by_text("It is off: the first step alone signs in.")).to_be_visible()

    begin(theirs)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Directory")
