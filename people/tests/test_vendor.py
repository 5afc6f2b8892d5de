import shutil
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from people.management.commands.vendor import ROOT, check, mismatches, read_lock, sha256_of, strip_source_map

LOCK = read_lock()
FOLDERS = ("static/vendor", "e2e/vendor")

each_entry = pytest.mark.parametrize("entry", LOCK, ids=lambda entry: entry["path"])


def is_vendored(path: Path) -> bool:
    return path.is_file() and path.name != "vendor.lock.json" and "LICENSE" not in path.name


def copy_to(root: Path, entry: dict[str, str]) -> Path:
    path = root / entry["path"]
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / entry["path"], path)
    return path


def test_vendored_files_are_those_in_the_lock():
    files = {p.relative_to(ROOT).as_posix() for folder in FOLDERS for p in (ROOT / folder).rglob("*") if is_vendored(p)}

    assert files == {entry["path"] for entry in LOCK}


@each_entry
def test_vendored_file_has_the_locked_hash(entry):
    assert sha256_of(ROOT / entry["path"]) == entry["sha256"]


@each_entry
def test_vendored_file_names_no_source_map(entry):
    assert b"sourceMappingURL" not in (ROOT / entry["path"]).read_bytes()


@each_entry
def test_lock_entry_is_complete(entry):
    assert set(entry) == {"package", "version", "file", "path", "sha256", "upstream_sha256", "licence", "why"}
    assert all(entry.values())
    assert entry["version"] in entry["path"]


@each_entry
def test_mismatches_untouched_copy(entry, tmp_path):
    copy_to(tmp_path, entry)

    assert mismatches([entry], tmp_path) == []


@each_entry
def test_mismatches_changed_byte(entry, tmp_path):
    path = copy_to(tmp_path, entry)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    [message] = mismatches([entry], tmp_path)

    assert entry["path"] in message
    assert entry["sha256"] in message
    assert sha256_of(path) in message


def test_mismatches_missing_file(tmp_path):
    assert len(mismatches(LOCK, tmp_path)) == len(LOCK)


@pytest.mark.parametrize("key", ["upstream_sha256", "sha256"])
def test_check_refuses_another_hash(key):
    entry = LOCK[0]
    content = (ROOT / entry["path"]).read_bytes()

    with pytest.raises(CommandError, match=f"0000.*{entry[key]}"):
        check({**entry, key: "0000"}, content, content)


@pytest.mark.parametrize(
    ("content", "stripped"),
    [
        (b"a{}\n/*# sourceMappingURL=a.css.map */", b"a{}\n"),
        (b"a{}/*# sourceMappingURL=a.css.map */\n", b"a{}\n"),
        (b"a()\n//# sourceMappingURL=a.js.map\n", b"a()\n\n"),
        (b'a("//# sourceMappingURL=" + b)\n', b'a("//# sourceMappingURL=" + b)\n'),
    ],
)
def test_strip_source_map(content, stripped):
    assert strip_source_map(content) == stripped
