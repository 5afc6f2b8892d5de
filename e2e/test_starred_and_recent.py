"""Whom one has starred and whom one opened last, in the empty search; nobody else at this browser sees them."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    address_of,
    announcement,
    give_password,
    open_account_menu,
    open_person,
    results,
    search_box,
    sign_in,
    star_button,
    suggestions,
)

BLOCK_STORAGE = """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked") } })"""
STARRED, OTHER, LAST = "Henrik Jørgensen", "Maja Jørgensen", "William Williams"


def star(page: Page, name: str) -> None:
    open_person(page, name)
    star_button(page).click()
    expect(star_button(page)).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def reader(page: Page) -> Page:
    """The browser of HR, who starred nobody."""
    sign_in(page, HR)
    return page


def expect_at_hand(page: Page, *names: str) -> None:
    """The people in the empty search."""
    with page.expect_response(re.compile("/employees/suggestions/")):
        page.keyboard.press("/")
    last_row = [re.compile("People you starred")] if names else []
    expect(suggestions(page)).to_have_text([*(re.compile(name) for name in names), *last_row])


def recent(page: Page) -> list[str]:
    """The keys that the browser remembers."""
    return page.evaluate("(localStorage.getItem('recent') || '').split(',').filter(Boolean)")


# Stars


def test_starred_person_is_at_hand_on_every_page(reader: Page):
    star(reader, STARRED)
    expect(announcement(reader)).to_have_text(f"{STARRED} is starred")
    expect(star_button(reader)).to_be_focused()
    reader.evaluate("localStorage.clear()")

    for address in ["/employees/", "/me/", "/employees/new/"]:
        reader.goto(address)
        if address == "/employees/new/":
            reader.get_by_role("heading", level=1).click()
        expect_at_hand(reader, STARRED)
        expect(announcement(reader)).to_have_text("1 starred")

    reader.keyboard.press("ArrowDown")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text(STARRED)


def test_star_is_taken_again(reader: Page):
    star(reader, STARRED)
    reader.reload()

    star_button(reader).click()

    expect(star_button(reader)).to_have_attribute("aria-pressed", "false")
    expect(announcement(reader)).to_have_text(f"{STARRED} is no longer starred")
    reader.reload()
    expect(star_button(reader)).to_have_attribute("aria-pressed", "false")


def test_star_says_what_it_is(reader: Page):
    open_person(reader, STARRED)
    expect(star_button(reader)).to_have_accessible_name("Star")

    star_button(reader).click()

    expect(star_button(reader)).to_have_accessible_name("Starred")


def test_each_click_does_what_the_button_says(reader: Page):
    open_person(reader, STARRED)

    star_button(reader).click()
    expect(star_button(reader)).to_have_attribute("aria-pressed", "true")
    star_button(reader).click()

    expect(star_button(reader)).to_have_attribute("aria-pressed", "false")
    reader.reload()
    expect(star_button(reader)).to_have_attribute("aria-pressed", "false")


def test_second_click_before_the_answer_asks_for_the_same(reader: Page):
    open_person(reader, STARRED)
    sent: list[Route] = []
    reader.route("**/star/", lambda route: sent.append(route))
    with reader.expect_request("**/star/"):
        star_button(reader).dblclick()
    reader.wait_for_timeout(100)

    (route,) = sent
    route.continue_()

    expect(star_button(reader)).to_have_attribute("aria-pressed", "true")
    reader.reload()
    expect(star_button(reader)).to_have_attribute("aria-pressed", "true")


def test_refused_star_speaks_of_the_star(reader: Page, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    open_person(reader, STARRED)
    reader.context.clear_cookies(name="sessionid")

    star_button(reader).click()

    expect(reader.get_by_role("alert")).to_contain_text("Sign in in a new tab, then press Star again.")


def test_star_without_javascript(browser: Browser, base_url: str):
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, HR)
        open_person(page, STARRED)

        star_button(page).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(STARRED)
        expect(star_button(page)).to_have_attribute("aria-pressed", "true")
        open_account_menu(page)
        page.get_by_role("link", name="People you starred").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("People you starred")
        page.get_by_role("link", name=STARRED).click()
        expect(star_button(page)).to_have_attribute("aria-pressed", "true")


def test_stars_are_the_readers_own(reader: Page, browser: Browser, base_url: str):
    star(reader, STARRED)

    with browser.new_context(base_url=base_url) as context:
        other = context.new_page()
        sign_in(other, COLLEAGUE)
        other.goto("/me/")
        expect_at_hand(other)
        open_person(other, STARRED)
        expect(star_button(other)).to_have_attribute("aria-pressed", "false")


# Recent


def test_people_opened_last_come_first(reader: Page):
    for name in [OTHER, STARRED, OTHER, LAST]:
        open_person(reader, name)

    expect_at_hand(reader, LAST, OTHER, STARRED)

    expect(announcement(reader)).to_have_text("3 recent")
    assert [key.isdigit() for key in recent(reader)] == [True] * 3


def test_own_page_is_no_look_up(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")
    assert recent(page) == []


def test_eight_are_remembered(reader: Page):
    reader.goto("/employees/")
    addresses = [address_of(link) for link in results(reader).get_by_role("link").all()[:10]]

    for address in addresses:
        reader.goto(address)
        reader.wait_for_function(
            "key => localStorage.getItem('recent').split(',')[0] === key", arg=address.split("/")[2]
        )

    assert recent(reader) == [address.split("/")[2] for address in reversed(addresses[2:])]


def test_sign_out_forgets(reader: Page):
    open_person(reader, STARRED)
    assert recent(reader)
    open_account_menu(reader)
    reader.get_by_role("button", name="Sign out").click()
    expect(reader.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert not recent(reader)

    give_password(reader, COLLEAGUE)
    expect(search_box(reader)).to_be_visible()
    expect_at_hand(reader)


def test_expired_sign_in_forgets(reader: Page):
    open_person(reader, STARRED)
    reader.context.clear_cookies(name="sessionid")

    reader.reload()

    expect(reader.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert not recent(reader)


@pytest.mark.parametrize("content", ["{}", "null", "a,b", "9" * 100, "-999999999,0", "<b>", "\x00"])
def test_broken_memory_breaks_nothing(reader: Page, content: str):
    reader.goto("/me/")
    reader.evaluate("content => localStorage.setItem('recent', content)", content)
    reader.reload()
    expect_at_hand(reader)

    open_person(reader, STARRED)

    reader.evaluate("document.activeElement.blur()")
    expect_at_hand(reader, STARRED)


def test_blocked_memory_breaks_nothing(page: Page):
    page.add_init_script(BLOCK_STORAGE)
    sign_in(page, HR)
    open_person(page, STARRED)

    page.keyboard.press("/")
    page.keyboard.type("maja jorg")

    expect(suggestions(page).first).to_contain_text(OTHER)


def test_directory_shows_them_until_something_is_typed(reader: Page):
    open_person(reader, STARRED)
    reader.goto("/employees/")
    expect_at_hand(reader, STARRED)

    reader.keyboard.type("maja jorg")

    expect(results(reader)).to_have_count(1)
    expect(suggestions(reader)).to_have_count(0)
    reader.keyboard.press("ArrowDown")
    expect(results(reader).get_by_role("link")).to_be_focused()
