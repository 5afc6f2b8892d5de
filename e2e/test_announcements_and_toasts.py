"""What is said without being asked: once, in whole sentences; and toasts, which go by themselves or by Esc."""

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import HR, add_employee, announcement, heard, listen, open_person, save, search_box, sign_in, star_button


@pytest.fixture(autouse=True)
def signed_in(page: Page) -> None:
    sign_in(page, HR)


@pytest.fixture
def toast(page: Page) -> Locator:
    """With the link "Add another"."""
    page.clock.install()
    add_employee(page)
    save(page)
    toast = page.get_by_role("region", name="Messages").locator("div", has_text="Saved")
    expect(toast).to_be_visible()
    return toast


def test_same_count_is_said_once(page: Page):
    page.goto("/employees/")
    listen(page)

    search_box(page).press_sequentially("henrik jorgensen", delay=300)

    expect(announcement(page)).to_contain_text("1 of ")
    said = heard(page)
    assert said == [text for text, before in zip(said, [None, *said], strict=False) if text != before]


def test_count_is_said_after_a_pause(page: Page):
    page.goto("/employees/")
    listen(page)

    search_box(page).press_sequentially("henrik jorgensen", delay=110)

    expect(announcement(page)).to_contain_text("1 of ")
    assert len(heard(page)) < 5


def test_sentences_are_apart(page: Page):
    add_employee(page)

    expect(announcement(page)).to_contain_text("was added. Please complete")


def test_same_sentence_is_said_again_later(page: Page):
    page.clock.install()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_person(page, "Henrik Jørgensen")
    listen(page)

    for _ in range(2):
        page.get_by_role("button", name="Copy phone").click()
        expect(announcement(page)).to_have_text("Phone copied")
        page.clock.run_for(4_000)

    assert heard(page) == ["Phone copied", "Phone copied"]


def test_toast_goes_after_eight_seconds(page: Page, toast: Locator):
    page.clock.run_for(7_000)
    expect(toast).to_be_visible()

    page.clock.run_for(1_500)

    expect(toast).to_be_hidden()


@pytest.mark.parametrize("stays", ["hovered", "focused"])
def test_toast_stays_while_it_is_used(page: Page, toast: Locator, stays: str):
    link = toast.get_by_role("link", name="Add another")
    link.hover() if stays == "hovered" else link.focus()

    page.clock.run_for(30_000)

    expect(toast).to_be_visible()


def test_toast_is_closed_by_escape(page: Page, toast: Locator):
    toast.get_by_role("link", name="Add another").focus()

    page.keyboard.press("Escape")

    expect(toast).to_be_hidden()
    expect(page.get_by_role("main")).to_be_focused()


def test_toast_is_dismissed(page: Page, toast: Locator):
    toast.get_by_role("button", name="Dismiss").click()

    expect(toast).to_be_hidden()


def test_toast_without_an_act_goes_too(page: Page):
    page.clock.install()
    open_person(page, "Henrik Jørgensen")
    star_button(page).click()
    toast = page.get_by_role("region", name="Messages").get_by_text("is starred")
    expect(toast).to_be_visible()

    page.clock.run_for(8_500)

    expect(toast).to_be_hidden()
