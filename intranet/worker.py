"""The server's worker process: requests that are slow or never end keep nobody else from being answered."""

import re
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from socket import SHUT_WR, SO_RCVTIMEO, SO_SNDBUF, SO_SNDTIMEO, SOL_SOCKET, socket
from struct import pack
from typing import Any, cast
from weakref import WeakKeyDictionary

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from .settings import LARGEST_BODY

# How long a request may take to arrive, and how long a thread waits for a client that takes or gives nothing.
SECONDS_TO_ARRIVE, SECONDS_OF_SILENCE = 30, 5
# The system holds an answer of so many bytes for a client that reads slowly, so that no thread has to.
ANSWER = 1_000_000
LONGEST_HEAD, PIECE = 64_000, 64_000
# Bounds of a process: connections that wait, and bytes of theirs beyond which only short requests are taken.
MOST_WAITING, MOST_HELD = 500, 64_000_000

HEAD_END = b"\r\n\r\n"
HEAD_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
EXPECTS_GO_AHEAD = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


def size_awaited(received: bytearray) -> int | None:
    """How many bytes must be there before a thread can answer; None while the head has no end (RFC 9112).

    A body that is too large to be held isn't waited for: the application refuses it, or reads it itself.
    """
    end = received.find(HEAD_END)
    if end < 0:
        return None
    length = CONTENT_LENGTH.search(received, 0, end + 2)
    body = int(length[1]) if length else 0
    return end + len(HEAD_END) + (body if body <= LARGEST_BODY else 0)


class PatientWorker(ThreadWorker):
    """Gunicorn's threads, each of which gets a request when it is whole; until then it waits with all others here.

    Gunicorn itself gives a thread to whoever sends a first byte, so a dozen requests without an end stop the site.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received: WeakKeyDictionary[TConn, bytearray] = WeakKeyDictionary()

    def accept(self, listener: socket) -> None:
        """Make room for the newest: the one who has waited longest goes."""
        if len(self.pending_conns) >= MOST_WAITING:
            self.drop(self.pending_conns[0])
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Wait for the next request of a connection; a part of it may be here already."""
        if not conn.initialized:
            self.prepare(conn)
        self.received[conn] = bytearray(parser_of(conn).unreader.take_buffered())
        self.watch(conn, self.receive)
        self.hand_over_if_whole(conn)

    def prepare(self, conn: TConn) -> None:
        """Bound what a thread can wait for."""
        conn.init()
        silence = pack("ll", SECONDS_OF_SILENCE, 0)
        for option, value in ((SO_RCVTIMEO, silence), (SO_SNDTIMEO, silence), (SO_SNDBUF, ANSWER)):
            conn.sock.setsockopt(SOL_SOCKET, option, value)

    def receive(self, conn: TConn, client: socket) -> None:
        """Take what has arrived."""
        arrived, received = read(client), self.received[conn]
        if arrived is None:
            return
        if not arrived or (len(received) > PIECE and self.bytes_held() > MOST_HELD):
            self.drop(conn)
            return
        had_head = HEAD_END in received
        # Empty lines in front of a request mean nothing (RFC 9112, 2.2).
        received += arrived if received else arrived.lstrip(b"\r\n")
        if not had_head and EXPECTS_GO_AHEAD.search(received):
            say(client, b"HTTP/1.1 100 Continue\r\n\r\n")
        self.hand_over_if_whole(conn)

    def bytes_held(self) -> int:
        """How much of requests that aren't whole is in memory."""
        return sum(map(len, self.received.values()))

    def hand_over_if_whole(self, conn: TConn) -> None:
        """Give a whole request to a thread; a head that is too long ends the connection."""
        received = self.received[conn]
        size = size_awaited(received)
        if size is not None and len(received) >= size:
            self.unwatch(conn)
            parser_of(conn).unreader.unread(bytes(self.received.pop(conn)))
            super().enqueue_req(conn)
        elif size is None and len(received) > LONGEST_HEAD:
            self.unwatch(conn)
            say(conn.sock, HEAD_TOO_LONG)
            self.take_leave(conn)

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """After the answer: wait for the next request, or take leave."""
        if fs.cancelled() or fs.exception() or not fs.result():
            self.take_leave(conn)
        else:
            super().finish_request(conn, fs)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Whether another request may come: not behind a body that isn't here, which a thread would have to read."""
        request = parser_of(conn).mesg
        headers = dict(request.headers) if request else {}
        is_here = "TRANSFER-ENCODING" not in headers and int(headers.get("CONTENT-LENGTH", 0)) <= LARGEST_BODY
        return keepalive and is_here and bool(parser_of(conn).finish_body())  # type: ignore[func-returns-value]  # it does

    def take_leave(self, conn: TConn) -> None:
        """Close when the client has read the answer: closing at once could take it away (RFC 9112, 9.6)."""
        try:
            conn.sock.shutdown(SHUT_WR)
        except OSError:  # the client was quicker
            self.close(conn)
        else:
            self.watch(conn, self.discard)

    def discard(self, conn: TConn, client: socket) -> None:
        """What still comes isn't looked at."""
        if read(client) == b"":
            self.drop(conn)

    def watch(self, conn: TConn, on_readable: Callable[[TConn, socket], None]) -> None:
        """Call `on_readable` whenever something arrives; Gunicorn closes the connection when its time is over."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + SECONDS_TO_ARRIVE
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(on_readable, conn))

    def unwatch(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def drop(self, conn: TConn) -> None:
        """Close a connection that waits."""
        self.unwatch(conn)
        self.received.pop(conn, None)
        self.close(conn)

    def close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """A server that stops doesn't wait for what may never arrive."""
        super()._cap_keepalive(deadline)  # type: ignore[misc]  # unknown to its types
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout or deadline, deadline)


def parser_of(conn: TConn) -> RequestParser:
    """The reader of HTTP/1.1, the only protocol that is spoken here."""
    return cast(RequestParser, conn.parser)


def read(client: socket) -> bytes | None:
    """What has arrived: nothing yet is None, and no more ever is empty."""
    try:
        return client.recv(PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def say(client: socket, words: bytes) -> None:
    """Send a few bytes, unless the client is gone: the next read will tell."""
    with suppress(OSError):
        client.send(words)
