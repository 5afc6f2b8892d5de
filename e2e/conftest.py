"""The real server with people in it, and a browser that reports every mistake it sees."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e import chromium

ROOT = Path(__file__).resolve().parent.parent
LOCAL = {"127.0.0.1", "localhost"}
SECONDS_TO_START = 30
SERVER_LOG = pytest.StashKey[Path]()

# What htmx writes as errors when typing on makes an answer outdated; a lost request is htmx:sendError.
CANCELLED = ("htmx:afterRequest", "htmx:sendAbort")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    path = chromium.find()
    if not path:
        pytest.exit("No Chromium found. `.venv/bin/python -m e2e.chromium` installs one.", returncode=1)
    return browser_type_launch_args | {"executable_path": path, "args": BROWSER_ARGUMENTS}


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of this worker's own, with its own database of 200 people."""
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "DEBUG": "0",
        "PRODUCTION": "0",
        "XDG_RUNTIME_DIR": str(folder),  # where gunicorn puts its control socket
    }
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "seed_demo", "--people", "200")
    log = request.config.stash[SERVER_LOG] = folder / "server.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "gunicorn"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"`manage.py {arguments[0]}` failed:\n{done.stdout}{done.stderr}", pytrace=False)


def wait_for(process: subprocess.Popen, port: int, log: Path) -> None:
    """Return as soon as the server says that it is well."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        if is_healthy(port):
            return
        time.sleep(0.05)
    stop(process)
    pytest.fail(f"The server did not start:\n{log.read_text()}", pytrace=False)


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Beside a failure, the last words of the server."""
    report = yield
    log = item.config.stash.get(SERVER_LOG, None)
    if report.failed and log and log.exists():
        report.sections.append(("Server output", log.read_text()[-5_000:]))
    return report


@pytest.fixture(scope="session")
def base_url(server: str) -> str:
    return server


@pytest.fixture
def allowed_statuses() -> set[int]:
    """The error statuses that this test expects; the browser logs each as a console error."""
    return {422}


@pytest.fixture
def context(context: BrowserContext, allowed_statuses: set[int]) -> Iterator[BrowserContext]:
    """A browser in which any error, and any request that leaves this machine, fails the test."""
    problems = []

    def note_console(message) -> None:
        if message.type != "error" or message.text.startswith(CANCELLED):
            return
        refused = re.match(r"Failed to load resource: .* status of (\d+)", message.text)
        if not refused or int(refused[1]) not in allowed_statuses:
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
