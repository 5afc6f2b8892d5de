import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, fact, open_person, results, search_box, sign_in


@pytest.mark.parametrize("text", ["jorgensen", "Jørgensen", "JÖRGENSEN"])
def test_results_narrow_while_typing(page: Page, text: str):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    expect(results(page)).to_have_count(50)

    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type(text)

    expect(results(page)).to_have_text([re.compile("Henrik Jørgensen"), re.compile("Maja Jørgensen")])
    expect(search_box(page)).to_be_focused()
    expect(search_box(page)).to_have_value(text)
    expect(page.get_by_role("status")).to_have_text(re.compile("^2 .*people match"))

    page.keyboard.type(" hen")

    expect(results(page)).to_have_text([re.compile("Henrik Jørgensen")])
    expect(page).to_have_url(re.compile(r"/employees/\?q=.+hen$"))


def test_person_can_be_called_and_written_to(page: Page):
    sign_in(page, COLLEAGUE)

    open_person(page, "Henrik Jørgensen")

    expect(fact(page, "Phone").get_by_role("link")).to_have_attribute("href", "tel:+4740611891")
    expect(fact(page, "E-mail").get_by_role("link")).to_have_attribute("href", "mailto:henrik.jorgensen@example.com")


def test_colleague_sees_nothing_private(page: Page):
    sign_in(page, COLLEAGUE)

    open_person(page, "Henrik Jørgensen")

    expect(page.get_by_role("heading", name="Work")).to_be_visible()
    expect(page.get_by_role("heading", name="Private")).to_have_count(0)
    expect(page.get_by_text("Date of birth")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)


def test_back_returns_to_the_filtered_list(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    search_box(page).press_sequentially("jorgensen", delay=20)
    expect(results(page)).to_have_count(2)
    results(page).get_by_role("link", name="Henrik Jørgensen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")

    page.go_back()

    expect(page).to_have_url(re.compile(r"\?q=jorgensen$"))
    expect(page.get_by_role("banner")).to_be_visible()
    expect(search_box(page)).to_have_value("jorgensen")
    expect(results(page)).to_have_count(2)


def test_search_works_from_another_page(page: Page):
    sign_in(page, COLLEAGUE)
    open_person(page, "Henrik Jørgensen")

    page.keyboard.press("/")
    page.keyboard.type("40611891")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    expect(results(page)).to_have_text([re.compile("Henrik Jørgensen")])
