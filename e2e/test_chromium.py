from pathlib import Path

import pytest

from e2e import chromium


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Playwright keeps its browsers, on a machine that has no other."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    return tmp_path


def download(folder: Path, revision: int, *, status: int = 0) -> str:
    """Put a program there that ends with `status`; gives its path."""
    return program(folder / f"chromium-{revision}" / "chrome-linux64" / "chrome", status=status)


def program(path: Path, *, status: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_newest_download_of_playwright_is_found_without_starting_its_node(downloads, monkeypatch):
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/nowhere")
    download(downloads, 999)
    newest = download(downloads, 1255)

    assert chromium.find() == newest


def test_browser_without_its_libraries_is_passed_over(downloads):
    works = download(downloads, 999)
    download(downloads, 1255, status=127)

    assert chromium.find() == works


def test_machine_without_a_browser_has_none(downloads):
    assert chromium.find() is None


@pytest.mark.parametrize(
    "place",
    [
        "chromium-headless-shell",
        "chromium_headless_shell-999/chrome-linux/headless_shell",
        "chromium_headless_shell-999/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_headless_shell_is_preferred_to_any_whole_browser(downloads, place):
    program(downloads / "chromium")
    download(downloads, 1255)
    shell = program(downloads / place)

    assert chromium.find() == shell
    assert chromium.is_chosen(shell)


def test_whole_browser_does_where_there_is_no_shell(downloads):
    browser = program(downloads / "chromium")

    assert chromium.find() == browser
    assert not chromium.is_chosen(browser)


def test_browser_that_is_named_comes_before_a_shell(downloads, monkeypatch):
    program(downloads / "chromium-headless-shell")
    named = program(downloads / "mine")
    monkeypatch.setenv("CHROMIUM", named)

    assert chromium.find() == named
    assert chromium.is_chosen(named)
