"""Which company account signs in as whom. A link is by issuer and `sub`; an e-mail counts for the first time alone."""

from datetime import datetime
from functools import partial
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from people.accounts.factors.held import Factors
from people.accounts.mail.messages import EXTRAS, SHARED, Purpose
from people.accounts.mail.outbox import queue_notice
from people.accounts.models import User
from people.accounts.roles import Role
from people.ground.emails import validate_letters
from people.server.security_log import Event, note_when_stored

from .tokens import Claims
from .troubles import Failure, Trouble


def link_of(account: User) -> SocialAccount | None:
    """That of the account with the company's sign-in that is set up."""
    return SocialAccount.objects.filter(user=account, provider=settings.OIDC_ISSUER).first()


def is_only_way_in(account: User) -> bool:
    """Whether nothing but the company account signs in: then it has to stay linked."""
    return not account.signs_in_by_password and not Factors.of(account).passkeys


@transaction.atomic
def link(account: User, sub: str) -> None:
    """Let the company account sign in as `account`, for whom it was asked; harmless when it does.

    Raises Failure where either is linked otherwise.
    """
    User.objects.select_for_update().get(pk=account.pk)
    mine = link_of(account)
    if mine and mine.uid != sub:
        raise Failure(Trouble.TAKEN, "The account is linked to another one.", account=account.pk)
    known, is_new = SocialAccount.objects.get_or_create(
        provider=settings.OIDC_ISSUER, uid=sub, defaults={"user": account}
    )
    if known.user_id != account.pk:
        raise Failure(Trouble.TAKEN, "It is linked to another account.", account=account.pk)
    if is_new:
        note_when_stored(Event.COMPANY_LINKED, account=account.pk, by=account.pk)
        queue_notice(account, Purpose.COMPANY_LINKED)


@transaction.atomic
def link_by_email(claims: Claims) -> User | None:
    """The account that is linked now because of its e-mail: never one with a role, and only where a setting says so."""
    email = plain_email(claims.email or "") if settings.OIDC_LINK and claims.is_verified else None
    if not email:
        return None
    account = User.objects.select_for_update().filter(email=email, is_active=True).first()
    if not account or account.role is not Role.COLLEAGUE:
        return None
    mine = link_of(account)
    if mine and mine.uid != claims.sub:
        return None
    link(account, claims.sub)
    return account


@transaction.atomic
def unlink(account: User) -> None:
    """Let the company account sign in as nobody."""
    number, _ = SocialAccount.objects.filter(user=account, provider=settings.OIDC_ISSUER).delete()
    if number:
        note_when_stored(Event.COMPANY_UNLINKED, account=account.pk, by=account.pk)
        queue_notice(account, Purpose.COMPANY_UNLINKED)


def plain_email(said: str) -> str | None:
    """An e-mail in the spelling in which accounts are kept; None for one that only looks like such a spelling."""
    try:
        email: str = User._meta.get_field("email").to_python(said)
        validate_letters(said)
        validate_letters(email)
    except ValidationError:
        return None
    parts = zip(said.rpartition("@"), email.rpartition("@"), strict=True)
    is_made_plain = any(after.isascii() and not before.isascii() for before, after in parts)
    return None if is_made_plain or "\0" in said else email


def _in_mail(is_linked: bool, account: User, at: datetime) -> dict[str, Any]:
    return {"is_linked": is_linked}


for purpose in (Purpose.COMPANY_LINKED, Purpose.COMPANY_UNLINKED):
    EXTRAS[purpose], SHARED[purpose] = partial(_in_mail, purpose is Purpose.COMPANY_LINKED), "company-account"
