"""What people do again and again, as plain functions."""

import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count, cycle
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from e2e import provider
from e2e.server import DemoServer, manage
from people.management.demo import PASSWORD
from people.tests.mail_servers import words

HR = "hr@example.com"
COLLEAGUE = "employee@example.com"  # Maja Jørgensen of the demo
ADMINISTRATOR = "admin@example.com"  # without an employee

PERSON_PAGE = re.compile(r"/employees/(\d+)/$")

_numbers = count(2_000)
# Two lists of different length: names stay unlike each other for 143 people.
_first_names = cycle(["Jutta", "Oke", "Wren", "Pascal", "Imke", "Ravi", "Tove", "Bastien", "Xenia", "Levi", "Greta"])
_last_names = cycle(
    [
        "Quandt",
        "Abernathy",
        "Zoller",
        "Vantongeren",
        "Hicks",
        "Mbeki",
        "Fjord",
        "Lundquist",
        "Ossowski",
        "Drax",
        "Peppercorn",
        "Twill",
        "Ueland",
    ]
)


@dataclass(frozen=True)
class Joiner:
    """Somebody who is not in the directory yet."""

    first_name: str
    last_name: str
    email: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def new_joiner() -> Joiner:
    """A person with a name, an e-mail and a valid phone that nobody else has."""
    number, first_name, last_name = next(_numbers), next(_first_names), next(_last_names)
    return Joiner(first_name, last_name, f"{first_name}.{last_name}.{number}@example.com".lower(), f"+1415555{number}")


def server_of(page: Page) -> DemoServer:
    """The server that the browser talks to, which is asked for the sign-in page."""
    address = urlsplit(page.request.get("/sign-in/").url)
    return DemoServer.running[f"{address.scheme}://{address.netloc}"]


def sign_in(page: Page, email: str) -> None:
    """Sign in without the form, which has its own journey, in a session of this browser's own; the page stays."""
    server = server_of(page)
    kept, first = server.organisation.kept, server.organisation.servers[0]
    if email not in kept:
        if server is not first:
            first.restore_database()
        token = cookies_of(page)["csrftoken"]
        form: dict[str, str | float | bool] = {"username": email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert page.request.post(f"{first.address}/sign-in/", form=form, max_redirects=0).status == 302
        first.keep(email, cookies_of(page)["sessionid"], cookies_of(page)["known"])
        if server is first:
            return
    given = {"sessionid": server.sign_in_again(email), "known": kept[email].mark}
    page.context.add_cookies([{"name": name, "value": given[name], "url": server.address} for name in given])


def let_confirmations_lapse(page: Page) -> None:
    """From now on everybody signed in has to confirm again who they are; the page stays."""
    server_of(page).forget_confirmations()


def confirm(page: Page, password: str = PASSWORD) -> None:
    """Answer the question who one is."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it’s you")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Confirm and go on").click()


def cookies_of(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def address_of(link: Locator) -> str:
    """Where a link leads."""
    return link.get_attribute("href") or ""


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def go_to_the_company(page: Page) -> None:
    """Press the button, which leads to the sign-in of the company."""
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with your company account").click()


def sign_in_at_the_company(page: Page, email: str) -> None:
    """On its own page, at another site."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in at the company")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(provider.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def set_up_app(page: Page) -> pyotp.TOTP:
    """Let an authenticator app read the key, and prove it; the page is that of the recovery codes."""
    page.goto("/account/two-steps/app/")
    app = pyotp.TOTP("".join(page.get_by_test_id("key").inner_text().split()))
    page.get_by_label("Code from the app").fill(app.now())
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    return app


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


@dataclass(frozen=True)
class Device:
    """It keeps passkeys, and its person is there and proves at once that it's them."""

    browser: CDPSession
    key: str

    def let_person_refuse(self, *, refuses: bool = True) -> None:
        """From now on the person doesn't prove who they are, or does again."""
        self.browser.send("WebAuthn.setUserVerified", {"authenticatorId": self.key, "isUserVerified": not refuses})


def give_device(page: Page) -> Device:
    """Let the browser have a device that keeps passkeys."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Device(browser, made["authenticatorId"])


def add_passkey(page: Page, name: str = "") -> None:
    """Let the device make one; the page is that of the recovery codes where it is the first factor."""
    page.goto("/account/two-steps/passkeys/add/")
    if name:
        page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("Your passkey is set up").first).to_be_visible()


def change_password(page: Page, old: str, new: str) -> None:
    page.get_by_label("Password now").fill(old)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new)
    page.get_by_role("button", name="Change password").click()


def give_new_password(page: Page, new: str, again: str | None = None) -> None:
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new if again is None else again)
    page.get_by_role("button", name="Set password and sign in").click()


def link_to_password(page: Page, email: str) -> str:
    """The path of the link that `make admin` prints; it makes `email` an administrator."""
    server = server_of(page)
    link = manage(server.environment, "make_administrator", email).splitlines()[-1]
    return urlsplit(link).path


def ask_for_a_mail(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the mail").click()


def ask_for_address(page: Page, email: str) -> None:
    """Ask to sign in with `email` from now on."""
    page.goto("/account/address/")
    page.get_by_label("New sign-in address").fill(email)
    page.get_by_role("button", name="Send the mail").click()


def mail_to(server: DemoServer, email: str, number: int = 1) -> EmailMessage:
    """The mail of this number that `email` gets in a test, as soon as it is there."""
    for _ in range(200):
        mails = [mail for mail in list(server.box.got) if mail["To"] == email]
        if len(mails) >= number:
            return mails[number - 1]
        time.sleep(0.05)
    pytest.fail(f"No mail number {number} has come.")


def link_in(mail: EmailMessage) -> str:
    """The path of the one link of a mail that lets its reader do something."""
    [link] = re.findall(r"https?://\S+/(?:account/link|account/address|me/link)/\S+", words(mail))
    return urlsplit(link).path


def add_account(page: Page, email: str) -> None:
    """As an administrator; the page that comes shows the link, once."""
    page.goto("/admin/accounts/user/add/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Account added")).to_be_visible()


def shown_link(page: Page) -> str:
    """The path of the link to set a password that the page shows."""
    return urlsplit(page.get_by_role("textbox", name="Link", exact=True).input_value()).path


def open_account_menu(page: Page) -> None:
    page.locator("summary", has_text="Account of").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def search_box(page: Page) -> Locator:
    return page.get_by_label("Search people", exact=True)


def suggestions(page: Page) -> Locator:
    """The rows of the open popup: people, and last what leads to all of them."""
    return page.get_by_role("grid", name="People").get_by_role("row")


def star_button(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=re.compile("^Star(red)?$"))


def results(page: Page) -> Locator:
    """One row for each person found."""
    return page.locator("#employee-results").get_by_role("rowheader")


def tick(page: Page, *places: int) -> list[str]:
    """Select the people at these places of the list, from 1; returns their names, which are those of the boxes too."""
    heads = [results(page).nth(place - 1) for place in places]
    names = [head.locator("bdi").inner_text() for head in heads]
    for head, name in zip(heads, names, strict=True):
        head.locator("xpath=..").get_by_role("checkbox", name=name, exact=True).check()
    return names


def open_person(page: Page, name: str) -> None:
    """Go to the page of a person whose name nobody shares."""
    page.goto(f"/employees/?q={name}")
    results(page).get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def fill_contact(page: Page, joiner: Joiner) -> None:
    page.get_by_label("First name").fill(joiner.first_name)
    page.get_by_label("Last name").fill(joiner.last_name)
    page.get_by_label("E-mail").fill(joiner.email)
    page.get_by_label("Phone").fill(joiner.phone)


def edit(page: Page, section: str) -> None:
    """Open the form of a section; it has the focus afterwards, so whatever is typed goes into it."""
    page.get_by_role("link", name=f"Edit {section}").click()
    form = page.get_by_role("form", name=re.compile(f"^{section} of ", re.IGNORECASE))
    expect(form.locator("[autofocus]")).to_be_focused()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def discard(page: Page) -> None:
    """Answer that what was typed may go."""
    page.get_by_role("dialog", name="Discard what you typed?").get_by_role("button", name="Discard").click()


def add_employee(page: Page) -> Joiner:
    """Add somebody; the form of their profile is open afterwards."""
    joiner = new_joiner()
    page.goto("/employees/new/")
    fill_contact(page, joiner)
    save(page)
    expect(profile_form(page, joiner)).to_be_visible()
    return joiner


def section_form(page: Page, title: str, joiner: Joiner) -> Locator:
    return page.get_by_role("form", name=f"{title} of {joiner.name}")


def profile_form(page: Page, joiner: Joiner) -> Locator:
    """The form that completes a new profile."""
    return section_form(page, "Profile", joiner)


def announcement(page: Page) -> Locator:
    """What a screen reader says without being asked."""
    return page.get_by_role("status")


def listen(page: Page) -> None:
    """Keep what is announced from now on, for `heard`."""
    announcement(page).evaluate("""region => {
      window.heard = [];
      new MutationObserver(() => window.heard.push(region.textContent)).observe(region, { childList: true });
    }""")


def heard(page: Page) -> list[str]:
    """What was announced since `listen`."""
    return page.evaluate("heard")


def fact(page: Page, label: str) -> Locator:
    """The value beside a label of a finished section."""
    return page.locator("dt", has_text=re.compile(f"^{label}$")).locator("xpath=following-sibling::dd[1]")


def key_of(page: Page) -> str:
    """The employee's key in the address bar."""
    expect(page).to_have_url(PERSON_PAGE)
    return page.url.rstrip("/").rpartition("/")[2]
