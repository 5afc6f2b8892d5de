"""What mails say: text and plain HTML, each purpose by two templates of its name in `templates/mail/`.

Their first line is the subject. A new purpose is a member of `Purpose`, its two templates, and where they need more
than the account and the site, a function in `EXTRAS`. Those that differ by a few words share templates, by `SHARED`.
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

from people.accounts.addresses.models import AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink, is_alive, is_taken
from people.accounts.links import tokens
from people.accounts.models import User
from people.server.jobs.models import NoLongerPossible


class Purpose(TextChoices):
    """What a mail is for; the label ends the sentence "This mail is …"."""

    TEST = "test", "a test of the settings"
    INVITATION = "invitation", "an invitation"
    PASSWORD = "password", "a link to a new password"
    PASSWORD_CHANGED = "password-changed", "a notice that the password was set"
    ADDRESS_CONFIRM = "address-confirm", "a link that confirms a new address to sign in with"
    ADDRESS_ASKED = "address-asked", "a notice that another address to sign in with was asked for"
    ADDRESS_CHANGED = "address-changed", "a notice that the address to sign in with was changed"
    APP_ADDED = "app-added", "a notice that an authenticator app was added"
    APP_REMOVED = "app-removed", "a notice that the authenticator app was removed"
    PASSKEY_ADDED = "passkey-added", "a notice that a passkey was added"
    PASSKEY_REMOVED = "passkey-removed", "a notice that a passkey was removed"
    CODES_MADE = "codes-made", "a notice that recovery codes were made"
    CODE_USED = "code-used", "a notice that a recovery code was used"
    FACTORS_RESET = "second-factor-reset", "a notice that two-step sign-in was reset"
    COMPANY_LINKED = "company-linked", "a notice that a company account can sign in"
    COMPANY_UNLINKED = "company-unlinked", "a notice that a company account can’t sign in any more"
    OWN_PAGE = "own-page", "a link to an own page in the directory"


def _invitation(account: User, at: datetime) -> dict[str, Any]:
    """With a link to a first password, or with the name of the company's sign-in."""
    if account.signs_in_by_password:
        raise NoLongerPossible("A password was set meanwhile.")
    if account.invited_at is None:
        raise NoLongerPossible("The invitation was withdrawn.")
    if account.may_have_password:
        return _with_link(tokens.Link(account, tokens.Purpose.INVITATION, at))
    if account.has_way_in:
        raise NoLongerPossible("Its person can sign in meanwhile.")
    return {"company": settings.OIDC_NAME}


def _link_to_password(account: User, at: datetime) -> dict[str, Any]:
    if not account.may_have_password:
        raise NoLongerPossible("Only administrators sign in with a password.")
    return _with_link(tokens.Link(account, tokens.Purpose.PASSWORD, at))


def _with_link(link: tokens.Link) -> dict[str, Any]:
    if link.ends_at <= timezone.now():
        raise NoLongerPossible("Its link has ended.")
    return {"link": link}


def _change_to_confirm(change: AddressChange) -> dict[str, Any]:
    """To the new address; if that is somebody else's, it says so and brings no link."""
    _refuse_unless_waiting(change)
    return {"to": change.new, "link": None if is_taken(change) else ChangeLink(change, Act.CONFIRM)}


def _change_asked(change: AddressChange) -> dict[str, Any]:
    _refuse_unless_waiting(change)
    return {"to": change.old}


def _refuse_unless_waiting(change: AddressChange) -> None:
    if not is_alive(change, Act.CONFIRM):
        raise NoLongerPossible("The change was confirmed or has ended.")


def _change_done(change: AddressChange) -> dict[str, Any]:
    if not is_alive(change, Act.UNDO):
        raise NoLongerPossible("The change was taken back, or can’t be any more.")
    return {"to": change.old, "link": ChangeLink(change, Act.UNDO)}


# What the templates of a purpose get beside the account. It is asked when the mail is handed over, with the moment at
# which it was or is handed over first, so that a second try says the same: a link is made here. Where the mail says
# nothing any more, it raises NoLongerPossible. A mail about an employee gets its function in a room that knows them.
EXTRAS: dict[Purpose, Callable[[User, datetime], dict[str, Any]]] = {
    Purpose.INVITATION: _invitation,
    Purpose.PASSWORD: _link_to_password,
}
# The same for mails about a change of address: `to` is where the mail goes.
ABOUT_CHANGES: dict[Purpose, Callable[[AddressChange], dict[str, Any]]] = {
    Purpose.ADDRESS_CONFIRM: _change_to_confirm,
    Purpose.ADDRESS_ASKED: _change_asked,
    Purpose.ADDRESS_CHANGED: _change_done,
}

# The name of their templates, where it isn't that of the purpose.
SHARED: dict[Purpose, str] = {}

# A machine wrote it, and wants no answer of one (RFC 3834; the other name is that of Microsoft's servers).
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": "en"}


def message_for(
    account: User, purpose: Purpose, at: datetime, change: AddressChange | None = None
) -> EmailMultiAlternatives:
    """The mail, to the address that the account has now, or to one of a `change` of it."""
    context: dict[str, Any] = {"account": account, "to": account.email, "site": settings.SITE_URL, **_whom_to_ask()}
    context |= EXTRAS[purpose](account, at) if purpose in EXTRAS else {}
    context |= {"change": change, **ABOUT_CHANGES[purpose](change)} if change else {}
    name = SHARED.get(purpose, purpose)
    subject, _, text = render_to_string(f"mail/{name}.txt", context).partition("\n")
    html = render_to_string(f"mail/{name}.html", {"subject": subject, **context})
    message = EmailMultiAlternatives(
        subject, text.strip() + "\n", str(settings.MAIL_FROM), [context["to"]], headers=dict(HEADERS)
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
