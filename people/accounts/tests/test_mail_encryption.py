"""Passwords and mails go to a mail server that proves who it is, and over no line that others can read."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.mail.outbox import queue
from people.server.jobs.runner import run_due
from people.tests import debian
from people.tests.factories import user
from people.tests.mail_servers import SENDER, MailBox, mail_server

pytestmark = pytest.mark.django_db(transaction=True)

NEW = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
NAMED = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of a server called localhost, with its key; it is its own authority."""
    debian.install("openssl")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    key = file.with_name("key.pem")
    subprocess.run([*NEW, *NAMED, "-keyout", key, "-out", file], check=True, capture_output=True)
    return file


@pytest.fixture
def tls(certificate: Path) -> SSLContext:
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return tls


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
    return AuthResult(success=login == LoginPassword(b"people", b"p@ss"), handled=False)


@contextmanager
def set_up(settings, box: MailBox, options: dict[str, Any], **how: Any) -> Iterator[None]:
    with mail_server(box, **options) as there:
        settings.MAIL_SERVER, settings.MAIL_FROM = there._replace(host="localhost", **how), SENDER
        yield


def problem() -> str:
    """What becomes of a mail; nothing if it is handed over."""
    queue(user(), Purpose.TEST)
    run_due([Mail])
    return str(Mail.objects.get().problem)


STARTTLS = {"require_starttls": True, "auth_required": True, "authenticator": authenticate}


@pytest.mark.usefixtures("trusted")
def test_password_goes_over_an_encrypted_line(settings, tls: SSLContext):
    box = MailBox()
    with set_up(settings, box, STARTTLS | {"tls_context": tls}, use_tls=True, user="people", password="p@ss"):
        assert problem() == ""

    assert len(box.got) == 1


@pytest.mark.usefixtures("trusted")
def test_line_that_is_encrypted_from_the_start(settings, tls: SSLContext):
    box = MailBox()
    with set_up(settings, box, {"ssl": tls}, use_ssl=True):
        assert problem() == ""

    assert len(box.got) == 1


@pytest.mark.usefixtures("trusted")
def test_wrong_password_is_told(settings, tls: SSLContext, caplog):
    options = STARTTLS | {"tls_context": tls}
    with set_up(settings, MailBox(), options, use_tls=True, user="people", password="hunter2"):
        assert problem() == "The mail server refused user or password (535)."

    assert "hunter2" not in caplog.text


def test_server_that_nobody_vouches_for_gets_nothing(settings, tls: SSLContext):
    box = MailBox()
    with set_up(settings, box, STARTTLS | {"tls_context": tls}, use_tls=True, user="people", password="p@ss"):
        assert problem() == "The mail server’s encryption isn’t trusted (SSLCertVerificationError)."

    assert not box.got


def test_server_without_encryption_gets_nothing_where_it_is_wanted(settings):
    box = MailBox()
    with set_up(settings, box, {}, use_tls=True, user="people", password="p@ss"):
        assert problem() == "The mail server offers no encryption, or speaks otherwise (SMTPNotSupportedError)."

    assert not box.got
