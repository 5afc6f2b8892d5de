"""Two tabs of one browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    HR,
    add_employee,
    announcement,
    edit,
    fact,
    give_password,
    new_joiner,
    open_account_menu,
    open_person,
    save,
    search_box,
    sign_in,
)

SIGN_IN = re.compile("/sign-in/")
SEARCH_KEPT_BY_HTMX = "sessionStorage.getItem('htmx-current-path-for-history')"


@pytest.mark.rounds(1, 10)
def test_changes_of_two_tabs_are_both_kept(page: Page):
    sign_in(page, HR)
    add_employee(page)
    new = new_joiner()
    page.reload()
    other_tab = page.context.new_page()
    other_tab.goto(page.url)

    edit(page, "contact")
    page.get_by_label("Phone").fill(new.phone)
    edit(other_tab, "work")
    other_tab.get_by_label("Team").select_option("Product")
    save(page)
    expect(announcement(page)).to_have_text("Saved")
    save(other_tab)
    expect(announcement(other_tab)).to_have_text("Saved")

    for tab in (page, other_tab):
        tab.reload()
        expect(fact(tab, "Phone").get_by_role("link")).to_have_attribute("href", f"tel:{new.phone}")
        expect(fact(tab, "Team")).to_have_text("Product")


def sign_out(page: Page) -> None:
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(SIGN_IN)


def test_signing_out_in_one_tab_takes_private_fields_off_the_other(page: Page):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    expect(fact(page, "Address")).to_be_visible()
    other_tab = page.context.new_page()
    other_tab.goto("/employees/")

    sign_out(other_tab)

    expect(page).to_have_url(SIGN_IN)
    give_password(other_tab, HR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


def test_signing_out_in_one_tab_leaves_what_is_typed_in_the_other(page: Page, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("Last name").fill("Typed")
    other_tab = page.context.new_page()
    other_tab.goto("/employees/")

    sign_out(other_tab)

    expect(page.get_by_role("alert")).to_contain_text("You are signed out. Sign in in a new tab, then press Save again")
    expect(page.get_by_label("Last name")).to_have_value("Typed")


def test_signing_out_forgets_what_was_searched(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    search_box(page).press_sequentially("jorgensen")
    expect(page).to_have_url(re.compile("q=jorgensen"))
    assert "jorgensen" in page.evaluate(SEARCH_KEPT_BY_HTMX)

    sign_out(page)

    assert page.evaluate(SEARCH_KEPT_BY_HTMX) is None
