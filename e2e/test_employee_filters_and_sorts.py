import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import COLLEAGUE, announcement, open_person, results, search_box, sign_in

TEXT = "sa"  # found in every team, and the beginning of none


@pytest.fixture(autouse=True)
def directory(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")


def team(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Team").get_by_role("link", name=re.compile(f"^{name} "))


def order(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Sort").get_by_role("link", name=name, exact=True)


def page_link(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True)


def chips(page: Page) -> Locator:
    return page.get_by_role("link", name=re.compile("^Remove "))


def number_of(link: Locator) -> int:
    """The count that a team's link shows."""
    return int(link.inner_text().split()[-1])


def search(page: Page, text: str) -> None:
    search_box(page).fill(text)
    search_box(page).press("Enter")
    expect(chips(page).first).to_contain_text(text)


def use_by_keyboard(page: Page, control: Locator) -> None:
    shown = page.locator("#employee-results").element_handle()
    control.focus()
    page.keyboard.press("Enter")
    shown.wait_for_element_state("hidden")


def expect_marked(link: Locator) -> None:
    """The one of its group that is chosen."""
    expect(link).to_have_attribute("aria-current", "true")


@pytest.mark.usefixtures("javascript")
def test_team_link_shows_as_many_people_as_it_counts(page: Page):
    search(page, TEXT)
    found = {name: number_of(team(page, name)) for name in ("All", "Sales", "Customer support")}
    assert min(found.values()) > 0

    team(page, "Sales").click()

    expect(page).to_have_url(re.compile(rf"/employees/\?q={TEXT}&team=sales$"))
    expect(results(page)).to_have_count(found["Sales"])
    expect(page.get_by_role("cell", name="Sales", exact=True)).to_have_count(found["Sales"])
    expect_marked(team(page, "Sales"))
    assert {name: number_of(team(page, name)) for name in found} == found


def choose(page: Page, label: str, name: str) -> None:
    """Choose one of a list beside the pills; without scripts by its button."""
    page.get_by_label(label, exact=True).select_option(name)
    button = page.get_by_role("button", name="Show", exact=True)
    if button.is_visible():
        button.click()


@pytest.mark.usefixtures("javascript")
def test_other_teams_their_parts_and_locations_are_chosen_beside_the_pills(page: Page):
    choose(page, "Other teams", "Leadership")
    expect_marked(team(page, "Leadership"))

    choose(page, "Other teams", "Engineering")
    expect(page.get_by_role("link", name="Remove team Engineering")).to_be_visible()
    alone = results(page).count()
    page.get_by_role("link", name="With sub-teams").click()

    expect(page).to_have_url(re.compile(r"\?team=engineering&parts=1$"))
    expect(page.get_by_role("link", name="Remove with sub-teams")).to_be_visible()
    assert results(page).count() > alone

    choose(page, "Location", "Lisbon")

    expect(page.get_by_role("link", name="Remove location Lisbon")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?(?=.*team=engineering)(?=.*parts=1)(?=.*location=\d)"))
    expect(page.get_by_label("Location", exact=True)).to_have_value(re.compile(r"\d+"))

    page.get_by_role("link", name="Clear all").click()

    expect(chips(page)).to_have_count(0)
    expect(page.get_by_label("Location", exact=True)).to_have_value("")


@pytest.mark.usefixtures("javascript")
def test_order_is_chosen_by_name_both_ways_and_newest(page: Page):
    search(page, TEXT)
    expect_marked(order(page, "Best match"))
    order(page, "A–Z").click()
    expect_marked(order(page, "A–Z"))
    names = results(page).all_inner_texts()

    order(page, "Z–A").click()

    expect_marked(order(page, "Z–A"))
    expect(page).to_have_url(re.compile(rf"\?q={TEXT}&sort=-name$"))
    expect(results(page)).to_have_text(names[::-1], use_inner_text=True)

    order(page, "Newest").click()

    expect_marked(order(page, "Newest"))
    expect(page).to_have_url(re.compile("sort=newest$"))
    assert sorted(results(page).all_inner_texts()) == sorted(names)

    order(page, "A–Z").click()

    expect_marked(order(page, "A–Z"))
    expect(results(page)).to_have_text(names, use_inner_text=True)


@pytest.mark.usefixtures("javascript")
def test_pages_keep_the_filter_and_a_filter_starts_at_the_first_page(page: Page):
    team(page, "Customer support").click()
    expect_marked(team(page, "Customer support"))
    found = number_of(team(page, "Customer support"))

    page_link(page, "Next").click()

    expect(page).to_have_url(re.compile(r"\?team=support&page=2$"))
    expect(page_link(page, "Page 2")).to_have_attribute("aria-current", "page")
    expect(results(page)).to_have_count(found - 50)
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text(f"51–{found} of {found}")

    order(page, "Z–A").click()

    expect(page).to_have_url(re.compile(r"\?team=support&sort=-name$"))
    expect(results(page)).to_have_count(50)


@pytest.mark.usefixtures("javascript")
def test_chips_are_removed_one_by_one(page: Page):
    page.goto(f"/employees/?q={TEXT}&team=design&sort=-name")
    expect(chips(page)).to_have_count(2)

    page.get_by_role("link", name=f"Remove search “{TEXT}”").click()

    expect(page).to_have_url(re.compile(r"\?team=design&sort=-name$"))
    expect(chips(page)).to_have_count(1)
    expect(search_box(page)).to_be_empty()

    page.get_by_role("link", name="Remove team Design").click()

    expect(page).to_have_url(re.compile(r"\?sort=-name$"))
    expect(chips(page)).to_have_count(0)
    expect_marked(team(page, "All"))
    expect(results(page)).to_have_count(50)


@pytest.mark.usefixtures("javascript")
def test_clear_all_removes_every_chip(page: Page):
    page.goto(f"/employees/?q={TEXT}&team=design")

    page.get_by_role("link", name="Clear all").click()

    expect(page).to_have_url(re.compile(r"/employees/\??$"))
    expect(chips(page)).to_have_count(0)
    expect(search_box(page)).to_be_empty()
    expect_marked(team(page, "All"))


@pytest.mark.usefixtures("javascript")
def test_back_forward_and_reload_keep_list_box_and_chips(page: Page):
    search(page, TEXT)
    everyone = results(page).all_inner_texts()
    team(page, "Sales").click()
    expect(chips(page)).to_have_count(2)
    marketing = results(page).all_inner_texts()

    page.go_back()

    expect(chips(page)).to_have_count(1)
    expect(results(page)).to_have_text(everyone, use_inner_text=True)
    expect(search_box(page)).to_have_value(TEXT)

    page.go_back()

    expect(page).to_have_url(re.compile("/employees/$"))
    expect(chips(page)).to_have_count(0)
    expect(search_box(page)).to_be_empty()

    page.go_forward()
    expect(chips(page)).to_have_count(1)
    page.go_forward()

    for _ in ("gone forward", "reloaded"):
        expect(page.get_by_role("banner")).to_have_count(1)
        expect(chips(page)).to_have_count(2)
        expect(results(page)).to_have_text(marketing, use_inner_text=True)
        expect(search_box(page)).to_have_value(TEXT)
        expect_marked(team(page, "Sales"))
        page.reload()


@pytest.mark.usefixtures("javascript")
def test_search_keeps_team_and_order(page: Page):
    page.goto("/employees/?team=sales&sort=-name")

    search(page, TEXT)

    expect(page).to_have_url(re.compile(rf"\?(?=.*q={TEXT})(?=.*team=sales)(?=.*sort=-name)(?!.*page)"))
    expect(page.get_by_role("link", name="Remove team Sales")).to_be_visible()
    expect_marked(order(page, "Z–A"))


@pytest.mark.usefixtures("javascript")
def test_search_on_another_page_leads_to_the_directory(page: Page):
    open_person(page, "Henrik Jørgensen")

    search_box(page).fill("jorgensen")
    search_box(page).press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    expect(page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))
    expect(results(page)).to_have_count(2)
    expect(search_box(page)).to_have_value("jorgensen")


@pytest.mark.usefixtures("javascript")
def test_nobody_in_the_team_offers_every_team(page: Page):
    page.goto("/employees/?q=jorgensen&team=sales")
    expect(page.get_by_role("heading", level=2)).to_have_text("Nobody in Sales matches “jorgensen”")

    page.get_by_role("link", name="Search in every team").click()

    expect(results(page)).to_have_count(2)
    expect(search_box(page)).to_have_value("jorgensen")


def test_count_is_announced(page: Page):
    search(page, TEXT)
    found = number_of(team(page, "Sales"))

    team(page, "Sales").click()

    expect(announcement(page)).to_have_text(re.compile(rf"^{found} of [\d,]+ people match(es)?$"))

    page.get_by_role("link", name="Clear all").click()

    expect(announcement(page)).to_have_text(re.compile(r"^[\d,]+ people$"))


def test_focus_stays_on_the_control_in_use(page: Page):
    for control in [
        order(page, "Z–A"),
        page_link(page, "Page 3"),
        page_link(page, "Previous"),
        page_link(page, "Next"),
        team(page, "Customer support"),
    ]:
        use_by_keyboard(page, control)

        expect(control).to_be_focused()


def test_focus_is_not_lost_with_a_control_that_goes(page: Page):
    for address, name in [
        ("/employees/?page=2", "Previous"),
        ("/employees/?team=design", "Remove team Design"),
        (f"/employees/?q={TEXT}&team=design", "Clear all"),
    ]:
        page.goto(address)

        use_by_keyboard(page, page.get_by_role("link", name=name))

        expect(page.get_by_role("main")).to_be_focused()


def test_typing_keeps_the_caret_and_the_page_still(page: Page):
    search_box(page).press_sequentially("jorgense")
    expect(results(page)).to_have_count(2)
    search_box(page).press("Home")

    search_box(page).press_sequentially("hen ")

    expect(results(page)).to_have_count(1)
    expect(search_box(page)).to_have_value("hen jorgense")
    search_box(page).press_sequentially("r")
    expect(search_box(page)).to_have_value("hen rjorgense")


def test_typing_is_one_step_back(page: Page):
    search_box(page).press_sequentially("jor", delay=150)
    search_box(page).press_sequentially("gensen", delay=150)
    expect(results(page)).to_have_count(2)

    page.go_back()

    expect(page).to_have_url(re.compile("/employees/$"))
    expect(results(page)).to_have_count(50)


def test_enter_after_typing_is_no_further_step_back(page: Page):
    search_box(page).press_sequentially("jorgensen")
    expect(results(page)).to_have_count(2)
    search_box(page).press("Enter")
    expect(page.get_by_role("banner")).to_have_count(1)
    page.wait_for_load_state("networkidle")

    page.go_back()

    expect(page).to_have_url(re.compile("/employees/$"))
    expect(results(page)).to_have_count(50)
