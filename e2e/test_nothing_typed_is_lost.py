"""Leaving a form asks before it throws away what was typed, and keys do what the sheet of shortcuts says."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from e2e.steps import HR, add_employee, announcement, discard, edit, fact, new_joiner, open_person, save, sign_in


@pytest.fixture(autouse=True)
def signed_in(page: Page) -> None:
    sign_in(page, HR)


@pytest.fixture
def question(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Discard what you typed?")


@pytest.fixture
def questions_of_browser(page: Page) -> list[str]:
    """What the browser itself asks; each is answered with yes."""
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return asked


def test_escape_asks_and_editing_goes_on(page: Page, question: Locator):
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("Last name").fill("Typed")

    page.keyboard.press("Escape")
    expect(question.get_by_role("button", name="Keep editing")).to_be_focused()
    page.keyboard.press("Escape")

    expect(question).to_be_hidden()
    expect(page.get_by_label("Last name")).to_be_focused()
    expect(page.get_by_label("Last name")).to_have_value("Typed")


def test_cancel_asks_and_discards(page: Page, question: Locator):
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("Last name").fill("Typed")

    page.get_by_role("link", name="Cancel").click()
    question.get_by_role("button", name="Keep editing").click()
    expect(page.get_by_label("Last name")).to_have_value("Typed")
    page.get_by_role("link", name="Cancel").click()
    discard(page)

    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


def test_mistakes_that_came_back_are_typing_too(page: Page, question: Locator):
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("Phone").fill("12")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()

    page.keyboard.press("Escape")

    expect(question).to_be_visible()


@pytest.mark.parametrize("section", ["contact", "work"])
def test_nothing_typed_asks_nothing(page: Page, question: Locator, section: str):
    open_person(page, "Henrik Jørgensen")
    edit(page, section)

    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name=f"Edit {section}")).to_be_visible()
    expect(question).to_be_hidden()


def test_typing_taken_back_asks_nothing(page: Page, question: Locator):
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("Last name").fill("Typed")
    page.get_by_label("Last name").fill("Jørgensen")

    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Edit contact")).to_be_visible()
    expect(question).to_be_hidden()


def test_escape_leaves_add_employee(page: Page, questions_of_browser: list[str]):
    page.goto("/employees/new/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")

    page.goto("/employees/new/")
    page.get_by_label("First name").fill("Typed")
    page.keyboard.press("Escape")
    expect(page.get_by_label("First name")).to_have_value("Typed")
    discard(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    assert not questions_of_browser


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_enter_with_control_saves(page: Page, keys: str):
    add_employee(page)
    page.get_by_label("Address").fill("1 Main Street")

    page.keyboard.press(keys)

    expect(announcement(page)).to_contain_text("Saved")
    expect(fact(page, "Address")).to_have_text("1 Main Street")


@pytest.mark.usefixtures("javascript")
def test_completing_a_profile_can_wait(page: Page):
    joiner = add_employee(page)

    page.get_by_role("link", name="Later").click()

    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
    expect(page).to_have_url(re.compile(r"/employees/\d+/$"))


def test_changed_values_are_shown_where_they_were_saved(page: Page):
    add_employee(page)
    page.reload()
    edit(page, "contact")
    new = new_joiner()
    page.get_by_label("Phone").fill(new.phone)
    page.get_by_label("Last name").fill(new.last_name)

    save(page)

    expect(fact(page, "Phone")).to_have_css("animation-name", "tint")
    expect(page.get_by_role("heading", level=1)).to_have_css("animation-name", "tint")
    expect(fact(page, "E-mail")).to_have_css("animation-name", "none")


@pytest.mark.browser_context_args(reduced_motion="reduce")
def test_changed_values_do_not_move_where_motion_is_not_wanted(page: Page):
    add_employee(page)
    page.reload()
    edit(page, "contact")
    page.get_by_label("Phone").fill(new_joiner().phone)

    save(page)

    expect(announcement(page)).to_have_text("Saved")
    expect(fact(page, "Phone")).to_have_css("animation-name", "none")
