"""An account and an employee with one e-mail that stand apart: the account's person joins them by a link in a mail.

Equal e-mails alone prove nothing: administrators write that of an account, and HR that of an employee. Whoever has the
link reads the mail of the address that HR recorded, like somebody who is invited. It is signed, so nothing of it is
stored, and dead after its use and after any change of what it is bound to.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from people.accounts.links.tokens import AHEAD, DeadLink
from people.accounts.mail.messages import EXTRAS, Purpose
from people.accounts.mail.outbox import queue
from people.accounts.models import User
from people.models import AccountLink, Employee
from people.server.jobs.models import NoLongerPossible
from people.server.security_log import Event, note_when_stored
from people.visibility import can_link_by_mail


class PageLink(NamedTuple):
    """Whose page becomes the own one of which account, and since when."""

    account: User
    employee: Employee
    signed_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.signed_at + settings.PASSWORD_LINK_LASTS

    @property
    def token(self) -> str:
        """The same for the same two as they are now, and second."""
        at = int_to_base36(int(self.signed_at.timestamp()))
        keys = f"{int_to_base36(self.account.pk)}-{int_to_base36(self.employee.pk)}"
        return f"page-{keys}-{at}-{_fingerprint(self.account, self.employee, at)}"

    @property
    def address(self) -> str:
        """The whole address, at which the site is found from anywhere."""
        return settings.SITE_URL + reverse("people:own-page-link", args=[self.token])


def employee_apart(account: User) -> Employee | None:
    """Who has the e-mail of `account` and no account, where that is linked to nobody."""
    return None if hasattr(account, "employee") else Employee.objects.filter(email=account.email, user=None).first()


def own_employee(account: User) -> Employee | None:
    """Whom the person of `account` may be by a link in a mail."""
    return employee_apart(account) if account.is_active and can_link_by_mail(account) else None


def ask(account: User) -> None:
    """Send a link to the e-mail of `account`, which is that of its `own_employee`."""
    with transaction.atomic():
        queue(account, Purpose.OWN_PAGE)
        note_when_stored(Event.OWN_PAGE_ASKED, account=account.pk, by=account.pk)


def read(token: str, reader: User, *, lock: bool = False) -> PageLink:
    """What a token lets `reader` do now; raises DeadLink.

    With `lock`, inside a transaction, account and employee stay as they are until that ends.
    """
    accounts = User.objects.select_for_update() if lock else User.objects
    try:
        name, key, person, at, fingerprint = token.split("-")
        if lock:
            Employee.objects.filter(pk=base36_to_int(person)).hold()
        account = accounts.get(pk=base36_to_int(key))
    except (ValueError, OverflowError, User.DoesNotExist) as error:
        raise DeadLink from error
    employee = own_employee(account)
    if employee is None or account != reader or (name, person) != ("page", int_to_base36(employee.pk)):
        raise DeadLink
    if not constant_time_compare(fingerprint, _fingerprint(account, employee, at)):
        raise DeadLink
    signed_at = datetime.fromtimestamp(base36_to_int(at), timezone.get_current_timezone())
    link = PageLink(account, employee, signed_at)
    if not link.signed_at - AHEAD <= timezone.now() < link.ends_at:
        raise DeadLink
    return link


def join(token: str, reader: User) -> Employee:
    """The account of `reader` is linked to the employee whom the link means; raises DeadLink."""
    try:
        with transaction.atomic():
            link = read(token, reader, lock=True)
            Employee.objects.filter(pk=link.employee.pk).link_by_mail(link.account)
    except IntegrityError as error:  # one of the two was linked elsewhere at the same moment
        raise DeadLink from error
    return link.employee


def _fingerprint(account: User, employee: Employee, at: str) -> str:
    """Changes with everything that ends the link; who was linked or unlinked since then isn't linked by it again."""
    links = AccountLink.objects.filter(Q(account=account) | Q(employee=employee)).count()
    access = [account.password, account.is_active, account.links_ended]
    bound = [account.pk, employee.pk, at, account.email, employee.email, *access, links]
    return salted_hmac("people.accounts.access.own_page", repr(bound), algorithm="sha256").hexdigest()


def _in_mail(account: User, at: datetime) -> dict[str, Any]:
    employee = own_employee(account)
    if employee is None:
        raise NoLongerPossible("The account was linked meanwhile, or can’t be by a link any more.")
    link = PageLink(account, employee, at)
    if link.ends_at <= timezone.now():
        raise NoLongerPossible("Its link has ended.")
    return {"link": link}


# The room of mail stands below this one and knows no employee, so what this mail says is handed down to it.
EXTRAS[Purpose.OWN_PAGE] = _in_mail
