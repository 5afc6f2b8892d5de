"""Another sign-in address by mail, and the old one takes it back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.server import DemoServer
from e2e.steps import (
    COLLEAGUE,
    HR,
    ask_for_address,
    edit,
    fact,
    give_new_password,
    give_password,
    link_in,
    mail_to,
    open_account_menu,
    save,
    sign_in,
)

NEW_ADDRESS, NEW = "maja.new@example.com", "four apples in a tree"


@pytest.fixture
def theirs(browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """Another browser of the person."""
    with browser.new_context(base_url=base_url, java_script_enabled=javascript) as context:
        yield context.new_page()


def test_person_changes_the_address_and_takes_it_back(page: Page, theirs: Page, server: DemoServer):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("link", name="Sign-in address").click()
    page.get_by_label("New sign-in address").fill(NEW_ADDRESS.upper())
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text(f"This stays so until {NEW_ADDRESS} is confirmed")).to_be_visible()
    page.goto(link_in(mail_to(server, NEW_ADDRESS)))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"From now on you sign in as {NEW_ADDRESS}.")).to_be_visible()

    theirs.goto("/sign-in/")
    give_password(theirs, NEW_ADDRESS)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Directory")

    theirs.goto(link_in(mail_to(server, COLLEAGUE, 2)))
    theirs.get_by_role("button", name="Take it back").click()
    expect(theirs.get_by_text(f"You sign in as {COLLEAGUE}")).to_be_visible()
    give_new_password(theirs, NEW)
    expect(theirs.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
    page.goto("/employees/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_person_asks_for_the_mail_again_and_cancels(page: Page, server: DemoServer):
    sign_in(page, COLLEAGUE)
    ask_for_address(page, NEW_ADDRESS)
    page.get_by_role("button", name="Send the mail again").click()
    assert link_in(mail_to(server, NEW_ADDRESS, 2)) == link_in(mail_to(server, NEW_ADDRESS))

    page.get_by_role("button", name="Cancel the change").click()

    expect(page.get_by_text(f"Nothing waits to be confirmed: you sign in as {COLLEAGUE}.")).to_be_visible()
    expect(page.get_by_text("Not confirmed yet")).to_be_hidden()


def test_hr_changes_the_email_and_the_person_signs_in_with_it(page: Page, theirs: Page, server: DemoServer):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    sign_in(theirs, HR)
    theirs.goto(page.url)
    edit(theirs, "Contact")
    theirs.get_by_label("E-mail").fill(NEW_ADDRESS)
    save(theirs)
    expect(fact(theirs, "E-mail")).to_contain_text(NEW_ADDRESS)
    expect(theirs.get_by_text(f"Signs in as {COLLEAGUE}")).to_be_visible()
    expect(theirs.get_by_text(f"It becomes {NEW_ADDRESS} as soon as that is confirmed")).to_be_visible()

    page.goto(link_in(mail_to(server, NEW_ADDRESS)))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"From now on you sign in as {NEW_ADDRESS}.")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text(f"Signs in as {NEW_ADDRESS}")).to_be_visible()
    expect(theirs.get_by_text("It becomes")).to_be_hidden()

    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, NEW_ADDRESS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    page.goto(link_in(mail_to(server, COLLEAGUE, 2)))
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text(f"You sign in as {COLLEAGUE}")).to_be_visible()
