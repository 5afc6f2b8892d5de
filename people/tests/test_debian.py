"""What tests need of the machine is added where we may; where not, nothing is tried that could ask or hang."""

import shutil
from pathlib import Path

import pytest

from . import debian


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What apt-get and sudo were told, on a machine whose programs are these alone."""
    told = tmp_path / "told"
    told.touch()
    for name in ("apt-get", "sudo"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} $@" >> {told}\n')
        (tmp_path / name).chmod(0o755)
    for name in ("env", "true"):
        (tmp_path / name).symlink_to(shutil.which(name) or "/bin/false")
    monkeypatch.setenv("PATH", str(tmp_path))
    return told


@pytest.mark.parametrize(("user", "before"), [(0, "apt-get"), (1000, "sudo --non-interactive env")])
def test_missing_packages_are_added_with_the_rights_that_we_have(commands, monkeypatch, user, before):
    monkeypatch.setattr("os.geteuid", lambda: user)

    assert debian.install("chromium", "fonts-noto-cjk")

    update, add = commands.read_text().splitlines()[-2:]
    assert update.startswith(before)
    assert update.endswith("update")
    assert add.startswith(before)
    assert add.endswith("install --yes --no-install-recommends chromium fonts-noto-cjk")


def test_without_rights_nothing_is_tried(commands, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    (commands.parent / "sudo").write_text("#!/bin/sh\nexit 1\n")

    assert not debian.install("chromium")

    assert commands.read_text() == ""


def test_on_another_system_nothing_is_tried(commands):
    (commands.parent / "apt-get").unlink()

    assert not debian.install("chromium")

    assert commands.read_text() == ""
