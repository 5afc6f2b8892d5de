"""HR adds a team, fills, renames, moves, merges and closes it; a closed team is offered to nobody new."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import HR, edit, fact, open_person, results, save, sign_in

SOMEONE = "Henrik Jørgensen"
# Longer than a line of the narrowest phone, without a place to break.
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau"


@pytest.fixture(autouse=True)
def hr(page: Page) -> None:
    sign_in(page, HR)


def add_team(page: Page, name: str) -> None:
    page.goto("/teams/")
    page.get_by_role("link", name="Add team").click()
    page.get_by_label("Name", exact=True).fill(name)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def put_into(page: Page, person: str, team: str) -> None:
    open_person(page, person)
    edit(page, "work")
    page.get_by_label("Team", exact=True).select_option(team)
    save(page)
    expect(fact(page, "Team").get_by_role("link").last).to_have_text(team)


def open_team(page: Page, name: str) -> None:
    page.goto("/teams/")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def begin(page: Page, act: str) -> None:
    """Open the page of an act on the team that is open."""
    team = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("main").get_by_role("link", name=act, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{act} {team}")


def close(page: Page) -> None:
    begin(page, "Close")
    page.get_by_role("button", name="Close team").click()
    expect(page.get_by_text("This team is closed.")).to_be_visible()


def merge_into(page: Page, team: str) -> None:
    begin(page, "Merge")
    page.get_by_label("Into").select_option(team)
    page.get_by_label("Yes, move everyone").check()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(team.rpartition(" / ")[2])


def place(page: Page) -> Locator:
    """The teams that the open one is a part of."""
    return page.get_by_role("navigation", name="Place among teams").get_by_role("link")


def people(page: Page) -> Locator:
    return page.get_by_role("region", name="People").get_by_role("rowheader")


def options(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True).get_by_role("option")


@pytest.mark.usefixtures("javascript")
def test_team_is_added_filled_renamed_and_moved(page: Page):
    add_team(page, "Field studies")
    put_into(page, SOMEONE, "Field studies")
    open_team(page, "Field studies")
    expect(people(page)).to_contain_text([SOMEONE])
    expect(place(page)).to_have_text(["Teams"])

    begin(page, "Edit")
    page.get_by_label("Name", exact=True).fill("Customer studies")
    page.get_by_label("Part of").select_option("Engineering / Web")
    page.get_by_label("Led by").fill("hana ito")
    page.get_by_label("Led by").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Customer studies")
    expect(place(page)).to_have_text(["Teams", "Engineering", "Web"])
    expect(page.get_by_role("region", name="Led by").get_by_role("link")).to_contain_text("Hana Ito")
    expect(people(page)).to_contain_text([SOMEONE])
    page.goto("/employees/?q=customer studies")
    expect(results(page)).to_have_text([re.compile(SOMEONE)])


@pytest.mark.usefixtures("javascript")
def test_merge_moves_everyone_and_the_old_team_says_into_which(page: Page):
    add_team(page, "Field studies")
    put_into(page, SOMEONE, "Field studies")
    open_team(page, "Field studies")

    merge_into(page, "Product / Research")

    expect(people(page).filter(has_text=SOMEONE)).to_have_count(1)
    open_team(page, "Field studies")
    expect(page.get_by_text("This team was merged into Research.")).to_be_visible()
    expect(people(page)).to_have_count(0)
    open_person(page, SOMEONE)
    expect(fact(page, "Team")).to_have_text("Product › Research")


@pytest.mark.usefixtures("javascript")
def test_closed_team_is_offered_to_nobody_new_until_it_is_open_again(page: Page):
    open_team(page, "Web")
    close(page)

    open_person(page, SOMEONE)
    edit(page, "work")
    expect(options(page, "Team").filter(has_text="Reliability")).to_have_count(1)
    expect(options(page, "Team").filter(has_text="Web")).to_have_count(0)
    page.goto("/teams/new/")
    expect(options(page, "Part of").filter(has_text="Web")).to_have_count(0)
    page.goto("/teams/research/merge/")
    expect(options(page, "Into").filter(has_text="Web")).to_have_count(0)
    open_person(page, "Maja Jørgensen")
    edit(page, "work")
    expect(page.get_by_label("Team", exact=True)).to_have_value("web")  # who is in it stays

    open_team(page, "Web")
    page.get_by_role("button", name="Open again").click()

    expect(page.get_by_text("This team is closed.")).to_have_count(0)
    put_into(page, SOMEONE, "Web")


def test_team_with_sub_teams_is_closed_after_them(page: Page):
    open_team(page, "Platform")
    begin(page, "Close")
    expect(page.get_by_role("alert")).to_contain_text("Please close or move its sub-teams first: Reliability.")
    expect(page.get_by_role("button", name="Close team")).to_have_count(0)

    page.get_by_role("alert").get_by_role("link", name="Reliability").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reliability")
    close(page)
    open_team(page, "Platform")

    close(page)

    expect(place(page)).to_have_text(["Teams", "Engineering"])


def test_longest_name_fits_the_narrowest_phone(page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    add_team(page, LONG_NAME)
    put_into(page, SOMEONE, LONG_NAME)

    widths = {"person": page.evaluate("document.documentElement.scrollWidth")}
    team = "/teams/donaudampfschifffahr/"
    pages = [team, f"{team}edit/", f"{team}merge/", f"{team}close/", f"/teams/new/?parent={team.split('/')[2]}"]
    for address in ["/teams/", "/employees/?team=donaudampfschifffahr", *pages]:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")

    assert set(widths.values()) == {320}, widths
