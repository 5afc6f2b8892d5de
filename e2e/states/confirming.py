"""Confirm it's you: before what gives power over an account."""

from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    go_to_the_company,
    let_confirmations_lapse,
    server_of,
    sign_in_at_the_company,
)

from .own_account import company_linked, known_at_the_company, passkeys, two_steps
from .state import INVALID, State


def company_unlinked_late(page: Page) -> None:
    """With a password too, so both are offered."""
    company_linked(page)
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Unlink").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it’s you")


def app_set_up_late_by_the_company(page: Page) -> None:
    """Without a password: nothing but the company account confirms it."""
    known_at_the_company(page)
    server_of(page).forget_password(COLLEAGUE)
    go_to_the_company(page)
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    let_confirmations_lapse(page)
    page.goto("/account/two-steps/app/")
    expect(page.get_by_role("button", name="Sign in with your company account")).to_be_visible()


def confirming_by_passkey(page: Page) -> None:
    passkeys(page)
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Remove Laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it’s you")


def confirming_twice(page: Page) -> None:
    two_steps(page)
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it’s you")


def role_given_late(page: Page, password: str | None = None) -> None:
    """Long after signing in, with what the page that asks sends back, if it is a password."""
    page.goto("/roles/")
    let_confirmations_lapse(page)
    page.get_by_label("Person", exact=True).fill(COLLEAGUE)
    if password:
        field = f'<input type="hidden" name="confirm_password" value="{password}">'
        page.get_by_role("form").evaluate("(form, field) => form.insertAdjacentHTML('beforeend', field)", field)
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it’s you")


def confirmation_wrong(page: Page) -> None:
    role_given_late(page, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [
    State("confirm-passkey", "accounts:two-steps", COLLEAGUE, confirming_by_passkey, HTTPStatus.UNAUTHORIZED),
    State("confirm", "accounts:roles", ADMINISTRATOR, role_given_late, HTTPStatus.UNAUTHORIZED),
    State("confirm-twice", "accounts:two-steps", COLLEAGUE, confirming_twice, HTTPStatus.UNAUTHORIZED),
    State("confirm-company", "accounts:company", COLLEAGUE, company_unlinked_late, HTTPStatus.UNAUTHORIZED),
    State("confirm-company-alone", "accounts:app-add", None, app_set_up_late_by_the_company, HTTPStatus.UNAUTHORIZED),
    State("confirm-error", "accounts:roles", ADMINISTRATOR, confirmation_wrong, INVALID),
]
