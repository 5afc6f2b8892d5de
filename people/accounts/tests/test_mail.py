"""Mail is queued with what causes it, and handed over to a real server: once, or twice under one Message-ID."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models.functions import Now

from intranet.environment import Contact
from people.accounts.actions import switch_off
from people.accounts.mail import messages, outbox
from people.accounts.mail.messages import SHARED, Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.server.jobs.models import NoLongerPossible
from people.server.jobs.runner import run_due
from people.tests.factories import employee, user
from people.tests.mail_servers import SENDER, MailBox, mail_server, words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture(autouse=True)
def server(box: MailBox, settings) -> Iterator[None]:
    """Mail is set up."""
    with mail_server(box) as settings.MAIL_SERVER:
        settings.MAIL_FROM, settings.EMAIL_TIMEOUT = SENDER, 2
        yield


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def hand_over() -> int:
    return run_due([Mail])


def again() -> None:
    """The pause of all that wait is over, and they are tried once more."""
    Mail.objects.waiting().update(due=Now() - timedelta(seconds=1))
    hand_over()


# What is queued


def test_row_holds_account_and_purpose_alone(account: User):
    outbox.queue(account, Purpose.TEST)

    texts = [str(value) for value in Mail.objects.values_list().get()]
    assert not [text for text in texts if "@" in text or "http" in text]


def test_nothing_is_sent_for_what_is_rolled_back(account: User, box: MailBox):
    with transaction.atomic():
        outbox.queue(account, Purpose.TEST)
        transaction.set_rollback(True)

    assert hand_over() == 0
    assert not box.got


def test_nothing_is_sent_before_what_causes_it_is_stored(account: User, box: MailBox):
    with transaction.atomic():
        outbox.queue(account, Purpose.TEST)
        assert not box.got
    hand_over()

    assert len(box.got) == 1


def test_without_a_server_nothing_can_be_queued(account: User, settings):
    settings.MAIL_SERVER = None

    assert not outbox.is_set_up()
    with pytest.raises(ImproperlyConfigured):
        outbox.queue(account, Purpose.TEST)


def test_for_somebody_unknown_the_request_does_the_same_and_no_mail_is_sent(
    account: User, box: MailBox, django_assert_num_queries
):
    for whom in (account, None):
        with transaction.atomic(), django_assert_num_queries(1):
            outbox.queue(whom, Purpose.TEST)

    assert hand_over() == 2
    assert box.recipients == [["ada@example.com"]]
    assert Mail.objects.filter(done_at=None).count() == 0


def test_for_many_accounts_one_statement_is_enough(django_assert_num_queries):
    accounts = [user(f"{number}@example.com") for number in range(3)]

    with transaction.atomic(), django_assert_num_queries(1):
        outbox.queue_all(accounts, Purpose.TEST)

    assert set(Mail.objects.values_list("account", flat=True)) == {account.pk for account in accounts}


# What arrives


def test_mail_is_text_and_html_that_no_machine_answers(account: User, box: MailBox, settings):
    settings.CONTACT = Contact("IT help", "mailto:help@example.com")
    employee(first_name="Zoë", last_name="O'Neil", user=account)
    outbox.queue(account, Purpose.TEST)

    hand_over()

    [mail] = box.got
    text, html = words(mail), words(mail, "html")
    assert (mail["From"], mail["To"]) == ("People <people@example.com>", "ada@example.com")
    assert mail["Subject"] == "Mail from the people directory arrives"
    assert (mail["Auto-Submitted"], mail["Reply-To"]) == ("auto-generated", "IT help <help@example.com>")
    assert mail["Date"].datetime
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.com>", mail["Message-ID"])
    assert text.startswith("Hello Zoë O'Neil,\n\nYou asked")
    assert "\n\n\n" not in text
    assert settings.SITE_URL in text
    assert settings.SITE_URL in html
    assert '<html lang="en">' in html
    assert f"<title>{mail['Subject']}</title>" in html


def test_mail_goes_to_the_address_that_the_account_has_when_it_is_handed_over(account: User, box: MailBox):
    outbox.queue(account, Purpose.TEST)
    account.email = "new@example.com"
    account.save()

    hand_over()

    assert box.recipients == [["new@example.com"]]


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_its_texts_and_loads_nothing(settings, purpose: Purpose):
    folder, name = settings.BASE_DIR / "templates/mail", SHARED.get(purpose, purpose)
    texts = [(folder / name).read_text() for name in (f"{name}.txt", f"{name}.html", "frame.html")]

    assert not [text for text in texts if re.search(r"<(img|link|script)|url\(|@import", text)]


def test_many_mails_go_over_one_connection(box: MailBox):
    outbox.queue_all([user(f"{number}@example.com") for number in range(5)], Purpose.TEST)

    hand_over()

    assert (len(box.got), len(box.connections)) == (5, 1)
    assert len({mail["Message-ID"] for mail in box.got}) == 5


def test_connection_that_the_server_has_ended_is_made_again(box: MailBox):
    box.keeps = 2
    outbox.queue_all([user(f"{number}@example.com") for number in range(5)], Purpose.TEST)

    hand_over()

    assert (len(box.got), len(box.connections)) == (5, 3)
    assert not Mail.objects.exclude(problem="").exists()


def test_account_that_was_switched_off_gets_none(account: User, box: MailBox):
    outbox.queue(account, Purpose.TEST)
    switch_off(account, by=user("admin@example.com", is_superuser=True))

    hand_over()

    mail = Mail.objects.get()
    assert (bool(mail.done_at), mail.handed_over_at, mail.problem) == (
        True,
        None,
        "The account was switched off meanwhile.",
    )
    assert not box.got


# Servers that don't take it


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"to_recipient": "550 <ada@example.com>: no such user"}, "The mail server refused the recipient (550)."),
        ({"to_mail": "554 ada@example.com: spam"}, "The mail server refused the mail (554)."),
    ],
)
def test_what_is_refused_for_ever_is_tried_again_only_by_hand(account, box: MailBox, caplog, answers, problem):
    vars(box).update(answers)
    outbox.queue(account, Purpose.TEST)

    hand_over()
    again()

    mail = Mail.objects.stuck().get()
    assert (mail.tries, mail.problem, mail.handed_over_at) == (1, problem, None)
    assert "ada@example.com" not in caplog.text
    vars(box).update(dict.fromkeys(answers, "250 OK"))
    Mail.objects.all().try_again()
    hand_over()
    assert len(box.got) == 1
    assert Mail.objects.get().problem == ""


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"to_sender": "451 ada"}, "The mail server refused MAIL_FROM, or doesn’t take mail now (451)."),
        ({"to_sender": "553 ada"}, "The mail server refused MAIL_FROM, or doesn’t take mail now (553)."),
        ({"to_sender": "421 ada"}, "The mail server refused MAIL_FROM, or doesn’t take mail now (421)."),
        ({"to_recipient": "450 ada"}, "The mail server put off the recipient (450)."),
        ({"to_mail": "452 ada"}, "The mail server put off the mail (452)."),
        ({"to_sender": "closes"}, "The mail server ended the connection (SMTPServerDisconnected)."),
        ({"to_recipient": "hangs"}, "The mail server didn’t answer within 0.3 seconds."),
    ],
)
def test_what_is_put_off_is_tried_again(account: User, box: MailBox, settings, answers, problem):
    settings.EMAIL_TIMEOUT = 0.3
    vars(box).update(answers)
    outbox.queue(account, Purpose.TEST)

    hand_over()

    waiting = Mail.objects.waiting().get()
    assert (waiting.tries, waiting.problem) == (1, problem)
    vars(box).update(dict.fromkeys(answers, "250 OK"))
    again()
    assert len(box.got) == 1
    assert Mail.objects.get().problem == ""


def test_one_that_is_put_off_keeps_no_other_from_being_sent(box: MailBox):
    box.to_recipient = "450 later"
    outbox.queue_all([user("a@example.com"), user("b@example.com")], Purpose.TEST)

    assert hand_over() == 2


def test_server_that_cannot_be_reached_costs_the_others_no_try(box: MailBox, settings):
    outbox.queue_all([user(f"{number}@example.com") for number in range(3)], Purpose.TEST)
    there, settings.MAIL_SERVER = settings.MAIL_SERVER, settings.MAIL_SERVER._replace(port=1)

    assert hand_over() == 1

    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 0, 1]
    assert Mail.objects.exclude(problem="").get().problem == "Nothing answers where the mail server should be."
    assert not Mail.objects.exclude(handed_over_at=None).exists()
    settings.MAIL_SERVER = there
    again()
    assert len(box.got) == 3


# Twice, where nobody can know


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments with which links would have been made."""
    asked: list[datetime] = []

    def note(account: User, at: datetime) -> dict[str, Any]:
        asked.append(at)
        return {}

    monkeypatch.setitem(messages.EXTRAS, Purpose.TEST, note)
    return asked


@pytest.mark.parametrize("answer", ["closes", "hangs"])
def test_where_the_answer_is_lost_the_second_mail_is_the_same(account, box: MailBox, settings, moments, answer):
    settings.EMAIL_TIMEOUT, box.to_mail = 0.3, answer
    outbox.queue(account, Purpose.TEST)
    hand_over()
    first = Mail.objects.get()

    box.to_mail = "250 OK"
    again()

    one, two = box.got
    assert one["Message-ID"] == two["Message-ID"]
    assert words(one) == words(two)
    assert moments == [first.handed_over_at] * 2
    assert Mail.objects.get().done_at


def test_where_the_server_surely_has_none_the_second_try_makes_a_fresh_link(account, box: MailBox, moments):
    box.to_recipient = "450 later"
    outbox.queue(account, Purpose.TEST)
    hand_over()

    box.to_recipient = "250 OK"
    again()

    one, two = moments
    assert one < two


def test_where_the_text_says_nothing_any_more_none_is_sent(account: User, box: MailBox, monkeypatch):
    def over(account: User, at: Any) -> dict[str, Any]:
        raise NoLongerPossible("Its link has ended.")

    monkeypatch.setitem(messages.EXTRAS, Purpose.TEST, over)
    outbox.queue(account, Purpose.TEST)

    hand_over()

    assert Mail.objects.get().problem == "Its link has ended."
    assert not box.got
