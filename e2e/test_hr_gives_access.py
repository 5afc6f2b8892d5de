"""HR gives somebody access; the person sets a password and is in; HR sees it, and takes it again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.server import DemoServer
from e2e.steps import HR, give_new_password, link_in, mail_to, open_person, sign_in

SOMEONE, NEW = "Henrik Jørgensen", "four apples in a tree"


@pytest.fixture
def theirs(browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """The browser of the person who gets access."""
    with browser.new_context(base_url=base_url, java_script_enabled=javascript) as context:
        yield context.new_page()


def test_hr_gives_access_and_the_person_comes_in(page: Page, theirs: Page, server: DemoServer):
    sign_in(page, HR)
    open_person(page, SOMEONE)
    page.get_by_role("link", name="Give access").click()
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("Access given: a mail with a link is on its way")).to_be_visible()

    theirs.goto(link_in(mail_to(server, "henrik.jorgensen@example.com")))
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Welcome, Henrik")
    give_new_password(theirs, NEW)
    expect(theirs.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
    theirs.goto("/me/")
    expect(theirs.get_by_role("heading", level=1)).to_have_text(SOMEONE)

    open_person(page, SOMEONE)
    expect(page.get_by_text("Signs in as henrik.jorgensen@example.com, last on")).to_be_visible()
    page.get_by_role("link", name="Change access").click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Switched off: nobody can sign in as")).to_be_visible()
    theirs.goto("/employees/")
    expect(theirs.get_by_role("button", name="Sign in")).to_be_visible()
