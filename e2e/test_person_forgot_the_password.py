"""From the sign-in page by mail to a new password, and what the mail box tells afterwards."""

from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import COLLEAGUE, ask_for_a_mail, give_new_password, give_password, link_in, mail_to

NEW = "four apples in a tree"


def test_person_forgot_the_password(page: Page, server: DemoServer, javascript: bool):
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE, "wrong")
    page.get_by_role("alert").get_by_role("link", name="Set a new password").click()
    ask_for_a_mail(page, f" {COLLEAGUE.upper()}")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(link_in(mail_to(server, COLLEAGUE)))
    give_new_password(page, NEW)
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()

    assert "was set" in mail_to(server, COLLEAGUE, 2)["Subject"]
    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE, NEW)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_link_of_a_mail_ends_with_the_next_password(page: Page, server: DemoServer, allowed_statuses: set[int]):
    allowed_statuses.add(410)
    for _ in range(2):
        page.goto("/account/password/forgotten/")
        ask_for_a_mail(page, COLLEAGUE)
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    first, second = (link_in(mail_to(server, COLLEAGUE, number)) for number in (1, 2))
    page.goto(second)
    give_new_password(page, NEW)
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()

    page.goto(first)

    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
