"""The address to sign in with changes when the new one is confirmed, and the old one can take it back."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.accounts.actions import give_hr_role, switch_off, switch_on
from people.accounts.addresses import actions
from people.accounts.addresses.models import LASTS, UNDO_LASTS, AddressChange
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.guards.throttle import MAILS_OF_ACCOUNT
from people.accounts.links.tokens import DeadLink, Link, Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.accounts.sessions.models import Session
from people.server.jobs.runner import run_due
from people.tests.browsers import browser
from people.tests.factories import employee, user
from people.tests.mail_servers import NOBODY_THERE, SENDER, MailBox, words
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db

PAGE, CANCEL = "/account/address/", "/account/address/cancel/"
CONFIRM, UNDO = "/account/address/confirm/", "/account/address/undo/"
OLD, NEW, PASSWORD = "ada@example.com", "ada.new@example.com", "correct horse battery"
ON_ITS_WAY = "A mail to the new address is on its way."


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


@pytest.fixture
def account() -> User:
    return user(OLD)


def asked(account: User, new: str = NEW, by: User | None = None) -> AddressChange:
    return actions.ask(account, new, by=(by or account).pk)


def token(change: AddressChange, act: Act = Act.CONFIRM) -> str:
    return ChangeLink(AddressChange.objects.get(pk=change.pk), act).token


def changed(account: User, new: str = NEW) -> AddressChange:
    """A change that was confirmed."""
    return actions.confirm(token(asked(account, new)))


def changed_at_once(account: User, new: str = NEW) -> AddressChange:
    return actions.change_at_once(account, new, by=account)


def email_of(account: User) -> str:
    return User.objects.get(pk=account.pk).email


def sent(box: MailBox) -> dict[str, str]:
    """What was handed over: the last subject by recipient."""
    run_due([Mail])
    return {mail["To"]: mail["Subject"] for mail in box.got}


def link_in(mail) -> str:
    [link] = re.findall(r"https?://[^/]+(/account/address/\S+)", words(mail))
    assert link in words(mail, "html")
    return str(link)


def sign_in(email: str, password: str = PASSWORD):
    return Client().post("/sign-in/", {"username": email, "password": password})


# From the page to the new address, and back


def test_own_address_changes_by_the_mail_to_the_new_one(account, box):
    employee(first_name="Ada", last_name="Ng", user=account, email=OLD)
    client = browser(account)
    page = client.post(PAGE, {"email": " Ada.NEW@example.com "}, follow=True)

    assert ON_ITS_WAY in words_of(page.text)
    assert f"This stays so until {NEW} is confirmed" in words_of(page.text)
    assert set(sent(box)) == {OLD, NEW}
    assert email_of(account) == OLD
    to_new = next(mail for mail in box.got if mail["To"] == NEW)
    assert "Ada Ng" not in words(to_new)  # it may be a stranger's
    form = client.get(link_in(to_new), follow=True)
    assert f"From now on you sign in as {NEW}" in words_of(form.text)
    assert email_of(account) == OLD

    done = client.post(CONFIRM, {"token": field_values(form.text)["token"]}, follow=True)

    assert f"From now on you sign in as {NEW}." in words_of(done.text)
    assert sent(box)[OLD] == "Your sign-in address for the people directory was changed"
    assert sign_in(NEW).status_code == 302
    assert sign_in(OLD).status_code == 422


def test_old_address_takes_it_back_and_sets_a_new_password(account, box):
    client = browser(account)
    changed(account)
    sent(box)
    mine = Client()
    form = mine.get(link_in(box.got[-1]), follow=True)
    assert f"You sign in as {OLD} again" in words_of(form.text)
    assert email_of(account) == NEW

    page = mine.post(UNDO, follow=True)

    assert f"You sign in as {OLD}" in words_of(page.text)
    assert sign_in(OLD).status_code == 422  # the password that somebody else may know
    assert client.get("/employees/").status_code == 302
    assert not Session.objects.filter(user=account).exists()
    set_anew = mine.post(
        "/account/link/", {"new_password1": "four apples in a tree", "new_password2": "four apples in a tree"}
    )
    assert set_anew.status_code == 302
    assert sign_in(OLD, "four apples in a tree").status_code == 302


def test_who_is_not_signed_in_confirms_with_the_password(account):
    client = Client()
    client.get(f"{CONFIRM}{token(asked(account))}/")

    assert "password" in field_values(client.get(CONFIRM).text)
    assert [client.post(CONFIRM, {"password": typed}).status_code for typed in ("", "wrong")] == [422, 422]
    assert email_of(account) == OLD
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 302
    assert email_of(account) == NEW


def test_account_without_a_password_sets_its_first():
    account = User.objects.create_user(OLD)
    client = Client()
    client.get(f"{CONFIRM}{token(asked(account, by=user('hr@example.com', is_hr=True)))}/")

    page = client.post(CONFIRM, follow=True)

    assert "Welcome" in page.text
    assert email_of(account) == NEW


def test_asking_needs_a_confirmation_of_who_it_is(account):
    client = browser(account)
    Session.objects.filter(user=account).update(confirmed=timezone.now() - timedelta(minutes=11))

    assert client.post(PAGE, {"email": NEW}).status_code == 401
    assert not AddressChange.objects.exists()
    assert client.post(PAGE, {"email": NEW, "confirm_password": PASSWORD}).status_code == 302
    assert AddressChange.objects.get().is_own


def test_page_is_in_the_account_menu(account):
    assert f'href="{PAGE}"' in browser(account).get("/employees/").text


# While it waits


def test_mail_is_sent_again_with_the_same_link(account, box):
    client = browser(account)
    client.post(PAGE, {"email": NEW})
    link = token(AddressChange.objects.get())

    page = client.post(PAGE, {"email": NEW}, follow=True)

    assert ON_ITS_WAY in words_of(page.text)
    assert token(AddressChange.objects.get()) == link
    sent(box)
    assert sorted(mail["To"] for mail in box.got) == [NEW, NEW, OLD]
    assert len({link_in(mail) for mail in box.got if mail["To"] == NEW}) == 1


def test_what_has_ended_is_asked_for_anew(account):
    first = asked(account)
    AddressChange.objects.update(asked_at=timezone.now() - LASTS)

    second = asked(account)

    assert second.pk != first.pk
    assert list(AddressChange.objects.pending()) == [second]


def test_mail_is_sent_again_only_to_who_proves_who_it_is_and_three_times_an_hour(account):
    client = browser(account)
    answers = [client.post(PAGE, {"email": NEW}) for _ in range(MAILS_OF_ACCOUNT + 1)]
    Session.objects.filter(user=account).update(confirmed=timezone.now() - timedelta(minutes=11))
    unproved = client.post(PAGE, {"email": NEW})

    assert [answer.status_code for answer in answers] == [302] * MAILS_OF_ACCOUNT + [429]
    assert field_values(answers[-1].text)["email"] == NEW
    assert unproved.status_code == 401


@pytest.mark.parametrize("by", ["the person", "HR"])
def test_it_is_cancelled_with_its_mails(account, box, by):
    change = asked(account, by=None if by == "the person" else user("hr@example.com", is_hr=True))
    client = browser(account)
    Session.objects.filter(user=account).update(confirmed=timezone.now() - timedelta(minutes=11))

    page = client.post(CANCEL, follow=True)

    assert f"Nothing waits to be confirmed: you sign in as {OLD}." in words_of(page.text)
    assert "Not confirmed yet" not in page.text
    assert sent(box) == {}
    assert not Mail.objects.in_trouble().exists()
    with pytest.raises(DeadLink):
        actions.confirm(token(change))


def test_cancelling_what_was_confirmed_a_moment_ago_says_how_it_is(account):
    client = browser(account)
    change = changed(account)

    page = client.post(CANCEL, follow=True)

    assert f"Nothing waits to be confirmed: you sign in as {NEW}." in words_of(page.text)
    assert actions.undo(token(change, Act.UNDO)).email == OLD


def test_nobody_cancels_the_change_of_somebody_else(account):
    asked(account)

    browser(user("bob@example.com")).post(CANCEL)

    assert AddressChange.objects.pending().exists()


def test_what_hr_changed_is_confirmed_by_its_link_alone(account):
    asked(account, by=user("hr@example.com", is_hr=True))

    page = browser(account).get(PAGE)

    assert f"HR changed your e-mail in the directory, so you shall sign in with {NEW} once" in words_of(page.text)
    assert "Cancel the change" in page.text
    assert "Send the mail again" not in page.text


def test_what_nobody_can_confirm_is_not_shown(account):
    """A change that HR asked for, before the account got a role."""
    asked(account, by=user("hr@example.com", is_hr=True))
    User.objects.filter(pk=account.pk).update(is_superuser=True)

    assert "Not confirmed yet" not in browser(account).get(PAGE).text


# What nobody learns


def shape(statement: str) -> str:
    """Without values."""
    return re.sub(r"'[^']*'|\bNULL\b|\w*\d\w*", "?", statement)


def test_answer_tells_nothing_of_whose_the_address_is(account):
    user("bob@example.com")
    user("boss@example.com", is_superuser=True)
    client = browser(account)

    def answer(email: str) -> tuple:
        AddressChange.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            response = client.post(PAGE, {"email": email})
        page = client.get(PAGE)
        statements = [shape(query["sql"]) for query in queries]
        return response.status_code, words_of(page.text).replace(email, ""), statements

    free = answer("nobody@example.com")
    assert free[0] == 302
    assert [answer(email) for email in ("bob@example.com", "boss@example.com")] == [free, free]


def test_address_of_somebody_else_gets_a_mail_without_a_link(account, box):
    user("bob@example.com")
    change = asked(account, "bob@example.com")

    assert sent(box)["bob@example.com"] == "This address already signs in to the people directory"
    [mail] = [mail for mail in box.got if mail["To"] == "bob@example.com"]
    assert CONFIRM not in words(mail) + words(mail, "html")
    assert OLD not in words(mail)
    with pytest.raises(DeadLink):
        actions.confirm(token(change))


def test_address_that_may_come_back_is_nobody_elses(account):
    changed(account)
    other = user("eve@example.com")

    with pytest.raises(DeadLink):
        changed(other, OLD)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Please give the address with which you want to sign in."),
        ("ada", "Enter a valid email address."),
        (" ADA@Example.com", "This is the address with which you sign in now."),
        ("ada@ex\u200bample.com", "This is the address with which you sign in now."),
        ("\u0430da@example.com", "Enter a valid email address."),
        ("ada@ex\u0430mple.com", "letters of another alphabet that look like these"),
        ("ada@example.com\0", "Null characters are not allowed."),
        (f"{'x' * 5_000}@example.com", "Enter a valid email address."),
        ("a@example.com\r\nBcc: eve@example.com", "Enter a valid email address."),
    ],
)
def test_what_is_no_new_address_is_refused_beside_the_field(account, email, sentence):
    response = browser(account).post(PAGE, {"email": email})

    assert response.status_code == 422
    assert sentence in words_of(response.text)
    assert not AddressChange.objects.exists()


def test_mails_are_asked_for_three_times_an_hour(account):
    client = browser(account)

    answers = [client.post(PAGE, {"email": f"a{number}@example.com"}) for number in range(MAILS_OF_ACCOUNT + 1)]

    assert [answer.status_code for answer in answers] == [302] * MAILS_OF_ACCOUNT + [429]
    assert "Too many mails were asked for." in words_of(answers[-1].text)


def test_without_a_mail_server_it_says_whom_to_ask(account, settings):
    settings.MAIL_SERVER = None
    client = browser(account)

    answers = [client.get(PAGE), client.post(PAGE, {"email": NEW})]

    assert [answer.status_code for answer in answers] == [200, 405]
    assert all("please ask IT help to change it" in words_of(answer.text) for answer in answers)


def test_log_tells_what_happened_by_keys_alone(account, caplog, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        change = changed(account)
        actions.undo(token(change, Act.UNDO))
        asked(account)
        actions.cancel(account)

    lines = [record.getMessage().split()[0] for record in caplog.records if record.name == "people.security"]
    assert [line for line in lines if "mail" in line] == [
        *("e-mail-change-asked", "e-mail-changed", "e-mail-changed", "e-mail-change-undone"),
        *("e-mail-change-asked", "e-mail-change-cancelled"),
    ]
    assert "@" not in caplog.text


# Links that lead nowhere

ENDS: dict[str, Callable[[User, AddressChange], object]] = {
    "used": lambda account, change: actions.confirm(token(change)),
    "another change": lambda account, change: asked(account, "third@example.com"),
    "switched off": lambda account, change: switch_off(account, by=account),
    "switched on again": lambda account, change: switch_off_and_on(account),
    "changed by an administrator": lambda account, change: changed_at_once(account, "third@example.com"),
    "another password": lambda account, change: set_password(account),
    "taken meanwhile": lambda account, change: user(NEW),
    "late": lambda account, change: AddressChange.objects.update(asked_at=timezone.now() - LASTS),
    "of another address": lambda account, change: AddressChange.objects.update(new="eve@example.com"),
}


def switch_off_and_on(account: User) -> None:
    switch_off(account, by=account)
    switch_on(account, by=account)


def set_password(account: User) -> None:
    stored = User.objects.get(pk=account.pk)
    stored.set_password("four apples in a tree")
    stored.save()


@pytest.mark.parametrize("way", ENDS)
def test_link_that_confirms_is_dead(account, way):
    change = asked(account)
    link = token(change)
    ENDS[way](account, change)
    before = email_of(account)

    with pytest.raises(DeadLink):
        actions.confirm(link)
    assert Client().get(f"{CONFIRM}{link}/", follow=True).status_code == 410
    assert email_of(account) == before


@pytest.mark.parametrize(
    "link", ["", "confirm-1-1", "confirm--", "undo-1-1", "confirm-zzzzzzzzzzzzz-1", "x" * 500, "a-b-c-d"]
)
@pytest.mark.parametrize("where", [CONFIRM, UNDO])
def test_what_is_no_link_is_dead(account, where, link):
    asked(account)

    assert Client().post(where, {"token": link}).status_code == 410


def test_links_serve_no_other_purpose(account):
    change = changed(account)
    waiting = asked(account, "third@example.com")
    password = Link(User.objects.get(pk=account.pk), Purpose.PASSWORD, timezone.now()).token
    confirming, undoing = token(waiting), token(change, Act.UNDO)

    for page, links in {
        "/account/link/": [confirming, undoing],
        CONFIRM: [undoing, password, undoing.replace("undo", "confirm")],
        UNDO: [confirming, password, confirming.replace("confirm", "undo")],
    }.items():
        assert [Client().post(page, {"token": link}).status_code for link in links] == [410] * len(links)


def test_link_of_another_change_takes_nothing_back(account):
    change, other = changed(account), changed(user("bob@example.com"), "bob.new@example.com")
    key = token(change, Act.UNDO).split("-")[1]

    kind, _, proof = token(other, Act.UNDO).split("-")

    assert Client().post(UNDO, {"token": f"{kind}-{key}-{proof}"}).status_code == 410


@pytest.mark.parametrize("role", ["HR manager", "administrator"])
def test_who_got_a_role_meanwhile_is_taken_over_by_nobody(account, role):
    """HR asks for an address that HR reads; the account gets a role; then it is no business of HR's any more."""
    change = asked(account, by=user("hr@example.com", is_hr=True))
    if role == "administrator":
        User.objects.filter(pk=account.pk).update(is_superuser=True)
    else:
        give_hr_role(account, by=user("boss@example.com", is_superuser=True))

    with pytest.raises(DeadLink):
        actions.confirm(token(change))


def test_role_holder_confirms_an_own_change():
    account = user(OLD, is_superuser=True)

    assert changed(account).account.email == NEW


# What takes it back

LATER: dict[str, Callable[[User], object]] = {
    "nothing": lambda account: None,
    "another password": set_password,
    "another change": lambda account: changed(account, "third@example.com"),
    "one that waits": lambda account: asked(account, "third@example.com"),
    "an administrator": lambda account: changed_at_once(account, "third@example.com"),
}
EARLIER: dict[str, Callable[[User], AddressChange]] = {
    "confirmed": changed,
    "by an administrator": lambda account: changed_at_once(account),
}


@pytest.mark.parametrize("earlier", EARLIER)
@pytest.mark.parametrize("later", LATER)
def test_it_is_taken_back_whatever_came_later(account, earlier, later):
    change = EARLIER[earlier](account)
    LATER[later](account)

    undone = actions.undo(token(change, Act.UNDO))

    assert (undone.email, undone.has_usable_password()) == (OLD, False)
    assert not AddressChange.objects.filter(ended_at=None).exists()


def test_later_changes_cannot_be_taken_back_then(account):
    """Whoever had the address in between gets in by nothing that was sent to it."""
    first, second = changed(account), changed(account, "third@example.com")
    link = Link(User.objects.get(pk=account.pk), Purpose.PASSWORD, timezone.now()).token
    actions.undo(token(first, Act.UNDO))

    with pytest.raises(DeadLink):
        actions.undo(token(second, Act.UNDO))
    assert Client().post("/account/link/", {"token": link}).status_code == 410


def test_whoever_broke_in_does_not_come_back_when_the_person_restores_the_address(account):
    intruders = changed(account, "eve@example.com")
    Mail.objects.all().delete()

    restored = changed(account, OLD)

    assert email_of(account) == OLD
    assert not Mail.objects.filter(purpose="address-changed").exists()
    with pytest.raises(DeadLink):
        actions.undo(token(restored, Act.UNDO))
    assert actions.undo(token(intruders, Act.UNDO)).email == OLD


UNDO_ENDS: dict[str, Callable[[User, AddressChange], object]] = {
    "used": lambda account, change: actions.undo(token(change, Act.UNDO)),
    "late": lambda account, change: AddressChange.objects.update(confirmed_at=timezone.now() - UNDO_LASTS),
    "switched off": lambda account, change: switch_off(User.objects.get(pk=account.pk), by=account),
    "taken": lambda account, change: user(OLD),
}


@pytest.mark.parametrize("way", UNDO_ENDS)
def test_link_that_takes_it_back_is_dead(account, way):
    change = changed(account)
    UNDO_ENDS[way](account, change)

    with pytest.raises(DeadLink):
        actions.undo(token(change, Act.UNDO))


def test_nothing_is_taken_back_that_was_not_confirmed(account):
    with pytest.raises(DeadLink):
        actions.undo(token(asked(account), Act.UNDO))


# At the same time


def outcomes(acts: Sequence[Callable[[], object]]) -> list[str]:
    def outcome(act: Callable[[], object]) -> str:
        try:
            act()
        except DeadLink:
            return "dead"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(outcome, acts))


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_of_many_who_ask_at_once_one_change_waits(account):
    acts = [partial(asked, account, f"a{number}@example.com") for number in range(6)]

    assert outcomes(acts) == ["done"] * 6
    assert AddressChange.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_of_many_who_confirm_at_once_one_does(account):
    link = token(asked(account))

    assert sorted(outcomes([partial(actions.confirm, link)] * 4)) == ["dead", "dead", "dead", "done"]
    assert email_of(account) == NEW


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_what_is_taken_back_while_an_administrator_changes_it_again_is_whole(account):
    """Whoever comes second finds what the first did: the older address, or the newer with a way back to it."""
    link = token(changed_at_once(account), Act.UNDO)

    done = outcomes([partial(actions.undo, link), partial(changed_at_once, account, "third@example.com")])

    last = AddressChange.objects.order_by("-pk")[0]
    assert done == ["done", "done"]
    assert (email_of(account), last.old, last.ended_at is None) in [
        (OLD, NEW, False),
        ("third@example.com", OLD, True),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_two_who_want_the_same_address_at_once_do_not_both_get_it(account):
    links = [token(asked(one, NEW)) for one in (account, user("bob@example.com"))]

    assert sorted(outcomes([partial(actions.confirm, link) for link in links])) == ["dead", "done"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.rounds(1, 25)
def test_what_is_taken_back_while_the_next_is_confirmed_stays_taken_back(account):
    first = changed(account)
    link, next_link = token(first, Act.UNDO), token(asked(account, "third@example.com"))

    done = outcomes([partial(actions.undo, link), partial(actions.confirm, next_link)])

    assert done[0] == "done"
    assert email_of(account) == OLD
