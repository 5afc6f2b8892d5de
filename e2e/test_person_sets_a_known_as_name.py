import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    edit,
    fact,
    fill_contact,
    key_of,
    new_joiner,
    profile_form,
    results,
    save,
    search_box,
    sign_in,
    suggestions,
)


@pytest.fixture
def other_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """A second browser."""
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


def give_known_as(page: Page, name: str) -> None:
    edit(page, "about")
    page.get_by_label("Known as").fill(name)
    save(page)
    expect(fact(page, "Known as")).to_have_text(name)


@pytest.mark.usefixtures("javascript")
def test_person_sets_it_and_hr_finds_the_first_name(page: Page, other_page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    key = key_of(page)

    give_known_as(page, "Quirin")

    expect(page.get_by_role("heading", level=1)).to_have_text("Quirin Jørgensen")
    expect(page).to_have_title(re.compile("^Quirin Jørgensen"))
    expect(fact(page, "First name")).to_contain_text("Maja")
    expect(fact(page, "First name")).to_contain_text("Only you and HR")
    sign_in(other_page, HR)
    other_page.goto("/employees/?q=maja+jorgensen")
    row = results(other_page).filter(has=other_page.locator(f"[href='/employees/{key}/']"))
    expect(row).to_contain_text("Quirin Jørgensen")
    expect(row).to_contain_text("First name Maja")


def test_colleague_finds_the_known_as_name_and_not_the_first_name(page: Page, other_page: Page):
    joiner = replace(new_joiner(), first_name="Zbigniew", email="z.of.the.known@example.com")
    sign_in(page, HR)
    page.goto("/employees/new/")
    fill_contact(page, joiner)
    save(page)
    expect(profile_form(page, joiner)).to_be_visible()
    page.get_by_role("link", name="Later").click()
    expect(profile_form(page, joiner)).to_have_count(0)
    give_known_as(page, "Xaver")
    key = key_of(page)

    sign_in(other_page, COLLEAGUE)
    other_page.goto("/me/")
    search_box(other_page).fill("zbigniew")
    expect(suggestions(other_page).last).to_contain_text("zbigniew")
    expect(other_page.locator(f"[data-row='{key}']")).to_have_count(0)
    search_box(other_page).fill(f"xaver {joiner.last_name}")
    expect(other_page.locator(f"[data-row='{key}']")).to_contain_text(f"Xaver {joiner.last_name}")
    other_page.goto(f"/employees/{key}/")

    expect(other_page.get_by_role("heading", level=1)).to_have_text(f"Xaver {joiner.last_name}")
    expect(other_page.get_by_text("Zbigniew")).to_have_count(0)
    page.goto("/employees/?q=zbigniew")
    expect(results(page).filter(has_text="Xaver")).to_contain_text("First name Zbigniew")
