"""HR selects twenty people, gives them access, and sees the mails go out, with scripts and without."""

import time

from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import HR, fact, link_in, mail_to, sign_in, tick


def test_hr_gives_twenty_people_access(page: Page, server: DemoServer, javascript: bool):
    sign_in(page, HR)
    page.goto("/employees/")
    tick(page, 1)
    page.get_by_role("button", name="Give access…").click()
    page.get_by_role("button", name="Give 1 person access").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access of 1 person")

    page.goto("/employees/")
    tick(page, *range(1, 21))
    page.get_by_role("button", name="Give access…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Give 20 people access")
    given = int(fact(page, "Get access").inner_text().split(",")[0])
    had = int(fact(page, "Have it").inner_text().split(",")[0])
    assert had >= 1
    assert given + had == 20
    page.get_by_role("button", name=f"Give {given} people access").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access of 20 people")

    for _ in range(60):
        if javascript or page.get_by_text(f"{given} of {given} handed over").is_visible():
            break
        time.sleep(0.5)
        page.reload()
    expect(page.locator("#access-progress b")).to_have_text("20 of 20 done.", timeout=30_000)
    expect(page.get_by_text(f"{given} of {given} handed over")).to_be_visible(timeout=30_000)
    expect(fact(page, "Had it already")).to_have_text(str(had))
    assert link_in(mail_to(server, server.box.got[-1]["To"])).startswith("/account/link/")
