"""Teams and locations."""

from http import HTTPStatus

from playwright.sync_api import Page, expect

from e2e.steps import COLLEAGUE, HR, save

from .state import INVALID, State, at


def location_with_errors(page: Page) -> None:
    page.goto("/locations/new/")
    page.get_by_label("Name").fill("copenhagen")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


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
    State("locations", "people:location-list", HR, at("/locations/")),
    State("location-add", "people:location-create", HR, at("/locations/new/")),
    State("location-error", "people:location-create", HR, location_with_errors, INVALID),
    State("location-change", "people:location-update", HR, at("/locations/1/edit/")),
    State("locations-forbidden", "people:location-list", COLLEAGUE, at("/locations/"), HTTPStatus.FORBIDDEN),
]
