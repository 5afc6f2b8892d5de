import re

from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, HR, give_password, open_account_menu, open_person, results, sign_in

SIGN_IN = re.compile(r"/sign-in/")


def test_lands_where_one_wanted_to_go(page: Page):
    page.goto("/employees/?q=jorgensen")
    expect(page).to_have_url(SIGN_IN)

    give_password(page, COLLEAGUE)

    expect(page).to_have_url(re.compile(r"/employees/\?q=jorgensen$"))
    expect(results(page)).to_have_count(2)


def test_wrong_password_keeps_the_email(page: Page):
    page.goto("/sign-in/")

    with page.expect_response("**/sign-in/") as answer:
        give_password(page, COLLEAGUE, "wrong")

    assert answer.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("don’t belong together")
    expect(page.get_by_label("E-mail")).to_have_value(COLLEAGUE)
    expect(page.get_by_label("Password")).to_be_empty()

    give_password(page, COLLEAGUE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_sign_out_ends_the_session(page: Page):
    sign_in(page, HR)
    open_person(page, "Henrik Jørgensen")
    open_account_menu(page)

    page.get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(SIGN_IN)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("Henrik")).to_have_count(0)


def test_signed_out_visitors_see_only_the_sign_in(page: Page):
    for address in ["/", "/employees/", "/employees/1/", "/employees/999999/", "/employees/new/", "/me/", "/admin/"]:
        page.goto(address)

        expect(page).to_have_url(SIGN_IN)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("search")).to_have_count(0)
