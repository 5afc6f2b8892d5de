import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    announcement,
    open_account_menu,
    open_person,
    results,
    search_box,
    sign_in,
)


@pytest.fixture(autouse=True)
def signed_in(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, COLLEAGUE)


def copy_buttons(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Copy "))


def expect_copied(page: Page, text: str) -> None:
    assert page.evaluate("navigator.clipboard.readText()") == text


def choose_theme(page: Page, name: str) -> None:
    open_account_menu(page)
    page.get_by_role("group", name="Appearance").get_by_text(name, exact=True).click()
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    page.keyboard.press("Escape")


def expect_theme(page: Page, theme: str) -> None:
    expect(page.locator("html")).to_have_css("color-scheme", theme)


def test_email_and_phone_are_copied_on_the_page(page: Page):
    open_person(page, "Henrik Jørgensen")

    page.get_by_role("button", name="Copy e-mail").click()

    expect(announcement(page)).to_have_text("E-mail copied")
    expect_copied(page, "henrik.jorgensen@example.com")

    page.get_by_role("button", name="Copy phone").click()

    expect(announcement(page)).to_have_text("Phone copied")
    expect_copied(page, "+47 40 61 18 91")


def test_one_button_serves_the_list(page: Page):
    page.goto("/employees/?q=jorgensen")
    expect(results(page)).to_have_count(2)
    expect(copy_buttons(page)).to_have_count(0)

    page.get_by_role("link", name="henrik.jorgensen@example.com").hover()
    expect(copy_buttons(page)).to_have_accessible_name("Copy e-mail")
    copy_buttons(page).click()

    expect(announcement(page)).to_have_text("E-mail copied")
    expect_copied(page, "henrik.jorgensen@example.com")

    page.get_by_role("link", name="+47 40 61 18 91").hover()
    expect(copy_buttons(page)).to_have_accessible_name("Copy phone")
    copy_buttons(page).click()

    expect(announcement(page)).to_have_text("Phone copied")
    expect_copied(page, "+47 40 61 18 91")


def test_button_of_the_list_outlives_a_search_and_needs_no_mouse(page: Page):
    page.goto("/employees/")
    results(page).first.locator("xpath=following-sibling::td").get_by_role("link").first.hover()
    expect(copy_buttons(page)).to_have_count(1)
    search_box(page).press_sequentially("henrik jorgensen")
    expect(page.locator("#employee-results")).to_have_attribute("data-query", "henrik jorgensen")
    expect(announcement(page)).to_have_text("1 of 200 people matches")

    page.get_by_role("link", name="henrik.jorgensen@example.com").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy e-mail")).to_be_focused()
    page.keyboard.press("Enter")

    expect(announcement(page)).to_have_text("E-mail copied")
    expect_copied(page, "henrik.jorgensen@example.com")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_theme_is_kept_after_reload_and_on_another_page(page: Page, theme: str):
    page.emulate_media(color_scheme="light" if theme == "Dark" else "dark")
    page.goto("/employees/")

    choose_theme(page, theme)

    expect_theme(page, theme.lower())
    page.reload()
    expect_theme(page, theme.lower())
    page.goto("/me/")
    expect_theme(page, theme.lower())
    open_account_menu(page)
    expect(page.get_by_role("radio", name=theme)).to_be_checked()


def test_theme_follows_the_system_when_asked_to(page: Page):
    page.emulate_media(color_scheme="light")
    page.goto("/employees/")
    choose_theme(page, "Dark")
    choose_theme(page, "System")
    expect_theme(page, "light")

    page.emulate_media(color_scheme="dark")

    expect_theme(page, "dark")
    page.reload()
    expect_theme(page, "dark")


def test_theme_is_one_choice_for_the_administration_too(page: Page):
    page.context.clear_cookies()
    sign_in(page, ADMINISTRATOR)
    page.emulate_media(color_scheme="dark")

    page.goto("/admin/")
    page.goto("/employees/")
    expect_theme(page, "dark")

    choose_theme(page, "Light")
    page.goto("/admin/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.goto("/employees/")
    choose_theme(page, "System")
    page.goto("/admin/")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
