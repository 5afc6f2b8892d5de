"""What administrators look after, and what belongs to no page alone."""

import sqlite3
from contextlib import closing
from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import ADMINISTRATOR, COLLEAGUE, HR, open_account_menu, server_of, suggestions

from .state import INVALID, SOMEONE, State, at


def picker_open(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_label("Person", exact=True).fill("mar")
    expect(suggestions(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")


def picker_filled(page: Page) -> None:
    picker_open(page)
    page.keyboard.press("Enter")
    expect(suggestions(page)).to_have_count(0)


def roles_without_hr_manager(page: Page) -> None:
    """And with a second administrator."""
    page.goto("/roles/")
    page.get_by_label("Person", exact=True).fill(COLLEAGUE)
    page.get_by_label("Role", exact=True).select_option("Administrator")
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_role("button", name="as administrator")).to_be_visible()
    page.get_by_role("button", name="as HR manager").click()
    expect(page.get_by_text("Nobody yet")).to_be_visible()


def hr_manager_unknown(page: Page) -> None:
    page.goto("/roles/")
    page.get_by_label("Person", exact=True).fill("nobody@example.com")
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_role("alert")).to_be_visible()


def hr_manager_found(page: Page) -> None:
    page.goto("/roles/")
    page.get_by_label("Person", exact=True).fill("henrik jorgensen")
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_role("radio", name=SOMEONE)).to_be_visible()


def hr_manager_without_account(page: Page) -> None:
    hr_manager_found(page)
    page.get_by_role("radio", name=SOMEONE).check()
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_role("alert")).to_contain_text("has no account")


def hr_manager_suggested(page: Page) -> None:
    page.goto("/roles/")
    page.get_by_label("Person", exact=True).fill("maj")
    expect(suggestions(page).first).to_contain_text("Maja")
    page.keyboard.press("ArrowDown")


def mail_in_trouble(page: Page) -> None:
    """One mail that is stuck and one that waits, of accounts with and without an employee."""
    page.goto("/mail/")
    insert = """
        INSERT INTO accounts_mail (account_id, purpose, due, tries, problem, made)
        SELECT id, 'test', ?, ?, ?, '2026-01-02 03:04:05' FROM accounts_user WHERE email = ?
    """
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute(insert, [None, 1, "The mail server refused the recipient (550).", HR])
        database.execute(insert, ["2999-01-02 03:04:05", 4, "The mail server put off the mail (452).", ADMINISTRATOR])
    page.reload()
    expect(page.get_by_role("button", name="Try all 2 again")).to_be_visible()


def account_menu_open(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)


def keyboard_sheet_open(page: Page) -> None:
    page.goto("/employees/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


STATES = [
    State("account-menu", "people:employee-list", HR, account_menu_open, part=".account-menu"),
    State("keyboard-sheet", "people:employee-list", HR, keyboard_sheet_open),
    State("roles", "accounts:roles", ADMINISTRATOR, at("/roles/")),
    State("roles-nobody", "accounts:roles", ADMINISTRATOR, roles_without_hr_manager),
    State("roles-error", "accounts:roles", ADMINISTRATOR, hr_manager_unknown, INVALID),
    State("roles-suggested", "accounts:roles", ADMINISTRATOR, hr_manager_suggested),
    State("roles-found", "accounts:roles", ADMINISTRATOR, hr_manager_found, INVALID),
    State("roles-no-account", "accounts:roles", ADMINISTRATOR, hr_manager_without_account, INVALID),
    State("roles-forbidden", "accounts:roles", HR, at("/roles/"), HTTPStatus.FORBIDDEN),
    State("mail", "accounts:mail", ADMINISTRATOR, at("/mail/")),
    State("mail-in-trouble", "accounts:mail", ADMINISTRATOR, mail_in_trouble),
    State("mail-forbidden", "accounts:mail", HR, at("/mail/"), HTTPStatus.FORBIDDEN),
    State("styleguide", "people:styleguide", ADMINISTRATOR, at("/styleguide/")),
    State("picker", "people:styleguide", ADMINISTRATOR, picker_open),
    State("picker-picked", "people:styleguide", ADMINISTRATOR, picker_filled),
    State("picker-several", "people:styleguide", ADMINISTRATOR, at("/styleguide/?person=jorgensen")),
    State("picker-nobody", "people:styleguide", ADMINISTRATOR, at("/styleguide/?person=qqqqqqqq")),
    State("no-page", None, COLLEAGUE, at("/nothing-here/"), HTTPStatus.NOT_FOUND),
    State("no-page-signed-out", None, None, at("/nothing-here/"), HTTPStatus.NOT_FOUND),
]
