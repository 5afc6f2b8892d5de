"""The page where administrators see whether mail gets out, try it, and mend what is stuck."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from people.accounts.mail.messages import Purpose
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.server.jobs.runner import run_due
from people.tests.browsers import htmx
from people.tests.factories import employee, user
from people.tests.mail_servers import SENDER, MailBox, mail_server
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, TEST = "/mail/", "/mail/test/"


@pytest.fixture
def administrator() -> User:
    return user("admin@example.com", is_superuser=True)


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture
def server(box: MailBox, settings) -> Iterator[None]:
    with mail_server(box) as settings.MAIL_SERVER:
        settings.MAIL_FROM, settings.EMAIL_TIMEOUT = SENDER, 2
        yield


def page(client: Client) -> str:
    return words_of(client.get(PAGE).text)


def mail(email: str, *, stuck: bool = False, **values) -> Mail:
    """A mail to a new account, which waits or is stuck."""
    row = Mail.objects.create(account=user(email), purpose=Purpose.TEST, **values)
    if stuck:
        Mail.objects.filter(pk=row.pk).update(due=None)
    return row


def test_without_a_server_it_says_how_to_set_one_up(client: Client, settings):
    settings.MAIL_SERVER = None

    html = client.get(PAGE).text

    assert "MAIL_URL" in html
    assert "Send a mail to myself" not in html
    client.post(TEST)
    assert not Mail.objects.exists()
    assert "Mail isn’t set up" in page(client)


@pytest.mark.usefixtures("server")
def test_it_says_to_whom_mail_is_handed_from_whom_and_what_waits(client: Client, settings):
    settings.MAIL_SERVER = settings.MAIL_SERVER._replace(user="people", password="hunter2")
    mail("a@example.com")
    mail("b@example.com")
    oldest = Mail.objects.order_by("made")[0].made

    html = client.get(PAGE).text

    assert "127.0.0.1, port" in words_of(html)
    assert "not encrypted" in html
    assert "People <people@example.com>" in words_of(html).replace("&lt;", "<").replace("&gt;", ">")
    assert f"2 mails, the oldest since {oldest:%-d %B, %H:%M}" in words_of(html)
    assert "hunter2" not in html


@pytest.mark.usefixtures("server")
def test_mail_to_oneself_tells_what_happened(client: Client, box: MailBox, administrator: User):
    assert client.post(TEST).headers["Location"] == PAGE
    waiting = client.get(PAGE).text
    run_due([Mail])

    after = client.get(PAGE, headers=htmx("mail-test")).text

    assert box.recipients == [[administrator.email]]
    assert "On its way" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "The mail server took it" in after
    assert "hx-trigger" not in after
    assert "<h1>" not in after


@pytest.mark.usefixtures("server")
def test_mail_to_oneself_that_fails_tells_why_and_when_it_is_tried_again(client: Client, box: MailBox):
    box.to_recipient = "450 later"
    client.post(TEST)
    run_due([Mail])

    html = client.get(PAGE).text

    assert "Not sent yet. The mail server put off the recipient (450). The next try is at" in words_of(html)
    assert 'hx-trigger="every' not in html


@pytest.mark.usefixtures("server")
def test_mail_to_oneself_that_is_refused_tells_so(client: Client, box: MailBox):
    box.to_recipient = "550 nobody"
    client.post(TEST)
    run_due([Mail])

    assert "Not sent. The mail server refused the recipient (550)." in page(client)


@pytest.mark.usefixtures("server")
def test_one_mail_to_oneself_on_its_way_is_enough(client: Client):
    client.post(TEST)
    client.post(TEST)

    assert Mail.objects.count() == 1


def test_what_is_in_trouble_is_listed_with_its_reason(client: Client):
    known = mail("ada@example.com", stuck=True, tries=1, problem="The mail server refused the recipient (550).")
    mail("bob@example.com", tries=3, problem="The mail server’s name isn’t known.")
    mail("eve@example.com")
    person = employee(first_name="Ada", last_name="Lovelace", user=known.account)

    html = client.get(PAGE).text

    words = words_of(html)
    assert f'href="{person.get_absolute_url()}"' in html
    assert (
        "Ada Lovelace A test of the settings. The mail server refused the recipient (550). Stuck after 1 try" in words
    )
    assert "bob@example.com A test of the settings. The mail server’s name isn’t known." in words
    assert "after 3 tries" in words
    assert "eve@example.com" not in html


def test_list_costs_the_same_for_any_number(client: Client, django_assert_num_queries):
    for number in range(3):
        person = mail(f"{number}@example.com", stuck=True, problem="It was refused.").account
        employee(user=person)
    client.get(PAGE)

    with django_assert_num_queries(6):
        client.get(PAGE)


@pytest.mark.usefixtures("server")
def test_one_or_all_are_tried_again(client: Client, box: MailBox):
    mails = [mail(f"{number}@example.com", stuck=True, problem="It was refused.", tries=5) for number in range(3)]

    client.post(f"{PAGE}{mails[0].pk}/again/")
    run_due([Mail])
    one = len(box.got)
    client.post(f"{PAGE}again/")
    run_due([Mail])

    assert (one, len(box.got)) == (1, 3)
    assert "In trouble Nothing" in page(client)


def test_one_is_removed(client: Client):
    first, second = [mail(f"{number}@example.com", stuck=True, problem="It was refused.") for number in range(2)]

    client.post(f"{PAGE}{first.pk}/remove/")

    assert list(Mail.objects.stuck()) == [second]


def test_health_counts_what_is_stuck_and_what_waits_for_an_hour(client: Client):
    mail("a@example.com", stuck=True)
    for email in ("b@example.com", "c@example.com"):
        Mail.objects.filter(pk=mail(email).pk).update(made=Now() - timedelta(hours=2))

    answer = Client().get("/health/")

    assert (answer.json()["jobs_stuck"], answer.json()["mails_waiting_for_an_hour"]) == (1, 2)
    assert "example.com" not in answer.text


def test_menu_of_administrators_leads_there(client: Client):
    assert f'href="{PAGE}"' in client.get("/employees/").text
