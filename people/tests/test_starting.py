"""What is done and asked before the site serves: closed files, a database that answers, no password of the demo."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from intranet.settings import database
from people.accounts.models import User
from people.management import demo
from people.management.commands import prepare
from people.server.database import refuse_unreachable

SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL's protocol, 55.2.10


def at(address: str) -> BaseDatabaseWrapper:
    """The database at this address, as the site opens it."""
    return ConnectionHandler({"default": database(address)})["default"]


def reason(address: str) -> str:
    """Why the database at this address can't be reached."""
    with pytest.raises(ImproperlyConfigured) as caught:
        refuse_unreachable(at(address))
    return str(caught.value)


@pytest.fixture
def server_without_tls() -> Iterator[tuple[int, list[bytes]]]:
    """A port at which PostgreSQL's first question is whether TLS is spoken, answered with no; and what was asked."""
    asked: list[bytes] = []

    def answer() -> None:
        client, _ = listener.accept()
        with client:
            asked.append(client.recv(8))
            client.sendall(b"N")
            client.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1], asked
        thread.join()


def test_database_that_must_speak_tls_and_does_not_is_refused(db, server_without_tls):
    port, asked = server_without_tls

    sentence = reason(f"postgresql://people@127.0.0.1:{port}/people?sslmode=require")

    assert asked == [SSL_REQUEST]
    assert "SSL was required" in sentence


def test_database_that_does_not_answer_is_told_without_the_password(db):
    sentence = reason("postgresql://people:hunter2@127.0.0.1:1/people?sslmode=hunter2")

    assert sentence.startswith("The database of DATABASE_URL can't be reached: ")
    assert "hunter2" not in sentence


SETTINGS = "SELECT current_setting('application_name'), current_setting('work_mem'), current_setting('jit')"


@pytest.mark.runs_on("postgresql")  # SQLite's addresses have no options
def test_options_of_the_address_reach_postgresql(db):
    options = {"application_name": "directory", "options": "-c work_mem=8MB", "connect_timeout": "9"}
    address = f"{os.environ['DATABASE_URL']}&{urlencode(options, quote_via=quote)}"

    with closing(at(address)) as opened, opened.cursor() as cursor:
        cursor.execute(SETTINGS)
        assert cursor.fetchone() == ("directory", "8MB", "off")


@pytest.mark.runs_on("postgresql")  # SQLite's addresses have no options
def test_what_the_address_demands_of_postgresql_is_demanded(db):
    assert "channel binding required" in reason(f"{os.environ['DATABASE_URL']}&channel_binding=require")


def test_file_that_is_no_database_is_told(db, tmp_path):
    file = tmp_path / "db.sqlite3"
    file.write_text("People, people and more people. " * 100)

    assert "not a database" in reason(f"sqlite:///{file}")


def test_database_that_answers_is_left_alone(db):
    refuse_unreachable(connection)


def test_command_without_its_database_says_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "repair_profiles"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/db.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Can't start: The database of DATABASE_URL can't be reached: ")
    assert len(done.stderr.splitlines()) == 1


def test_server_without_its_database_does_not_start(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/db.sqlite3", "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_ready(db, settings):
    settings.PRODUCTION = True
    User.objects.create_superuser("ada@example.com", demo.PASSWORD[::-1])

    call_command("ready")


def test_ready_with_a_database_of_another_version(db, settings):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")

    with pytest.raises(ImproperlyConfigured, match="Run `make setup`"):
        call_command("ready")


@pytest.mark.parametrize("email", demo.SIGN_INS)
def test_ready_in_production_while_an_account_has_the_password_of_the_demo(db, settings, email):
    settings.PRODUCTION = True
    User.objects.create_user(email, demo.PASSWORD)

    with pytest.raises(ImproperlyConfigured, match=f"manage.py changepassword {email}"):
        call_command("ready")


@pytest.mark.parametrize("changed", [{"is_active": False}, {"password": "quark strange charm"}], ids=str)
def test_ready_in_production_with_accounts_of_the_demo_that_are_off_or_changed(db, settings, changed):
    settings.PRODUCTION = True
    User.objects.create_user(demo.ADMIN_EMAIL, **{"password": demo.PASSWORD, **changed})

    call_command("ready")


def test_ready_outside_production_with_the_password_of_the_demo(db):
    User.objects.create_superuser(demo.ADMIN_EMAIL, demo.PASSWORD)

    call_command("ready")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_that_were_open_to_others_are_closed(settings, tmp_path, monkeypatch):
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    settings.VAR_DIR.mkdir(mode=0o755)
    files = [tmp_path / name for name in (".env", "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")]
    monkeypatch.setattr(prepare, "connection", at(f"sqlite:///{files[1]}"))
    for file in files:
        file.touch()
        file.chmod(0o644)

    prepare.close_to_others()

    assert {mode(file) for file in files} == {0o600}
    assert mode(settings.VAR_DIR) == 0o700


def test_files_that_are_not_there_are_not_missed(settings, tmp_path):
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"

    prepare.close_to_others()


def test_new_files_are_closed_to_others(tmp_path):
    (tmp_path / "new").touch()

    assert mode(tmp_path / "new") == 0o600
