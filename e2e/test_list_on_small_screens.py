"""The list where there is little room: what a person came for stands there first, and whole."""

import re

from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, sign_in

ROOM_FOR = 32  # letters of an e-mail, at 768 px


def test_below_900_px_the_team_stands_under_the_name_and_emails_have_room(page: Page):
    page.set_viewport_size({"width": 768, "height": 1024})
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    row = page.get_by_role("row").filter(has_text="Engineering").first
    name, team = (
        row.locator("bdi").bounding_box(),
        row.get_by_text("Engineering").locator("visible=true").bounding_box(),
    )

    cut = page.locator("td a[href^='mailto:']").evaluate_all(
        "links => links.filter(link => link.scrollWidth > link.clientWidth).map(link => link.textContent)"
    )

    assert name
    assert team
    assert team["x"] - name["x"] < 2 * ROOM_FOR
    assert team["y"] >= name["y"] + name["height"] - 2
    expect(row.get_by_role("cell")).to_have_count(2)
    assert not [email for email in cut if len(email) <= ROOM_FOR]
    assert page.locator("td a[href^='mailto:']").count() - len(cut) > 40


def test_at_900_px_the_team_has_a_column(page: Page):
    page.set_viewport_size({"width": 900, "height": 1024})
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    head = page.get_by_role("columnheader", name="Team").bounding_box()

    assert head
    assert head["width"] > 80


def test_on_a_phone_the_first_person_found_is_near_the_top(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    page.get_by_label("Search people").fill("mar")
    expect(page.locator("#employee-results")).to_have_attribute("data-query", "mar")

    first = page.get_by_role("rowheader").first.bounding_box()

    assert first
    assert first["y"] < 180
    expect(page.get_by_role("heading", name="Directory", level=1)).to_have_count(1)


def test_on_a_phone_the_chosen_team_is_in_view(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, COLLEAGUE)
    page.goto("/employees/?team=web")
    chosen = page.get_by_role("navigation", name="Team").locator("[aria-current]")
    expect(chosen).to_have_text(re.compile("^Web"))
    expect(chosen).to_be_in_viewport(ratio=1)

    page.get_by_role("navigation", name="Team").get_by_role("link").nth(-2).click()

    expect(chosen).not_to_have_text(re.compile("^Web"))
    expect(chosen).to_be_in_viewport(ratio=1)
