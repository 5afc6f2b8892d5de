"""Whoever edits a section is at its Edit link again afterwards, and hears once what happened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    add_employee,
    announcement,
    discard,
    edit,
    heard,
    listen,
    open_person,
    save,
    sign_in,
)

SECTIONS = "contact", "work", "private", "shared"


def own_page(page: Page) -> None:
    page.goto("/me/")


def page_of_another(page: Page) -> None:
    open_person(page, "Henrik Jørgensen")


# Who looks at whom, and the sections that they may edit there.
READERS: dict[str, tuple[str, Callable[[Page], None], tuple[str, ...]]] = {
    "employee-own": (COLLEAGUE, own_page, ("contact", "private", "shared")),
    "hr-own": (HR, own_page, SECTIONS),
    "hr-another": (HR, page_of_another, SECTIONS),
    "administrator-another": (ADMINISTRATOR, page_of_another, SECTIONS),
}


def open_page(page: Page, reader: str) -> None:
    email, reach, _ = READERS[reader]
    sign_in(page, email)
    reach(page)


def change(page: Page, section: str) -> None:
    """Put something new into one field, and stay there."""
    match section:
        case "contact":
            page.get_by_label("Phone").fill("+14155552671")
        case "work":
            page.get_by_label("Team").select_option("Marketing")
            page.get_by_label("Team").focus()
        case "private":
            page.get_by_label("Address").fill("2 Side Street")
        case "shared":
            page.get_by_label("Mobile", exact=True).fill("+14155552671")


def cancel(page: Page, _section: str) -> None:
    page.get_by_role("link", name="Cancel").click()


def escape(page: Page, _section: str) -> None:
    page.keyboard.press("Escape")


def cancel_and_discard(page: Page, section: str) -> None:
    change(page, section)
    page.get_by_role("link", name="Cancel").click()
    discard(page)


def escape_and_discard(page: Page, section: str) -> None:
    change(page, section)
    page.keyboard.press("Escape")
    discard(page)


def save_by_click(page: Page, section: str) -> None:
    change(page, section)
    save(page)


def save_by_key(page: Page, section: str) -> None:
    change(page, section)
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize(
    ("reader", "section"), [(reader, section) for reader, (_, _, sections) in READERS.items() for section in sections]
)
def test_edit_has_the_focus_again(page: Page, reader: str, section: str):
    open_page(page, reader)

    for leave in (cancel, escape, cancel_and_discard, escape_and_discard, save_by_click, save_by_key):
        edit(page, section)
        leave(page, section)

        expect(page.get_by_role("form", name=" of ")).to_have_count(0)
        expect(page.get_by_role("link", name=f"Edit {section}")).to_be_focused()


@pytest.mark.parametrize("reader", READERS)
def test_saved_is_said_once(page: Page, reader: str):
    open_page(page, reader)
    listen(page)

    edit(page, "private")
    change(page, "private")
    save(page)

    expect(announcement(page)).to_have_text("Saved")
    page.wait_for_timeout(500)
    assert heard(page) == ["Saved"]


@pytest.mark.parametrize("email", [HR, ADMINISTRATOR])
@pytest.mark.parametrize("act", ["Save", "Later"])
def test_completed_or_left_for_later_the_profile_can_be_edited_at_once(page: Page, email: str, act: str):
    sign_in(page, email)
    joiner = add_employee(page)

    page.get_by_text(act, exact=True).click()

    expect(page.get_by_role("form", name=f"of {joiner.name}")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit work")).to_be_focused()
