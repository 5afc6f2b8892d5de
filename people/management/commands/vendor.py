"""Fetch the front-end files that the lock names and refuse any that differ from it (maintainers only; needs npm)."""

import hashlib
import json
import re
import shutil
import subprocess  # nosec B404
import tarfile
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError

Entry = dict[str, str]

ROOT = Path(__file__).resolve().parents[3]
LOCK_PATH = ROOT / "static" / "vendor" / "vendor.lock.json"
# At the end of a line only, so that the same words inside a program's string stay.
SOURCE_MAP_COMMENT = re.compile(
    rb"(?:/\*[#@]\s*sourceMappingURL=[^*\n]*\*/|//[#@]\s*sourceMappingURL=\S*)[ \t]*$", re.MULTILINE
)


def read_lock(path: Path = LOCK_PATH) -> list[Entry]:
    """The entries of the lock, one for each vendored file."""
    lock: list[Entry] = json.loads(path.read_text(encoding="utf-8"))
    return lock


def write_lock(lock: list[Entry], path: Path = LOCK_PATH) -> None:
    """Save the entries in the layout that gives small diffs."""
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sha256(content: bytes) -> str:
    """The hash of some bytes, in the lock's notation."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """The hash of a file, or "missing"."""
    return sha256(path.read_bytes()) if path.is_file() else "missing"


def difference(name: str, expected: str, found: str) -> str:
    """The sentence that reports a hash other than the lock's."""
    return f"{name}: the lock says sha256 {expected}, found {found}"


def mismatches(lock: list[Entry], root: Path) -> list[str]:
    """A sentence for each locked file under root that is missing or changed."""
    found = ((entry, sha256_of(root / entry["path"])) for entry in lock)
    return [difference(entry["path"], entry["sha256"], digest) for entry, digest in found if digest != entry["sha256"]]


def strip_source_map(content: bytes) -> bytes:
    """The file without its source map comment: the manifest storage refuses a map that is not there."""
    return SOURCE_MAP_COMMENT.sub(b"", content)


def read_member(archive: Path, name: str) -> bytes:
    """One file out of an npm package, read without unpacking the rest."""
    with tarfile.open(archive) as package:
        try:
            member = package.extractfile(f"package/{name}")
        except KeyError:
            member = None
        if member is None:
            raise CommandError(f"{archive.name} holds no file {name}")
        return member.read()


def fetch(entry: Entry) -> bytes:
    """The entry's file as its authors published it."""
    npm = shutil.which("npm")
    if npm is None:
        raise CommandError("npm is not installed; it is needed to fetch vendored files, not to run the site.")
    release = f"{entry['package']}@{entry['version']}"
    with TemporaryDirectory() as folder:
        command = [npm, "pack", "--loglevel=error", "--ignore-scripts", "--", release]
        # The arguments are a list, there is no shell, and "--" keeps the name from being read as an option.
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # nosec B603
        archives = list(Path(folder).glob("*.tgz"))
        if result.returncode or len(archives) != 1:
            raise CommandError(f"npm pack {release} failed: {result.stderr.strip() or result.stdout.strip()}")
        return read_member(archives[0], entry["file"])


def check(entry: Entry, upstream: bytes, content: bytes) -> None:
    """Stop unless both the published and the stripped file are the locked ones."""
    source = f"{entry['package']}@{entry['version']} {entry['file']}"
    for name, key, data in ((source, "upstream_sha256", upstream), (entry["path"], "sha256", content)):
        if sha256(data) != entry[key]:
            raise CommandError(difference(name, entry[key], sha256(data)))


class Command(BaseCommand):
    help = "Fetch the front-end files of static/vendor/vendor.lock.json and check them (maintainers only; needs npm)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--update",
            action="store_true",
            help="write the new hashes into the lock; use it after changing a version and path there by hand",
        )

    def handle(self, *args: Any, update: bool = False, **options: Any) -> None:
        lock = read_lock()
        for entry in lock:
            self.vendor(entry, update)
        if update:
            write_lock(lock)

    def vendor(self, entry: Entry, update: bool) -> None:
        """Bring one file; a file that fails the check is never written."""
        upstream = fetch(entry)
        content = strip_source_map(upstream)
        if update:
            entry["upstream_sha256"], entry["sha256"] = sha256(upstream), sha256(content)
        check(entry, upstream, content)
        path = ROOT / entry["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.stdout.write(f"{entry['path']}  {entry['sha256']}")
