"""HR gives somebody access; the person sets a password and is in; HR sees it, and takes it again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from e2e.server import DemoServer
from e2e.steps import HR, give_new_password, let_confirmations_lapse, link_in, mail_to, open_person, sign_in
from people.management.demo import PASSWORD

SOMEONE, NEW = "Henrik Jørgensen", "four apples in a tree"


@pytest.fixture
def theirs(browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """The browser of the person who gets access."""
    with browser.new_context(base_url=base_url, java_script_enabled=javascript) as context:
        yield context.new_page()


def test_hr_gives_access_and_the_person_comes_in(page: Page, theirs: Page, server: DemoServer):
    sign_in(page, HR)
    open_person(page, SOMEONE)
    page.get_by_role("link", name="Give access").click()
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("Access given: a mail is on its way")).to_be_visible()

    theirs.goto(link_in(mail_to(server, "henrik.jorgensen@example.com")))
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Welcome, Henrik")
    give_new_password(theirs, NEW)
    expect(theirs.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
    theirs.goto("/me/")
    expect(theirs.get_by_role("heading", level=1)).to_have_text(SOMEONE)

    open_person(page, SOMEONE)
    expect(page.get_by_text("Signs in as henrik.jorgensen@example.com, last on")).to_be_visible()
    page.get_by_role("link", name="Change access").click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Switched off: nobody can sign in as")).to_be_visible()
    theirs.goto("/employees/")
    expect(theirs.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


# Whether a person sees what has the focus: it has a ring, and nothing lies over it.
IS_SEEN = """() => {
  const focused = document.activeElement, { left, top, width, height } = focused.getBoundingClientRect();
  const { outlineStyle, outlineColor } = getComputedStyle(focused);
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return outlineStyle === "solid" && !outlineColor.endsWith(", 0)") && focused.contains(there);
}"""


def tab_to(page: Page, control: Locator, *, most: int) -> None:
    """Press Tab until `control` has the focus; whatever has it on the way is seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if control.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{control} isn't reached by {most} times Tab.")


def test_access_is_given_and_withdrawn_by_keyboard_alone(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    sign_in(page, HR)
    open_person(page, SOMEONE)
    way_back = page.get_by_role("main").get_by_role("link", name=SOMEONE)

    tab_to(page, page.get_by_role("link", name="Skip to content"), most=1)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Give access"), most=30)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Access of {SOMEONE}")

    let_confirmations_lapse(page)
    tab_to(page, page.get_by_role("button", name="Give access"), most=8)
    page.keyboard.press("Space")
    for password, asks in (("wrong", "Before you change"), (PASSWORD, "This is not your password.")):
        expect(page.get_by_role("main").get_by_text(asks).first).to_be_visible()
        expect(page.get_by_label("Password", exact=True)).to_be_focused()
        assert page.evaluate(IS_SEEN)
        page.keyboard.type(password)
        page.keyboard.press("Enter")

    expect(page.get_by_text("Access given: a mail is on its way").first).to_be_visible()
    expect(way_back).to_be_focused()
    assert page.evaluate(IS_SEEN)
    tab_to(page, page.get_by_role("button", name="Withdraw invitation"), most=2)
    page.keyboard.press("Enter")

    expect(page.get_by_text("Invitation withdrawn").first).to_be_visible()
    expect(way_back).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("there is no password, and no link to set one")).to_be_visible()
