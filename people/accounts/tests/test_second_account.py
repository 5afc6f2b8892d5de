"""However an address is written, nobody gets a second account with it, or one that passes for somebody else's."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from people.accounts.addresses import actions
from people.accounts.addresses.models import AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.links.tokens import DeadLink
from people.accounts.models import User
from people.models import Employee
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.mail_servers import NOBODY_THERE, SENDER

pytestmark = pytest.mark.django_db

THEIRS = "ida@example.com"
SAME = {
    "capitals": "IDA@Example.COM",
    "full-width domain": "ida@\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.com",
    "ideographic full stop": "ida@example\u3002com",
    "letter-like symbol": "ida@examp\u2113e.com",
    "zero-width space": "id\u200ba@example.com",
    "zero-width joiner": "ida@exam\u200dple.com",
    "soft hyphen": "i\u00adda@example.com",
    "right-to-left mark": "\u200fida@example.com",
    "right-to-left override": "ida@example.com\u202e",
    "variation selector": "ida\ufe0f@example.com",
    "Hangul filler": "i\u115fda@example.com",
}
LOOKS_THE_SAME = {
    "dotless i": "\u0131da@example.com",
    "capital i with a dot": "\u0130da@example.com",
    "dot on an i": "i\u0307da@example.com",
    "Cyrillic letter": "id\u0430@example.com",
    "full-width letters": "\uff49\uff44\uff41@example.com",
    "full-width @": "ida\uff20example.com",
    "combining accent": "ida\u0301@example.com",
    "Cyrillic letter in the domain": "ida@ex\u0430mple.com",
    "the same by its A-label": "ida@xn--exmple-4nf.com",
}
# Whose address it is, and how it is written.
OTHERS = {
    "long s": ("susan@example.com", "\u017fusan@example.com"),
    "dot on an i of the domain": ("ann@limits.example", "ann@li\u0307mits.example"),
    "capital i with a dot in the domain": ("ann@limits.example", "ann@L\u0130M\u0130TS.example"),
    "decomposed": ("ann@b\u00fccher.example", "ann@bu\u0308cher.example"),
    "A-label": ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
}
WRITTEN = {name: (THEIRS, email) for name, email in {**SAME, **LOOKS_THE_SAME}.items()} | OTHERS


def by_own_form(email: str) -> None:
    eve = User.objects.get(email="eve@example.com")
    browser(eve).post("/account/address/", {"email": email})
    for change in AddressChange.objects.all():
        with suppress(DeadLink):
            actions.confirm(ChangeLink(change, Act.CONFIRM).token)


def by_adding(email: str) -> None:
    browser(User.objects.get(email="boss@example.com")).post("/admin/accounts/user/add/", {"email": email})


def by_changing(email: str) -> None:
    eve, boss = User.objects.get(email="eve@example.com"), User.objects.get(email="boss@example.com")
    answer = browser(boss).post(f"/admin/accounts/user/{eve.pk}/change/", {"email": email})
    assert "errorlist" in answer.text


def by_giving_access(email: str) -> None:
    """To an employee whose e-mail was stored before there were rules."""
    person = employee(email="new@example.com")
    Employee.objects.filter(pk=person.pk).update(email=email)
    answer = browser(User.objects.get(email="boss@example.com")).post(
        f"/employees/{person.pk}/access/", {"act": "give"}
    )
    assert answer.status_code in {409, 422}


def by_command(email: str) -> None:
    with suppress(CommandError):
        call_command("make_administrator", email)


WAYS: dict[str, Callable[[str], None]] = {
    "the own form": by_own_form,
    "adding an account": by_adding,
    "changing an account": by_changing,
    "giving access": by_giving_access,
    "make admin": by_command,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("written", WRITTEN)
def test_nobody_gets_a_second_account(way, written, settings):
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    theirs, email = WRITTEN[written]
    emails = {theirs, "eve@example.com", "boss@example.com"}
    user(theirs)
    user("eve@example.com")
    user("boss@example.com", is_superuser=True)

    WAYS[way](email)

    assert set(User.objects.values_list("email", flat=True)) == emails
