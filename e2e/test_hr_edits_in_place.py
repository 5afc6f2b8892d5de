import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    HR,
    Joiner,
    add_employee,
    address_of,
    announcement,
    contact_form,
    discard,
    edit,
    fact,
    new_joiner,
    open_person,
    profile_form,
    save,
    sign_in,
)


@pytest.fixture
def joiner(page: Page) -> Joiner:
    """Somebody whom HR has just added, on their finished page."""
    sign_in(page, HR)
    joiner = add_employee(page)
    page.reload()
    return joiner


def test_contact_is_saved(page: Page, joiner: Joiner):
    new = new_joiner()
    edit(page, "contact")
    expect(page.get_by_label("First name")).to_be_focused()
    page.get_by_label("Last name").fill(new.last_name)
    page.get_by_label("Phone").fill(new.phone)

    save(page)

    expect(announcement(page)).to_contain_text("Saved")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{joiner.first_name} {new.last_name}")
    expect(fact(page, "Phone").get_by_role("link")).to_have_attribute("href", f"tel:{new.phone}")
    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()


def test_cancelled_contact_stays_as_it_was(page: Page, joiner: Joiner):
    edit(page, "contact")
    page.get_by_label("Last name").fill("Never")

    page.get_by_role("link", name="Cancel").click()
    discard(page)

    expect(contact_form(page, joiner)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()


def test_wrong_contact_comes_back_with_its_errors(page: Page, joiner: Joiner):
    edit(page, "contact")
    page.get_by_label("First name").fill("Never")
    page.get_by_label("E-mail").fill("employee@example.com")

    with page.expect_response("**/edit/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(contact_form(page, joiner)).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Maja Jørgensen already has this"))
    expect(page.get_by_label("First name")).to_have_value("Never")
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)


def test_profile_is_saved(page: Page, joiner: Joiner):
    edit(page, "work")
    expect(page.get_by_label("Team")).to_be_focused()
    page.get_by_label("Team").select_option("Marketing")
    page.get_by_label("Date of birth").fill("1985-12-01")

    save(page)

    expect(announcement(page)).to_contain_text("Saved")
    expect(fact(page, "Team")).to_have_text("Marketing")
    expect(fact(page, "Date of birth")).to_have_text("1 December 1985")
    expect(page.get_by_text("Missing: address")).to_be_visible()


def test_cancelled_profile_stays_as_it_was(page: Page, joiner: Joiner):
    edit(page, "private")
    page.get_by_label("Address").fill("Nowhere")

    page.get_by_role("link", name="Cancel").click()
    discard(page)

    expect(profile_form(page, joiner)).to_have_count(0)
    expect(fact(page, "Address")).to_have_text("Not given")


def test_wrong_profile_comes_back_with_its_errors(page: Page, joiner: Joiner):
    edit(page, "private")
    page.get_by_label("Address").fill("1 Main Street")
    page.get_by_label("Date of birth").fill("2999-01-01")

    with page.expect_response("**/profile/edit/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_label("Date of birth")).to_have_accessible_description(re.compile("in the future"))
    expect(page.get_by_label("Address")).to_have_value("1 Main Street")


def test_edit_opens_in_a_tab_of_its_own(page: Page, joiner: Joiner):
    page.goto(address_of(page.get_by_role("link", name="Edit contact")))

    expect(page.get_by_role("banner")).to_be_visible()
    expect(contact_form(page, joiner)).to_be_visible()
    expect(page.get_by_label("First name")).to_be_focused()


def test_refused_for_good_says_whom_to_ask(page: Page, allowed_statuses: set[int]):
    allowed_statuses.add(403)
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.route("**/edit/", lambda route: route.fulfill(status=403))

    save(page)

    expect(page.get_by_role("alert")).to_contain_text(re.compile("may not do this.*please ask IT help"))
    link = page.get_by_role("alert").get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "mailto:help@example.com")


def test_refused_for_some_minutes_says_how_many_and_keeps_what_was_typed(page: Page, allowed_statuses: set[int]):
    allowed_statuses.add(429)
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.get_by_label("First name").fill("Hendrik")
    page.route("**/edit/", lambda route: route.fulfill(status=429, headers={"Retry-After": "200"}))

    save(page)

    expect(page.get_by_role("alert")).to_contain_text("Please wait 4 minutes, then press Save again")
    expect(page.get_by_label("First name")).to_have_value("Hendrik")
