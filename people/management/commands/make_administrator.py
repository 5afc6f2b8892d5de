"""The first administrator of an installation, or a further one when nobody can sign in as one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.accounts.links.tokens import Link, Purpose
from people.accounts.models import User
from people.server.refusals import in_words
from people.server.security_log import Event, note


class Command(BaseCommand):
    help = "Make somebody an administrator, and print a link with which they set their password, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = account_of(email)
        user.is_superuser = user.is_active = True
        if not user.password:
            user.set_unusable_password()
        user.save()
        link = Link(user, Purpose.PASSWORD, timezone.now())
        note(Event.LINK_MADE, account=user.pk)
        lasts = in_words(int(link.purpose.lasts.total_seconds()))
        self.stdout.write(f"{user.email} is an administrator now.")
        self.stdout.write(f"The password is set at this address, once and within {lasts}, while the site is served:")
        self.stdout.write(link.address)


def account_of(email: str) -> User:
    """The account with this e-mail, or a new one that isn't saved yet."""
    field = User._meta.get_field("email")
    try:
        email = field.clean(email, None)
    except ValidationError as error:
        raise CommandError(f"{error.messages[0]} Write: make admin EMAIL=ada@example.com") from error
    account = User.objects.filter(email=email).first() or User(email=email)
    try:
        account.validate_unique()
    except ValidationError as error:
        raise CommandError(error.messages[0]) from error
    return account
