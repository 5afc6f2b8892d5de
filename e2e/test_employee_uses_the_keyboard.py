import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    announcement,
    edit,
    fact,
    new_joiner,
    open_account_menu,
    open_person,
    profile_form,
    results,
    search_box,
    sign_in,
)


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


@pytest.mark.parametrize(
    ("key", "code"), [("N", "KeyN"), ("т", "KeyN"), ("n", "KeyL")], ids=["caps", "cyrillic", "dvorak"]
)
def test_letters_work_with_caps_lock_and_on_other_keyboards(page: Page, key: str, code: str):
    sign_in(page, HR)
    page.goto("/employees/")

    page.locator("body").dispatch_event("keydown", {"key": key, "code": code})

    expect(page.get_by_label("First name")).to_be_focused()


@pytest.mark.parametrize("event", [{"key": "N", "code": "KeyN", "shiftKey": True}, {"key": "б", "code": "Comma"}])
def test_other_letters_do_nothing(page: Page, event: dict[str, str | bool]):
    sign_in(page, HR)
    page.goto("/employees/")

    page.locator("body").dispatch_event("keydown", event)

    page.wait_for_timeout(200)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_nothing_fires_while_typing(page: Page, sheet):
    sign_in(page, HR)
    page.goto("/employees/")
    search_box(page).focus()

    page.keyboard.type("ne?/")

    expect(search_box(page)).to_have_value("ne?/")
    expect(sheet).to_be_hidden()

    open_person(page, "Henrik Jørgensen")
    edit(page, "private")
    page.get_by_label("Address").fill("")
    page.keyboard.type("ne?/")

    expect(page.get_by_label("Address")).to_have_value("ne?/")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


def test_single_characters_can_be_switched_off_and_on(page: Page, sheet):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    page.keyboard.press("?")
    sheet.get_by_role("switch", name="Shortcuts with one key").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    page.reload()
    page.keyboard.type("?/en")

    expect(sheet).to_be_hidden()
    expect(search_box(page)).not_to_be_focused()
    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")

    open_account_menu(page)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet.get_by_role("switch")).not_to_be_checked()
    sheet.get_by_role("switch").check()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # closes the menu behind the sheet
    page.keyboard.press("/")

    expect(search_box(page)).to_be_focused()


def test_a_colleague_is_found_edited_and_another_added_by_keyboard_alone(page: Page):
    sign_in(page, HR)
    joiner = new_joiner()
    page.goto("/employees/")
    heading = page.get_by_role("heading", level=1)

    page.keyboard.press("/")
    page.keyboard.type("jorgensen")
    expect(results(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(results(page).last.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Henrik Jørgensen")

    page.keyboard.press("e")
    expect(page.get_by_label("First name")).to_be_focused()
    page.keyboard.type("Never")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Discard")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()
    expect(heading).to_have_text("Henrik Jørgensen")

    page.keyboard.press("n")
    expect(page.get_by_label("First name")).to_be_focused()
    for text in (joiner.first_name, joiner.last_name, joiner.email):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type(joiner.phone)
    page.keyboard.press("Enter")
    expect(profile_form(page, joiner)).to_be_visible()

    expect(page.get_by_label("Team")).to_be_focused()
    page.keyboard.type("Eng")
    expect(page.get_by_label("Team")).to_have_value("engineering")
    page.get_by_label("Address").focus()
    page.keyboard.type("1 Main Street")
    while not page.evaluate("document.activeElement.matches('main button')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(announcement(page)).to_contain_text("Saved")
    expect(fact(page, "Team")).to_have_text("Engineering")
    expect(fact(page, "Address")).to_have_text("1 Main Street")
