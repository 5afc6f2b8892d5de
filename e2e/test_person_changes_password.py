from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.steps import COLLEAGUE, change_password, give_password, open_account_menu, sign_in
from people.management.demo import PASSWORD

NEW = "four apples in a tree"


@pytest.fixture
def elsewhere(browser: Browser, base_url: str) -> Iterator[Page]:
    """Another browser in which the person is signed in."""
    with browser.new_context(base_url=base_url) as context:
        page = context.new_page()
        sign_in(page, COLLEAGUE)
        yield page


def test_person_changes_the_password(page: Page, elsewhere: Page, javascript: bool):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("link", name="Change password").click()

    change_password(page, PASSWORD, "maja-jorgensen-2026")
    expect(page.get_by_label("New password", exact=True)).to_be_focused()
    expect(page.get_by_text("This is mostly your own name or e-mail.").last).to_be_visible()
    change_password(page, PASSWORD, NEW)

    expect(page.get_by_text("Password changed. Everywhere else you are signed out.").first).to_be_visible()
    elsewhere.goto("/employees/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    give_password(elsewhere, COLLEAGUE, NEW)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Directory")
