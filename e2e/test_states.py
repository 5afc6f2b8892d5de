"""Each state of each page: accessible, fitting every width, and photographed for people to look at."""

import os
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import CDPSession, Page, Response

from e2e import nu
from e2e.server import DemoServer
from e2e.states import STATES
from e2e.states.state import State
from e2e.steps import sign_in

AXE = next(Path(__file__).parent.glob("vendor/axe-*.min.js")).read_text()
# What passes is neither described nor told where it stands, which takes axe a third of its time.
RUN_AXE = """async ([part, rules]) => {
  const { violations } = await axe.run(part, { runOnly: rules, resultTypes: ["violations"], selectors: false });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\\n  ${failureSummary}`));
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# How each state is looked at: scheme, width, height, and what axe asks. The schemes differ in nothing but colours,
# and the narrowest phone and the tablet from the others in nothing but what fits.
LOOKS: list[tuple[Literal["light", "dark"], int, int, list[str]]] = [
    ("light", 1280, 800, RULES),
    ("light", 768, 1024, []),
    ("light", 390, 844, RULES),
    ("light", 320, 640, []),
    ("dark", 1280, 800, COLOURS),
    ("dark", 390, 844, COLOURS),
]
AS_EVER: dict[str, Any] = {"media": "screen", "forced_colors": "none", "reduced_motion": "no-preference"}
# Motion comes first, while what moves on a new page would still be moving.
MEDIA: dict[str, dict[str, Any]] = {
    "reduced-motion": {"reduced_motion": "reduce"},
    "print": {"media": "print"},
    "forced-colors": {"forced_colors": "active"},
}
SCREENSHOTS = Path(__file__).resolve().parent.parent / "var" / "screenshots"

NO_STATE_NEEDED = {
    "health": "for machines",
    "people:team-open": "leads back to the team",
    "people:team-lead-take": "leads back to the form of the team",
    "people:star": "leads back to the person",
    "people:sharing-kept": "leads back to the person",
    "people:location-remove": "leads back to the locations",
    "people:employee-create-searched": "leads to the form of a new employee",
    "people:home": "leads to the directory",
    "people:employee-update": "leads to the form of a section",
    "people:profile-update": "leads to the form of a section",
    "accounts:well-known-password-change": "leads to the page",
    "accounts:link": "leads to the form of a new password",
    "people:own-page-link": "leads to the page that links",
    "accounts:address-cancel": "leads back to the sign-in address",
    "accounts:address-confirm-link": "leads to the page that confirms",
    "accounts:address-undo-link": "leads to the page that takes it back",
    "accounts:session-end": "leads back to the sessions",
    "accounts:sessions-end": "leads back to the sessions",
    "accounts:passkey-remove": "leads back to the two steps",
    "accounts:passkey-challenge": "for scripts",
    "accounts:app-remove": "leads back to the two steps",
    "accounts:company-callback": "leads on, or back to the sign-in page",
    "accounts:company-link": "leads to the company account",
    "accounts:company-confirm": "leads to the company account",
    "accounts:company-unlink": "leads back to the company account",
    "accounts:recovery-codes-new": "leads to the new codes",
    "account_login": "another name of the sign-in page",
    "mfa_authenticate": "another name of the second step",
    "accounts:hr-managers": "leads to the roles",
    "accounts:hr-manager-take": "leads back to the roles",
    "accounts:administrator-take": "leads back to the roles",
    **{f"accounts:mail-{act}": "leads back to the mail" for act in ("test", "again", "again-all", "remove")},
    "people:my-data-download": "a file",
    "admin": "Django's own pages",
}


@pytest.fixture
def browser_context_args(request: pytest.FixtureRequest, browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Each state is reached at its own server."""
    state = getattr(request.node, "callspec", None) and request.node.callspec.params.get("state")
    return browser_context_args | ({"base_url": request.getfixturevalue(state.server).address} if state else {})


# Without motion, a colour is not judged halfway through its change.
@pytest.mark.browser_context_args(reduced_motion="reduce")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_state_is_accessible_and_fits(page: Page, state: State, allowed_statuses: set[int], server: DemoServer):
    allowed_statuses.add(state.status)
    answers, cancelled = [], []
    page.on("response", lambda answer: answers.append(answer))
    page.on("requestfailed", lambda request: cancelled.append(request))
    if state.email:
        sign_in(page, state.email)
    with locked(server.database) if state.is_locked else nullcontext():
        state.reach(page)
    whole = [answer for answer in answers if answer.request not in cancelled]
    html = [answer for answer in whole if "text/html" in answer.headers.get("content-type", "")]
    assert html[-1].status == state.status
    keep_html(state, html)
    page.evaluate(AXE)
    camera = page.context.new_cdp_session(page)

    problems = []
    for scheme, width, height, rules in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        photograph(camera, f"{state.name}-{width}-{scheme}")
        violations = page.evaluate(RUN_AXE, [state.part, rules]) if rules else []
        problems += [f"{width} px, {scheme}: {violation}" for violation in violations]
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            problems.append(f"{width} px: the page is {needed} px wide")

    assert not problems, "\n".join(problems)


def photograph(camera: CDPSession, name: str) -> None:
    """Keep a picture of the whole page, in `make e2e`: nothing is judged by it, and `make test` has nobody look.

    Chromium makes it in half the time when the file may be larger.
    """
    if os.environ.get("PHOTOGRAPH") != "1":
        return
    picture = camera.send("Page.captureScreenshot", {"captureBeyondViewport": True, "optimizeForSpeed": True})
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / f"{name}.png").write_bytes(b64decode(picture["data"]))


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Somebody else writes and doesn't end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def keep_html(state: State, html: list[Response]) -> None:
    """Leave the last page and its fragments for `python -m e2e.nu`, which checks them all at once."""
    pages = [place for place, answer in enumerate(html) if answer.request.is_navigation_request()]
    nu.ANSWERS.mkdir(parents=True, exist_ok=True)
    for number, answer in enumerate(html[pages[-1] :]):
        text = answer.text()
        if not text.startswith("<!doctype html>"):
            title = "" if "<title>" in text else "<title>Fragment</title>"
            text = f'<!doctype html><html lang="en">{title}{text}</html>'
        (nu.ANSWERS / f"{state.name}-{number}.html").write_text(text)


@pytest.mark.parametrize("name", ["directory-print", "directory-hr", "person-hr", "private-form-error"])
def test_state_is_photographed_in_other_media(page: Page, name: str):
    state = next(state for state in STATES if state.name == name)
    sign_in(page, state.email or "")
    state.reach(page)
    camera = page.context.new_cdp_session(page)

    for media, differences in MEDIA.items():
        page.emulate_media(**AS_EVER | differences)
        photograph(camera, f"{name}-{media}")
        assert media != "reduced-motion" or not page.evaluate("document.getAnimations().length")


def test_every_address_has_a_state():
    addresses = set(url_names(get_resolver().url_patterns))

    assert addresses - NO_STATE_NEEDED.keys() == {state.url_name for state in STATES if state.url_name}


def url_names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The full name of every address; an excused namespace counts as one."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        elif pattern.namespace in NO_STATE_NEEDED:
            yield pattern.namespace
        else:
            prefix = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from (f"{prefix}{name}" for name in url_names(pattern.url_patterns))
