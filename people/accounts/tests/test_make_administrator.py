"""`make admin EMAIL=…`: the first administrator, and one when nobody can sign in as one."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from people.accounts.links.tokens import Purpose, read
from people.accounts.models import User

EMAIL = "ada@example.com"
PASSWORD = "quark strange charm"

pytestmark = pytest.mark.django_db


def make(email: str) -> str:
    """Run the command and return what it says."""
    said = io.StringIO()
    call_command("make_administrator", email, stdout=said)
    return said.getvalue()


def link_in(said: str) -> str:
    """The path of the address that was printed."""
    return said.splitlines()[-1].removeprefix("http://localhost:8000")


def test_new_administrator_sets_the_password_by_the_link():
    said = make(" Ada@Example.com ")

    user = User.objects.get(email=EMAIL)
    assert user.is_superuser
    assert not user.has_usable_password()
    assert f"{EMAIL} is an administrator now." in said
    assert "once and within 60 minutes" in said
    browser = Client()
    browser.get(link_in(said))
    browser.post("/account/link/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert browser.get("/styleguide/").status_code == 200


def test_existing_account_keeps_its_password_until_the_link_is_used():
    User.objects.create_user(EMAIL, PASSWORD, is_active=False)

    said = make(EMAIL)

    user = User.objects.get()
    assert (user.is_superuser, user.is_active) == (True, True)
    assert user.check_password(PASSWORD)
    link = read(link_in(said).split("/")[3])
    assert (link.account, link.purpose) == (user, Purpose.PASSWORD)


def test_second_time_prints_another_link_and_changes_nothing():
    make(EMAIL)
    before = User.objects.values().get()

    assert "is an administrator now" in make(EMAIL)

    assert User.objects.values().get() == before


def test_it_stands_in_the_security_log_without_the_link(caplog):
    said = make(EMAIL)

    lines = [record.getMessage() for record in caplog.records if record.name == "people.security"]
    assert [line.partition(" ")[0] for line in lines] == ["link-made"]
    assert not any(link_in(said) in line for line in lines)


@pytest.mark.parametrize("email", ["", "ada", "ada@"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(CommandError, match=r"Write: make admin EMAIL=ada@example\.com"):
        make(email)


def test_address_that_looks_like_another_is_refused_with_its_reason():
    with pytest.raises(CommandError, match="letters of another alphabet"):
        call_command("make_administrator", "admin@exаmple.com")

    assert not User.objects.exists()
