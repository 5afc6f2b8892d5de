"""Access: of one person, and of several selected in the directory."""

import sqlite3
from contextlib import closing
from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import ADMINISTRATOR, COLLEAGUE, HR, add_account, edit, open_person, save, server_of, tick

from .person import person
from .state import SOMEONE, WITHOUT_PASSWORDS, State, at


def access_none(page: Page) -> None:
    person(page)
    page.get_by_role("link", name="Give access").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Access of {SOMEONE}")


def access_kept(page: Page) -> None:
    """Another account signed in with the person's e-mail until a moment ago."""
    access_none(page)
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute(
            """
            INSERT INTO accounts_addresschange (account_id, old, new, asked_at, confirmed_at)
            SELECT accounts_user.id, people_employee.email, accounts_user.email, datetime('now'), datetime('now')
            FROM accounts_user, people_employee
            WHERE accounts_user.email = ? AND people_employee.id = ?
            """,
            [COLLEAGUE, page.url.split("/")[-3]],
        )
    page.reload()
    expect(page.get_by_text("No access yet")).to_be_visible()


def access_given(page: Page) -> None:
    access_none(page)
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("a mail is on its way")).to_be_visible()


def access_invited(page: Page) -> None:
    access_given(page)
    page.goto(page.url)
    expect(page.get_by_role("button", name="Withdraw invitation")).to_be_visible()


def first_day_is_ahead(page: Page) -> None:
    page.goto("/employees/")
    begins = "UPDATE people_employee SET first_day = '2999-01-02' WHERE first_name = ?"
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute(begins, [SOMEONE.split()[0]])
    access_none(page)


def access_ahead(page: Page) -> None:
    first_day_is_ahead(page)
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("Waits for the first day:")).to_be_visible()


def person_with_changed_email(page: Page) -> None:
    open_person(page, "Maja Jørgensen")
    edit(page, "Contact")
    page.get_by_label("E-mail").fill("maja.new@example.com")
    save(page)
    expect(page.get_by_text("It becomes maja.new@example.com")).to_be_visible()


def person_invited(page: Page) -> None:
    access_given(page)
    person(page)
    expect(page.get_by_text("Invited on")).to_be_visible()


def access_ready(page: Page) -> None:
    open_person(page, "Maja Jørgensen")
    page.get_by_role("link", name="Change access").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()


def access_with_two_steps(page: Page) -> None:
    """Maja has an app and two passkeys."""
    page.goto("/employees/")
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        for kind in ("totp", "webauthn", "webauthn"):
            database.execute(
                """
                INSERT INTO mfa_authenticator (user_id, type, data, created_at)
                SELECT id, ?, '{}', datetime('now') FROM accounts_user WHERE email = ?
                """,
                [kind, COLLEAGUE],
            )
    access_ready(page)
    expect(page.get_by_text("Two-step sign-in: authenticator app, 2 passkeys.")).to_be_visible()


def access_after_reset(page: Page) -> None:
    access_with_two_steps(page)
    page.get_by_role("button", name="Reset two-step sign-in").click()
    expect(page.get_by_text("Two-step sign-in is reset.").first).to_be_visible()


def access_changed_meanwhile(page: Page) -> None:
    access_none(page)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(page.url, form={"act": "give", "csrfmiddlewaretoken": token})
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_role("alert")).to_be_visible()


def selected_for_access(page: Page) -> None:
    """One of them has an account of the same e-mail that isn't linked, and one has access."""
    page.goto("/employees/?sort=-name")
    names = tick(page, 1, 3, 4)
    apart = """
        INSERT INTO accounts_user (email, password, is_active, is_superuser, date_joined, sessions_ended, links_ended)
        SELECT email, '!', 1, 0, '2026-01-02 03:04:05', 0, 0 FROM people_employee WHERE last_name = ?
    """
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute(apart, [names[0].split(maxsplit=1)[1]])
    page.get_by_role("button", name="Give access…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Give 3 people access")


def access_of_several(page: Page, *jobs: tuple[str, str, str | None, str | None]) -> None:
    """The page of a batch whose rows have this outcome, problem, `due` and `done_at`."""
    page.goto("/employees/")
    batch = """
        INSERT INTO people_accessbatch (id, number, at, by_id)
        SELECT 1, ?, '2999-01-02 03:04:05', id FROM accounts_user WHERE email = ?
    """
    job = """
        INSERT INTO people_accessjob (batch_id, employee_id, outcome, problem, due, done_at, tries, made)
        VALUES (1, ?, ?, ?, ?, ?, 1, '2026-01-02 03:04:05')
    """
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute(batch, [len(jobs), HR])
        for key, row in enumerate(jobs, 1):
            database.execute(job, [key, *row])
    page.goto("/employees/access/1/")


def access_moving(page: Page) -> None:
    given, waiting = ("given", "", None, "2026-01-02 03:04:06"), ("", "", "2999-01-02 03:04:05", None)
    access_of_several(page, *[given] * 3, *[waiting] * 4)
    expect(page.get_by_text("3 of 7 done.")).to_be_visible()


def access_with_failures(page: Page) -> None:
    at = "2026-01-02 03:04:06"
    access_of_several(
        page,
        *[("given", "", None, at)] * 5,
        ("had", "", None, at),
        ("", "The account is switched off: switch it on first.", None, at),
        ("", "Somebody else signs in with this e-mail: one of the two has a wrong one.", None, at),
    )
    expect(page.get_by_text("8 of 8 done.")).to_be_visible()


STATES = [
    State("access-none", "people:access", HR, access_none),
    State("access-first-day", "people:access", HR, first_day_is_ahead),
    State("access-ahead", "people:access", HR, access_ahead),
    State("access-kept", "people:access", HR, access_kept),
    State("access-given", "people:access", HR, access_given),
    State("access-none-without-passwords", "people:access", HR, access_none, server=WITHOUT_PASSWORDS),
    State("access-given-without-passwords", "people:access", HR, access_given, server=WITHOUT_PASSWORDS),
    State("access-invited", "people:access", HR, access_invited),
    State("access-ready", "people:access", HR, access_ready),
    State("access-two-steps", "people:access", HR, access_with_two_steps),
    State("access-reset", "people:access", HR, access_after_reset),
    State("access-not-done", "people:access", HR, access_changed_meanwhile, HTTPStatus.CONFLICT),
    State("access-selected", "people:access-give", HR, selected_for_access),
    State("access-all", "people:access-give", HR, at("/employees/access/?all=12&team=engineering&parts=1")),
    State("access-nobody", "people:access-give", HR, at("/employees/access/")),
    State("access-moving", "people:access-progress", HR, access_moving),
    State("access-failures", "people:access-progress", HR, access_with_failures),
    State("access-forbidden", "people:access", COLLEAGUE, at("/employees/1/access/"), HTTPStatus.FORBIDDEN),
    State("person-invited", "people:employee-detail", HR, person_invited),
    State("person-email-changed", "people:employee-detail", HR, person_with_changed_email),
    State("link-made", None, ADMINISTRATOR, lambda page: add_account(page, "new@example.com")),
]
