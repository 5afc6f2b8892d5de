import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    HR,
    Joiner,
    add_employee,
    address_of,
    announcement,
    discard,
    edit,
    fact,
    new_joiner,
    open_person,
    save,
    section_form,
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

    expect(section_form(page, "Contact", joiner)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
    expect(page.get_by_role("link", name="Edit contact")).to_be_focused()


def test_wrong_contact_comes_back_with_its_errors(page: Page, joiner: Joiner):
    edit(page, "contact")
    page.get_by_label("First name").fill("Never")
    page.get_by_label("E-mail").fill("employee@example.com")

    with page.expect_response("**/edit/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(section_form(page, "Contact", joiner)).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Maja Jørgensen already has this"))
    expect(page.get_by_label("First name")).to_have_value("Never")
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)


def test_work_is_saved(page: Page, joiner: Joiner):
    edit(page, "work")
    expect(page.get_by_label("Team")).to_be_focused()
    page.get_by_label("Team").select_option("Marketing")

    save(page)

    expect(announcement(page)).to_contain_text("Saved")
    expect(fact(page, "Team")).to_have_text("Marketing")
    expect(page.get_by_role("complementary").get_by_role("link")).to_have_text(
        ["Job title", "Manager", "Location", "Date of birth", "Address"]
    )
    expect(page.get_by_role("link", name="Edit work")).to_be_focused()


def test_cancelled_section_stays_as_it_was(page: Page, joiner: Joiner):
    edit(page, "private")
    page.get_by_label("Address").fill("Nowhere")

    page.get_by_role("link", name="Cancel").click()
    discard(page)

    expect(section_form(page, "Private", joiner)).to_have_count(0)
    expect(fact(page, "Address")).to_have_text("Not given")
    expect(page.get_by_role("link", name="Edit private")).to_be_focused()


def test_wrong_section_comes_back_with_its_errors(page: Page, joiner: Joiner):
    edit(page, "private")
    page.get_by_label("Address").fill("1 Main Street")
    page.get_by_label("Date of birth").fill("2999-01-01")

    with page.expect_response("**/private/edit/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_label("Date of birth")).to_have_accessible_description(re.compile("in the future"))
    expect(page.get_by_label("Address")).to_have_value("1 Main Street")


@pytest.mark.parametrize(
    ("section", "first"),
    [("contact", "First name"), ("work", "Team"), ("private", "Date of birth"), ("shared", "Mobile")],
)
def test_edit_opens_what_it_says_and_nothing_else(page: Page, joiner: Joiner, section: str, first: str):
    edit(page, section)

    expect(page.get_by_label(first, exact=True)).to_be_focused()
    expect(page.get_by_role("form", name=f"of {joiner.name}")).to_have_count(1)
    expect(page.get_by_role("link", name=f"Edit {section}")).to_have_count(0)


def test_edit_opens_in_a_tab_of_its_own(page: Page, joiner: Joiner):
    page.goto(address_of(page.get_by_role("link", name="Edit contact")))

    expect(page.get_by_role("banner")).to_be_visible()
    expect(section_form(page, "Contact", joiner)).to_be_visible()
    expect(page.get_by_label("First name")).to_be_focused()


def test_refused_for_good_says_whom_to_ask(page: Page, allowed_statuses: set[int]):
    allowed_statuses.add(403)
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    edit(page, "contact")
    page.route("**/edit/", lambda route: route.fulfill(status=403))

    save(page)

    expect(page.get_by_role("alert")).to_contain_text(re.compile("may not do this.*please ask IT help", re.DOTALL))
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
