"""HR selects people in the directory and gives them another team, with scripts and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import COLLEAGUE, HR, announcement, results, search_box, sign_in, tick

LIST = re.compile(r"/employees/(\?[^/]*)?$")


def bar(page: Page) -> Locator:
    """What can be done with those who are selected."""
    return page.locator(".selection-bar")


def box(page: Page, place: int) -> Locator:
    return results(page).nth(place - 1).locator("xpath=..").get_by_role("checkbox")


def go_on(page: Page, number: int) -> None:
    """From the list to the page that asks for the team of so many people."""
    page.get_by_role("button", name="Move to team…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Move {number} people")


def move(page: Page, number: int, team: str) -> None:
    page.get_by_label("Team", exact=True).select_option(value=team)
    page.get_by_role("button", name=f"Move {number} people").click()


def test_hr_moves_two_people(page: Page, javascript: bool):
    sign_in(page, HR)
    page.goto("/employees/?sort=-name")
    names = tick(page, 2, 4)

    go_on(page, 2)
    for name in names:
        expect(page.get_by_role("list", name="Selected people").get_by_role("link", name=name)).to_be_visible()
    move(page, 2, "platform")

    expect(page).to_have_url(re.compile(r"/employees/\?sort=-name$"))
    expect(page.get_by_role("region", name="Messages")).to_contain_text("2 people moved to Platform")
    page.goto("/teams/platform/")
    for name in names:
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def test_hr_moves_everyone_who_matches(page: Page, javascript: bool):
    sign_in(page, HR)
    page.goto("/employees/?team=support")
    number = int(page.locator(".result-count b").inner_text())
    assert number > 50
    if javascript:
        page.get_by_label("Select all on this page").check()
        expect(bar(page)).to_contain_text("50 selected")
    page.get_by_role("checkbox", name=f"Select all {number} that match").check()
    if javascript:
        expect(announcement(page)).to_have_text(f"All {number} selected")

    go_on(page, number)
    move(page, number, "sales")

    expect(page.get_by_role("region", name="Messages")).to_contain_text(f"{number} people moved to Sales")
    expect(page).to_have_url(re.compile(r"/employees/\?team=support$"))
    expect(page.get_by_role("heading", name="has nobody yet")).to_be_visible()


def test_hr_is_asked_again_when_the_number_has_changed(page: Page, javascript: bool):
    sign_in(page, HR)
    page.goto("/employees/?team=support")
    number = int(page.locator(".result-count b").inner_text())
    page.goto(f"/employees/move/?all={number}&team=support")
    elsewhere = page.context.new_page()
    elsewhere.goto("/employees/?team=support")
    tick(elsewhere, 1, 2)
    go_on(elsewhere, 2)
    move(elsewhere, 2, "sales")
    expect(elsewhere).to_have_url(LIST)

    move(page, number, "marketing")
    said = f"{number} people matched when they were selected, {number - 2} match now."
    expect(page.get_by_role("alert")).to_contain_text(f"{said} Nothing was done yet")
    move(page, number - 2, "marketing")

    expect(page.get_by_role("region", name="Messages")).to_contain_text(f"{number - 2} people moved to Marketing")


def test_nobody_selected_is_said(page: Page):
    sign_in(page, HR)
    page.goto("/employees/?q=jorgensen")

    box(page, 1).press("Enter")
    expect(page.get_by_role("heading", name="Nobody is selected")).to_be_visible()
    page.get_by_role("link", name="Go to the directory").click()

    expect(page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))


def test_selection_by_keyboard(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    expect(bar(page)).to_be_hidden()

    box(page, 1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(announcement(page)).to_have_text("3 selected")
    expect(box(page, 3)).to_be_focused()
    expect(bar(page)).to_contain_text("3 selected")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(announcement(page)).to_have_text("2 selected")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Move 2 people")


def test_range_is_selected_with_shift_and_cleared(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    head = page.get_by_label("Select all on this page")

    before = results(page).nth(4).bounding_box()
    box(page, 3).click()
    box(page, 6).click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("4 selected")
    assert results(page).nth(4).bounding_box() == before
    expect(head).to_be_checked(indeterminate=True)
    page.get_by_role("button", name="Clear").click()

    expect(bar(page)).to_be_hidden()
    expect(head).to_be_focused()
    expect(announcement(page)).to_have_text("Nobody selected")
    expect(page.locator("#selection :checked")).to_have_count(0)


def test_all_that_match_are_no_longer_selected_once_somebody_is_not(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    everyone = page.get_by_role("checkbox", name="Select all 200 that match")

    page.get_by_label("Select all on this page").check()
    everyone.check()
    expect(bar(page)).to_contain_text("All 200 selected")
    box(page, 7).uncheck()

    expect(bar(page)).to_contain_text("49 selected")
    expect(everyone).to_be_hidden()
    go_on(page, 49)


def test_selection_ends_with_the_list_that_it_was_made_in(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    tick(page, 1)
    expect(bar(page)).to_be_visible()

    search_box(page).press_sequentially("jorgensen")
    expect(results(page)).to_have_count(2)

    expect(bar(page)).to_be_hidden()
    tick(page, 2)
    expect(bar(page)).to_contain_text("1 selected")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_boxes_and_bar_are_large_enough_and_fit(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, HR)
    page.goto("/employees/")
    page.get_by_label("Select all on this page").check()
    expect(bar(page)).to_be_visible()

    parts = [box(page, 1), *page.locator(".selection-bar :is(input, button)").all()]
    places = [part.bounding_box() for part in parts if part.is_visible()]

    assert len(places) >= 3
    assert all(place and min(place["width"], place["height"]) >= 24 for place in places)
    assert all(place and place["x"] >= 0 and place["x"] + place["width"] <= width for place in places)


def test_others_select_nobody(page: Page, javascript: bool):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    expect(results(page)).to_have_count(50)
    expect(page.get_by_role("main").get_by_role("checkbox")).to_have_count(0)
