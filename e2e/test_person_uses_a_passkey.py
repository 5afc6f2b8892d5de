"""A device that keeps passkeys: adding one, signing in with it in every way, and letting it go."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.server import DemoServer
from e2e.steps import (
    COLLEAGUE,
    Device,
    add_passkey,
    confirm,
    cookies_of,
    give_device,
    give_password,
    let_confirmations_lapse,
    sign_in,
)

DIRECTORY = re.compile("/employees/$")


@pytest.fixture
def keys(page: Page) -> Device:
    return give_device(page)


@pytest.fixture
def owner(page: Page, keys: Device) -> Page:
    """The browser of somebody who is signed out and has a passkey."""
    sign_in(page, COLLEAGUE)
    add_passkey(page, "My laptop")
    page.context.clear_cookies()
    return page


def test_passkey_is_added_renamed_and_removed(page: Page, keys: Device):
    sign_in(page, COLLEAGUE)
    page.goto("/account/two-steps/")
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_label("Name")).to_have_value("HeadlessChrome on Linux")
    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    passkeys = page.get_by_role("region", name="Passkeys")
    expect(passkeys).to_contain_text("HeadlessChrome on Linux")

    page.get_by_role("link", name="Rename HeadlessChrome on Linux").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove My laptop").click()

    expect(page.get_by_text("The passkey is removed").first).to_be_visible()
    expect(passkeys).to_contain_text("None")


def test_device_makes_one_passkey_for_an_account(page: Page, keys: Device):
    sign_in(page, COLLEAGUE)
    add_passkey(page)
    page.goto("/account/two-steps/passkeys/add/")
    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_text("This device has a passkey of your account already.").last).to_be_visible()


@pytest.fixture
def without_autofill(owner: Page) -> Page:
    """A browser whose fields offer no passkeys."""
    owner.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    return owner


def test_button_signs_in_without_a_password(without_autofill: Page):
    page = without_autofill
    page.goto("/teams/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Teams")
    assert cookies_of(page)["known"]


def test_email_field_signs_in_without_a_password(owner: Page):
    """A device of tests chooses for its person as soon as the field offers a passkey."""
    owner.goto("/teams/")

    expect(owner.get_by_role("heading", level=1)).to_have_text("Teams")


def test_button_is_a_second_step(without_autofill: Page):
    page = without_autofill
    page.goto("/sign-in/")
    give_password(page, COLLEAGUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    expect(page.get_by_text("authenticator app")).to_have_count(0)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(DIRECTORY)


def test_page_that_stood_open_too_long_asks_who_one_is(page: Page, keys: Device, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    sign_in(page, COLLEAGUE)
    page.goto("/account/two-steps/passkeys/add/")
    let_confirmations_lapse(page)
    page.get_by_role("button", name="Add the passkey").click()
    confirm(page)
    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_page_of_somebody_who_was_signed_out_leads_to_the_sign_in(page: Page, keys: Device):
    sign_in(page, COLLEAGUE)
    page.goto("/account/two-steps/passkeys/add/")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_server_that_is_away_is_told(without_autofill: Page, allowed_statuses: set[int]):
    allowed_statuses.add(0)
    page = without_autofill
    page.goto("/sign-in/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("This can’t be done just now.").last).to_be_visible()

    page.context.set_offline(False)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(DIRECTORY)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_nothing_is_offered_that_cant_work(page: Page):
    page.goto("/sign-in/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()

    sign_in(page, COLLEAGUE)
    for address in ["/account/two-steps/", "/account/two-steps/passkeys/add/"]:
        page.goto(address)
        expect(page.get_by_text("Passkeys don’t work here")).to_be_visible()
        expect(page.locator("[data-needs-passkeys]")).to_be_hidden()


def test_address_without_a_name_offers_none(page: Page, server: DemoServer):
    page.goto(f"http://127.0.0.1:{server.port}/sign-in/")

    expect(page.get_by_label("E-mail")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()


def test_whoever_cancels_is_told_calmly_and_can_go_on(without_autofill: Page, keys: Device):
    page = without_autofill
    keys.let_person_refuse()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used. You can try again.").last).to_be_visible()

    keys.let_person_refuse(refuses=False)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(DIRECTORY)


def test_passkey_confirms_who_one_is_and_nothing_typed_is_lost(page: Page, keys: Device, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    sign_in(page, COLLEAGUE)
    add_passkey(page)
    page.goto("/account/address/")
    let_confirmations_lapse(page)
    page.get_by_label("New sign-in address").fill("new@example.com")
    page.get_by_role("button", name="Send the mail").click()
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("new@example.com").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Confirm it’s you")
