"""The search box of every page as a combobox: by keyboard, by finger, on a slow network and on none."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    announcement,
    edit,
    open_person,
    results,
    search_box,
    sign_in,
    suggestions,
)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TYPE_AT_ONCE = """(box, text) => {
  for (const letter of text) {
    box.value += letter;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}"""
ASKED = re.compile(r"/employees/suggestions/\?q=")


@pytest.fixture
def person_page(page: Page) -> Page:
    """A page other than the directory."""
    sign_in(page, COLLEAGUE)
    open_person(page, "Henrik Jørgensen")
    return page


def suggest(page: Page, text: str) -> None:
    """Type a text that finds somebody, faster than any answer, and wait for the popup."""
    page.keyboard.press("/")
    page.keyboard.insert_text(text)
    expect(suggestions(page).last).to_contain_text(f"“{text}”")


def active(page: Page):
    """The row that the keyboard is on, and in it the cell that a screen reader reads."""
    row = page.locator("[role=row][aria-selected=true]")
    cell = row.locator("[role=gridcell][aria-selected=true]")
    expect(search_box(page)).to_have_attribute("aria-activedescendant", cell.get_attribute("id"))
    return cell


def expect_closed(page: Page) -> None:
    expect(suggestions(page)).to_have_count(0)
    expect(search_box(page)).to_have_attribute("aria-expanded", "false")
    expect(search_box(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))


# By keyboard


def test_typing_shows_people_and_says_how_many(person_page: Page):
    page = person_page
    box = search_box(page)
    expect(box).to_have_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")

    suggest(page, "jorgensen")

    expect(suggestions(page)).to_have_text([re.compile("Henrik J"), re.compile("Maja J"), re.compile("All 2 results")])
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("grid")).to_have_attribute("id", box.get_attribute("aria-controls"))
    expect(announcement(page)).to_have_text("2 people match")
    expect(box).to_be_focused()
    expect(page).to_have_url(re.compile(r"/employees/\d+/$"))


def test_arrows_move_over_all_rows_and_around(person_page: Page):
    page = person_page
    suggest(page, "jorgensen")

    seen = []
    for key in ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"]:
        page.keyboard.press(key)
        seen += re.findall("Henrik|Maja|All", active(page).inner_text())[:1]

    assert seen == ["Henrik", "Maja", "All", "Henrik", "All", "Maja"]
    expect(search_box(page)).to_be_focused()
    expect(search_box(page)).to_have_value("jorgensen")


def test_up_starts_at_the_last_row(person_page: Page):
    suggest(person_page, "jorgensen")

    person_page.keyboard.press("ArrowUp")

    expect(active(person_page)).to_contain_text("All 2 results")


def test_enter_opens_the_active_person(person_page: Page):
    suggest(person_page, "maja jorg")

    person_page.keyboard.press("ArrowDown")
    person_page.keyboard.press("Enter")

    expect(person_page.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")


def test_enter_without_an_active_row_leads_to_all_results(person_page: Page):
    suggest(person_page, "jorgensen")

    person_page.keyboard.press("Enter")

    expect(person_page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))
    expect(results(person_page)).to_have_count(2)


def test_last_row_leads_to_all_results(person_page: Page):
    suggest(person_page, "jorgensen")

    person_page.keyboard.press("ArrowUp")
    person_page.keyboard.press("Enter")

    expect(person_page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))


def test_right_and_left_reach_mail_and_phone(person_page: Page):
    page = person_page
    suggest(page, "maja jorg")
    page.keyboard.press("ArrowDown")

    page.keyboard.press("ArrowRight")
    expect(active(page).get_by_role("link")).to_have_attribute("href", re.compile("^mailto:"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(active(page).get_by_role("link")).to_have_attribute("href", re.compile("^tel:"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(active(page)).to_contain_text("Maja")


@pytest.mark.parametrize(("key", "place"), [("Home", 0), ("End", 9), ("ArrowLeft", 8)])
def test_keys_of_text_leave_the_row_and_move_in_the_text(person_page: Page, key: str, place: int):
    page = person_page
    suggest(page, "jorgensen")
    page.keyboard.press("ArrowDown")

    page.keyboard.press(key)

    expect(page.locator("[role=row][aria-selected=true]")).to_have_count(0)
    expect(suggestions(page)).to_have_count(3)
    assert search_box(page).evaluate("box => box.selectionStart") == place


def test_active_person_stays_active_when_a_slow_answer_comes(person_page: Page):
    page = person_page
    suggest(page, "jorgens")
    let_go = hold(page, "jorgensen")
    type_and_wait_for_the_request(page, "en")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_contain_text("Maja")

    let_go()

    expect(suggestions(page).last).to_contain_text("“jorgensen”")
    expect(active(page)).to_contain_text("Maja")


def test_typing_on_leaves_the_row(person_page: Page):
    suggest(person_page, "jorgens")
    person_page.keyboard.press("ArrowDown")

    person_page.keyboard.type("e")

    expect(person_page.locator("[aria-selected=true]")).to_have_count(0)


def test_escape_closes_and_then_clears(person_page: Page):
    page = person_page
    suggest(page, "jorgensen")
    page.keyboard.press("ArrowDown")

    page.keyboard.press("Escape")
    expect_closed(page)
    expect(search_box(page)).to_have_value("jorgensen")
    page.keyboard.press("Escape")

    expect(search_box(page)).to_have_value("")
    expect(search_box(page)).to_be_focused()


def test_down_opens_again(person_page: Page):
    suggest(person_page, "jorgensen")
    person_page.keyboard.press("Escape")
    expect_closed(person_page)

    person_page.keyboard.press("ArrowDown")

    expect(suggestions(person_page)).to_have_count(3)


def test_tab_leaves_and_closes(person_page: Page):
    suggest(person_page, "jorgensen")
    person_page.keyboard.press("ArrowDown")

    person_page.keyboard.press("Tab")

    expect_closed(person_page)
    expect(person_page.get_by_role("navigation", name="Main").get_by_role("link", name="Directory")).to_be_focused()


def test_escape_in_the_box_does_not_cancel_an_edit(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    edit(page, "contact")
    page.get_by_label("Phone").fill("12")
    search_box(page).press_sequentially("jorgensen")
    expect(suggestions(page)).to_have_count(3)

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(page.get_by_label("Phone")).to_have_value("12")


# By pointer and by finger


def test_click_opens_and_the_focus_stays_until_then(person_page: Page):
    suggest(person_page, "maja jorg")
    row = suggestions(person_page).first

    row.hover()
    person_page.mouse.down()
    expect(search_box(person_page)).to_be_focused()
    person_page.mouse.up()

    expect(person_page.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")


def test_middle_click_opens_a_tab(person_page: Page):
    suggest(person_page, "maja jorg")

    with person_page.context.expect_page() as opened:
        suggestions(person_page).first.get_by_role("link", name="Maja").click(button="middle")

    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")
    expect(suggestions(person_page)).to_have_count(2)


def test_click_outside_closes(person_page: Page):
    suggest(person_page, "jorgensen")

    person_page.mouse.click(5, 500)

    expect_closed(person_page)


@pytest.mark.browser_context_args(**PHONE)
def test_finger_opens_a_person(person_page: Page):
    search_box(person_page).tap()
    person_page.keyboard.insert_text("maja jorg")
    row = suggestions(person_page).first
    expect(row).to_contain_text("Maja")
    for name in ["E-mail", "Call"]:
        box = row.get_by_role("link", name=name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44

    row.get_by_role("link", name="Maja").tap()

    expect(person_page.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")


@pytest.mark.browser_context_args(**PHONE)
def test_finger_beside_the_popup_closes_it(person_page: Page):
    search_box(person_page).tap()
    person_page.keyboard.insert_text("maja jorg")
    expect(suggestions(person_page)).to_have_count(2)

    person_page.touchscreen.tap(200, 800)

    expect_closed(person_page)


# On a slow network and on none


def hold(page: Page, text: str) -> Callable[[], None]:
    """Keep back the answer to this text until the returned function is called."""
    held: list[Route] = []

    def handle(route: Route) -> None:
        if parse_qs(urlsplit(route.request.url).query)["q"] == [text]:
            held.append(route)
        else:
            route.continue_()

    def let_go() -> None:
        for route in held:
            route.continue_()

    page.route(ASKED, handle)
    return let_go


def type_and_wait_for_the_request(page: Page, text: str) -> None:
    with page.expect_request(ASKED):
        page.keyboard.insert_text(text)


def test_outdated_answer_never_wins(person_page: Page):
    page = person_page
    let_go = hold(page, "henrik")
    page.keyboard.press("/")
    type_and_wait_for_the_request(page, "henrik")
    search_box(page).fill("maja jorg")
    expect(suggestions(page).first).to_contain_text("Maja")

    let_go()
    page.keyboard.press("ArrowDown")

    expect(active(page)).to_contain_text("Maja")
    expect(suggestions(page)).to_have_count(2)


@pytest.mark.parametrize("key", ["Escape", "Tab"])
def test_leaving_cancels_the_request(person_page: Page, key: str):
    hold(person_page, "henrik")
    person_page.keyboard.press("/")
    type_and_wait_for_the_request(person_page, "henrik")

    with person_page.expect_event("requestfailed", lambda request: bool(ASKED.search(request.url))):
        person_page.keyboard.press(key)

    expect_closed(person_page)


def test_old_rows_stay_while_a_slow_answer_is_awaited(person_page: Page):
    page = person_page
    suggest(page, "jorg")
    shown = suggestions(page).count()
    let_go = hold(page, "jorgensen")

    type_and_wait_for_the_request(page, "ensen")

    expect(suggestions(page)).to_have_count(shown)
    expect(page.get_by_role("grid").get_by_role("rowgroup")).to_have_css("opacity", "0.55")
    let_go()
    expect(announcement(page)).to_have_text("2 people match")
    expect(page.get_by_role("grid").get_by_role("rowgroup")).to_have_css("opacity", "1")


class TestWithoutNetwork:
    @pytest.fixture
    def allowed_statuses(self) -> set[int]:
        return {0, 500}

    @pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "broken"])
    def test_says_so_and_keeps_what_was_typed(self, person_page: Page, is_lost: bool):
        page = person_page
        page.route(ASKED, lambda route: route.abort() if is_lost else route.fulfill(status=500))

        page.keyboard.press("/")
        page.keyboard.type("jorgensen")

        expect(page.get_by_role("alert")).to_contain_text("what you typed is still here")
        expect(search_box(page)).to_have_value("jorgensen")
        expect_closed(page)

        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))


def test_typing_asks_once(person_page: Page):
    asked = []
    person_page.on("request", lambda request: asked.append(request.url) if ASKED.search(request.url) else None)

    person_page.keyboard.press("/")
    search_box(person_page).evaluate(TYPE_AT_ONCE, "jorgensen")
    expect(suggestions(person_page)).to_have_count(3)

    assert [parse_qs(urlsplit(address).query)["q"] for address in asked] == [["jorgensen"]]


# On the directory, and without scripts


def test_directory_lists_instead_of_suggesting(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if ASKED.search(request.url) else None)

    page.keyboard.press("/")
    page.keyboard.type("jorgensen")

    expect(results(page)).to_have_count(2)
    expect_closed(page)
    assert asked == []


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_it_is_a_search_form(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    expect(search_box(page)).to_have_role("searchbox")

    search_box(page).fill("jorgensen")
    search_box(page).press("Enter")

    expect(results(page)).to_have_count(2)


# The people picker


@pytest.fixture
def picker(page: Page):
    """The style guide's field for a person."""
    sign_in(page, ADMINISTRATOR)
    page.goto("/styleguide/")
    return page.get_by_label("Person", exact=True)


def key_of_picked(picker: Locator) -> str:
    return picker.locator("xpath=preceding-sibling::input[@type='hidden']").input_value()


def test_person_is_picked_by_keyboard(page: Page, picker: Locator):
    picker.fill("jorgensen")
    expect(suggestions(page)).to_have_count(2)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(picker).to_have_value("Maja Jørgensen")
    expect(picker).to_be_focused()
    expect(picker).to_have_attribute("aria-expanded", "false")
    expect(announcement(page)).to_have_text("Maja Jørgensen is chosen")
    assert key_of_picked(picker).isdigit()

    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("You chose Maja Jørgensen.")).to_be_visible()


@pytest.mark.browser_context_args(**PHONE)
def test_person_is_picked_by_finger_and_removed(page: Page, picker: Locator):
    picker.tap()
    page.keyboard.insert_text("jorgensen")
    expect(suggestions(page)).to_have_count(2)
    suggestions(page).get_by_role("link", name="Henrik").tap()
    expect(picker).to_have_value("Henrik Jørgensen")
    assert key_of_picked(picker)

    page.keyboard.press("Escape")

    expect(picker).to_have_value("")
    assert not key_of_picked(picker)


def test_typing_on_after_picking_picks_nobody(page: Page, picker: Locator):
    picker.fill("henrik jorg")
    suggestions(page).first.click()
    expect(picker).to_have_value("Henrik Jørgensen")

    picker.press("Backspace")

    expect(suggestions(page).first).to_be_visible()
    assert not key_of_picked(picker)


def test_popup_of_the_picker_is_its_own(page: Page, picker: Locator):
    picker.fill("jorgensen")
    expect(suggestions(page)).to_have_count(2)

    search_box(page).fill("maja jorg")

    expect(suggestions(page)).to_have_text([re.compile("Maja"), re.compile("1 result")])
    expect(picker).to_have_attribute("aria-expanded", "false")


def test_whole_email_needs_no_suggestion_and_leaves_the_button_free(page: Page, picker: Locator):
    picker.press_sequentially("henrik.jorgensen@example")
    expect(suggestions(page).first).to_contain_text("Henrik")

    picker.press_sequentially(".com")

    expect(picker).to_have_attribute("aria-expanded", "false")
    page.wait_for_timeout(500)
    expect(suggestions(page)).to_have_count(0)
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_role("main").get_by_text("You chose Henrik Jørgensen.")).to_be_visible()


def test_several_people_are_offered_with_and_without_javascript(page: Page, picker: Locator, javascript: bool):
    picker.fill("jorgensen")
    picker.press("Enter")
    expect(page.get_by_role("main").get_by_text("Several people match “jorgensen”")).to_be_visible()

    page.get_by_role("radio", name="Maja").check()
    page.get_by_role("button", name="Choose").click()

    expect(page.get_by_role("main").get_by_text("You chose Maja Jørgensen.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_person_is_found_without_javascript(page: Page, picker: Locator):
    picker.fill("qqqqqq")
    picker.press("Enter")
    expect(page.get_by_role("main").get_by_text("Nobody matches “qqqqqq”")).to_be_visible()

    picker.fill("henrik.jorgensen@example.com")
    picker.press("Enter")

    expect(page.get_by_role("main").get_by_text("You chose Henrik Jørgensen.")).to_be_visible()


def test_picking_without_typing_counts_as_unsaved(page: Page, picker: Locator):
    page.goto("/employees/2/")
    page.goto("/styleguide/")
    form = page.locator("form", has=picker)
    form.evaluate("form => form.setAttribute('hx-post', '/')")  # only what HTMX saves can be lost
    picker.focus()
    assert not form.evaluate("holdsTyping")

    suggestions(page).first.click()

    expect(picker).not_to_have_value("")
    assert form.evaluate("holdsTyping")
