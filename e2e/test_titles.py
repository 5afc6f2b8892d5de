"""The tab says what is done in place, and with whom."""

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import ADMINISTRATOR, COLLEAGUE, HR, edit, save, sign_in

OWN = "Maja Jørgensen"


@pytest.mark.parametrize("email", [COLLEAGUE, HR, ADMINISTRATOR])
def test_title_follows_the_form_in_place(page: Page, email: str):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    address = page.url
    page.context.clear_cookies()
    sign_in(page, email)
    page.goto(address)
    expect(page).to_have_title(f"{OWN} · People")

    edit(page, "contact")
    expect(page).to_have_title(f"Edit contact · {OWN} · People")

    page.get_by_label("Phone").fill("12")
    save(page)
    expect(page).to_have_title(f"Error: Edit contact · {OWN} · People")

    page.get_by_label("Phone").fill("+45 34 41 23 02")
    save(page)
    expect(page).to_have_title(f"{OWN} · People")
