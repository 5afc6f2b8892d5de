"""Connections that are slow or never end, at the real server: they stop nobody else."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from e2e.server import is_healthy
from people.tests.rounds import rounds

# More than all threads of the server, in each way of never coming to an end.
EACH = rounds(24, 900)
HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
FORM = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
PAGE = b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
NEVER_ENDING = {
    "nothing": b"",
    "an empty line": b"\r\n\r\n",
    "half a head": HEAD,
    "no body": FORM + b"Content-Length: 20\r\n\r\n",
    "half a body": FORM + b"Content-Length: 20\r\n\r\nusername=a",
    "a second request": PAGE + HEAD,
    "a body that is refused": FORM + b"Content-Length: 300000000\r\n\r\nusername=a",
    "pieces": FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nuser",
}


@pytest.fixture
def port(base_url: str) -> int:
    return int(urlsplit(base_url).port or 0)


@contextmanager
def connections(port: int, sent: bytes, **options: int) -> Iterator[None]:
    """Many connections that have sent this, and stay."""
    with ExitStack() as stack:
        for _ in range(EACH):
            stack.enter_context(connection(port, sent, **options))
        yield


@contextmanager
def connection(port: int, sent: bytes, *, room: int = 100_000) -> Iterator[socket.socket]:
    """One that has sent this, with room for so many bytes of an answer that isn't read."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        client.settimeout(10)
        client.connect(("127.0.0.1", port))
        client.sendall(sent)
        yield client


def largest_file() -> bytes:
    """A request for the longest answer that everyone may have."""
    name = staticfiles_storage.url("vendor/bootstrap-5.3.9.min.css")
    return PAGE.replace(b"/sign-in/", name.encode())


def answer(client: socket.socket) -> bytes:
    """What comes until the server ends it."""
    return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize("sent", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_requests_without_an_end_stop_nobody(port, sent):
    with connections(port, sent):
        assert all(is_healthy(port) for _ in range(10))


def test_clients_that_read_nothing_stop_nobody(port):
    with connections(port, largest_file(), room=2_000):
        assert all(is_healthy(port) for _ in range(10))


def test_request_in_small_pieces_is_answered(port):
    body = b"username=ann%40example.com&password=wrong"
    with connection(port, b"") as client:
        for byte in b"\r\n" + FORM + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body:
            client.sendall(bytes([byte]))

        assert answer(client).startswith(b"HTTP/1.1 4")


def test_two_requests_at_once_are_both_answered(port):
    with connection(port, PAGE + PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as client:
        assert answer(client).count(b"HTTP/1.1 200") == 2


def test_connection_stays_after_a_body_that_nobody_read(port):
    unread = b"POST /health/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000
    with connection(port, unread + PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as client:
        words = answer(client)

    assert words.startswith(b"HTTP/1.1 403")
    assert words.count(b"HTTP/1.1 200") == 1


def test_body_that_is_announced_is_asked_for(port):
    with connection(port, FORM + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n") as client:
        assert client.recv(1_000).startswith(b"HTTP/1.1 100")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (FORM + b"Content-Length: 2000001\r\n\r\n", b"413"),
        (HEAD + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 300000000\r\n\r\n", b"413"),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n", b"411"),
        (HEAD + b"X: " + b"a" * 70_000, b"431"),
    ],
    ids=["form", "file", "no length", "head"],
)
def test_too_much_is_refused_before_it_is_read(port, sent, status):
    with connection(port, sent) as client:
        assert client.recv(1_000).startswith(b"HTTP/1.1 " + status)
