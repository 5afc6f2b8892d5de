"""Debian's packages that the tests need: added where we may, else the caller says in a sentence what to install."""

import os
import shutil
import subprocess
import sys

# Asks nothing, and waits when the system is installing something of its own.
QUIETLY = ["env", "DEBIAN_FRONTEND=noninteractive"]
PATIENTLY = ["--quiet=2", "--option", "DPkg::Lock::Timeout=300"]


def install(*packages: str) -> bool:
    """Whether all of `packages` are there now; where they weren't, apt-get was asked to add them."""
    if all(map(is_installed, packages)):
        return True
    if not may_install():
        return False
    apt = [*as_root(), *QUIETLY, "apt-get", *PATIENTLY]
    run([*apt, "update"])
    return run([*apt, "install", "--yes", "--no-install-recommends", *packages])


def is_installed(package: str) -> bool:
    """Whether dpkg knows it as complete; never so on other systems."""
    ask = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    if not shutil.which("dpkg-query"):
        return False
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout == "installed"


def may_install() -> bool:
    """Whether there is an apt-get that we may run as root without being asked for a password."""
    return bool(shutil.which("apt-get")) and (is_root() or (bool(shutil.which("sudo")) and run([*as_root(), "true"])))


def is_root() -> bool:
    return os.geteuid() == 0


def as_root() -> list[str]:
    return [] if is_root() else ["sudo", "--non-interactive"]


def run(command: list[str]) -> bool:
    """Run it with its words on our standard error and nobody to answer questions; whether it went well."""
    print("$", *command, file=sys.stderr, flush=True)
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode == 0
