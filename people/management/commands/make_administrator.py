"""The first administrator of an installation, or a further one when nobody can sign in as one."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from people.accounts.models import User


class Command(BaseCommand):
    help = "Make somebody an administrator. A new account is asked for its password; another keeps its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = account_of(email)
        user.is_superuser = user.is_active = True
        if not (user.pk and user.has_usable_password()):
            user.set_password(self.asked_password(user))
        user.save()
        self.stdout.write(f"{user.email} is an administrator now.")

    def asked_password(self, user: User) -> str:
        """What is typed twice on the terminal, where it shows nowhere, and keeps the rules."""
        if not sys.stdin.isatty():
            raise CommandError(f"A password is asked for on a terminal. Run `make admin EMAIL={user.email}` in one.")
        self.stdout.write("\n".join(f"- {rule}" for rule in password_validators_help_texts()))
        try:
            while not (password := self.good_password(user)):
                pass
        except (EOFError, KeyboardInterrupt) as error:
            raise CommandError("Stopped: nothing was changed.") from error
        return password

    def good_password(self, user: User) -> str | None:
        """One try; what is wrong with it is said."""
        password = getpass(f"Password of {user.email}: ")
        try:
            validate_password(password, user)
        except ValidationError as error:
            self.stderr.write("\n".join(error.messages))
            return None
        if getpass("The same once more: ") == password:
            return password
        self.stderr.write("Those were two different ones. Please try again.")
        return None


def account_of(email: str) -> User:
    """The account with this e-mail, or a new one that isn't saved yet."""
    field = User._meta.get_field("email")
    try:
        email = field.clean(email, None)
    except ValidationError as error:
        raise CommandError(f"{error.messages[0]} Write: make admin EMAIL=ada@example.com") from error
    return User.objects.filter(email=email).first() or User(email=email)
