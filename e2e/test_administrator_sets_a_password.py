"""What `make admin` prints leads in, once."""

from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import give_new_password, give_password, link_to_password, open_account_menu

EMAIL, NEW = "ada@example.com", "four apples in a tree"


def test_administrator_sets_the_password_by_the_printed_link(
    page: Page, server: DemoServer, javascript: bool, allowed_statuses: set[int]
):
    allowed_statuses.add(410)
    link = link_to_password(page, EMAIL)

    page.goto(link)
    assert page.url == f"{server.address}/account/link/"
    expect(page.get_by_label("New password", exact=True)).to_be_visible()
    give_new_password(page, EMAIL)
    expect(page.get_by_text("This is mostly your own name or e-mail.").last).to_be_visible()
    give_new_password(page, NEW)
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()

    page.goto(link)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()
    give_password(page, EMAIL, NEW)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/account/link/password" not in " ".join(page.evaluate("performance.getEntries().map(entry => entry.name)"))
