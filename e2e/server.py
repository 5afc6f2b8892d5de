"""The server of `make run` on this machine, for tests in a browser."""

import http.client
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest

from e2e.provider import Provider
from people.tests.mail_servers import SENDER, MailBox, mail_server

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60


class Server:
    """On a port of its own, running inside `with`; it can be stopped and started again."""

    def __init__(self, folder: Path, *application: str, **environment: str) -> None:
        self.command = [sys.executable, "-m", "gunicorn", *application]
        self.log = folder / "server.log"
        self.environment = os.environ | {
            "HOST": "127.0.0.1",
            "WEB_CONCURRENCY": "2",
            "DEBUG": "0",
            "PRODUCTION": "0",
            **environment,
            "XDG_RUNTIME_DIR": str(folder),  # where gunicorn puts its control socket
        }

    def __enter__(self) -> Self:
        self.port = free_port()  # only now: while people are added another program may take it
        self.address = f"http://localhost:{self.port}"  # by name, as passkeys want it
        self.environment["PORT"] = str(self.port)
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        """Return as soon as the server says that it is well."""
        deadline = time.monotonic() + SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < deadline:
            if is_healthy(self.port):
                return
            time.sleep(0.05)
        self.stop()
        pytest.fail(f"The server did not start:\n{self.log.read_text()}", pytrace=False)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def workers(self) -> list[int]:
        """The processes that answer requests, and do jobs beside."""
        master = self.process.pid
        return [int(worker) for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


@dataclass(frozen=True)
class SignedIn:
    """What the first sign-in of an account left: its session without the key, its time, and the mark of its browser."""

    session: list[Any]
    last: str
    mark: str


class Organisation:
    """The people of the demo as they are at first; beside their servers, mail that takes all, and a company."""

    def __init__(self, folder: Path, people: int) -> None:
        self.seeded = folder / "seeded.sqlite3"
        self.environment = {"SECRET_KEY": secrets.token_urlsafe(50)}
        seeding = Server(folder, DATABASE_URL=f"sqlite:///{self.seeded}", **self.environment).environment
        manage(seeding, "migrate", "--verbosity", "0")
        manage(seeding, "seed_demo", "--people", str(people))
        self.kept: dict[str, SignedIn] = {}
        self.servers: list[DemoServer] = []
        self.box, self.company = MailBox(), Provider(folder)
        self._beside = ExitStack()

    def __enter__(self) -> Self:
        mail = self._beside.enter_context(mail_server(self.box))
        company = self._beside.enter_context(self.company)
        self.environment |= {"MAIL_URL": f"smtp://{mail.host}:{mail.port}", "MAIL_FROM": str(SENDER)}
        self.environment |= {"OIDC_ISSUER": company.issuer, "OIDC_LINK": "1"}
        self.environment |= {"OIDC_CLIENT_ID": company.client_id, "OIDC_CLIENT_SECRET": company.client_secret}
        return self

    def __exit__(self, *error: object) -> None:
        self._beside.close()

    def know_at_the_company(self) -> None:
        """Where it may send people back to; nobody is there."""
        sign_ins = [f"{server.address}/sign-in/" for server in self.servers]
        self.company.begin_anew()
        self.company.register(*(f"{sign_in}company/callback/" for sign_in in sign_ins), after_sign_out=sign_ins)


class DemoServer(Server):
    """With the people of the demo in a database of its own."""

    running: ClassVar[dict[str, "DemoServer"]] = {}  # by address

    def __init__(self, folder: Path, organisation: Organisation, **environment: str) -> None:
        self.database, self.organisation = folder / "db.sqlite3", organisation
        self.box, self.company = organisation.box, organisation.company
        self.restore_database()
        settings = {"DATABASE_URL": f"sqlite:///{self.database}", **organisation.environment, **environment}
        super().__init__(folder, **settings)

    def __enter__(self) -> Self:
        server = super().__enter__()
        self.organisation.servers.append(self)
        self.organisation.know_at_the_company()
        return server

    def start(self) -> None:
        super().start()
        self.running[self.address] = self

    def keep(self, email: str, key: str, mark: str) -> None:
        """Remember what a sign-in of `email` left, for `sign_in_again`."""
        with closing(sqlite3.connect(self.database)) as database:
            [(_, *session)] = database.execute("SELECT * FROM accounts_session WHERE session_key = ?", [key])
            account = "SELECT last_login FROM accounts_user WHERE email = ?"
            [(last,)] = database.execute(account, [email]).fetchall()
        self.organisation.kept[email] = SignedIn(session, last, mark)

    def sign_in_again(self, email: str) -> str:
        """The key of a new session of somebody who signed in once: all that a sign-in leaves, without its slow hash."""
        known, key = self.organisation.kept[email], secrets.token_hex(16)
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute("INSERT INTO accounts_session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [key, *known.session])
            now = (
                "UPDATE accounts_session SET seen = datetime('now'), confirmed = datetime('now') WHERE session_key = ?"
            )
            database.execute(now, [key])
            database.execute("UPDATE accounts_user SET last_login = ? WHERE email = ?", [known.last, email])
        return key

    def let_days_of_grace_pass(self, email: str) -> None:
        """A second factor was demanded of this account long ago."""
        with closing(sqlite3.connect(self.database)) as database, database:
            asked = "UPDATE accounts_user SET second_factor_asked_at = '2026-01-01 12:00:00' WHERE email = ?"
            database.execute(asked, [email])

    def forget_password(self, email: str) -> None:
        """From now on this account has none."""
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute("UPDATE accounts_user SET password = '!' WHERE email = ?", [email])

    def forget_confirmations(self) -> None:
        """Everybody proved long ago who they are."""
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute("UPDATE accounts_session SET confirmed = '2026-01-01 00:00:00'")

    def restore_database(self) -> None:
        copy_database(self.organisation.seeded, self.database)

    def restore(self) -> None:
        """Make the organisation again what it was at first; the server may go on running."""
        self.restore_database()
        self.box.got.clear()
        self.organisation.know_at_the_company()


def copy_database(source: Path, target: Path) -> None:
    """Safe while others read and write either (https://www.sqlite.org/backup.html)."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a command of the product beside the server; returns what it says."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"`manage.py {arguments[0]}` failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
