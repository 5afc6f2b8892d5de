"""Accounts of a benchmark, and requests as their browsers would send them."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.servers.basehttp import get_internal_wsgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from people.accounts.models import HR_MANAGERS, User
from people.models import Employee, EmployeeProfile, ReadLogEntry

from .invented import DOMAIN

FORM = "application/x-www-form-urlencoded"
CSRF_SECRET = "b" * 32
# Session, user, role and transactions, which every page needs.
UNCOUNTED = ('FROM "accounts_user"', '"accounts_session"', "SAVEPOINT", "BEGIN", "COMMIT", "ROLLBACK")


@dataclass(frozen=True)
class Answer:
    """What the server would send."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def html(self) -> bytes:
        """The body as the browser reads it."""
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body


class Reader:
    """Somebody signed in who asks the server's own application, through all its middleware."""

    def __init__(self, user: User) -> None:
        self.application = get_internal_wsgi_application()
        self.own_page = user.employee.get_absolute_url()
        client = Client()
        client.force_login(user)
        self.cookies = {name: cookie.value for name, cookie in client.cookies.items()}
        self.cookies[settings.CSRF_COOKIE_NAME] = CSRF_SECRET
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.headers = {"Host": "localhost", "Accept-Encoding": "gzip", "Cookie": cookie}

    def get(self, address: str, *, target: str = "") -> Callable[[], Answer]:
        """The request of a page, or of the fragment that htmx puts into `target`, ready to be sent."""
        return self._ready(RequestFactory().get(address, headers=self.headers_for(target)))

    def post(self, address: str, form: dict[str, str], *, target: str) -> Callable[[], Answer]:
        """The same for a form that htmx sends."""
        return self._ready(RequestFactory().post(address, body_of(form), FORM, headers=self.headers_for(target)))

    def headers_for(self, target: str = "") -> dict[str, str]:
        """What the browser sends along; with what htmx adds when it asks for a fragment."""
        return self.headers | {"HX-Request": "true", "HX-Target": target} if target else self.headers

    def _ready(self, request: Any) -> Callable[[], Answer]:
        def send() -> Answer:
            started: list[Any] = []

            def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], None]:
                started.extend((status, headers))
                return lambda body: None

            response = self.application(request.environ, start)
            body = b"".join(response)
            response.close()
            status, headers = started
            return Answer(int(status.split()[0]), dict(headers), body)

        return send


def body_of(form: dict[str, str]) -> str:
    """A filled form as the browser sends it."""
    return urlencode(form | {"csrfmiddlewaretoken": CSRF_SECRET})


def counted(run: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What `run` returns, and what it asks of the database beyond what every page needs."""
    with CaptureQueriesContext(connection) as captured:
        returned = run()
    sent = [query["sql"] for query in captured.captured_queries]
    return returned, [sql for sql in sent if not any(word in sql for word in UNCOUNTED)]


@contextmanager
def accounts() -> Iterator[tuple[User, User]]:
    """A colleague and an HR manager among the employees; the colleague has told the birthday."""
    colleague, manager = (_account(f"{name}@{DOMAIN}") for name in ("colleague", "manager"))
    manager.groups.add(Group.objects.get(name=HR_MANAGERS))
    keys = Employee.objects.order_by("pk").values_list("pk", flat=True)[:2]
    for user, key in zip((colleague, manager), keys, strict=True):
        Employee.objects.filter(pk=key).update(user=user)
    _set_birthday(colleague, date(1990, 1, 1))
    try:
        yield colleague, manager
    finally:
        _set_birthday(colleague, None)
        Employee.objects.filter(user__in=[colleague, manager]).update(user=None)
        ReadLogEntry.objects.filter(reader__in=[colleague, manager]).delete()


def _account(email: str) -> User:
    """A new account, or that of an earlier run: an account that was used can't be deleted."""
    return User.objects.filter(email=email).first() or User.objects.create_user(email)


def _set_birthday(user: User, day: date | None) -> None:
    EmployeeProfile.objects.filter(employee__user=user).update(dob=day)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo afterwards what requests write inside `with`; so all of them share one connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
