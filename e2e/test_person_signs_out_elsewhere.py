"""Two browsers of one person: in one, the other is signed out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.steps import COLLEAGUE, give_password, open_account_menu, sign_in

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """Another browser in which the person is signed in."""
    with browser.new_context(base_url=base_url, user_agent=PHONE) as context:
        page = context.new_page()
        page.goto("/sign-in/")
        give_password(page, COLLEAGUE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
        yield page


def test_person_signs_out_a_lost_phone(page: Page, phone: Page, javascript: bool):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("link", name="Where you are signed in").click()

    elsewhere = page.get_by_role("region", name="Elsewhere")
    expect(elsewhere.get_by_role("listitem")).to_have_count(1)
    elsewhere.get_by_role("button", name="Sign out of Safari on iOS").click()

    expect(elsewhere.get_by_text("Nowhere")).to_be_visible()
    expect(page.get_by_text("Signed out there").first).to_be_visible()
    phone.goto("/employees/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.reload()
    expect(page.get_by_role("region", name="Here").get_by_role("listitem")).to_have_text(re.compile("127.0.0.1"))
