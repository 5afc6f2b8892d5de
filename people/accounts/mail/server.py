"""The mail server: mails one after another over one connection, and what it answers in words that quote nothing."""

from contextlib import suppress
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from socket import gaierror
from ssl import SSLError

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from people.server.jobs.models import Failed, NotNow, Stuck


class Unclear(NotNow):
    """The server may have the mail, or not: it didn't say."""


class MailServerLine:
    """A connection to the server of `MAIL_URL`, made for the first mail, and again after the server has ended it."""

    def __init__(self) -> None:
        self._backend: EmailBackend | None = None

    def open(self) -> None:
        """Have a connection that works; raises NotNow."""
        if self._backend and not self._answers():
            self.close()
        if not self._backend:
            self._backend = _backend()
            try:
                self._backend.open()
            except OSError as error:  # SMTPException is one
                self.close()
                raise NotNow(_why_not_open(error)) from error

    def hand_over(self, message: EmailMultiAlternatives) -> None:
        """Give it to the server; raises Failed unless the server says that it has it."""
        message.connection = self._backend
        try:
            message.send()
        except OSError as error:
            self.close()
            raise _why_not_taken(error) from error

    def close(self) -> None:
        """Take leave; a server that has gone, or was silent before, isn't waited for."""
        if self._backend:
            with suppress(OSError):
                self._backend.close()
        self._backend = None

    def _answers(self) -> bool:
        line = self._backend and self._backend.connection
        try:
            return bool(line and line.noop()[0] == 250)
        except OSError:
            return False


def _backend() -> EmailBackend:
    server = settings.MAIL_SERVER
    if not server:
        raise NotNow("Mail isn’t set up any more.")
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.use_tls,
        use_ssl=server.use_ssl,
        timeout=settings.EMAIL_TIMEOUT,
    )


def _why_not_open(error: OSError) -> str:
    match error:
        case SMTPAuthenticationError(smtp_code=code):
            return f"The mail server refused user or password ({code})."
        case ConnectionRefusedError():
            return "Nothing answers where the mail server should be."
        case gaierror():
            return "The mail server’s name isn’t known."
        case SSLError():
            return f"The mail server’s encryption isn’t trusted ({type(error).__name__})."
        case SMTPResponseException(smtp_code=code):
            return f"The mail server doesn’t take mail now ({code})."
        case SMTPServerDisconnected():
            return _silence(error) or "The mail server ended the connection at once."
        case SMTPException():
            return f"The mail server offers no encryption, or speaks otherwise ({type(error).__name__})."
    return _silence(error) or f"The mail server can’t be reached ({type(error).__name__})."


def _why_not_taken(error: OSError) -> Failed:
    """A number from 500 on is for ever, one from 400 on is for now (RFC 5321, 4.2.1)."""
    match error:
        case SMTPRecipientsRefused(recipients=refused):
            code, _ = next(iter(refused.values()))
            if code >= 500:
                return Stuck(f"The mail server refused the recipient ({code}).")
            return Failed(f"The mail server put off the recipient ({code}).")
        case SMTPSenderRefused(smtp_code=code):
            return NotNow(f"The mail server refused MAIL_FROM, or doesn’t take mail now ({code}).")
        case SMTPDataError(smtp_code=code):
            if code >= 500:
                return Stuck(f"The mail server refused the mail ({code}).")
            return Failed(f"The mail server put off the mail ({code}).")
        case SMTPResponseException(smtp_code=code):
            return NotNow(f"The mail server doesn’t take mail now ({code}).")
    return Unclear(_silence(error) or f"The mail server ended the connection ({type(error).__name__}).")


def _silence(error: OSError) -> str:
    """The words for an answer that doesn't come, which smtplib takes for the end of the connection."""
    is_silent = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return f"The mail server didn’t answer within {settings.EMAIL_TIMEOUT} seconds." if is_silent else ""
