from playwright.sync_api import Page, expect

from e2e.steps import ADMINISTRATOR, COLLEAGUE, confirm, let_confirmations_lapse, sign_in


def test_role_is_given_after_confirming(page: Page, javascript: bool, allowed_statuses: set[int]):
    allowed_statuses.add(401)
    sign_in(page, ADMINISTRATOR)
    page.goto("/roles/")
    let_confirmations_lapse(page)
    page.get_by_label("Person", exact=True).fill(COLLEAGUE)
    page.get_by_role("button", name="Give role").click()

    confirm(page, "wrong")
    expect(page.get_by_text("This is not your password.").last).to_be_visible()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    confirm(page)

    expect(page.get_by_text("Maja Jørgensen is an HR manager now").first).to_be_visible()
    page.get_by_role("button", name="Remove Maja Jørgensen").click()
    expect(page.get_by_text("Maja Jørgensen is no longer an HR manager").first).to_be_visible()


def test_question_takes_the_place_of_a_page_that_asked_by_htmx(page: Page):
    sign_in(page, ADMINISTRATOR)
    page.goto("/account/sessions/")
    let_confirmations_lapse(page)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()

    asked = {"values": {"csrfmiddlewaretoken": token}, "target": "#announcement"}
    page.evaluate("asked => htmx.ajax('POST', '/account/sessions/end/', asked)", asked)
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    confirm(page)

    expect(page.get_by_text("Signed out everywhere else").first).to_be_visible()
