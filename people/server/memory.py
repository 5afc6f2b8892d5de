"""What is read once in a request and remembered until its end, such as the names of all teams.

Where the request knows the version of what would be read, because it came with the account, the process remembers it
from request to request. Outside of any scope nothing is remembered, so that what is read is always what is stored.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

Value = TypeVar("Value")

VERSION = "version"
_of_process: dict[str, tuple[object, Any]] = {}
_remembered: ContextVar[dict[str, Any] | None] = ContextVar("remembered", default=None)


class MemoryMiddleware:
    """Each request is a scope of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembering():
            return self.get_response(request)


@contextmanager
def remembering() -> Iterator[None]:
    """A scope in which `once` remembers; one inside of another is part of it."""
    if _remembered.get() is not None:
        yield
        return
    before = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(before)


def once(name: str, read: Callable[[], Value]) -> Value:
    """What `read` gives, read once in this scope under this name, or once in this process for a version that is known.

    It must not be changed by anybody.
    """
    values = _remembered.get()
    if values is None:
        return read()
    if name not in values:
        values[name] = _once_in_process(name, values.get(VERSION), read)
    return cast(Value, values[name])


def _once_in_process(name: str, version: object, read: Callable[[], Value]) -> Value:
    """While the database is away, what was known last: a form that comes back needs the names of teams."""
    known, value = _of_process.get(name, (None, None))
    if version is not None and known == version:
        return cast(Value, value)
    try:
        value = read()
    except DatabaseError:
        if name not in _of_process:
            raise
    else:
        if version is not None:
            _of_process[name] = version, value
    return cast(Value, value)


def know_version(version: object) -> None:
    """What is remembered in this scope is of this version, which came with the account."""
    values = _remembered.get()
    if values is not None:
        values.setdefault(VERSION, version)


def forget() -> None:
    """Read everything anew when it is asked for next: it may have changed."""
    values = _remembered.get()
    if values is not None:
        values.clear()
        values[VERSION] = None
