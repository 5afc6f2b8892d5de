"""An account without a page: the person of the same e-mail makes one the own by a link in a mail."""

import sqlite3
from contextlib import closing

from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import COLLEAGUE, give_password, link_in, mail_to, sign_in

OWN = "Maja Jørgensen"


def test_person_gets_the_own_page(page: Page, server: DemoServer, javascript: bool):
    with closing(sqlite3.connect(server.database)) as database, database:
        database.execute("UPDATE people_employee SET user_id = NULL WHERE email = ?", [COLLEAGUE])
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have no page of your own yet")
    expect(page.get_by_text(f"{OWN} in the directory has your e-mail.")).to_be_visible()
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text(f"A mail to {COLLEAGUE} is on its way.")).to_be_visible()

    page.context.clear_cookies(name="sessionid")
    page.goto(link_in(mail_to(server, COLLEAGUE)))
    give_password(page, COLLEAGUE)
    expect(page.get_by_text(f"From then on you are {OWN} here")).to_be_visible()
    page.get_by_role("button", name="Yes, make it my page").click()
    expect(page.get_by_text("This is your page from now on.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(OWN)
    expect(page.get_by_role("region", name="Your account")).to_contain_text(f"Linked by {OWN}")
