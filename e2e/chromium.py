"""The browser of the tests: finds Chromium, or installs it with `python -m e2e.chromium`."""

import os
import shutil
import subprocess  # nosec B404
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

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


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on the PATH, or Playwright's own; None without any."""
    named = os.environ.get("CHROMIUM")
    on_path = (shutil.which(name) for name in [named, *NAMES] if name)
    return next(filter(None, on_path), None) or find_of_playwright()


def find_of_playwright() -> str | None:
    """The browser that `playwright install` downloaded, if it did."""
    with ThreadPoolExecutor(1) as thread:  # this one may run the Playwright of the tests already
        path = thread.submit(path_of_playwright).result()
    return path if Path(path).exists() else None


def path_of_playwright() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> None:
    """Try the system's packages, then Playwright's download; the caller looks whether it helped."""
    download = [sys.executable, "-m", "playwright", "install"]
    if not install_by_apt() and not run([*download, "--with-deps", "chromium"]):
        run([*download, "chromium"])  # without rights for the libraries, which may be there


def install_by_apt(packages: list[str], *, nice_to_have: list[str] = ()) -> bool:
    """Whether apt-get could be used and has installed `packages`."""
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if not apt:
        return False
    if os.geteuid() == 0:
        command = [apt]
    elif sudo and run([sudo, "--non-interactive", "true"]):
        command = [sudo, "--non-interactive", apt]
    else:
        return False
    run([*command, "update", "--quiet"])
    add = [*command, "install", "--yes", "--no-install-recommends"]
    is_installed = run([*add, *packages])
    if nice_to_have:
        run([*add, *nice_to_have])
    return is_installed


def run(command: list[str]) -> bool:
    """Run it, its words to our standard error; whether it went well."""
    print("$", *command, file=sys.stderr, flush=True)
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0  # nosec B603


def main() -> int:
    """Print the path of a browser, installing one if need be."""
    path = find()
    if not path:
        install()
        path = find()
    if not path:
        print(
            "There is no Chromium here and it could not be installed. Install Chromium or Google Chrome "
            "by hand, or set CHROMIUM to the path of one.",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
