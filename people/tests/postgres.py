"""Run a command against a PostgreSQL server of its own: `python -m people.tests.postgres [--durable] <command>…`.

The server lives in a temporary directory, answers on a socket in there only, and goes with the command.
`--durable` makes it write as safely as a real one does, so that a measured save is a real one.
"""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import debian

DEBIAN = Path("/usr/lib/postgresql")
# The same on every machine: the locale of a user may be one that the machine hasn't.
NEW = ["--username", "people", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
EVERYBODYS = "/tmp"  # root's own folder of temporary files may be closed to PostgreSQL's user  # noqa: S108
OPTIONS = "-c listen_addresses='' -c unix_socket_directories='{}'"
# The data are thrown away, so nothing has to survive a power cut.
NOT_DURABLE = " -c fsync=off -c full_page_writes=off"


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps them."""
    newest_first = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next(map(str, newest_first), None)


def programs() -> tuple[str, str]:
    """initdb and pg_ctl; installs Debian's package when they are not there and we may."""
    if not (program("initdb") and program("pg_ctl")):
        debian.install("postgresql")
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if not (initdb and pg_ctl):
        sys.exit("PostgreSQL's programs are not here. Install Debian's package `postgresql`, then run this again.")
    return initdb, pg_ctl


def other_user() -> str | None:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class Cluster:
    """A fresh server in `folder`; it can be stopped and started again."""

    def __init__(self, folder: str, *, durable: bool) -> None:
        initdb, pg_ctl = programs()
        self.folder, self.user = folder, other_user()
        if self.user:
            shutil.chown(folder, self.user)
        run([initdb, *NEW, "--pgdata", f"{folder}/data"], self.user, folder)
        self.options = OPTIONS.format(folder) + ("" if durable else NOT_DURABLE)
        self.control = [pg_ctl, "--pgdata", f"{folder}/data", "--log", f"{folder}/log", "--wait"]
        self.address = f"postgresql://people@/postgres?host={folder}"  # of its one database

    def start(self) -> None:
        run([*self.control, "start", "--options", self.options], self.user, self.folder)

    def stop(self, mode: str = "immediate") -> None:
        """Stop as after a crash, or in `mode` "fast": both end the connections at once."""
        run([*self.control, "stop", "--mode", mode], self.user, self.folder)

    @contextmanager
    def away(self, mode: str = "immediate") -> Iterator[None]:
        """Stopped until the end of the block."""
        self.stop(mode)
        try:
            yield
        finally:
            self.start()


@contextmanager
def server(*, durable: bool) -> Iterator[Cluster]:
    """A fresh server, running."""
    with TemporaryDirectory(prefix="people-postgres-", dir=EVERYBODYS if other_user() else None) as folder:
        cluster = Cluster(folder, durable=durable)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


def run(command: list[str], user: str | None, folder: str) -> None:
    """Run a program of PostgreSQL as `user`; where it fails, its own words stand above ours."""
    if subprocess.run(command, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode:
        log = Path(folder, "log")
        sys.exit(f"{log.read_text() if log.exists() else ''}PostgreSQL doesn't run here: {' '.join(command)} failed.")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    is_durable = arguments[:1] == ["--durable"]
    with server(durable=is_durable) as cluster:
        environment = os.environ | {"DATABASE_URL": cluster.address}
        sys.exit(subprocess.run(arguments[is_durable:], env=environment, check=False).returncode)
