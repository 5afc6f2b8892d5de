"""A person: the page, its forms, adding somebody, and the own page."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    add_employee,
    fill_contact,
    link_in,
    mail_to,
    new_joiner,
    open_person,
    results,
    save,
    server_of,
    sign_in,
)

from .state import AWAY, INVALID, LONG_NAME, SOMEONE, State, at


def page_of_nobody(page: Page) -> None:
    """The account and the employee stand apart: nobody has linked them."""
    with closing(sqlite3.connect(server_of(page).database)) as database, database:
        database.execute("UPDATE people_employee SET user_id = NULL WHERE email = ?", [COLLEAGUE])
    page.goto("/me/")


def own_page_offered(page: Page) -> None:
    page_of_nobody(page)
    expect(page.get_by_text("in the directory has your e-mail")).to_be_visible()


def own_page_throttled(page: Page) -> None:
    own_page_offered(page)
    for _ in range(4):
        page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many mails were asked for")


def own_page_by_link(page: Page) -> None:
    own_page_offered(page)
    page.get_by_role("button", name="Send the mail").click()
    page.goto(link_in(mail_to(server_of(page), COLLEAGUE)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this you?")


def person(page: Page) -> None:
    open_person(page, SOMEONE)


def person_with_long_name(page: Page) -> None:
    page.goto(f"/employees/?q={LONG_NAME}")
    results(page).get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/employees/\d+/$"))


def person_who_manages(page: Page) -> None:
    page.goto("/employees/?q=managing director")
    results(page).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Manages"))).to_be_visible()


def all_reports(page: Page) -> None:
    person_who_manages(page)
    page.goto(f"{page.url}reports/")


def gap_opened(page: Page) -> None:
    page.goto("/gaps/?kind=job_title")
    page.get_by_role("main").locator(".person-line").first.click()
    expect(page.get_by_label("Job title")).to_be_focused()


def nothing_filled_in(page: Page) -> None:
    page.goto("/employees/new/")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def taken_email_and_phone(page: Page) -> None:
    person(page)
    taken = page.get_by_role("link", name=re.compile("@example.com")).inner_text()
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.get_by_label("E-mail").fill(taken)
    page.get_by_label("Phone").fill("+4740611891")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def similar_name(page: Page) -> None:
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.get_by_label("First name").fill("Henrik")
    page.get_by_label("Last name").fill("Jorgenson")
    save(page)
    expect(page.get_by_label("This is a different person")).to_be_visible()


def sign_in_expired(page: Page) -> None:
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.context.clear_cookies(name="sessionid")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def form_refused(page: Page) -> None:
    """As the browser sends the form without scripts."""
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.context.clear_cookies(name="sessionid")
    page.locator("form.sheet").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not saved yet")


def token_refused(page: Page) -> None:
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.context.clear_cookies(name="csrftoken")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def too_large(page: Page) -> None:
    page.goto("/employees/new/")
    page.get_by_label("First name").evaluate("input => { input.value = 'x'.repeat(3_000_000) }")
    page.locator("form.sheet").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add employee")


def add_without_database(page: Page) -> None:
    """As the browser sends the form without scripts."""
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    page.locator("form.sheet").evaluate("form => form.submit()")
    expect(page.get_by_role("alert")).to_contain_text("could not be saved just now", timeout=10_000)


def just_added(page: Page) -> None:
    add_employee(page)


def just_completed(page: Page) -> None:
    add_employee(page)
    page.get_by_label("Team").select_option("Engineering")
    save(page)
    expect(page.get_by_role("main").get_by_role("button", name="Save")).to_have_count(0)


def contact_form_open(page: Page) -> None:
    person(page)
    page.get_by_role("link", name="Edit contact").click()
    expect(page.get_by_label("First name")).to_be_focused()


def contact_form_with_error(page: Page) -> None:
    contact_form_open(page)
    page.get_by_label("Phone").fill("12")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def discard_question(page: Page) -> None:
    contact_form_open(page)
    page.get_by_label("First name").fill("Typed")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Discard what you typed?")).to_be_visible()


def work_form_open(page: Page) -> None:
    person(page)
    page.get_by_role("link", name="Edit work").click()
    expect(page.get_by_label("Team")).to_be_focused()


def private_form_with_error(page: Page) -> None:
    person(page)
    page.get_by_role("link", name="Edit private").click()
    page.get_by_label("Date of birth").fill("2999-01-01")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def own_contact_form_open(page: Page) -> None:
    page.goto("/me/")
    page.get_by_role("link", name="Edit contact").click()
    expect(page.get_by_label("Phone")).to_be_focused()


def own_private_form_open(page: Page) -> None:
    page.goto("/me/")
    page.get_by_role("link", name="Edit private").click()
    expect(page.get_by_label("Date of birth")).to_be_focused()


def own_sharing_form_with_error(page: Page) -> None:
    page.goto("/me/")
    page.get_by_role("link", name="Edit shared").click()
    page.get_by_label("Mobile", exact=True).fill("12")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def preview(audience: str) -> Callable[[Page], None]:
    """The own page as an audience sees it."""

    def reach(page: Page) -> None:
        page.goto("/me/")
        page.get_by_role("link", name="What others see").click()
        page.get_by_role("navigation", name="View as").get_by_role("link", name=audience).click()
        expect(page.get_by_role("link", name=audience)).to_have_attribute("aria-current", "page")

    return reach


def own_page_that_hr_read(page: Page) -> None:
    page.goto("/me/")
    address = page.url
    page.context.clear_cookies()
    sign_in(page, HR)
    page.goto(address)
    page.context.clear_cookies()
    sign_in(page, COLLEAGUE)
    page.goto(address)
    expect(page.get_by_role("region", name="Who read it").get_by_role("listitem")).not_to_have_count(0)


STATES = [
    State("add", "people:employee-create", HR, at("/employees/new/")),
    State("add-empty", "people:employee-create", HR, nothing_filled_in, INVALID),
    State("add-taken", "people:employee-create", HR, taken_email_and_phone, INVALID),
    State("add-similar", "people:employee-create", HR, similar_name, INVALID),
    State("add-forbidden", "people:employee-create", COLLEAGUE, at("/employees/new/"), HTTPStatus.FORBIDDEN),
    State("add-expired", "people:employee-create", HR, sign_in_expired, HTTPStatus.UNAUTHORIZED),
    State("add-expired-plain", "people:employee-create", HR, form_refused, HTTPStatus.UNAUTHORIZED),
    State("add-token-refused", "people:employee-create", HR, token_refused, HTTPStatus.FORBIDDEN),
    State("add-too-large", "people:employee-create", HR, too_large, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    State("add-locked", "people:employee-create", HR, add_without_database, AWAY, is_locked=True),
    State("added", "people:employee-detail", HR, just_added),
    State("added-and-completed", "people:employee-detail", HR, just_completed),
    State("person-hr", "people:employee-detail", HR, person),
    State("person-colleague", "people:employee-detail", COLLEAGUE, person),
    State("person-long-name", "people:employee-detail", HR, person_with_long_name),
    State("person-own", "people:me", COLLEAGUE, at("/me/")),
    State("person-manages", "people:employee-detail", COLLEAGUE, person_who_manages),
    State("person-reports", "people:employee-reports", COLLEAGUE, all_reports),
    State("gaps", "people:gaps", HR, at("/gaps/")),
    State("gaps-people", "people:gaps", HR, at("/gaps/?kind=job_title")),
    State("person-gap-opened", "people:section-update", HR, gap_opened),
    State("person-not-found", "people:employee-detail", COLLEAGUE, at("/employees/999999/"), HTTPStatus.NOT_FOUND),
    State("contact-form", "people:section-update", HR, contact_form_open),
    State("contact-form-error", "people:section-update", HR, contact_form_with_error, INVALID),
    State("contact-form-discard", "people:section-update", HR, discard_question),
    State("contact-form-own", "people:section-update", COLLEAGUE, own_contact_form_open),
    State("work-form", "people:section-update", HR, work_form_open),
    State("private-form-error", "people:section-update", HR, private_form_with_error, INVALID),
    State("private-form-own", "people:section-update", COLLEAGUE, own_private_form_open),
    State("shared-form-own-error", "people:section-update", COLLEAGUE, own_sharing_form_with_error, INVALID),
    State("person-own-read", "people:me", COLLEAGUE, own_page_that_hr_read),
    State("seen-by-colleague", "people:employee-preview", COLLEAGUE, preview("Everyone")),
    State("seen-by-hr", "people:employee-preview", COLLEAGUE, preview("HR")),
    State("my-data", "people:my-data", COLLEAGUE, at("/me/data/")),
    State("me-apart", "people:me", COLLEAGUE, own_page_offered),
    State("me-throttled", "people:me", COLLEAGUE, own_page_throttled, HTTPStatus.TOO_MANY_REQUESTS),
    State("own-page", "people:own-page", COLLEAGUE, own_page_by_link),
    State("own-page-dead", "people:own-page", COLLEAGUE, at("/me/link/x/"), HTTPStatus.GONE),
    State("me-without-employee", "people:me", ADMINISTRATOR, at("/me/")),
]
