import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import (
    HR,
    PERSON_PAGE,
    add_employee,
    announcement,
    fact,
    fill_contact,
    key_of,
    new_joiner,
    profile_form,
    save,
    sign_in,
)


@pytest.fixture(autouse=True)
def signed_in(page: Page):
    sign_in(page, HR)


def test_wrong_input_comes_back_with_its_errors(page: Page):
    page.goto("/employees/")
    page.get_by_role("link", name="Add employee").click()
    expect(page.get_by_label("First name")).to_be_focused()
    page.get_by_label("First name").fill("Jo")
    page.get_by_label("E-mail").fill("not-an-e-mail")
    page.get_by_label("Phone").fill("12")

    with page.expect_response("**/employees/new/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(page.get_by_label("Last name")).to_be_focused()
    expect(page.get_by_label("First name")).to_have_value("Jo")
    expect(page.get_by_label("E-mail")).to_have_value("not-an-e-mail")
    expect(page.get_by_label("Phone")).to_have_value("12")
    expect(page.get_by_label("Last name")).to_have_accessible_description(re.compile("last name|required"))
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("e-?mail address"))
    expect(page.get_by_label("Phone")).to_have_accessible_description(re.compile("too short"))
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        [re.compile("^Last name"), re.compile("^E-mail"), re.compile("^Phone")]
    )
    expect(page).to_have_title(re.compile("^Error: Add employee"))


def test_error_summary_leads_to_the_field(page: Page):
    page.goto("/employees/new/")
    save(page)

    page.get_by_role("alert").get_by_role("link", name="Phone").click()

    expect(page.get_by_label("Phone")).to_be_focused()


def test_same_email_names_and_links_the_person_who_has_it(page: Page):
    joiner = new_joiner()
    page.goto("/employees/new/")
    fill_contact(page, joiner)
    page.get_by_label("E-mail").fill("EMPLOYEE@example.com")

    save(page)

    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Maja Jørgensen already has this"))
    holder = page.get_by_role("form").or_(page.locator("form")).get_by_role("link", name="Maja Jørgensen")
    expect(holder).to_have_attribute("href", PERSON_PAGE)

    page.get_by_label("E-mail").fill(joiner.email)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


def test_profile_form_of_the_new_employee_appears_in_place(page: Page):
    joiner = add_employee(page)

    key = key_of(page)
    expect(profile_form(page, joiner)).to_have_attribute("action", f"/employees/{key}/complete/edit/")
    expect(page.get_by_label("Team")).to_be_focused()
    expect(announcement(page)).to_contain_text(f"{joiner.name} was added")
    expect(announcement(page)).to_contain_text("complete the profile")
    expect(page).to_have_title(re.compile(joiner.name))


def test_completed_profile_becomes_the_finished_section(page: Page):
    joiner = add_employee(page)
    key = key_of(page)

    page.get_by_label("Team").select_option("Engineering")
    page.get_by_label("Date of birth").fill("1990-02-28")
    page.get_by_label("Gender").select_option("Other")
    page.get_by_label("Address").fill("1 Main Street\nSpringfield")
    save(page)

    expect(announcement(page)).to_contain_text("Saved")
    expect(profile_form(page, joiner)).to_have_count(0)
    expect(fact(page, "Team")).to_have_text("Engineering")
    expect(fact(page, "Date of birth")).to_have_text("28 February 1990")
    expect(fact(page, "Gender")).to_have_text("Other")
    expect(fact(page, "Address")).to_contain_text("Springfield")
    expect(page.get_by_role("link", name="Edit work")).to_be_focused()
    expect(page.get_by_role("link", name="Give access")).to_be_visible()
    assert key_of(page) == key


def test_add_another_follows_save_in_tab_order(page: Page):
    add_employee(page)

    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add another")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Add employee")
    expect(page.get_by_label("First name")).to_be_focused()
    expect(page.get_by_label("First name")).to_be_empty()


def test_reload_and_back_are_harmless(page: Page):
    joiner = add_employee(page)
    key = key_of(page)

    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
    expect(fact(page, "E-mail")).to_have_text(joiner.email)
    expect(page.get_by_role("complementary").get_by_role("link")).to_have_text(
        ["Team", "Job title", "Manager", "Location", "Date of birth", "Address"]
    )

    page.go_back()

    expect(page).to_have_url(re.compile("/employees/new/$"))
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add employee")

    page.go_forward()

    assert key_of(page) == key
    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
