"""Nothing overlaps, wraps where it shouldn't, jumps, or leaves the screen."""

import re
from itertools import combinations

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from e2e.states.finding import starred_page
from e2e.states.person import person_with_long_name
from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    fact,
    give_password,
    open_person,
    search_box,
    sign_in,
    star_button,
    suggestions,
)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# The spacing that every text must bear (WCAG 2.2, 1.4.12).
SPACE_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }
  `);
  document.adoptedStyleSheets = [sheet];
}"""
# On how many lines each part of an e-mail stands that no dot, hyphen or @ ends.
LINES_OF_WORDS = """link => [...link.childNodes].flatMap((text) =>
  [...(text.data || "").matchAll(/[^-]+-?/g)].map(({ index, 0: word }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size;
  }))"""
LATE_SHIFTS = """new Promise((resolve) => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(observer.takeRecords().reduce((sum, { value }) => sum + value, 0)), 500);
})"""
IS_ON_SCREEN = """() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}"""


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found
    return found


def overlap(one: FloatRect, other: FloatRect) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and down


def lines_of(locator: Locator) -> int:
    """On how many lines the text of an inline element stands."""
    return locator.evaluate("element => new Set([...element.getClientRects()].map(({ top }) => top)).size")


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 640})
def test_acts_are_apart_on_the_smallest_phone_with_spaced_text(page: Page):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    star_button(page).click()
    expect(star_button(page)).to_have_text("Starred")

    page.evaluate(SPACE_TEXT)

    back = page.get_by_role("main").get_by_role("link", name="Directory")
    acts = [box(act) for act in [back, star_button(page), page.get_by_role("link", name="What others see")]]
    assert not any(overlap(*pair) for pair in combinations(acts, 2))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_phone_numbers_never_wrap(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, HR)

    starred_page(page)
    numbers = page.get_by_role("main").locator("[href^='tel:'] > span:last-child").all()
    search_box(page).fill("mar")
    expect(suggestions(page).last).to_contain_text("“mar”")
    numbers += suggestions(page).locator("[href^='tel:'] > span:last-child").all()

    assert len(numbers) > 3
    assert {lines_of(number) for number in numbers} == {1}
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser_context_args(viewport={"width": 320, "height": 640})
def test_long_email_breaks_at_its_dots(page: Page):
    sign_in(page, HR)
    person_with_long_name(page)

    email = fact(page, "E-mail").get_by_role("link")

    assert set(email.evaluate(LINES_OF_WORDS)) == {1}


@pytest.mark.browser_context_args(**PHONE)
def test_first_visit_on_a_phone_does_not_shift(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/1/")
    expect(page.get_by_role("button", name="Copy e-mail")).to_be_visible()

    assert page.evaluate(LATE_SHIFTS) < 0.01


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_what_needs_scripts_is_hidden_without_them(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/1/")
    page.locator("summary", has_text="Account of").click()

    expect(page.get_by_role("button", name=re.compile("^Copy"))).to_have_count(0)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_have_count(0)
    expect(page.get_by_role("group", name="Appearance")).to_have_count(0)


def test_focus_stays_on_screen_when_tab_is_pressed_quickly(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    page.get_by_role("link", name="Next").focus()

    seen = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        seen.append(page.evaluate(IS_ON_SCREEN))

    assert all(seen)


@pytest.mark.parametrize("width", [390, 1280])
def test_birthday_stands_on_the_line_of_its_label(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 1000})
    sign_in(page, COLLEAGUE)
    page.goto("/me/")

    value = box(fact(page, "Birthday").locator("span").first)
    label = box(page.locator("dt", has_text="Birthday"))

    assert value["y"] == pytest.approx(label["y"], abs=1)


def test_error_at_sign_in_has_room_below_it(page: Page, allowed_statuses: set[int]):
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE, "wrong")

    alert, last = box(page.get_by_role("alert")), box(page.get_by_role("alert").get_by_role("paragraph"))

    below = alert["y"] + alert["height"] - last["y"] - last["height"]
    above = box(page.get_by_role("alert").get_by_role("heading"))["y"] - alert["y"]
    assert below == pytest.approx(above, abs=2)


def test_form_above_a_list_has_no_band_below_it(page: Page):
    sign_in(page, ADMINISTRATOR)
    page.goto("/roles/")

    foot = page.locator(".form-foot")

    expect(foot).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(foot).to_have_css("border-top-width", "0px")
