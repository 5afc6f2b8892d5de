"""Links that administrators can't make in the administration: those of their own account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.accounts.models import User
from people.models import Employee


class Command(BaseCommand):
    help = "Link an account to its employee, or unlink it. The person sees it on the own page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="the e-mail with which the account signs in")
        parser.add_argument("employee", nargs="?", help="the e-mail of the employee (default: the same)")
        parser.add_argument("--unlink", action="store_true", help="end the account's link instead")

    def handle(self, *args: Any, account: str, employee: str | None, unlink: bool, **options: Any) -> None:
        user = User.objects.filter(email=account).select_related("employee").first()
        if user is None:
            raise CommandError("No account signs in with this e-mail.")
        if unlink:
            self.unlink(user)
        else:
            self.link(user, employee or account)

    def unlink(self, user: User) -> None:
        if not Employee.objects.filter(user=user).update(user=None):
            raise CommandError("This account isn't linked to anybody.")
        self.stdout.write("Unlinked.")

    def link(self, user: User, email: str) -> None:
        """Refused while either of the two has another link: ending one is an act of its own."""
        employee = Employee.objects.filter(email=email).first()
        if employee is None:
            raise CommandError("No employee has this e-mail.")
        if employee.user_id or Employee.objects.filter(user=user).exists():
            raise CommandError("The account or the employee is linked already. End that first, with --unlink.")
        employee.user = user
        employee.save(update_fields=["user"])
        self.stdout.write(f"{user} is linked to {employee}.")
