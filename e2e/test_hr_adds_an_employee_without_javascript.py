import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import HR, add_employee, fact, fill_contact, key_of, new_joiner, profile_form, save, sign_in

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture(autouse=True)
def signed_in(page: Page):
    sign_in(page, HR)


def test_wrong_input_comes_back_with_its_errors(page: Page):
    page.goto("/employees/")
    page.get_by_role("link", name="Add employee").click()
    page.get_by_label("First name").fill("Jo")
    page.get_by_label("E-mail").fill("EMPLOYEE@example.com")

    with page.expect_response("**/employees/new/") as answer:
        save(page)

    assert answer.value.status == 422
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Jo")
    expect(page.get_by_label("Last name")).to_be_focused()
    expect(page.get_by_label("Last name")).to_have_accessible_description(re.compile("last name|required"))
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Maja Jørgensen already has this"))

    joiner = new_joiner()
    fill_contact(page, joiner)
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()


def test_profile_is_completed_on_the_employees_own_page(page: Page):
    joiner = add_employee(page)

    key = key_of(page)
    expect(page.get_by_text(f"{joiner.name} was added")).to_be_visible()
    expect(profile_form(page, joiner)).to_have_attribute("action", f"/employees/{key}/complete/edit/")
    expect(page.get_by_label("Team")).to_be_focused()

    page.get_by_label("Team").select_option("Engineering")
    page.get_by_label("Date of birth").fill("1990-02-28")
    page.get_by_label("Gender").select_option("Other")
    page.get_by_label("Address").fill("1 Main Street")
    save(page)

    assert key_of(page) == key
    expect(page.get_by_text("Saved")).to_be_visible()
    expect(fact(page, "Team")).to_have_text("Engineering")
    expect(fact(page, "Date of birth")).to_have_text("28 February 1990")
    expect(page.get_by_role("link", name="Add another")).to_be_visible()


def test_reload_and_back_are_harmless(page: Page):
    joiner = add_employee(page)

    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text(joiner.name)
    expect(fact(page, "E-mail")).to_have_text(joiner.email)

    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Add employee")


def test_search_answers_a_full_page(page: Page):
    page.goto("/employees/")
    page.get_by_role("searchbox", name="Search people").fill("jorgensen")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    expect(page.get_by_role("rowheader")).to_have_text([re.compile("Henrik Jørgensen"), re.compile("Maja Jørgensen")])
