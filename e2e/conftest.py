"""The real server with people in it, and a browser that reports every mistake it sees."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e import chromium
from e2e.server import DemoServer, Organisation

LOCAL = {"127.0.0.1", "localhost"}
SERVER_LOG = pytest.StashKey[Path]()

# What the browser and htmx write about an answer that is an error, and about none at all.
REFUSED = re.compile(r"(?:Failed to load resource: .* status of|Response Status Error Code) (\d+)")
LOST = re.compile(r"Failed to load resource: net::ERR_|htmx:sendError")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the server runs in its own process isn't counted; counting would slow down the tests all the same."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium.find()
    if not path:
        pytest.exit("No Chromium found. `.venv/bin/python -m e2e.chromium` installs one.", returncode=1)
    return browser_type_launch_args | {"executable_path": path, "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """200 people."""
    with Organisation(tmp_path_factory.mktemp("organisation"), people=200) as organisation:
        yield organisation


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoServer]:
    """A server of this worker's own."""
    with DemoServer(tmp_path_factory.mktemp("server"), organisation) as server:
        request.config.stash[SERVER_LOG] = server.log
        yield server


@pytest.fixture(scope="session")
def demanding_server(
    server: DemoServer, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoServer]:
    """A server that demands a second factor of HR managers and administrators."""
    with DemoServer(tmp_path_factory.mktemp("demanding"), organisation, REQUIRE_SECOND_FACTOR="hr") as demanding:
        yield demanding


@pytest.fixture(scope="session")
def server_without_passwords(
    server: DemoServer, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoServer]:
    """A server at which nobody but administrators signs in with a password."""
    with DemoServer(tmp_path_factory.mktemp("without-passwords"), organisation, PASSWORD_SIGN_IN="0") as without:
        yield without


@pytest.fixture(autouse=True)
def same_people(browser_context_args: dict[str, Any]) -> None:
    """Each test meets the organisation as it was at first, whatever the tests before it did."""
    DemoServer.running[browser_context_args["base_url"]].restore()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Beside a failure, the last words of the server."""
    report = yield
    log = item.config.stash.get(SERVER_LOG, None)
    if report.failed and log and log.exists():
        report.sections.append(("Server output", log.read_text()[-5_000:]))
    return report


@pytest.fixture(scope="session")
def base_url(server: DemoServer) -> str:
    return server.address


@pytest.fixture
def allowed_statuses() -> set[int]:
    """The error statuses that this test expects, 0 for no answer; each is logged as a console error."""
    return {422}


@pytest.fixture(
    params=[True, pytest.param(False, marks=pytest.mark.browser_context_args(java_script_enabled=False))],
    ids=["javascript", "no-javascript"],
)
def javascript(request: pytest.FixtureRequest) -> bool:
    """A test that uses this runs twice: with scripts and without."""
    return request.param


@pytest.fixture
def context(context: BrowserContext, allowed_statuses: set[int]) -> Iterator[BrowserContext]:
    """A browser in which any error, and any request that leaves this machine, fails the test."""
    problems: list[str] = []

    def note_console(message) -> None:
        if message.type != "error":
            return
        refused = REFUSED.match(message.text)
        status = int(refused[1]) if refused else 0 if LOST.match(message.text) else None
        if status not in allowed_statuses:
            problems.append(f"console error on {message.page.url if message.page else '?'}: {message.text}")

    def note_request(request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname not in LOCAL:
            problems.append(f"request to another host: {request.url}")

    context.set_default_timeout(10_000)
    context.on("console", note_console)
    context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
    context.on("request", note_request)
    yield context
    assert not problems, "\n".join(problems)
