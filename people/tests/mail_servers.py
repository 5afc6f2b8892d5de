"""Real servers that take mail (RFC 5321), or do what servers do when they don't."""

import asyncio
import email
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from threading import Thread
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from intranet.environment import MailServer, Sender

logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's own; it tells every line of the dialogue

SENDER = Sender("People", "people@example.com")
NOBODY_THERE = MailServer("127.0.0.1", 1, "", "", use_tls=False, use_ssl=False)


@dataclass
class MailBox:
    """What a server does with mail, and what it has got. Each answer is one of SMTP's, or a way of giving none."""

    to_sender: str = "250 OK"
    to_recipient: str = "250 OK"
    to_mail: str = "250 OK"
    seconds: float = 0  # that each mail takes
    keeps: int = 1_000_000  # mails over one connection
    got: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    _left: dict[Any, int] = field(default_factory=dict)

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections.add(session.peer)
        return responses

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self.answer(server, self.to_sender)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self.answer(server, self.to_recipient)

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, argument: str) -> str:  # noqa: N802 (aiosmtpd's)
        is_enough = self._left.get(session.peer, 0) >= self.keeps
        return await self.answer(server, "closes" if is_enough else "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        assert isinstance(envelope.original_content, bytes)
        if not self.to_mail.startswith(("4", "5")):
            self.got.append(email.message_from_bytes(envelope.original_content, EmailMessage, policy=default))
            self.recipients.append(envelope.rcpt_tos)
        self._left[session.peer] = self._left.get(session.peer, 0) + 1
        await asyncio.sleep(self.seconds)
        return await self.answer(server, self.to_mail)

    async def answer(self, server: SMTP, answer: str) -> str:
        """Such as "550 No such user"; or "closes" the connection, or "hangs" until the client has gone."""
        if answer == "closes":
            cast(asyncio.Transport, server.transport).abort()
        if answer == "hangs":
            await asyncio.sleep(60)
        return answer if answer[0].isdigit() else "451 Gone"


def words(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail, or its HTML."""
    part = mail.get_body([kind])
    assert part
    return cast(EmailMessage, part).get_content().replace("\r\n", "\n")


@contextmanager
def mail_server(box: MailBox, *, ssl: SSLContext | None = None, **options: Any) -> Iterator[MailServer]:
    """A server on this machine with that box behind it, and how it is reached.

    With `ssl` it is encrypted from the start; `options` are aiosmtpd's.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    conversations: list[SMTP] = []

    async def start() -> asyncio.Server:
        return await loop.create_server(converse, "127.0.0.1", 0, ssl=ssl)

    def converse() -> SMTP:
        conversations.append(SMTP(box, loop=loop, **options))
        return conversations[-1]

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for conversation in conversations:
            line = cast("asyncio.Transport | None", conversation.transport)
            if line and not line.is_closing():
                line.abort()
        await asyncio.sleep(0.01)  # what was ended is closed in the next rounds of the loop

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield MailServer("127.0.0.1", server.sockets[0].getsockname()[1], "", "", use_tls=False, use_ssl=False)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def box(settings) -> Iterator[MailBox]:
    """What a server has got that takes every mail; mail is set up to go there."""
    box, settings.MAIL_FROM = MailBox(), SENDER
    with mail_server(box) as settings.MAIL_SERVER:
        yield box
