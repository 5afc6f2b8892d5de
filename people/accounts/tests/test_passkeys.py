"""Passkeys: added, renamed, removed; and each way to sign in with one, or to be refused."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from people.accounts.actions import end_sessions, switch_off
from people.accounts.guards import throttle
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.tests.authenticators import (
    ADD,
    CHALLENGE,
    FLAG,
    SECOND_STEP,
    SIGN_IN,
    Device,
    add,
    challenge,
    passkeys,
    send,
    with_passkey,
)
from people.tests.factories import user
from people.tests.second_steps import give_password, is_signed_in, lapse, with_app

pytestmark = pytest.mark.django_db

PAGE = "/account/two-steps/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


@pytest.fixture
def client(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def device(account: User) -> Device:
    """It keeps a passkey of the account."""
    return with_passkey(account)


@pytest.fixture
def stranger() -> Client:
    return Client()


def use(client: Client, device: Device, address: str = SIGN_IN, **more: Any) -> Any:
    return send(client, address, device.use(challenge(client, address)), **more)


class TestAdding:
    def test_first_one_leads_to_the_recovery_codes(self, client, account):
        answer = add(client, Device())

        assert (answer.status_code, answer["Location"]) == (302, "/account/two-steps/codes/")
        assert "Your passkey is set up" in client.get(PAGE).text
        assert [str(passkey) for passkey in passkeys(account)] == ["Laptop"]

    def test_next_one_leads_back(self, client, account):
        add(client, Device())

        assert add(client, Device(), "Key")["Location"] == PAGE
        assert [str(passkey) for passkey in passkeys(account)] == ["Laptop", "Key"]

    def test_ends_all_other_sessions(self, client, account):
        other = Client()
        other.force_login(account)
        add(client, Device())

        assert [is_signed_in(client), is_signed_in(other)] == [True, False]

    def test_asks_who_it_is_first(self, client):
        lapse()

        assert client.get(ADD).status_code == client.post(ADD).status_code == 401

    def test_browser_is_asked_for_one_that_signs_in_alone(self, client, account, device):
        client.force_login(account)
        options = challenge(client, ADD)["publicKey"]

        kind = options["authenticatorSelection"]
        assert kind["residentKey"] == kind["userVerification"] == "required"
        assert [known["id"] for known in options["excludeCredentials"]] == [
            passkeys(account)[0].data["credential"]["id"]
        ]
        assert options["user"]["name"] == account.email
        assert options["rp"] == {"id": "testserver", "name": "People"}

    def test_name_is_at_first_that_of_the_browser(self, client, account):
        assert 'value="Chrome on Windows"' in client.get(ADD, headers={"User-Agent": CHROME}).text
        add(client, Device(), "Chrome on Windows")
        assert 'value="Chrome on Windows (2)"' in client.get(ADD, headers={"User-Agent": CHROME}).text

    @pytest.mark.parametrize(
        ("name", "stored"),
        [
            ("  My   key ", "My key"),
            ("x" * 500, "x" * 60),
            ("<b>key</b>", "<b>key</b>"),
            ("a\u202eb\x07", "ab"),
            *((nothing, "A browser") for nothing in ("", " ", "\u200b\u3164")),
        ],
    )
    def test_passkey_is_taken_whatever_its_name(self, client, account, name: str, stored: str):
        add(client, Device(), name)

        assert str(passkeys(account)[0]) == stored
        assert "<b>key" not in client.get(PAGE).text

    @pytest.mark.parametrize("flags", [FLAG.UP, FLAG.UV, 0])
    def test_refused_if_nobody_proved_who_they_are(self, client, account, flags: int):
        answer = add(client, Device(flags=flags))

        assert (answer.status_code, passkeys(account)) == (422, [])
        assert "This passkey can’t be added, or came too late." in answer.text

    @pytest.mark.parametrize("origin", ["https://example.com", "http://testserver", "https://testserver.example.com"])
    def test_refused_from_another_site(self, client, origin: str):
        assert add(client, Device(origin=origin)).status_code == 422

    def test_challenge_counts_once_and_in_its_session(self, client, account):
        made = Device().make(challenge(client, ADD))
        other = Client()
        other.force_login(account)
        challenge(other, ADD)

        assert [send(browser, ADD, made).status_code for browser in (other, client, client)] == [422, 302, 422]

    def test_same_one_is_nobody_elses(self, device):
        other = Client()
        other.force_login(user())

        assert add(other, device).status_code == 422

    def test_not_more_than_twenty(self, client, account):
        for _ in range(20):
            add(client, Device())

        assert client.get(ADD)["Location"] == PAGE
        assert "Add a passkey" not in client.get(PAGE).text

    def test_is_told_and_logged(self, client, account, caplog, settings, django_capture_on_commit_callbacks):
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            add(client, Device())

        lines = [record.getMessage() for record in caplog.records if record.name == "people.security"]
        assert lines[0].startswith(f"passkey-added account={account.pk} by={account.pk}")


class TestRenamingAndRemoving:
    @pytest.fixture
    def client(self, account: User, device: Device) -> Client:
        client = Client()
        client.force_login(account)
        return client

    def page_of(self, account: User) -> str:
        return f"{PAGE}passkeys/{passkeys(account)[0].pk}/"

    def test_renamed(self, client, account):
        answer = client.post(self.page_of(account), {"name": " Old  laptop "})

        assert (answer.status_code, answer["Location"]) == (302, PAGE)
        assert "Old laptop" in client.get(PAGE).text

    @pytest.mark.parametrize("name", ["", " ", "x" * 61, "\0", "a\u202eb", "\u3164"])
    def test_name_is_refused_beside_its_field(self, client, account, name: str):
        answer = client.post(self.page_of(account), {"name": name})

        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text

    def test_renamed_one_still_signs_in(self, client, account, device, stranger):
        client.post(self.page_of(account), {"name": "Old laptop"})

        assert use(stranger, device).status_code == 302

    def test_removed_one_signs_nobody_in(self, client, account, device, stranger):
        answer = client.post(f"{self.page_of(account)}remove/")

        assert (answer.status_code, answer["Location"]) == (302, PAGE)
        assert is_signed_in(client)
        assert use(stranger, device).status_code == 422
        assert not Authenticator.objects.exists()

    def test_removing_ends_all_other_sessions(self, client, account, stranger):
        stranger.force_login(account)
        client.post(f"{self.page_of(account)}remove/")

        assert not is_signed_in(stranger)

    @pytest.mark.parametrize("act", ["", "remove/"])
    def test_that_of_somebody_else_is_none(self, account, device, act: str):
        other = Client()
        other.force_login(user())

        assert other.post(f"{self.page_of(account)}{act}", {"name": "x"})["Location"] == PAGE
        assert str(passkeys(account)[0]) == "Laptop"

    @pytest.mark.parametrize("key", [0, 10**30])
    def test_one_that_is_gone_leads_back(self, client, key: int):
        for address in (f"{PAGE}passkeys/{key}/", f"{PAGE}passkeys/{key}/remove/"):
            assert client.post(address)["Location"] == PAGE

    def test_asks_who_it_is_first(self, client, account):
        lapse()

        assert client.post(self.page_of(account)).status_code == 401
        assert client.post(f"{self.page_of(account)}remove/").status_code == 401


class TestSigningIn:
    def test_without_a_password_and_without_a_code(self, stranger, account, device):
        with_app(account)
        answer = use(stranger, device)

        assert (answer.status_code, answer["Location"]) == (302, "/employees/")
        assert is_signed_in(stranger)
        assert stranger.cookies["known"].value
        assert passkeys(account)[0].last_used_at

    @pytest.mark.parametrize(
        ("asked_for", "led_to"),
        [("/teams/", "/teams/"), ("//evil.example/", "/employees/"), ("https://evil.example/", "/employees/")],
    )
    def test_leads_on(self, stranger, device, asked_for: str, led_to: str):
        assert use(stranger, device, next=asked_for)["Location"] == led_to

    def test_refused_one_is_told_on_the_sign_in_page(self, stranger, account, device):
        Authenticator.objects.all().delete()
        answer = use(stranger, device, next="/teams/")

        assert answer.status_code == 422
        assert "<h1>Sign in</h1>" in answer.text
        assert "This passkey isn’t known here" in answer.text
        assert answer.text.count('name="next" value="/teams/"') == 2
        assert not is_signed_in(stranger)

    def test_somebody_who_is_switched_off_gets_the_same_sentence(self, stranger, account, device):
        switch_off(account, by=user("admin@example.com", is_superuser=True))
        answer = use(stranger, device)

        assert answer.status_code == 422
        assert "This passkey isn’t known here" in answer.text

    def test_challenge_counts_once_and_in_its_session(self, stranger, device):
        used, other = device.use(challenge(stranger, SIGN_IN)), Client()
        challenge(other, SIGN_IN)

        assert send(other, SIGN_IN, used).status_code == 422
        assert send(stranger, SIGN_IN, used).status_code == 302
        stranger.post("/sign-out/")
        assert send(stranger, SIGN_IN, used).status_code == 422

    def test_without_a_challenge(self, stranger, device):
        used = device.use(challenge(Client(), SIGN_IN))

        assert send(stranger, SIGN_IN, used).status_code == 422

    def test_passkey_names_its_own_account_only(self, stranger, account, device):
        other = user()
        with_passkey(other)
        device.handle = with_passkey(user("third@example.com")).handle

        assert use(stranger, device).status_code == 422

    @pytest.mark.parametrize("handle", ["", "AAAA", "_-_-", "enp6eg", "eg" * 3_000, "enp6enp6enp6enp6"])
    def test_handle_of_nobody(self, stranger, device, handle: str):
        device.handle = handle

        assert use(stranger, device).status_code == 422

    @pytest.mark.parametrize("flags", [FLAG.UP, FLAG.UV, 0])
    def test_nobody_proved_who_they_are(self, stranger, device, flags: int):
        device.flags = flags

        assert use(stranger, device).status_code == 422

    def test_made_up_signature(self, stranger, device):
        device.secret = Device().secret

        assert use(stranger, device).status_code == 422

    def test_copy_of_a_passkey_that_counts_is_refused(self, stranger, device):
        for _ in range(3):
            assert use(stranger, device).status_code == 302
            stranger.post("/sign-out/")
        device.counter = 2

        assert use(stranger, device).status_code == 422

    def test_passkey_that_never_counts_is_taken(self, stranger, account):
        device = with_passkey(account, device=Device(counts=False))

        assert [use(Client(), device).status_code for _ in range(2)] == [302, 302]

    def test_wrong_ones_wait_and_lock_out_no_password(self, stranger, account, device):
        device.secret = Device().secret
        statuses = [use(stranger, device).status_code for _ in range(12)]

        assert statuses == [422] * 10 + [429] * 2
        assert give_password(Client(), account).status_code == 302

    def test_half_way_in_starts_over(self, stranger, account, device):
        other = user()
        with_app(other)
        give_password(stranger, other)

        assert use(stranger, device).wsgi_request.user == account
        assert stranger.get(SECOND_STEP)["Location"] == "/employees/"

    def test_log_names_the_account(self, stranger, account, device, caplog, django_capture_on_commit_callbacks):
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            use(stranger, device)
        stranger.post("/sign-out/")
        device.secret = Device().secret
        use(stranger, device)
        device.handle = ""
        use(stranger, device)

        lines = [record.getMessage().split()[:2] for record in caplog.records if record.name == "people.security"]
        assert [line for line in lines if line[0] != "signed-out"] == [
            ["signed-in", f"account={account.pk}"],
            ["sign-in-failed", f"account={account.pk}"],
            ["sign-in-failed", "account=-"],
        ]

    def test_person_who_opens_the_address_is_led_to_the_page(self, stranger):
        assert stranger.get(SIGN_IN)["Location"] == "/sign-in/"

    def test_challenges_stored_for_strangers_are_counted_by_address(self, monkeypatch):
        monkeypatch.setattr(throttle, "BEGUN_OF_ADDRESS", 3)
        here: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.1"}
        elsewhere: dict[str, Any] = {"REMOTE_ADDR": "198.51.100.7"}
        ask: dict[str, Any] = {"headers": {"Accept": "application/json"}}
        known = Client()
        known.get(SIGN_IN, **ask, **here)

        statuses = [Client().get(SIGN_IN, **ask, **here).status_code for _ in range(4)]

        assert statuses == [200, 200, 429, 429]
        assert known.get(SIGN_IN, **ask, **here).status_code == 200
        assert Client().get(SIGN_IN, **ask, **elsewhere).status_code == 200
        assert Session.objects.filter(user=None).count() == 4

    def test_page_itself_stores_nothing(self, stranger):
        stranger.get("/sign-in/")

        assert not Session.objects.exists()


class TestSecondStep:
    @pytest.fixture
    def halfway(self, stranger: Client, account: User, device: Device) -> Client:
        give_password(stranger, account)
        return stranger

    def test_passkey_follows_the_password(self, halfway, device):
        answer = use(halfway, device, SECOND_STEP)

        assert (answer.status_code, answer["Location"]) == (302, "/employees/")
        assert is_signed_in(halfway)

    def test_passkey_of_somebody_else_is_refused(self, halfway):
        other = with_passkey(user())
        answer = use(halfway, other, SECOND_STEP)

        assert answer.status_code == 422
        assert "This passkey isn’t one of this account" in answer.text
        assert not is_signed_in(halfway)

    def test_only_what_the_account_has_is_spoken_of(self, halfway, account):
        html = halfway.get(SECOND_STEP).text

        assert "Use a passkey" in html
        assert "Recovery code" in html
        assert "app" not in html.partition("<main")[2].partition("</main")[0].replace("apple", "")

        halfway.post(SECOND_STEP, {"code": "1"})
        with_app(account)
        html = halfway.get(SECOND_STEP).text
        assert "Use a passkey" in html
        assert "Six digits from your authenticator app" in html

    def test_wrong_recovery_code_is_called_so(self, halfway):
        assert "none of your recovery codes" in halfway.post(SECOND_STEP, {"code": "1"}).text

    def test_whoever_has_none_is_offered_none(self, stranger):
        other = user()
        with_app(other)
        give_password(stranger, other)

        assert "passkey" not in stranger.get(SECOND_STEP).text.partition("<main")[2]

    def test_wrong_ones_wait(self, halfway, device):
        device.secret = Device().secret
        answers = [use(halfway, device, SECOND_STEP) for _ in range(12)]

        assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
        assert answers[-1]["Retry-After"]

    def test_first_step_is_worth_nothing_after_all_sessions_were_ended(self, halfway, account, device):
        end_sessions(account, by=account)

        assert use(halfway, device, SECOND_STEP)["Location"] == "/sign-in/"
        assert not is_signed_in(halfway)


class TestConfirming:
    @pytest.fixture
    def client(self, account: User, device: Device) -> Client:
        client = Client()
        client.force_login(account)
        lapse()
        return client

    def prove(self, client: Client, handed_over: Any, **more: str) -> Any:
        return client.post("/account/sessions/end/", {"confirm_passkey": json.dumps(handed_over), **more})

    def test_passkey_is_enough(self, client, device):
        asked = client.post("/account/sessions/end/")
        assert "use a passkey, or give your password and a recovery code" in asked.text

        assert self.prove(client, device.use(challenge(client, CHALLENGE))).status_code == 302
        assert client.post("/account/sessions/end/").status_code == 302

    def test_wrong_one_is_told(self, client):
        answer = self.prove(client, Device().use(challenge(client, CHALLENGE)))

        assert answer.status_code == 422
        assert "This passkey isn’t one of this account" in answer.text

    def test_passkey_of_somebody_else_is_refused(self, client):
        other = with_passkey(user())

        assert self.prove(client, other.use(challenge(client, CHALLENGE))).status_code == 422

    def test_whoever_has_none_is_offered_none(self, stranger):
        stranger.force_login(user())
        lapse()

        assert "passkey" not in stranger.post("/account/sessions/end/").text.partition("<main")[2]
