import pytest
from playwright.sync_api import Dialog, Page, expect

from e2e.steps import COLLEAGUE, announcement, discard, edit, fact, new_joiner, save, sign_in


@pytest.fixture(autouse=True)
def own_page(page: Page):
    sign_in(page, COLLEAGUE)
    page.goto("/me/")


@pytest.fixture
def questions(page: Page) -> list[str]:
    """What the browser asked; the person answers that they want to leave."""
    asked = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    return asked


def go_to_directory(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Directory").click()


@pytest.mark.usefixtures("javascript")
def test_phone_is_saved_and_the_names_are_not_offered(page: Page):
    phone = new_joiner().phone
    edit(page, "contact")
    expect(page.get_by_label("Phone")).to_be_focused()
    for label in ("First name", "Last name", "E-mail"):
        expect(page.get_by_role("main").get_by_label(label, exact=True)).to_have_count(0)

    page.get_by_label("Phone").fill(phone)
    save(page)

    expect(page.get_by_text("Saved").first).to_be_visible()
    expect(fact(page, "Phone").get_by_role("link")).to_have_attribute("href", f"tel:{phone}")


@pytest.mark.usefixtures("javascript")
def test_private_fields_are_saved_and_the_team_is_not_offered(page: Page):
    expect(page.get_by_role("region", name="Private").get_by_text("Only you and HR")).to_be_visible()
    expect(page.get_by_role("link", name="Edit work")).to_have_count(0)
    edit(page, "private")
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_label("Team")).to_have_count(0)

    page.get_by_label("Date of birth").fill("1993-09-04")
    page.get_by_label("Gender").select_option("Other")
    page.get_by_label("Address").fill("2 Side Street\n2200 København")
    save(page)

    expect(page.get_by_text("Saved").first).to_be_visible()
    expect(fact(page, "Date of birth")).to_have_text("4 September 1993")
    expect(fact(page, "Gender")).to_have_text("Other")
    expect(fact(page, "Address")).to_contain_text("2 Side Street")
    expect(fact(page, "Team")).to_have_text("Engineering › Web")


def test_cancel_restores(page: Page, javascript: bool):
    before = fact(page, "Phone").inner_text()
    edit(page, "contact")
    page.get_by_label("Phone").fill("+14155559999")

    page.get_by_role("link", name="Cancel").click()
    if javascript:
        discard(page)

    expect(page.get_by_role("form")).to_have_count(0)
    expect(fact(page, "Phone")).to_have_text(before)


def test_escape_restores(page: Page, questions: list[str]):
    before = fact(page, "Address").inner_text()
    edit(page, "private")
    page.get_by_label("Address").fill("Nowhere")

    page.keyboard.press("Escape")
    discard(page)

    expect(page.get_by_role("link", name="Edit private")).to_be_visible()
    expect(fact(page, "Address")).to_have_text(before, use_inner_text=True)
    go_to_directory(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    assert not questions


def test_leaving_with_unsaved_typing_asks(page: Page):
    edit(page, "contact")
    page.get_by_label("Phone").press_sequentially("9")
    typed = page.get_by_label("Phone").input_value()

    with page.expect_event("dialog") as stay:
        page.once("dialog", Dialog.dismiss)
        go_to_directory(page)

    assert stay.value.type == "beforeunload"
    expect(page.get_by_label("Phone")).to_have_value(typed)

    with page.expect_event("dialog") as leave:
        page.once("dialog", Dialog.accept)
        go_to_directory(page)

    assert leave.value.type == "beforeunload"
    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")


def test_leaving_after_a_refused_save_asks(page: Page, questions: list[str]):
    edit(page, "contact")
    page.get_by_label("Phone").fill("12")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()

    go_to_directory(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    assert questions == ["beforeunload"]


def test_leaving_without_typing_does_not_ask(page: Page, questions: list[str]):
    edit(page, "contact")
    expect(page.get_by_label("Phone")).to_be_focused()

    go_to_directory(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    assert not questions


def test_leaving_after_saving_does_not_ask(page: Page, questions: list[str]):
    edit(page, "contact")
    page.get_by_label("Phone").fill(new_joiner().phone)
    save(page)
    expect(announcement(page)).to_have_text("Saved")

    go_to_directory(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Directory")
    assert not questions
