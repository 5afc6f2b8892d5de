"""An administrator tries the settings of mail, and mends what is stuck: a real mail server, and the real runner."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.server import DemoServer, Server, copy_database
from e2e.steps import ADMINISTRATOR, give_password, open_account_menu
from people.tests.mail_servers import MailBox, mail_server


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture
def site(tmp_path: Path, server: DemoServer, box: MailBox) -> Iterator[Server]:
    """The demo organisation with mail."""
    copy_database(server.organisation.seeded, tmp_path / "db.sqlite3")
    with mail_server(box) as there:
        address = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "MAIL_URL": f"smtp://127.0.0.1:{there.port}"}
        sender = "People <people@example.com>"
        with Server(tmp_path, SECRET_KEY=secrets.token_urlsafe(50), MAIL_FROM=sender, **address) as site:
            yield site


def open_mail(page: Page, site: Server, *, javascript: bool) -> None:
    page.goto(f"{site.address}/sign-in/")
    give_password(page, ADMINISTRATOR)
    if javascript:
        open_account_menu(page)
        page.get_by_role("link", name="Mail").click()
    else:
        page.goto(f"{site.address}/mail/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail")


def see(page: Page, words: str, *, javascript: bool) -> None:
    """The words come by themselves; without scripts, when the page is loaded again."""
    seen = page.locator("#mail-test").get_by_text(words)
    if not javascript:
        expect(seen.or_(page.get_by_text("Load this page again"))).to_be_visible()
        while not seen.is_visible() and page.get_by_text("On its way").is_visible():
            page.reload()
    expect(seen).to_be_visible()


def test_mail_to_oneself_is_refused_mended_and_sent(page: Page, site: Server, box: MailBox, javascript: bool):
    box.to_recipient = "550 No such user here"
    open_mail(page, site, javascript=javascript)

    page.get_by_role("button", name="Send a mail to myself").click()
    see(page, "The mail server refused the recipient (550).", javascript=javascript)
    page.reload()
    box.to_recipient = "250 OK"
    page.get_by_role("button", name="Try again").click()
    see(page, "The mail server took it", javascript=javascript)

    page.reload()
    expect(page.get_by_role("region", name="In trouble")).to_contain_text("Nothing")
    assert box.recipients == [[ADMINISTRATOR]]
    assert f"http://localhost:{site.port}" in str(box.got[0].get_body(["plain"]))
