import pytest
from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, HR, open_person, results, search_box, sign_in


@pytest.fixture
def sheet(page: Page):
    return page.get_by_role("dialog", name="Keyboard shortcuts")


def test_arrows_move_and_enter_opens(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    page.keyboard.press("/")
    page.keyboard.type("henrik jørgensen")
    expect(results(page)).to_have_count(1)

    page.keyboard.press("ArrowDown")
    expect(results(page).get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(search_box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


def test_e_edits_and_escape_cancels(page: Page):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")

    page.keyboard.press("e")
    expect(page.get_by_label("First name")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_label("First name")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()


def test_n_adds_an_employee(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")

    page.keyboard.press("n")

    expect(page.get_by_label("First name")).to_be_focused()


def test_nothing_fires_while_typing(page: Page, sheet):
    sign_in(page, HR)
    page.goto("/employees/")
    search_box(page).focus()

    page.keyboard.type("ne?/")

    expect(search_box(page)).to_have_value("ne?/")
    expect(sheet).to_be_hidden()


def test_single_characters_can_be_switched_off(page: Page, sheet):
    sign_in(page, HR)
    page.goto("/employees/")
    page.keyboard.press("?")
    sheet.get_by_role("switch", name="Single-character shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")

    expect(sheet).to_be_hidden()
    expect(search_box(page)).not_to_be_focused()
