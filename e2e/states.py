"""Every page of the site in every state that one can meet: the one list for looking at all of them."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus

from playwright.sync_api import Page, Route, expect

from e2e.steps import (
    ADMINISTRATOR,
    COLLEAGUE,
    HR,
    add_account,
    add_employee,
    add_passkey,
    ask_for_a_mail,
    ask_for_address,
    change_password,
    edit,
    fill_contact,
    give_code,
    give_device,
    give_new_password,
    give_password,
    go_to_the_company,
    let_confirmations_lapse,
    link_in,
    link_to_password,
    mail_to,
    new_joiner,
    open_account_menu,
    open_person,
    results,
    save,
    search_box,
    server_of,
    set_up_app,
    sign_in,
    sign_in_at_the_company,
    star_button,
    suggestions,
    tick,
)
from people.management.demo import PASSWORD

DEMANDING, WITHOUT_PASSWORDS = "demanding_server", "server_without_passwords"
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
AWAY = HTTPStatus.SERVICE_UNAVAILABLE
SOMEONE = "Henrik Jørgensen"
LONG_NAME = "Aikaterini"  # a part of the e-mail of the person with the longest words


@dataclass(frozen=True)
class State:
    """How to get somewhere.

    `status` is that of the last answer; `part` selects what covers the rest, when only that can be
    judged. With `is_locked` somebody else keeps the database from being written meanwhile. `server` is the fixture of
    the server that it is a state of.
    """

    name: str
    url_name: str | None
    email: str | None
    reach: Callable[[Page], object]
    status: HTTPStatus = HTTPStatus.OK
    part: str = "html"
    is_locked: bool = False
    server: str = "server"


def at(address: str) -> Callable[[Page], object]:
    """A state that has an address of its own."""
    return lambda page: page.goto(address)


def sign_in_with_error(page: Page) -> None:
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()


def sign_in_throttled(page: Page) -> None:
    page.goto("/sign-in/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {"username": COLLEAGUE, "password": "wrong", "csrfmiddlewaretoken": token}
    for _ in range(10):
        page.request.post("/sign-in/", form=form)
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong tries")


def administrator_refused(page: Page) -> None:
    """Where nobody else has a password."""
    page.goto("/sign-in/")
    page.get_by_text("Administrators sign in here").click()
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_be_visible()


def known_at_the_company(page: Page) -> None:
    server_of(page).company.add_person(COLLEAGUE)


def sign_in_refused_by_the_company(page: Page) -> None:
    server_of(page).company.add_person("stranger@example.com")
    go_to_the_company(page)
    sign_in_at_the_company(page, "stranger@example.com")
    expect(page.get_by_role("alert")).to_contain_text("isn’t linked to anybody here")


def sign_in_with_the_company_away(page: Page) -> None:
    go_to_the_company(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in at the company")
    [state] = re.findall(r"state%3D(\w+)", page.url)
    page.goto(f"{server_of(page).address}/sign-in/company/callback/?error=temporarily_unavailable&state={state}")
    expect(page.get_by_role("alert")).to_contain_text("doesn’t answer just now")


def on_to_the_company(page: Page) -> None:
    """It doesn't lead on before it was looked at."""
    page.route("**/sign-in/company/", without_leading_on)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with your company account").click()
    expect(page.get_by_role("link", name="Go on")).to_be_visible()


def without_leading_on(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("0; url", "99999; url"))


def company_linked(page: Page) -> None:
    known_at_the_company(page)
    page.goto("/account/company/")
    page.get_by_role("button", name="Link").click()
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("button", name="Unlink")).to_be_visible()


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


def company_not_linked_twice(page: Page) -> None:
    company_linked(page)
    page.context.clear_cookies()
    sign_in(page, HR)
    page.goto("/account/company/")
    page.get_by_role("button", name="Link").click()
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_contain_text("This can’t be linked")


def two_steps(page: Page) -> None:
    set_up_app(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("It is on")).to_be_visible()


def factor_wanted_at(address: str) -> Callable[[Page], None]:
    """Where HR is led that has no second factor after the days of grace."""

    def reach(page: Page) -> None:
        server_of(page).let_days_of_grace_pass(HR)
        page.goto(address)
        expect(page.get_by_text("There was time until")).to_be_visible()

    return reach


def factor_wanted_while_typing(page: Page) -> None:
    page.goto("/employees/new/")
    fill_contact(page, new_joiner())
    server_of(page).let_days_of_grace_pass(HR)
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Your account needs two-step sign-in.")


def factor_removable(page: Page) -> None:
    server_of(page).let_days_of_grace_pass(HR)
    two_steps(page)
    expect(page.get_by_text("set up another at once")).to_be_visible()


def app_with_error(page: Page) -> None:
    page.goto("/account/two-steps/app/")
    page.get_by_label("Code from the app").fill("1")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("alert")).to_be_visible()


def second_step(page: Page) -> None:
    set_up_app(page)
    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def second_step_with_error(page: Page) -> None:
    second_step(page)
    give_code(page, "1")
    expect(page.get_by_role("alert")).to_be_visible()


def passkey_refused_by_device(page: Page) -> None:
    give_device(page).let_person_refuse()
    page.goto("/account/two-steps/passkeys/add/")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("No passkey was used").last).to_be_visible()


def passkey_with_error(page: Page) -> None:
    """The page is another one's by the time that the device has made it."""
    give_device(page)
    page.goto("/account/two-steps/passkeys/add/")
    page.evaluate("form => form.submit()", page.locator("main form").element_handle())
    expect(page.get_by_role("alert")).to_be_visible()


def passkeys(page: Page) -> None:
    give_device(page)
    add_passkey(page, "Laptop")
    page.goto("/account/two-steps/")


def passkey_name(page: Page) -> None:
    passkeys(page)
    page.get_by_role("link", name="Rename Laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rename a passkey")


def passkey_name_with_error(page: Page) -> None:
    passkey_name(page)
    page.get_by_label("Name").fill("x" * 61)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def second_step_by_passkey(page: Page) -> None:
    passkeys(page)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def second_step_by_either(page: Page) -> None:
    set_up_app(page)
    second_step_by_passkey(page)


def second_step_by_passkey_with_error(page: Page) -> None:
    second_step_by_passkey(page)
    page.evaluate("form => form.submit()", page.locator("#passkey").element_handle())
    expect(page.get_by_role("alert")).to_be_visible()


def sign_in_by_passkey_with_error(page: Page) -> None:
    page.goto("/sign-in/")
    page.evaluate("form => form.submit()", page.locator("#passkey").element_handle())
    expect(page.get_by_role("alert")).to_be_visible()


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


def password_by_link(page: Page) -> None:
    page.goto(link_to_password(page, "ada@example.com"))
    expect(page.get_by_role("heading", level=1)).to_have_text("A new password")


def password_by_link_with_error(page: Page) -> None:
    password_by_link(page)
    give_new_password(page, "ada@example.com", again="something else")
    expect(page.get_by_role("alert")).to_be_visible()


def address_with_error(page: Page) -> None:
    ask_for_address(page, COLLEAGUE)
    expect(page.get_by_role("alert")).to_be_visible()


def address_asked(page: Page) -> None:
    ask_for_address(page, "somebody.new@example.com")
    expect(page.get_by_text("This stays so until")).to_be_visible()


def address_changed_by_hr(page: Page) -> None:
    page.goto("/me/")
    own_page = page.url
    page.context.clear_cookies()
    sign_in(page, HR)
    page.goto(own_page)
    edit(page, "Contact")
    page.get_by_label("E-mail").fill("somebody.new@example.com")
    save(page)
    expect(page.get_by_text("It becomes")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, COLLEAGUE)
    page.goto("/account/address/")
    expect(page.get_by_text("HR changed your e-mail")).to_be_visible()


def address_to_confirm(page: Page) -> None:
    address_asked(page)
    page.context.clear_cookies()
    page.goto(link_in(mail_to(server_of(page), "somebody.new@example.com")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")


def address_confirmed_wrongly(page: Page) -> None:
    address_to_confirm(page)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_be_visible()


def address_to_take_back(page: Page) -> None:
    address_to_confirm(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("From now on you sign in as")).to_be_visible()
    page.goto(link_in(mail_to(server_of(page), COLLEAGUE, 2)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Take the change back")


def forgotten_with_error(page: Page) -> None:
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "ada@ex\u0430mple.com")
    expect(page.get_by_role("alert")).to_be_visible()


def forgotten_and_mailed(page: Page) -> None:
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "nobody@example.com")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def forgotten_throttled(page: Page) -> None:
    for _ in range(3):
        forgotten_and_mailed(page)
    page.goto("/account/password/forgotten/")
    ask_for_a_mail(page, "nobody@example.com")
    expect(page.get_by_role("alert")).to_contain_text("Too many mails were asked for")


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


def search_with_hits(page: Page) -> None:
    page.goto("/employees/")
    search_box(page).press_sequentially("jorgensen")
    expect(results(page)).to_have_count(2)


def search_without_hits(page: Page) -> None:
    page.goto("/employees/")
    search_box(page).press_sequentially("qqqqqqqq")
    expect(page.get_by_role("heading", level=2)).to_be_visible()


def directory_with_chips(page: Page) -> None:
    page.goto("/employees/")
    page.get_by_role("navigation", name="Team").get_by_role("link", name=re.compile("^Sales")).click()
    expect(page).to_have_url(re.compile(r"\?team=sales$"))
    page.get_by_role("navigation", name="Sort").get_by_role("link", name="Z–A").click()
    expect(page).to_have_url(re.compile(r"\?team=sales&sort=-name$"))
    search_box(page).press_sequentially("mar")
    expect(page.get_by_role("link", name="Clear all")).to_be_visible()


def search_with_nearest_people(page: Page) -> None:
    page.goto("/employees/?q=hendrikus+jorgens")
    expect(page.get_by_role("heading", name="Did you mean")).to_be_visible()


def some_selected(page: Page) -> None:
    page.goto("/employees/")
    tick(page, 1, 3)


def page_selected(page: Page) -> None:
    page.goto("/employees/?q=example")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("checkbox", name="Select all 200 that match").check()
    expect(page.locator("#selection")).to_contain_text("All 200 selected")


def selected_to_move(page: Page) -> None:
    some_selected(page)
    page.get_by_role("button", name="Move to team…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 2 people")


def move_without_team(page: Page) -> None:
    selected_to_move(page)
    page.get_by_role("button", name="Move 2 people").click()
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


def search_with_reason(page: Page) -> None:
    page.goto("/employees/?q=billy")
    expect(results(page)).to_have_text([re.compile("is short for")])


def suggesting(text: str) -> Callable[[Page], None]:
    """On a person's page, typing a search."""

    def reach(page: Page) -> None:
        person(page)
        search_box(page).fill(text)
        expect(suggestions(page).last).to_contain_text(f"“{text}”")
        page.keyboard.press("ArrowDown")

    return reach


def person_starred(page: Page) -> None:
    person(page)
    star_button(page).click()
    expect(star_button(page)).to_have_attribute("aria-pressed", "true")


def empty_search_with_people(page: Page) -> None:
    person_starred(page)
    person_with_long_name(page)
    search_box(page).focus()
    expect(suggestions(page)).to_have_count(3)
    page.keyboard.press("ArrowDown")


def starred_page(page: Page) -> None:
    person_starred(page)
    open_account_menu(page)
    page.get_by_role("link", name="People you starred").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People you starred")


def picker_open(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_label("Person", exact=True).fill("mar")
    expect(suggestions(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")


def picker_filled(page: Page) -> None:
    picker_open(page)
    page.keyboard.press("Enter")
    expect(suggestions(page)).to_have_count(0)


def second_page(page: Page) -> None:
    page.goto("/employees/")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))


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


def page_out_of_date(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is out of date")


def signed_out_out_of_date(page: Page) -> None:
    page.goto("/sign-in/")
    page.context.clear_cookies(name="csrftoken")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is out of date")


def too_large(page: Page) -> None:
    page.goto("/employees/new/")
    page.get_by_label("First name").evaluate("input => { input.value = 'x'.repeat(3_000_000) }")
    page.locator("form.sheet").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add employee")


def sign_out_without_database(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=10_000)


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


def location_with_errors(page: Page) -> None:
    page.goto("/locations/new/")
    page.get_by_label("Name").fill("copenhagen")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def password_with_errors(page: Page) -> None:
    page.goto("/account/password/")
    change_password(page, "wrong", "passwordpassword")
    expect(page.get_by_role("alert")).to_be_visible()


def signed_in_elsewhere(page: Page) -> None:
    """Three browsers: this one, and two in which the person signed in before."""
    for _ in range(2):
        page.context.clear_cookies(name="sessionid")
        sign_in(page, COLLEAGUE)
        page.goto("/employees/")
    page.goto("/account/sessions/")
    expect(page.get_by_role("button", name="Sign out everywhere else")).to_be_visible()


def account_menu_open(page: Page) -> None:
    page.goto("/employees/")
    open_account_menu(page)


def keyboard_sheet_open(page: Page) -> None:
    page.goto("/employees/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def team_with_errors(page: Page) -> None:
    page.goto("/teams/new/?parent=engineering")
    page.get_by_label("Name").fill("Platform")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()


def merge_not_confirmed(page: Page) -> None:
    page.goto("/teams/platform/merge/")
    page.get_by_label("Into").select_option("Engineering / Web")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [
    State("sign-in", "accounts:sign-in", None, at("/sign-in/")),
    State("sign-in-error", "accounts:sign-in", None, sign_in_with_error, INVALID),
    State("sign-in-throttled", "accounts:sign-in", None, sign_in_throttled, HTTPStatus.TOO_MANY_REQUESTS),
    State("sign-in-out-of-date", "accounts:sign-in", None, signed_out_out_of_date, HTTPStatus.FORBIDDEN),
    State("sign-in-company-refused", "accounts:sign-in", None, sign_in_refused_by_the_company),
    State("sign-in-company-away", "accounts:sign-in", None, sign_in_with_the_company_away),
    State("sign-in-without-passwords", "accounts:sign-in", None, at("/sign-in/"), server=WITHOUT_PASSWORDS),
    State("sign-in-administrators", "accounts:sign-in", None, administrator_refused, INVALID, server=WITHOUT_PASSWORDS),
    State("company-leaving", "accounts:company-sign-in", None, on_to_the_company),
    State("company", "accounts:company", COLLEAGUE, at("/account/company/")),
    State("company-linked", "accounts:company", COLLEAGUE, company_linked),
    State("company-confirmed", "accounts:company-confirmed", COLLEAGUE, at("/account/company/confirmed/")),
    State("company-error", "accounts:company", COLLEAGUE, company_not_linked_twice),
    State("directory-hr", "people:employee-list", HR, at("/employees/")),
    State("directory-colleague", "people:employee-list", COLLEAGUE, at("/employees/")),
    State("directory-page-2", "people:employee-list", COLLEAGUE, second_page),
    State("directory-print", "people:employee-print", COLLEAGUE, at("/employees/print/?q=mar")),
    State("directory-team-sorted", "people:employee-list", HR, at("/employees/?team=engineering&sort=-name")),
    State("directory-parts", "people:employee-list", HR, at("/employees/?team=engineering&parts=1&sort=-name")),
    State("directory-location", "people:employee-list", COLLEAGUE, at("/employees/?q=a&team=support&location=1")),
    State("directory-chips", "people:employee-list", COLLEAGUE, directory_with_chips),
    State("directory-nobody-in-team", "people:employee-list", HR, at("/employees/?q=jorgensen&team=marketing")),
    State("directory-selected", "people:employee-list", HR, some_selected),
    State("directory-all-selected", "people:employee-list", HR, page_selected),
    State("move", "people:employee-move", HR, selected_to_move),
    State("move-all", "people:employee-move", HR, at("/employees/move/?all=12&team=engineering&parts=1")),
    State("move-nobody", "people:employee-move", HR, at("/employees/move/")),
    State("move-error", "people:employee-move", HR, move_without_team, INVALID),
    State("search-hits", "people:employee-list", COLLEAGUE, search_with_hits),
    State("search-reason", "people:employee-list", COLLEAGUE, search_with_reason),
    State("search-nearest", "people:employee-list", HR, search_with_nearest_people),
    State("search-nobody", "people:employee-list", HR, search_without_hits),
    State("suggestions", "people:suggestions", COLLEAGUE, suggesting("mar")),
    State("suggestions-reason", "people:suggestions", HR, suggesting("billy")),
    State("suggestions-nearest", "people:suggestions", COLLEAGUE, suggesting("hendrikus jorgens")),
    State("suggestions-nobody", "people:suggestions", COLLEAGUE, suggesting("qqqqqqqq")),
    State("suggestions-at-hand", "people:suggestions", COLLEAGUE, empty_search_with_people),
    State("starred", "people:suggestions", HR, starred_page),
    State("starred-nobody", "people:suggestions", ADMINISTRATOR, at("/employees/suggestions/")),
    State("person-starred", "people:employee-detail", COLLEAGUE, person_starred),
    State("teams", "people:team-list", COLLEAGUE, at("/teams/")),
    State("teams-hr", "people:team-list", HR, at("/teams/")),
    State("team", "people:team-detail", COLLEAGUE, at("/teams/engineering/")),
    State("team-add", "people:team-create", HR, at("/teams/new/")),
    State("team-error", "people:team-create", HR, team_with_errors, INVALID),
    State("team-edit", "people:team-update", HR, at("/teams/engineering/edit/")),
    State("team-merge", "people:team-merge", HR, at("/teams/platform/merge/")),
    State("team-merge-error", "people:team-merge", HR, merge_not_confirmed, INVALID),
    State("team-close", "people:team-close", HR, at("/teams/web/close/")),
    State("team-close-parts", "people:team-close", HR, at("/teams/engineering/close/")),
    State("team-forbidden", "people:team-create", COLLEAGUE, at("/teams/new/"), HTTPStatus.FORBIDDEN),
    State("team-with-sub-teams", "people:team-detail", HR, at("/teams/engineering/?parts=1")),
    State("account-menu", "people:employee-list", HR, account_menu_open, part=".account-menu"),
    State("keyboard-sheet", "people:employee-list", HR, keyboard_sheet_open),
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
    State("locations", "people:location-list", HR, at("/locations/")),
    State("location-add", "people:location-create", HR, at("/locations/new/")),
    State("location-error", "people:location-create", HR, location_with_errors, INVALID),
    State("location-change", "people:location-update", HR, at("/locations/1/edit/")),
    State("locations-forbidden", "people:location-list", COLLEAGUE, at("/locations/"), HTTPStatus.FORBIDDEN),
    State("password", "accounts:password-change", COLLEAGUE, at("/account/password/")),
    State(
        "password-none",
        "accounts:password-change",
        COLLEAGUE,
        at("/account/password/"),
        HTTPStatus.FORBIDDEN,
        server=WITHOUT_PASSWORDS,
    ),
    State("password-error", "accounts:password-change", COLLEAGUE, password_with_errors, INVALID),
    State("password-forgotten", "accounts:password-forgotten", None, at("/account/password/forgotten/")),
    State("password-forgotten-error", "accounts:password-forgotten", None, forgotten_with_error, INVALID),
    State(
        "password-forgotten-throttled",
        "accounts:password-forgotten",
        None,
        forgotten_throttled,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
    State("password-mailed", "accounts:password-mailed", None, forgotten_and_mailed),
    State("password-by-link", "accounts:password-by-link", None, password_by_link),
    State("password-by-link-error", "accounts:password-by-link", None, password_by_link_with_error, INVALID),
    State("link-made", None, ADMINISTRATOR, lambda page: add_account(page, "new@example.com")),
    State("link-dead", "accounts:password-by-link", None, at("/account/link/x/"), HTTPStatus.GONE),
    State("address", "accounts:sign-in-address", COLLEAGUE, at("/account/address/")),
    State("address-error", "accounts:sign-in-address", COLLEAGUE, address_with_error, INVALID),
    State("address-asked", "accounts:sign-in-address", COLLEAGUE, address_asked),
    State("address-by-hr", "accounts:sign-in-address", COLLEAGUE, address_changed_by_hr),
    State("address-confirm", "accounts:address-confirm", COLLEAGUE, address_to_confirm),
    State("address-confirm-error", "accounts:address-confirm", COLLEAGUE, address_confirmed_wrongly, INVALID),
    State("address-undo", "accounts:address-undo", COLLEAGUE, address_to_take_back),
    State("address-confirm-dead", "accounts:address-confirm", None, at("/account/address/confirm/x/"), HTTPStatus.GONE),
    State("address-undo-dead", "accounts:address-undo", None, at("/account/address/undo/x/"), HTTPStatus.GONE),
    State("two-steps-off", "accounts:two-steps", COLLEAGUE, at("/account/two-steps/")),
    State("two-steps-on", "accounts:two-steps", COLLEAGUE, two_steps),
    State("factor-reminder", "people:employee-list", HR, at("/employees/"), server=DEMANDING),
    State("factor-wanted-soon", "accounts:two-steps", HR, at("/account/two-steps/"), server=DEMANDING),
    State("factor-wanted", "accounts:two-steps", HR, factor_wanted_at("/employees/"), server=DEMANDING),
    State(
        "factor-wanted-while-typing",
        "people:employee-create",
        HR,
        factor_wanted_while_typing,
        HTTPStatus.FORBIDDEN,
        server=DEMANDING,
    ),
    State("factor-removable", "accounts:two-steps", HR, factor_removable, server=DEMANDING),
    State("app", "accounts:app-add", COLLEAGUE, at("/account/two-steps/app/")),
    State("app-error", "accounts:app-add", COLLEAGUE, app_with_error, INVALID),
    State("passkeys", "accounts:two-steps", COLLEAGUE, passkeys),
    State("passkey-add", "accounts:passkey-add", COLLEAGUE, at("/account/two-steps/passkeys/add/")),
    State("passkey-add-cancelled", "accounts:passkey-add", COLLEAGUE, passkey_refused_by_device),
    State("passkey-add-error", "accounts:passkey-add", COLLEAGUE, passkey_with_error, INVALID),
    State("passkey-rename", "accounts:passkey-rename", COLLEAGUE, passkey_name),
    State("passkey-rename-error", "accounts:passkey-rename", COLLEAGUE, passkey_name_with_error, INVALID),
    State("sign-in-passkey-error", "accounts:passkey-sign-in", None, sign_in_by_passkey_with_error, INVALID),
    State("second-step-passkey", "accounts:second-step", COLLEAGUE, second_step_by_passkey),
    State("second-step-either", "accounts:second-step", COLLEAGUE, second_step_by_either),
    State("second-step-passkey-error", "accounts:second-step", COLLEAGUE, second_step_by_passkey_with_error, INVALID),
    State("confirm-passkey", "accounts:two-steps", COLLEAGUE, confirming_by_passkey, HTTPStatus.UNAUTHORIZED),
    State("recovery-codes", "accounts:recovery-codes", COLLEAGUE, set_up_app),
    State("second-step", "accounts:second-step", COLLEAGUE, second_step),
    State("second-step-error", "accounts:second-step", COLLEAGUE, second_step_with_error, INVALID),
    State("sessions", "accounts:sessions", COLLEAGUE, signed_in_elsewhere),
    State("sessions-one", "accounts:sessions", HR, at("/account/sessions/")),
    State("roles", "accounts:roles", ADMINISTRATOR, at("/roles/")),
    State("roles-nobody", "accounts:roles", ADMINISTRATOR, roles_without_hr_manager),
    State("roles-error", "accounts:roles", ADMINISTRATOR, hr_manager_unknown, INVALID),
    State("roles-suggested", "accounts:roles", ADMINISTRATOR, hr_manager_suggested),
    State("roles-found", "accounts:roles", ADMINISTRATOR, hr_manager_found, INVALID),
    State("roles-no-account", "accounts:roles", ADMINISTRATOR, hr_manager_without_account, INVALID),
    State("roles-forbidden", "accounts:roles", HR, at("/roles/"), HTTPStatus.FORBIDDEN),
    State("confirm", "accounts:roles", ADMINISTRATOR, role_given_late, HTTPStatus.UNAUTHORIZED),
    State("confirm-twice", "accounts:two-steps", COLLEAGUE, confirming_twice, HTTPStatus.UNAUTHORIZED),
    State("confirm-company", "accounts:company", COLLEAGUE, company_unlinked_late, HTTPStatus.UNAUTHORIZED),
    State("confirm-company-alone", "accounts:app-add", None, app_set_up_late_by_the_company, HTTPStatus.UNAUTHORIZED),
    State("confirm-error", "accounts:roles", ADMINISTRATOR, confirmation_wrong, INVALID),
    State("mail", "accounts:mail", ADMINISTRATOR, at("/mail/")),
    State("mail-in-trouble", "accounts:mail", ADMINISTRATOR, mail_in_trouble),
    State("mail-forbidden", "accounts:mail", HR, at("/mail/"), HTTPStatus.FORBIDDEN),
    State("me-apart", "people:me", COLLEAGUE, own_page_offered),
    State("me-throttled", "people:me", COLLEAGUE, own_page_throttled, HTTPStatus.TOO_MANY_REQUESTS),
    State("own-page", "people:own-page", COLLEAGUE, own_page_by_link),
    State("own-page-dead", "people:own-page", COLLEAGUE, at("/me/link/x/"), HTTPStatus.GONE),
    State("me-without-employee", "people:me", ADMINISTRATOR, at("/me/")),
    State("styleguide", "people:styleguide", ADMINISTRATOR, at("/styleguide/")),
    State("picker", "people:styleguide", ADMINISTRATOR, picker_open),
    State("picker-picked", "people:styleguide", ADMINISTRATOR, picker_filled),
    State("picker-several", "people:styleguide", ADMINISTRATOR, at("/styleguide/?person=jorgensen")),
    State("picker-nobody", "people:styleguide", ADMINISTRATOR, at("/styleguide/?person=qqqqqqqq")),
    State("sign-out-out-of-date", "accounts:sign-out", HR, page_out_of_date, HTTPStatus.FORBIDDEN),
    State("sign-out-locked", "accounts:sign-out", COLLEAGUE, sign_out_without_database, AWAY, is_locked=True),
    State("no-page", None, COLLEAGUE, at("/nothing-here/"), HTTPStatus.NOT_FOUND),
    State("no-page-signed-out", None, None, at("/nothing-here/"), HTTPStatus.NOT_FOUND),
]
