"""Finding people: the directory, search, suggestions, who is selected and starred."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    open_account_menu,
    results,
    search_box,
    star_button,
    suggestions,
    tick,
)

from .person import person, person_with_long_name
from .state import INVALID, State, at


def search_with_hits(page: Page) -> None:
    page.goto("/employees/")
    search_box(page).press_sequentially("jorgensen")
    expect(results(page)).to_have_count(2)


def search_without_hits(page: Page) -> None:
    page.goto("/employees/")
    search_box(page).press_sequentially("qqqqqqqq")
    expect(page.get_by_role("heading", level=2)).to_be_visible()


def directory_with_chips(page: Page) -> None:
    page.goto("/employees/")
    page.get_by_role("navigation", name="Team").get_by_role("link", name=re.compile("^Sales")).click()
    expect(page).to_have_url(re.compile(r"\?team=sales$"))
    page.get_by_role("navigation", name="Sort").get_by_role("link", name="Z–A").click()
    expect(page).to_have_url(re.compile(r"\?team=sales&sort=-name$"))
    search_box(page).press_sequentially("mar")
    expect(page.get_by_role("link", name="Clear all")).to_be_visible()


def search_with_nearest_people(page: Page) -> None:
    page.goto("/employees/?q=hendrikus+jorgens")
    expect(page.get_by_role("heading", name="Did you mean")).to_be_visible()


def some_selected(page: Page) -> None:
    page.goto("/employees/")
    tick(page, 1, 3)


def page_selected(page: Page) -> None:
    page.goto("/employees/?q=example")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("checkbox", name="Select all 200 that match").check()
    expect(page.locator("#selection")).to_contain_text("All 200 selected")


def selected_to_move(page: Page) -> None:
    some_selected(page)
    page.get_by_role("button", name="Move to team…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 2 people")


def move_without_team(page: Page) -> None:
    selected_to_move(page)
    page.get_by_role("button", name="Move 2 people").click()
    expect(page.get_by_role("alert")).to_be_visible()


def search_with_reason(page: Page) -> None:
    page.goto("/employees/?q=billy")
    expect(results(page)).to_have_text([re.compile("is short for")])


def suggesting(text: str) -> Callable[[Page], None]:
    """On a person's page, typing a search."""

    def reach(page: Page) -> None:
        person(page)
        search_box(page).fill(text)
        expect(suggestions(page).last).to_contain_text(f"“{text}”")
        page.keyboard.press("ArrowDown")

    return reach


def person_starred(page: Page) -> None:
    person(page)
    star_button(page).click()
    expect(star_button(page)).to_have_attribute("aria-pressed", "true")


def empty_search_with_people(page: Page) -> None:
    person_starred(page)
    person_with_long_name(page)
    search_box(page).focus()
    expect(suggestions(page)).to_have_count(3)
    page.keyboard.press("ArrowDown")


def starred_page(page: Page) -> None:
    person_starred(page)
    open_account_menu(page)
    page.get_by_role("link", name="People you starred").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People you starred")


def second_page(page: Page) -> None:
    page.goto("/employees/")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))


STATES = [
    State("directory-hr", "people:employee-list", HR, at("/employees/")),
    State("directory-colleague", "people:employee-list", COLLEAGUE, at("/employees/")),
    State("directory-page-2", "people:employee-list", COLLEAGUE, second_page),
    State("directory-print", "people:employee-print", COLLEAGUE, at("/employees/print/?q=mar")),
    State("directory-team-sorted", "people:employee-list", HR, at("/employees/?team=engineering&sort=-name")),
    State("directory-parts", "people:employee-list", HR, at("/employees/?team=engineering&parts=1&sort=-name")),
    State("directory-location", "people:employee-list", COLLEAGUE, at("/employees/?q=a&team=support&location=1")),
    State("directory-chips", "people:employee-list", COLLEAGUE, directory_with_chips),
    State("directory-nobody-in-team", "people:employee-list", HR, at("/employees/?q=jorgensen&team=marketing")),
    State("directory-selected", "people:employee-list", HR, some_selected),
    State("directory-all-selected", "people:employee-list", HR, page_selected),
    State("move", "people:employee-move", HR, selected_to_move),
    State("move-all", "people:employee-move", HR, at("/employees/move/?all=12&team=engineering&parts=1")),
    State("move-nobody", "people:employee-move", HR, at("/employees/move/")),
    State("move-error", "people:employee-move", HR, move_without_team, INVALID),
    State("search-hits", "people:employee-list", COLLEAGUE, search_with_hits),
    State("search-reason", "people:employee-list", COLLEAGUE, search_with_reason),
    State("search-nearest", "people:employee-list", HR, search_with_nearest_people),
    State("search-nobody", "people:employee-list", HR, search_without_hits),
    State("suggestions", "people:suggestions", COLLEAGUE, suggesting("mar")),
    State("suggestions-reason", "people:suggestions", HR, suggesting("billy")),
    State("suggestions-nearest", "people:suggestions", COLLEAGUE, suggesting("hendrikus jorgens")),
    State("suggestions-nobody", "people:suggestions", COLLEAGUE, suggesting("qqqqqqqq")),
    State("suggestions-at-hand", "people:suggestions", COLLEAGUE, empty_search_with_people),
    State("starred", "people:suggestions", HR, starred_page),
    State("starred-nobody", "people:suggestions", ADMINISTRATOR, at("/employees/suggestions/")),
    State("person-starred", "people:employee-detail", COLLEAGUE, person_starred),
]
