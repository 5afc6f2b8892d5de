"""On a server of its own: stopping the common one would fail every other test."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.server import DemoServer, Server, copy_database
from e2e.steps import HR, fill_contact, give_password, new_joiner, profile_form, save


@pytest.fixture
def own_server(tmp_path: Path, server: DemoServer) -> Iterator[Server]:
    database = tmp_path / "db.sqlite3"
    copy_database(server.organisation.seeded, database)
    with Server(tmp_path, DATABASE_URL=f"sqlite:///{database}", SECRET_KEY=secrets.token_urlsafe(50)) as own_server:
        yield own_server


@pytest.fixture
def allowed_statuses() -> set[int]:
    return {0}


@pytest.mark.rounds(1, 5)
def test_server_stopped_and_started_while_typing_loses_nothing(page: Page, own_server: Server):
    page.goto(f"{own_server.address}/employees/new/")
    give_password(page, HR)
    joiner = new_joiner()
    page.get_by_label("First name").fill(joiner.first_name)
    own_server.stop()
    fill_contact(page, joiner)

    save(page)

    expect(page.get_by_role("alert")).to_contain_text(
        "The server can’t be reached. Please wait a moment, then press Save again: what you typed is still here"
    )
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    expect(page.get_by_label("First name")).to_have_value(joiner.first_name)
    expect(page.get_by_label("Phone")).to_have_value(joiner.phone)

    own_server.start()
    save(page)

    expect(profile_form(page, joiner)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
