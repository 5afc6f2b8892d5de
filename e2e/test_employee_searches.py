import re

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, HR, results, search_box, sign_in

# What a browser tells a box into which this is pasted.
PASTE = """(box, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_what_matched_is_marked_while_typing(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    search_box(page).press_sequentially("jorg hen")

    expect(results(page)).to_have_text([re.compile("Henrik Jørgensen")])
    expect(results(page).locator("mark")).to_have_text(["Hen", "Jørg"])


def test_pasted_list_with_a_line_for_each_person_finds_them_all(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    search_box(page).evaluate(PASTE, "Hana Ito\r\nMaja Jørgensen\r\n")

    expect(results(page)).to_have_text([re.compile("Hana Ito"), re.compile("Maja Jørgensen")])
    expect(search_box(page)).to_have_value("Hana Ito; Maja Jørgensen")


def test_nobody_leads_to_the_nearest_people(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    search_box(page).press_sequentially("hendrikus jorgens")

    nearest = page.get_by_role("main").get_by_role("listitem").get_by_role("link", name=re.compile("Henrik Jørgensen"))
    expect(page.get_by_role("heading", name="Did you mean")).to_be_visible()
    nearest.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


@pytest.mark.usefixtures("javascript")
def test_nobody_can_be_added_by_the_name_searched_for(page: Page):
    sign_in(page, HR)
    page.goto("/employees/")
    search_box(page).fill("Zoë Mustermannova")
    search_box(page).press("Enter")

    page.get_by_role("button", name="Add “Zoë Mustermannova” as an employee").click()

    expect(page).to_have_url(re.compile("/employees/new/$"))
    expect(page.get_by_label("First name")).to_have_value("Zoë")
    expect(page.get_by_label("Last name")).to_have_value("Mustermannova")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_search_without_javascript(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")

    search_box(page).fill("jorgensen h")
    search_box(page).press("Enter")

    expect(results(page)).to_have_text([re.compile("Henrik Jørgensen")])
    expect(results(page).locator("mark")).to_have_text(["H", "Jørgensen"])


def test_enter_opens_an_only_result(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    search_box(page).press_sequentially("henrik jorgensen")
    expect(results(page)).to_have_count(1)

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


def test_enter_opens_an_only_result_as_soon_as_it_is_there(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    search_box(page).focus()

    page.keyboard.insert_text("henrik jorgensen")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Henrik Jørgensen")


@pytest.mark.parametrize(("text", "number"), [("jorgensen", 2), ("qqqqqqqq", 0)])
def test_enter_opens_nobody_among_several_or_none(page: Page, text: str, number: int):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    search_box(page).press_sequentially(text)
    expect(results(page)).to_have_count(number)

    page.keyboard.press("Enter")

    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_enter_does_not_open_somebody_of_a_similar_name(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    search_box(page).press_sequentially("zhang")
    expect(page.get_by_text("Nobody matches exactly: 1 similar name")).to_be_visible()

    page.keyboard.press("Enter")

    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_cancelled_requests_are_no_errors(page: Page):
    """Typing on cancels a request; the browser of all tests takes any error in the console for a failure."""
    sign_in(page, COLLEAGUE)
    page.goto("/employees/")
    cancelled = []
    page.on("requestfailed", lambda request: cancelled.append(request.url))
    page.route("**/employees/?q=jorg", lambda route: None)  # never answered

    with page.expect_request("**/employees/?q=jorg"):
        search_box(page).press_sequentially("jorg")
    search_box(page).press_sequentially("ensen")

    expect(results(page)).to_have_count(2)
    assert [address for address in cancelled if address.endswith("q=jorg")]
