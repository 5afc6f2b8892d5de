import pytest
from playwright.sync_api import Page, expect

from e2e.steps import HR, add_employee, announcement, edit, fact, new_joiner, save, sign_in


@pytest.mark.rounds(1, 10)
def test_changes_of_two_tabs_are_both_kept(page: Page):
    sign_in(page, HR)
    add_employee(page)
    new = new_joiner()
    page.reload()
    other_tab = page.context.new_page()
    other_tab.goto(page.url)

    edit(page, "contact")
    page.get_by_label("Phone").fill(new.phone)
    edit(other_tab, "work")
    other_tab.get_by_label("Team").select_option("Product")
    save(page)
    expect(announcement(page)).to_have_text("Saved")
    save(other_tab)
    expect(announcement(other_tab)).to_have_text("Saved")

    for tab in (page, other_tab):
        tab.reload()
        expect(fact(tab, "Phone").get_by_role("link")).to_have_attribute("href", f"tel:{new.phone}")
        expect(fact(tab, "Team")).to_have_text("Product")
