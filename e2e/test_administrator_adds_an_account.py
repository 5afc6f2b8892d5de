"""An administrator adds an account without knowing its password, and hands over the link that sets it."""

from playwright.sync_api import Page, expect

from e2e.steps import ADMINISTRATOR, add_account, give_new_password, shown_link, sign_in

EMAIL, NEW = "new@example.com", "four apples in a tree"


def test_administrator_adds_an_account(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(410)
    sign_in(page, ADMINISTRATOR)
    add_account(page, EMAIL)
    first = shown_link(page)

    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_role("button", name="Make a link to set the password").click()
    expect(page.get_by_role("heading", name="Link made")).to_be_visible()
    second = shown_link(page)
    page.context.clear_cookies()

    page.goto(second)
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    give_new_password(page, NEW)
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
    for link in (first, second):
        page.goto(link)
        expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
