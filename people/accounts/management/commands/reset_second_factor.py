"""An administrator who has lost the second factor, where no other one is there to reset it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from people.accounts.factors.reset import reset_factors, what_was_done
from people.accounts.models import User


class Command(BaseCommand):
    help = "Take app, passkeys and recovery codes from an account, so that the first step alone signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError("No account signs in with this e-mail.")
        try:
            reset_factors(user, by=None)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self.stdout.write(f"The first step alone signs {user.email} in now, and everybody is signed out of it.")
        self.stdout.write(what_was_done())
