"""`make admin EMAIL=…`: the first administrator, and one when nobody can sign in as one."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from people.accounts.models import User
from people.management.commands import make_administrator

EMAIL = "ada@example.com"
PASSWORD = "quark strange charm"

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch):
    """Gives what is typed on a terminal, one answer for each question."""

    def typed(*answers: str) -> None:
        monkeypatch.setattr(sys, "stdin", Terminal())
        left = iter(answers)
        monkeypatch.setattr(make_administrator, "getpass", lambda question: next(left))

    return typed


def make(email: str) -> tuple[str, str]:
    """Run the command and return what it says, and what it complains of."""
    said, complaints = io.StringIO(), io.StringIO()
    call_command("make_administrator", email, stdout=said, stderr=complaints)
    return said.getvalue(), complaints.getvalue()


def test_new_administrator(typed):
    typed(PASSWORD, PASSWORD)

    said, _ = make(" Ada@Example.com ")

    user = User.objects.get(email=EMAIL)
    assert user.is_superuser
    assert user.check_password(PASSWORD)
    assert "At least 12 characters" in said
    assert f"{EMAIL} is an administrator now." in said


def test_password_is_asked_for_until_it_keeps_the_rules_and_is_typed_twice(typed):
    typed("short", PASSWORD, "another one typed", PASSWORD, PASSWORD)

    _, complaints = make(EMAIL)

    assert User.objects.get().check_password(PASSWORD)
    assert "at least 12 characters" in complaints
    assert "two different ones" in complaints


def test_existing_account_keeps_its_password(typed):
    User.objects.create_user(EMAIL, PASSWORD, is_active=False)
    typed()

    make(EMAIL)

    user = User.objects.get()
    assert (user.is_superuser, user.is_active) == (True, True)
    assert user.check_password(PASSWORD)


def test_existing_account_without_password_is_asked_for_one(typed):
    User.objects.create_user(EMAIL)
    typed(PASSWORD, PASSWORD)

    make(EMAIL)

    assert User.objects.get().check_password(PASSWORD)


def test_without_a_terminal_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD))

    with pytest.raises(CommandError, match=f"Run `make admin EMAIL={EMAIL}` in one."):
        make(EMAIL)

    assert not User.objects.exists()


def test_interrupted_it_changes_nothing(typed, monkeypatch):
    typed()
    monkeypatch.setattr(make_administrator, "getpass", interrupted)

    with pytest.raises(CommandError, match="nothing was changed"):
        make(EMAIL)

    assert not User.objects.exists()


def interrupted(question: str) -> str:
    raise KeyboardInterrupt


@pytest.mark.parametrize("email", ["", "ada", "ada@"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(CommandError, match=r"Write: make admin EMAIL=ada@example\.com"):
        make(email)


def test_address_that_looks_like_another_is_refused_with_its_reason():
    with pytest.raises(CommandError, match="letters of another alphabet"):
        call_command("make_administrator", "admin@exаmple.com")

    assert not User.objects.exists()
