"""A colleague looks around in the teams by keyboard, finds somebody by title and place, and prints what they found."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import COLLEAGUE, open_person, results, search_box, sign_in


@pytest.fixture(autouse=True)
def colleague(page: Page) -> None:
    sign_in(page, COLLEAGUE)


def team(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=name, exact=True)


def expander(page: Page, name: str) -> Locator:
    """What opens and closes the list of a team's parts."""
    return page.locator("summary", has_text=re.compile(rf"^\s*Teams in {name}\s*$"))


def expect_focus_shown(control: Locator) -> None:
    expect(control).to_be_focused()
    expect(control).to_have_css("outline-style", "solid")


@pytest.mark.usefixtures("javascript")
def test_tree_is_walked_opened_and_closed_by_keyboard(page: Page):
    page.goto("/teams/")
    team(page, "Engineering").focus()

    page.keyboard.press("Tab")
    expect_focus_shown(expander(page, "Engineering"))
    page.keyboard.press("Enter")
    expect(team(page, "Platform")).to_be_hidden()
    expect(team(page, "Engineering")).to_be_visible()
    page.keyboard.press("Enter")
    expect(team(page, "Platform")).to_be_visible()

    page.keyboard.press("Tab")
    expect_focus_shown(team(page, "Platform"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(team(page, "Reliability")).to_be_hidden()
    page.keyboard.press("Tab")
    expect_focus_shown(team(page, "Web"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Web")
    team(page, "Engineering").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Engineering")


@pytest.mark.usefixtures("javascript")
def test_tree_is_lists_in_lists(page: Page):
    page.goto("/teams/")
    inner = page.get_by_role("main").get_by_role("list").get_by_role("list").get_by_role("list")

    expect(inner.get_by_role("listitem")).to_have_count(1)
    expect(inner.get_by_role("link")).to_have_text(["Reliability"])


@pytest.mark.usefixtures("javascript")
def test_team_shows_its_people_alone_and_with_those_of_its_parts(page: Page):
    page.goto("/teams/platform/")
    whose = page.get_by_role("navigation", name="Whose people")
    alone = page.get_by_role("region", name="People").get_by_role("rowheader").count()

    whose.get_by_role("link", name=re.compile("^With sub-teams")).click()

    expect(whose.get_by_role("link", name=re.compile("^With sub-teams"))).to_have_attribute("aria-current", "true")
    assert page.get_by_role("region", name="People").get_by_role("rowheader").count() > alone
    expect(page.get_by_role("cell", name="Reliability", exact=True).first).to_be_visible()


@pytest.mark.usefixtures("javascript")
@pytest.mark.parametrize(
    ("text", "reason"),
    [("account manager lisbon", "Location Lisbon"), ("sales lisbon", "Location Lisbon"), ("sales engineer", None)],
)
def test_somebody_is_found_by_title_and_place(page: Page, text: str, reason: str | None):
    page.goto("/me/")

    search_box(page).fill(text)
    search_box(page).press("Enter")

    expect(page).to_have_url(re.compile(r"/employees/\?q="))
    expect(results(page).first).to_be_visible()
    shown = results(page).all_inner_texts()
    assert all(re.search("Sales|Account manager", words) for words in shown)
    assert reason is None or all(reason in words for words in shown)
    expect(results(page).first.locator("mark").first).to_be_visible()

    results(page).first.get_by_role("link").click()
    expect(page.get_by_role("definition").filter(has_text="Sales").first).to_be_visible()


def expect_content_only(page: Page) -> None:
    """What is printed has no bar and nothing to press."""
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("banner")).to_be_hidden()
    for control in [page.get_by_role("button"), page.locator(".btn"), page.locator("summary")]:
        expect(control.locator("visible=true")).to_have_count(0)


def test_team_is_printed_without_what_can_only_be_clicked(page: Page):
    page.goto("/teams/platform/")

    expect_content_only(page)

    expect(page.get_by_role("navigation", name="Whose people")).to_be_hidden()
    expect(page.get_by_role("region", name="Led by")).to_be_visible()
    expect(page.get_by_role("region", name="People").get_by_role("rowheader").first).to_be_visible()


def test_tree_is_printed_with_every_team(page: Page):
    page.goto("/teams/")
    expander(page, "Engineering").click()
    expect(team(page, "Reliability")).to_be_hidden()

    expect_content_only(page)

    expect(team(page, "Reliability")).to_be_visible()


def test_person_is_printed_without_what_can_only_be_clicked(page: Page):
    open_person(page, "Henrik Jørgensen")
    expect(page.get_by_text("there now")).to_be_visible()

    expect_content_only(page)

    expect(page.get_by_text("there now")).to_be_hidden()  # it would not be true on paper
    expect(page.get_by_role("region", name="Work")).to_contain_text("Site reliability engineer")
    expect(page.get_by_role("complementary")).to_contain_text("Reports to")
