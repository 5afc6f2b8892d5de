from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import HR, PERSON_PAGE, Joiner, fill_contact, new_joiner, profile_form, save, sign_in

pytestmark = pytest.mark.usefixtures("javascript")


@pytest.fixture(autouse=True)
def add_form(page: Page):
    sign_in(page, HR)
    page.goto("/employees/new/")


def joiner_named(first_name: str, last_name: str) -> Joiner:
    return replace(new_joiner(), first_name=first_name, last_name=last_name)


def different_person(page: Page) -> Locator:
    return page.get_by_role("checkbox", name="This is a different person")


def candidates(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("link").filter(has_text="@example.com")


def test_candidates_are_linked_with_team_and_email(page: Page):
    expect(different_person(page)).to_have_count(0)
    joiner = joiner_named("Jorgenson", "Henrik")  # swapped, folded and one letter off
    fill_contact(page, joiner)

    save(page)

    candidate = candidates(page).filter(has_text="henrik.jorgensen@example.com")
    expect(candidate).to_contain_text("Henrik Jørgensen")
    expect(candidate).to_contain_text("Reliability · henrik.jorgensen@example.com")
    expect(candidate).to_have_attribute("href", PERSON_PAGE)
    expect(different_person(page)).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value(joiner.email)
    expect(page.get_by_label("Phone")).to_have_value(joiner.phone)


def test_different_person_is_ticked_and_added(page: Page):
    joiner = joiner_named("Philip", "Abiolo")  # stays: no other journey looks for this name
    fill_contact(page, joiner)
    save(page)
    expect(candidates(page)).not_to_have_count(0)

    save(page)  # without the tick nothing changes
    expect(different_person(page)).to_be_focused()
    different_person(page).check()
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


def test_corrected_name_needs_no_tick(page: Page):
    fill_contact(page, joiner_named("Henrik", "Jorgenson"))
    save(page)
    expect(different_person(page)).to_be_visible()
    joiner = new_joiner()
    fill_contact(page, joiner)

    save(page)

    expect(profile_form(page, joiner)).to_be_visible()
