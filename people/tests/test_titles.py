"""Titles tell pages and states apart: tabs, bookmarks and screen readers show nothing else."""

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.timezone import now
from django_dynamic_fixture import G

from people.accounts.access.own_page import PageLink
from people.accounts.addresses.actions import ask, confirm
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.models import User
from people.models import Employee, Location

from . import factories
from .addresses import url_names
from .authenticators import Device, add, passkeys
from .mail_servers import NOBODY_THERE, SENDER
from .second_steps import give_code, give_password, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

WRONG = {"first_name": "", "phone": "12", "team": "x", "dob": "2999-01-01", "gender": "x", "mobile": "12"}
JOINER = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+1 415 555 2671"}
PAGES = [
    *("/employees/", "/employees/?q=grace", "/employees/?team=product", "/employees/print/", "/employees/suggestions/"),
    *("/account/password/forgotten/", "/account/password/forgotten/mailed/"),
    *(
        "/me/data/",
        "/account/password/",
        "/account/sessions/",
        "/account/link/",
        "/account/address/",
        "/account/two-steps/",
        "/account/two-steps/app/",
        "/account/two-steps/passkeys/add/",
        "/account/company/",
        "/account/company/confirmed/",
        "/teams/",
        "/teams/product/",
    ),
]
# What is no page of its own.
NO_TITLE = {
    *(
        "people:home",
        "people:star",
        "people:my-data-download",
        "health",
        "accounts:hr-manager-take",
        "accounts:administrator-take",
    ),
    *("people:location-remove", "people:sharing-kept"),
    *("people:employee-create-searched", "accounts:sign-out", "accounts:well-known-password-change"),
    *("accounts:link", "accounts:address-confirm-link", "accounts:address-undo-link", "people:own-page-link"),
    "accounts:hr-managers",  # leads to the roles
    *("account_login", "mfa_authenticate"),  # other names of the sign-in page and of the second step
    *("accounts:app-remove", "accounts:recovery-codes-new", "accounts:passkey-remove", "accounts:passkey-challenge"),
    "accounts:passkey-sign-in",  # answers with the sign-in page
    *(f"accounts:company-{act}" for act in ("sign-in", "callback", "link", "unlink", "confirm")),
    *("accounts:session-end", "accounts:sessions-end", "accounts:address-cancel"),
    *(f"accounts:mail-{act}" for act in ("test", "again", "again-all", "remove")),
    *("people:team-open", "people:team-lead-take"),
    *("people:employee-update", "people:profile-update"),  # lead to the sections' own addresses
}
READERS = ["signed-out", "employee", "hr", "administrator"]


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER
    settings.OIDC_ISSUER = "http://127.0.0.1:1"


def title_of(response) -> str:
    """The title as a browser shows it, without the name of the product at its end."""
    [title] = re.findall(r"<title>(.*?)</title>", response.text, re.DOTALL)
    title = " ".join(unescape(title).split())
    assert title.endswith(" · People")
    return title.removesuffix(" · People")


def title_without_database(client: Client, address: str) -> str:
    def away(*statement):
        raise OperationalError

    with connection.execute_wrapper(away):
        return title_of(client.get(address))


class Walker(Client):
    """Remembers the names of all addresses where it was."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.names: set[str] = set()

    def request(self, **request: Any) -> Any:
        with suppress(Resolver404):
            self.names.add(resolve(request["PATH_INFO"]).view_name)
        return super().request(**request)


class Site:
    """Somebody in a role, and somebody else whose page they look at."""

    def __init__(self, role: str) -> None:
        self.role, self.client = role, Walker(raise_request_exception=False)
        self.other = factories.employee(first_name="Grace", last_name="Hopper", user=factories.user())
        self.own: Employee | None = None
        if role != "signed-out":
            account = factories.user("ada@example.com", is_hr=role == "hr", is_superuser=role == "administrator")
            self.own = factories.employee(first_name="Ada", last_name="Ng", user=account)
            self.client.force_login(account)

    @property
    def can_edit(self) -> bool:
        return self.role in {"hr", "administrator"}

    def states(self) -> Iterator[tuple[str, str]]:
        """Each state that this reader can meet, and its title."""
        yield "no page", title_of(self.client.get("/nothing-here/"))
        yield "not understood", title_of(self.client.get("/employees/", headers={"Host": "["}))
        yield "too much at once", title_of(self.client.post("/sign-in/", {"username": "x" * 2_700_000}))
        if not self.own:
            yield from self.signed_out_states()
            return
        yield "no database", title_without_database(self.client, "/employees/")
        yield "out of date", title_of(self.strict().post("/account/password/"))
        yield from self.states_of_one(self.own)
        yield from self.states_of_one(self.other)
        for address in PAGES:
            yield address, title_of(self.client.get(address))
        yield "wrong password", title_of(self.client.post("/account/password/"))
        yield "app, wrong", title_of(self.client.post("/account/two-steps/app/", {"code": "1"}))
        yield "passkey, wrong", title_of(self.client.post("/account/two-steps/passkeys/add/"))
        yield "to wait for a password", self.title_after_many_tries("/account/password/", {"old_password": "wrong"})
        yield from self.states_of_adding()
        if self.can_edit:
            yield from self.states_of_locations()
            yield from self.states_of_teams()
            yield from self.states_of_access()
            yield "gaps", title_of(self.client.get("/gaps/"))
            yield "people with a gap", title_of(self.client.get("/gaps/?kind=team"))
        if self.role == "administrator":
            yield "style guide", title_of(self.client.get("/styleguide/"))
            yield "Roles", title_of(self.client.get("/roles/"))
            yield "mail", title_of(self.client.get("/mail/"))
            yield "Roles, wrong", title_of(self.client.post("/roles/"))
        yield from self.states_of_second_step()
        yield from self.states_of_address()
        Employee.objects.filter(pk=self.own.pk).update(user=None)
        yield "without a page", title_of(self.client.get("/me/"))
        yield from self.states_of_own_page()

    def signed_out_states(self) -> Iterator[tuple[str, str]]:
        yield "sign-in", title_of(self.client.get("/sign-in/"))
        yield "sign-in, wrong", title_of(self.client.post("/sign-in/"))
        yield "sign-in, to wait", self.title_after_many_tries("/sign-in/", {"username": "a@b.example", "password": "x"})
        yield "forgotten", title_of(self.client.get("/account/password/forgotten/"))
        yield "forgotten, wrong", title_of(self.client.post("/account/password/forgotten/"))
        yield (
            "forgotten, to wait",
            title_of(
                [self.client.post("/account/password/forgotten/", {"email": "a@b.example"}) for _ in range(4)][-1]
            ),
        )
        yield "mailed", title_of(self.client.get("/account/password/forgotten/mailed/"))
        yield "out of date", title_of(self.strict().post("/sign-in/"))
        yield "signed out meanwhile", title_of(self.client.post("/employees/new/", JOINER))

    def states_of_adding(self) -> Iterator[tuple[str, str]]:
        if not self.can_edit:
            yield "not open", title_of(self.client.get("/employees/new/"))
            return
        yield "add", title_of(self.client.get("/employees/new/"))
        yield "add, wrong", title_of(self.client.post("/employees/new/", {}))
        yield "add, token refused", title_of(self.strict().post("/employees/new/", JOINER))
        added = self.client.post("/employees/new/", JOINER, follow=True)
        yield "added", title_of(added)
        [action] = re.findall(r'<form method="post" action="(/employees/\d+/[\w/]*edit/)"', added.text)
        yield "added, wrong", title_of(self.client.post(action, WRONG))

    def states_of_second_step(self) -> Iterator[tuple[str, str]]:
        account = factories.user("twice@example.com")
        app = with_app(account)
        browser = Walker(raise_request_exception=False)
        browser.names = self.client.names
        yield "second step", title_of(give_password(browser, account, follow=True))
        yield "second step, wrong", title_of(browser.post("/sign-in/second-step/", {"code": "1"}))
        give_code(browser, app.now())
        yield "recovery codes", title_of(browser.post("/account/two-steps/codes/new/", follow=True))
        add(browser, Device())
        name = f"/account/two-steps/passkeys/{passkeys(account)[0].pk}/"
        yield "name of a passkey", title_of(browser.get(name))
        yield "name of a passkey, wrong", title_of(browser.post(name))

    def states_of_address(self) -> Iterator[tuple[str, str]]:
        account = User.objects.get(employee=self.own)
        change = ask(account, "new@example.com", by=account.pk)
        for act in Act:
            link = ChangeLink(change, act).token
            yield f"address, {act}", title_of(self.client.get(f"/account/address/{act}/{link}/", follow=True))
            change = confirm(link) if act is Act.CONFIRM else change

    def states_of_own_page(self) -> Iterator[tuple[str, str]]:
        """Of an account without a role, whichever the reader has."""
        account = factories.user("apart@example.com")
        link = PageLink(account, factories.employee(email=account.email), now())
        self.client.force_login(account)
        yield "own page by a link", title_of(self.client.get(f"/me/link/{link.token}/", follow=True))
        yield "own page, to wait", title_of([self.client.post("/me/") for _ in range(4)][-1])

    def states_of_access(self) -> Iterator[tuple[str, str]]:
        address = f"{self.other.get_absolute_url()}access/"
        yield "access", title_of(self.client.get(address))
        yield "access, not done", title_of(self.client.post(address, {"act": "give"}))
        selected = f"/employees/access/?who={self.other.pk}"
        yield "give nobody", title_of(self.client.get("/employees/access/"))
        yield "give", title_of(self.client.get(selected))
        yield "give, not done", title_of(self.client.post(f"{selected}&who=999999"))
        yield "given", title_of(self.client.post(selected, follow=True))

    def states_of_teams(self) -> Iterator[tuple[str, str]]:
        for address in ["/teams/new/", "/teams/product/edit/", "/teams/product/merge/"]:
            yield address, title_of(self.client.get(address))
            yield f"{address}, wrong", title_of(self.client.post(address))
        yield "close", title_of(self.client.get("/teams/product/close/"))
        yield "move nobody", title_of(self.client.get("/employees/move/"))
        selected = f"/employees/move/?who={self.other.pk}"
        yield "move", title_of(self.client.get(selected))
        yield "move, wrong", title_of(self.client.post(selected))

    def states_of_locations(self) -> Iterator[tuple[str, str]]:
        yield "locations", title_of(self.client.get("/locations/"))
        yield "add location", title_of(self.client.get("/locations/new/"))
        yield "add location, wrong", title_of(self.client.post("/locations/new/"))
        place = G(Location, name="Gdynia", time_zone="Europe/Warsaw")
        yield "location", title_of(self.client.get(f"/locations/{place.pk}/edit/"))

    def states_of_one(self, employee: Employee) -> Iterator[tuple[str, str]]:
        page = self.client.get(employee.get_absolute_url())
        yield f"{employee}", title_of(page)
        yield f"{employee}, reports", title_of(self.client.get(f"{employee.get_absolute_url()}reports/"))
        for address in sorted(set(re.findall(r'href="(/employees/\d+/[\w/]*edit/)"', page.text))):
            yield address, title_of(self.client.get(address))
            yield f"{address}, wrong", title_of(self.client.post(address, WRONG))
        if "What others see" in page.text:
            for audience in ["colleague", "team-mate", "hr"]:
                address = f"{employee.get_absolute_url()}seen-by/{audience}/"
                yield address, title_of(self.client.get(address))

    def strict(self) -> Client:
        """The same person in a browser that is checked for forged requests."""
        client = Client(enforce_csrf_checks=True)
        if self.own:
            client.force_login(User.objects.get(employee=self.own))
        return client

    def title_after_many_tries(self, address: str, typed: dict[str, str]) -> str:
        responses = [self.client.post(address, typed) for _ in range(11)]
        assert responses[-1].status_code == 429
        return title_of(responses[-1])


@pytest.mark.parametrize("role", READERS)
def test_no_two_states_share_a_title(role: str):
    states = dict(Site(role).states())

    titles = sorted(states.values())
    assert titles == sorted(set(titles)), states


def test_every_page_is_walked():
    site = Site("administrator")
    assert list(site.states())

    pages = {name for name in url_names() if not name.startswith("admin:")}
    assert pages - site.client.names <= NO_TITLE


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("signed-out", {"Sign in", "Error: Sign in", "Please wait: Sign in", "Not saved yet: you are signed out"}),
        ("employee", {"Ada Ng", "Edit contact · Ada Ng", "Error: Edit contact · Ada Ng", "View as: My team · Ada Ng"}),
        (
            "hr",
            {
                "Grace Hopper",
                "Complete the profile · Ann Byron",
                "Error: Add employee",
                "Not saved yet: please check it",
            },
        ),
        ("administrator", {"Roles", "Error: Roles", "Style guide", "You have no page yet"}),
    ],
)
def test_titles_begin_with_what_differs(role: str, titles: set[str]):
    assert titles <= set(dict(Site(role).states()).values())


@pytest.mark.parametrize("role", ["employee", "hr", "administrator"])
def test_fragments_change_the_title_with_the_form(role: str):
    site = Site(role)
    person = site.own if site.own and not site.can_edit else site.other
    address = person.get_absolute_url()
    link = re.findall(r'href="(/employees/\d+/[\w/]*edit/)"', site.client.get(address).text)[0]
    headers = {"HX-Request": "true", "HX-Target": "contact"}

    opened = site.client.get(link, headers=headers)
    wrong = site.client.post(link, WRONG, headers=headers)
    cancelled = site.client.get(address, headers=headers)

    titles = [title_of(response) for response in (opened, wrong, cancelled)]
    assert titles == [f"Edit contact · {person}", f"Error: Edit contact · {person}", f"{person}"]
