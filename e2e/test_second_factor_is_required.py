"""HR is reminded of a second factor, and after the days of grace sets one up before anything else."""

import re
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    fill_contact,
    give_device,
    give_password,
    new_joiner,
    open_account_menu,
    open_person,
    save,
    search_box,
    sign_in,
)

SOMEONE = "Henrik Jørgensen"
REMINDER = "Please set it up by"
WANTED = "Your account needs two-step sign-in."


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], demanding_server: DemoServer) -> dict[str, Any]:
    return browser_context_args | {"base_url": demanding_server.address}


@pytest.fixture
def allowed_statuses() -> set[int]:
    return {403, 422}


def set_up_from_here(page: Page) -> None:
    """On the page of factors: an authenticator app, up to the codes that are shown once."""
    page.get_by_role("link", name="Set up an authenticator app").click()
    app = pyotp.TOTP("".join(page.get_by_test_id("key").inner_text().split()))
    page.get_by_label("Code from the app").fill(app.now())
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_reminder_leads_to_setting_one_up_and_back(page: Page, javascript: bool):
    sign_in(page, HR)
    page.goto("/teams/")
    reminder = page.get_by_role("complementary", name="Two-step sign-in")
    expect(reminder).to_contain_text(REMINDER)

    reminder.get_by_role("link", name="two-step sign-in").click()
    expect(page.get_by_text("Your account needs two-step sign-in by")).to_be_visible()
    expect(reminder).to_have_count(0)
    set_up_from_here(page)
    page.get_by_role("link", name="I have kept them").click()

    expect(page).to_have_url(re.compile("/teams/$"))
    expect(reminder).to_have_count(0)


def test_colleague_is_not_reminded(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    expect(page.get_by_text(REMINDER)).to_have_count(0)


def test_after_the_last_day_only_setting_one_up_is_open(page: Page, demanding_server: DemoServer, javascript: bool):
    demanding_server.let_days_of_grace_pass(HR)
    page.goto("/employees/?q=anna")
    give_password(page, HR)
    expect(page.get_by_text(WANTED)).to_be_visible()
    expect(page.get_by_text("There was time until")).to_be_visible()
    expect(page.get_by_role("search")).to_have_count(0)

    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_text(WANTED)).to_be_visible()
    page.goto("/employees/?q=anna")
    set_up_from_here(page)
    page.get_by_role("link", name="I have kept them").click()

    expect(page).to_have_url(re.compile(r"/employees/\?q=anna$"))
    expect(page.get_by_role("search")).to_be_visible()


def test_passkey_opens_everything_too(page: Page, demanding_server: DemoServer):
    give_device(page)
    demanding_server.let_days_of_grace_pass(HR)
    sign_in(page, HR)
    page.goto("/teams/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("link", name="I have kept them").click()

    expect(page).to_have_url(re.compile("/teams/$"))


def test_administrator_without_one_is_not_locked_out(page: Page, demanding_server: DemoServer):
    demanding_server.let_days_of_grace_pass(ADMINISTRATOR)
    page.goto("/admin/")
    give_password(page, ADMINISTRATOR)
    set_up_from_here(page)
    page.get_by_role("link", name="I have kept them").click()

    expect(page).to_have_url(re.compile("/admin/$"))


def test_whoever_is_led_aside_may_sign_out(page: Page, demanding_server: DemoServer, javascript: bool):
    demanding_server.let_days_of_grace_pass(HR)
    sign_in(page, HR)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_what_is_typed_when_the_last_day_ends_is_saved_from_the_same_page(
    page: Page, demanding_server: DemoServer, javascript
):
    """Set up in a new tab, meanwhile the form waits in the first."""
    sign_in(page, HR)
    page.goto("/employees/new/")
    joiner = new_joiner()
    fill_contact(page, joiner)
    demanding_server.let_days_of_grace_pass(HR)
    save(page)

    link = page.get_by_role("link", name=re.compile("et .*up.* in a new tab"))
    with page.expect_popup() as opened:
        link.click()
    set_up_from_here(opened.value)
    save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)


def test_search_in_an_old_page_leads_to_setting_one_up(page: Page, demanding_server: DemoServer):
    sign_in(page, HR)
    open_person(page, SOMEONE)
    demanding_server.let_days_of_grace_pass(HR)
    search_box(page).press_sequentially("an")

    expect(page.get_by_text(WANTED)).to_be_visible()


def test_edit_in_place_leads_to_setting_one_up_and_back(page: Page, demanding_server: DemoServer, javascript: bool):
    sign_in(page, HR)
    open_person(page, SOMEONE)
    person = page.url
    demanding_server.let_days_of_grace_pass(HR)
    page.get_by_role("link", name="Edit Contact").click()
    set_up_from_here(page)
    page.get_by_role("link", name="I have kept them").click()

    expect(page).to_have_url(re.compile(f"^{person}"))
