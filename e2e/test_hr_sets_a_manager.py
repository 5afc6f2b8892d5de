"""HR finds somebody's manager by search, and whoever opens the page gets from person to person by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, HR, edit, fact, open_person, save, sign_in, suggestions


def test_hr_sets_a_manager_by_search(page: Page):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")

    edit(page, "work")
    page.get_by_label("Manager").fill("hana ito")
    expect(suggestions(page).first).to_contain_text("Hana")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Manager")).to_have_value("Hana Ito")
    save(page)

    expect(fact(page, "Manager")).to_have_text("Hana Ito")
    expect(page.get_by_role("complementary").get_by_role("listitem").first).to_contain_text("Hana Ito")


@pytest.mark.parametrize("width", [320, 1280])
def test_people_around_are_reached_by_keyboard(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, COLLEAGUE)
    open_person(page, "Henrik Jørgensen")
    manager = page.get_by_role("complementary").get_by_role("link").first
    name = manager.locator("bdi").inner_text()

    page.get_by_role("link", name="Mail", exact=True).focus()
    for _ in range(30):
        if manager.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name=re.compile("^Manages"))).to_be_visible()
