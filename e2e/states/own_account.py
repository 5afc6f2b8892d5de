"""What somebody sees to at the own account: password, address, factors, company account, sessions."""

from collections.abc import Callable
from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import (
    COLLEAGUE,
    HR,
    add_passkey,
    ask_for_address,
    change_password,
    edit,
    fill_contact,
    give_device,
    link_in,
    mail_to,
    new_joiner,
    save,
    server_of,
    set_up_app,
    sign_in,
    sign_in_at_the_company,
)
from people.management.demo import PASSWORD

from .state import DEMANDING, INVALID, WITHOUT_PASSWORDS, State, at


def known_at_the_company(page: Page) -> None:
    server_of(page).company.add_person(COLLEAGUE)


def company_linked(page: Page) -> None:
    known_at_the_company(page)
    page.goto("/account/company/")
    page.get_by_role("button", name="Link").click()
    sign_in_at_the_company(page, COLLEAGUE)
    expect(page.get_by_role("button", name="Unlink")).to_be_visible()


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


STATES = [
    State("company", "accounts:company", COLLEAGUE, at("/account/company/")),
    State("company-linked", "accounts:company", COLLEAGUE, company_linked),
    State("company-confirmed", "accounts:company-confirmed", COLLEAGUE, at("/account/company/confirmed/")),
    State("company-error", "accounts:company", COLLEAGUE, company_not_linked_twice),
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
    State("recovery-codes", "accounts:recovery-codes", COLLEAGUE, set_up_app),
    State("sessions", "accounts:sessions", COLLEAGUE, signed_in_elsewhere),
    State("sessions-one", "accounts:sessions", HR, at("/account/sessions/")),
]
