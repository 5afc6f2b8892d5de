import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    Joiner,
    add_employee,
    announcement,
    fact,
    fill_contact,
    give_password,
    new_joiner,
    profile_form,
    save,
    search_box,
    sign_in,
)

SIGN_IN = re.compile("/sign-in/")
without_javascript = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture
def allowed_statuses() -> set[int]:
    return {401, 403}


@pytest.fixture
def joiner(page: Page) -> Joiner:
    """Somebody who is typed into the form and not saved yet."""
    sign_in(page, HR)
    page.goto("/employees/new/")
    joiner = new_joiner()
    fill_contact(page, joiner)
    return joiner


def expire_sign_in(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in_in_new_tab(page: Page) -> None:
    """Follow the link in the message and sign in; the page itself stays."""
    with page.expect_popup() as popup:
        page.get_by_role("alert").get_by_role("link", name="Sign in in a new tab").click()
    give_password(popup.value, HR)
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("Directory")
    popup.value.close()


def sign_out_and_in_in_another_tab(page: Page) -> None:
    other_tab = page.context.new_page()
    other_tab.goto("/me/")
    other_tab.locator("summary", has_text="Account of").click()
    other_tab.get_by_role("button", name="Sign out").click()
    expect(other_tab).to_have_url(SIGN_IN)
    give_password(other_tab, HR)
    expect(other_tab.get_by_role("heading", level=1)).to_have_text("Directory")
    other_tab.close()


def alert(page: Page, text: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=text)


def expect_still_typed(page: Page, joiner: Joiner) -> None:
    expect(page.get_by_label("First name")).to_have_value(joiner.first_name)
    expect(page.get_by_label("Last name")).to_have_value(joiner.last_name)
    expect(page.get_by_label("E-mail")).to_have_value(joiner.email)
    expect(page.get_by_label("Phone")).to_have_value(joiner.phone)


def test_filled_form_is_saved_after_signing_in_again(page: Page, joiner: Joiner):
    expire_sign_in(page)

    save(page)

    expect(alert(page, "You are signed out. Sign in in a new tab, then press Save again")).to_be_visible()
    expect_still_typed(page, joiner)

    sign_in_in_new_tab(page)
    expect_still_typed(page, joiner)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_saving_again_without_signing_in_says_it_again(page: Page, joiner: Joiner):
    expire_sign_in(page)
    save(page)
    alert(page, "You are signed out").get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("alert")).to_have_count(0)

    save(page)

    expect(alert(page, "You are signed out")).to_be_visible()
    expect_still_typed(page, joiner)


def test_filled_section_is_saved_after_signing_in_again(page: Page):
    sign_in(page, HR)
    add_employee(page)
    page.get_by_label("Address").fill("1 Main Street")
    expire_sign_in(page)

    save(page)
    expect(alert(page, "You are signed out")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("1 Main Street")
    sign_in_in_new_tab(page)
    save(page)

    expect(announcement(page)).to_contain_text("Saved")
    expect(fact(page, "Address")).to_have_text("1 Main Street")


@without_javascript
def test_filled_form_comes_back_without_javascript(page: Page, joiner: Joiner):
    expire_sign_in(page)

    save(page)

    expect(alert(page, "You are signed out, and this was not saved yet")).to_be_visible()
    expect_still_typed(page, joiner)

    sign_in_in_new_tab(page)
    save(page)  # with the token from before signing in
    expect(alert(page, "This was not saved yet")).to_be_visible()
    expect_still_typed(page, joiner)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


@without_javascript
def test_filled_section_comes_back_without_javascript(page: Page):
    sign_in(page, HR)
    add_employee(page)
    page.get_by_label("Team").select_option("Marketing")
    page.get_by_label("Address").fill("1 Main Street\nSpringfield")
    expire_sign_in(page)

    save(page)
    sign_in_in_new_tab(page)
    save(page)
    expect(page.get_by_label("Address")).to_have_value("1 Main Street\nSpringfield")
    save(page)

    expect(fact(page, "Team")).to_have_text("Marketing")
    expect(fact(page, "Address")).to_contain_text("Springfield")


def test_sign_in_changed_in_another_tab_asks_to_save_again(page: Page, joiner: Joiner):
    sign_out_and_in_in_another_tab(page)

    expect(alert(page, "Your sign-in changed in another tab. Please press Save again")).to_be_visible()
    expect_still_typed(page, joiner)

    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


def test_token_that_is_refused_asks_to_save_again(page: Page, joiner: Joiner):
    page.context.clear_cookies(name="csrftoken")

    save(page)

    expect(alert(page, "Your sign-in changed in another tab. Please press Save again")).to_be_visible()
    expect_still_typed(page, joiner)

    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


@without_javascript
def test_token_changed_by_another_tab_gives_the_form_back_without_javascript(page: Page, joiner: Joiner):
    sign_out_and_in_in_another_tab(page)

    save(page)

    expect(alert(page, "Your sign-in changed in another tab")).to_be_visible()
    expect_still_typed(page, joiner)

    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


def test_search_leads_to_the_sign_in_and_back(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/?team=engineering")
    expire_sign_in(page)

    search_box(page).press_sequentially("jorgensen")

    expect(page).to_have_url(SIGN_IN)
    give_password(page, COLLEAGUE)
    expect(page).to_have_url(re.compile(r"/employees/\?team=engineering$"))
    expect(page.get_by_role("link", name="Remove team Engineering")).to_be_visible()


def test_edit_leads_to_the_sign_in_and_back(page: Page):
    sign_in(page, HR)
    joiner = add_employee(page)
    page.reload()
    expire_sign_in(page)

    page.get_by_role("link", name="Edit contact").click()

    expect(page).to_have_url(SIGN_IN)
    give_password(page, HR)
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
