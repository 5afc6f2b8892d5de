import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.steps import ADMINISTRATOR, COLLEAGUE, HR, announcement, edit, fact, open_account_menu, save, sign_in

MOBILE = "+45 30 12 34 56"


def open_own_page(page: Page) -> str:
    """Go to the own page and return its address."""
    sign_in(page, COLLEAGUE)
    page.goto("/me/")
    return page.url


def share_mobile(page: Page, choice: str) -> None:
    edit(page, "shared")
    page.get_by_label("Mobile", exact=True).fill(MOBILE)
    page.get_by_label("Who sees the mobile").select_option(choice)
    save(page)
    expect(fact(page, "Mobile")).to_contain_text(MOBILE)


@pytest.fixture
def page_of_another(browser: Browser, base_url: str):
    """A second browser, of somebody without a team."""
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


def test_choice_takes_effect_in_another_browser(page: Page, page_of_another: Page):
    address = open_own_page(page)
    share_mobile(page, "Only HR and me")
    expect(announcement(page)).to_contain_text("Saved")
    sign_in(page_of_another, ADMINISTRATOR)
    page_of_another.goto(address)
    expect(fact(page_of_another, "Mobile")).to_contain_text("Only Maja and HR")

    share_mobile(page, "Everyone")

    expect(fact(page, "Mobile")).to_contain_text("Everyone sees it")
    page_of_another.reload()
    expect(fact(page_of_another, "Mobile")).to_have_text(MOBILE)


def test_keyboard_reaches_the_choice(page: Page):
    open_own_page(page)
    page.get_by_role("link", name="Edit shared").focus()
    page.keyboard.press("Enter")
    expect(page.locator("form [autofocus]")).to_be_focused()

    page.get_by_label("Mobile", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Who sees the mobile")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Edit shared")).to_be_visible()


def sees_what_others_see(page: Page) -> None:
    open_own_page(page)
    share_mobile(page, "My team")
    page.get_by_role("link", name="What others see").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Maja Jørgensen")
    expect(page.get_by_text("Private", exact=True)).to_have_count(0)
    expect(page.get_by_text(MOBILE)).to_have_count(0)

    page.get_by_role("link", name="My team").click()
    expect(fact(page, "Mobile")).to_contain_text("Only the team and HR")

    page.get_by_role("link", name="HR", exact=True).click()
    expect(fact(page, "Date of birth")).to_have_text(re.compile(r"\d{4}"))


def downloads_own_data(page: Page) -> None:
    open_own_page(page)
    page.get_by_role("link", name="All my data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My data")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON").click()

    data = json.loads(Path(download.value.path()).read_text())
    assert data["account"][0]["email"] == COLLEAGUE


def finds_hr_in_the_read_log(page: Page) -> None:
    address = open_own_page(page)
    page.context.clear_cookies()
    sign_in(page, HR)
    page.goto(address)
    page.context.clear_cookies()

    open_own_page(page)

    readers = page.get_by_role("region", name="Who read it").get_by_role("listitem")
    expect(readers.filter(has_text="date of birth")).not_to_have_count(0)


def gives_and_takes_the_role(page: Page) -> None:
    sign_in(page, ADMINISTRATOR)
    page.goto("/employees/")
    open_account_menu(page)
    page.get_by_role("link", name="Roles").click()
    page.get_by_label("Person", exact=True).fill(ADMINISTRATOR)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{ADMINISTRATOR} is an HR manager now").first).to_be_visible()

    page.get_by_role("button", name=f"Remove {ADMINISTRATOR} as HR manager").click()

    expect(page.get_by_text(f"{ADMINISTRATOR} is no longer an HR manager").first).to_be_visible()
    expect(page.get_by_role("button", name=f"Remove {ADMINISTRATOR} as HR manager")).to_have_count(0)


def gives_the_role_to_a_person(page: Page) -> None:
    sign_in(page, ADMINISTRATOR)
    page.goto("/roles/")
    page.get_by_label("Person", exact=True).fill("maja jorgensen")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Maja Jørgensen").check()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Maja Jørgensen is an HR manager now").first).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Maja Jørgensen")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Maja Jørgensen")).to_be_visible()


JOURNEYS = [
    sees_what_others_see,
    downloads_own_data,
    finds_hr_in_the_read_log,
    gives_and_takes_the_role,
    gives_the_role_to_a_person,
]
each_journey = pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)


@each_journey
def test_journey(page: Page, journey):
    journey(page)


@pytest.mark.browser_context_args(java_script_enabled=False)
@each_journey
def test_journey_without_javascript(page: Page, journey):
    journey(page)
