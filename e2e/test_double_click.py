import pytest
from playwright.sync_api import Page, expect

from e2e.steps import HR, fill_contact, new_joiner, profile_form, sign_in


@pytest.mark.rounds(1, 10)
def test_double_click_on_save_gives_one_person(page: Page):
    sign_in(page, HR)
    page.goto("/employees/new/")
    joiner = new_joiner()
    fill_contact(page, joiner)

    page.get_by_role("button", name="Save").dblclick()

    expect(profile_form(page, joiner)).to_be_visible()
    page.goto(f"/employees/?q={joiner.email}")
    expect(page.get_by_role("table").get_by_role("link", name=joiner.email)).to_have_count(1)


@pytest.mark.rounds(1, 10)
@pytest.mark.browser_context_args(java_script_enabled=False)
def test_double_click_without_javascript_gives_one_person(page: Page):
    sign_in(page, HR)
    page.goto("/employees/new/")
    joiner = new_joiner()
    fill_contact(page, joiner)

    page.get_by_role("button", name="Save").dblclick()

    already_there = page.get_by_text(f"{joiner.name} already has this e-mail").first
    expect(profile_form(page, joiner).or_(already_there)).to_be_visible()
    page.goto(f"/employees/?q={joiner.email}")
    expect(page.get_by_role("table").get_by_role("link", name=joiner.email)).to_have_count(1)
