"""What mails say: text and plain HTML, each purpose by two templates of its name in `templates/mail/`.

Their first line is the subject. A new purpose is a member of `Purpose`, its two templates, and where they need more
than the account and the site, a function in `EXTRAS`.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import formataddr
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import timezone

from people.accounts.links import tokens
from people.accounts.models import User
from people.server.jobs.models import NoLongerPossible


class Purpose(TextChoices):
    """What a mail is for; the label ends the sentence "This mail is …"."""

    TEST = "test", "a test of the settings"
    INVITATION = "invitation", "an invitation"
    PASSWORD = "password", "a link to a new password"
    PASSWORD_CHANGED = "password-changed", "a notice that the password was set"


def _invitation(account: User, at: datetime) -> dict[str, Any]:
    if account.has_usable_password():
        raise NoLongerPossible("A password was set meanwhile.")
    if account.invited_at is None:
        raise NoLongerPossible("The invitation was withdrawn.")
    return _with_link(tokens.Link(account, tokens.Purpose.INVITATION, at))


def _link_to_password(account: User, at: datetime) -> dict[str, Any]:
    return _with_link(tokens.Link(account, tokens.Purpose.PASSWORD, at))


def _with_link(link: tokens.Link) -> dict[str, Any]:
    if link.ends_at <= timezone.now():
        raise NoLongerPossible("Its link has ended.")
    return {"link": link}


# What the templates of a purpose get beside the account. It is asked when the mail is handed over, with the moment at
# which it was or is handed over first, so that a second try says the same: a link is made here. Where the mail says
# nothing any more, it raises NoLongerPossible.
EXTRAS: dict[Purpose, Callable[[User, datetime], dict[str, Any]]] = {
    Purpose.INVITATION: _invitation,
    Purpose.PASSWORD: _link_to_password,
}

# A machine wrote it, and wants no answer of one (RFC 3834; the other name is that of Microsoft's servers).
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": "en"}


def message_for(account: User, purpose: Purpose, at: datetime) -> EmailMultiAlternatives:
    """The mail, to the address that the account has now."""
    context = {"account": account, "site": settings.SITE_URL, **_whom_to_ask()}
    context |= EXTRAS[purpose](account, at) if purpose in EXTRAS else {}
    subject, _, text = render_to_string(f"mail/{purpose}.txt", context).partition("\n")
    html = render_to_string(f"mail/{purpose}.html", {"subject": subject, **context})
    message = EmailMultiAlternatives(
        subject, text.strip() + "\n", str(settings.MAIL_FROM), [account.email], headers=dict(HEADERS)
    )
    message.reply_to = _whom_to_answer()
    message.attach_alternative(html, "text/html")
    return message


def _whom_to_ask() -> dict[str, str]:
    name, link = settings.CONTACT or ("", "")
    return {"help_name": name, "help_link": link, "help_address": unquote(link.removeprefix("mailto:"))}


def _whom_to_answer() -> list[str]:
    """Whom people ask, where that is an address of mail."""
    name, _, address = _whom_to_ask().values()
    return [formataddr((name, address))] if "@" in address and "://" not in address else []
