"""Whether the HTML of every state is valid: `python -m e2e.nu` asks the Nu Html Checker.

The browser tests leave each page and each fragment that they met in var/html/; one run of the
checker reads them all. The checker is fetched once from its npm package into var/tools/.
"""

import hashlib
import json
import re
import shutil
import subprocess  # nosec B404 (fixed commands, no shell)
import sys
import tarfile
import tempfile
from pathlib import Path

from e2e.chromium import install_by_apt

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "var" / "html"
JAR = ROOT / "var" / "tools" / "vnu.jar"
RELEASE = "vnu-jar@26.9.27"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
PROGRAMS = {"java": "default-jre-headless", "npm": "npm"}

EXCUSED = re.compile(
    "Attribute “hx-"  # htmx's attributes, which no standard knows
    "|This document has heading elements but none"  # a fragment has no h1; axe asks pages for it
)


def program(name: str) -> str:
    """The path of a program, installed if it isn't there; exits with a sentence when that fails."""
    if not shutil.which(name):
        install_by_apt([PROGRAMS[name]])
    return shutil.which(name) or sys.exit(f"The HTML check needs {name}: please install {PROGRAMS[name]}.")


def fetch_jar() -> None:
    """Put the checker into var/tools/, once."""
    if JAR.exists():
        return
    JAR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program("npm"), "pack", "--silent", RELEASE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            content = package.extractfile("package/build/dist/vnu.jar").read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{RELEASE} is not the release that was checked: its hash differs.")
    JAR.write_bytes(content)


def problems() -> list[str]:
    """A line for each error and warning in var/html/, but for the excused ones."""
    command = [program("java"), "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always", str(ANSWERS)]
    report = subprocess.run(command, check=True, capture_output=True, text=True)
    return [
        f"{Path(message['url']).name}:{message['lastLine']}: {message['message']}\n    {message.get('extract', '')}"
        for message in json.loads(report.stdout)["messages"]
        if not EXCUSED.match(message["message"])
    ]


def main() -> None:
    answers = list(ANSWERS.glob("*.html"))
    if not answers:
        sys.exit("There is no HTML to check: the browser tests leave it in var/html/.")
    fetch_jar()
    found = problems()
    print(*found, sep="\n")
    sys.exit(f"{len(found)} problems in {len(answers)} HTML files." if found else 0)


if __name__ == "__main__":
    main()
