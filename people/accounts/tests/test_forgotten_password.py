"""Who forgot the password gets a mail with a link; nobody else learns anything by asking for one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.actions import switch_off
from people.accounts.guards import throttle
from people.accounts.guards.throttle import HOUR, MAILS_OF_ACCOUNT, MAILS_OF_ADDRESS, SECOND
from people.accounts.mail.models import Mail
from people.accounts.models import User
from people.server.jobs.runner import run_due
from people.tests.factories import employee, user
from people.tests.mail_servers import NOBODY_THERE, SENDER, words
from people.tests.pages import field_values, words_of

pytestmark = pytest.mark.django_db

FORM, MAILED = "/account/password/forgotten/", "/account/password/forgotten/mailed/"
OLD, NEW = "correct horse battery", "four apples in a tree"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """Stands still, however slow the machine is."""

    now = 1_700_000_000 * SECOND


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttle, "_now", lambda: clock.now)
    return clock


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_SERVER, settings.MAIL_FROM = NOBODY_THERE, SENDER


@pytest.fixture
def account() -> User:
    return user("ada@example.com")


def ask(email: str = "ada@example.com", address: str = HERE, client: Client | None = None):
    return (client or Client()).post(FORM, {"email": email}, REMOTE_ADDR=address)


def accounts_written_to() -> list[int | None]:
    return list(Mail.objects.order_by("pk").values_list("account", flat=True))


# What arrives


def test_mail_leads_to_a_new_password(account, box):
    employee(first_name="Ada", last_name="Ng", user=account)
    response = ask()
    assert run_due([Mail]) == 1

    [mail] = box.got
    [link] = re.findall(r"https?://\S+/account/link/(\S+)/", words(mail))
    client = Client()
    client.get(f"/account/link/{link}/")
    done = client.post("/account/link/", {"new_password1": NEW, "new_password2": NEW})

    assert (response.status_code, response.url) == (302, MAILED)
    assert mail["To"] == "ada@example.com"
    assert link in words(mail, "html")
    assert done.status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)


def test_mail_says_until_when_its_link_is_good(account, box, settings):
    settings.PASSWORD_LINK_LASTS = timedelta(minutes=30)
    ask()
    run_due([Mail])

    at = Mail.objects.get().handed_over_at
    assert at
    until = at + timedelta(minutes=30)
    assert all(
        f"until {until:%-d %B %Y, %H:%M} UTC" in " ".join(words(box.got[0], kind).split()) for kind in ("plain", "html")
    )
    assert "good for 30 minutes" in words_of(Client().get(MAILED).text)


def test_account_without_a_password_sets_its_first(box):
    account = User.objects.create_user("new@example.com")
    ask("new@example.com")
    run_due([Mail])
    [link] = re.findall(r"/account/link/\S+/", words(box.got[0]))
    client = Client()
    client.get(link)

    assert client.post("/account/link/", {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)


@pytest.mark.parametrize("email", [" Ada@EXAMPLE.com ", "ada@ex\u200bample.com", "ada\u00ad@example.com"])
def test_account_is_meant_however_the_email_is_written(account, email):
    ask(email)

    assert accounts_written_to() == [account.pk]


def test_international_domain_is_meant_in_either_spelling():
    account = user("ada@bücher.example")
    for email in ("ada@BÜCHER.example", "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"):
        ask(email)

    assert accounts_written_to() == [account.pk] * 3


def test_nobody_gets_a_mail_who_may_not_sign_in(account, box):
    switch_off(account, by=account)
    ask()
    ask("nobody@example.com")

    assert run_due([Mail]) == 2
    assert not box.got


def test_link_that_has_ended_before_the_mail_is_handed_over_again_is_not_sent(account, box, settings):
    ask()
    Mail.objects.update(handed_over_at=Now() - timedelta(minutes=61))

    run_due([Mail])

    assert Mail.objects.get().problem == "Its link has ended."
    assert not box.got


# What asking tells


@pytest.fixture
def told(account) -> Callable[[str], tuple]:
    """What somebody learns who asks with an e-mail: status, where to, words, statements."""
    user("boss@example.com", is_superuser=True)
    user("hr@example.com", is_hr=True)
    User.objects.create_user("invited@example.com")
    switch_off(user("off@example.com"), by=account)

    def tell(email: str) -> tuple:
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            response = ask(email, client=client)
            page = client.get(response["Location"]) if response.status_code == 302 else response
        text = re.sub(r'value="\w{64}"', "", page.text.replace(email, ""))
        return response.status_code, response.headers.get("Location"), text, [shape(query["sql"]) for query in queries]

    return tell


def shape(statement: str) -> str:
    """Without values."""
    return re.sub(r"'[^']*'|\bNULL\b|\w*\d\w*", "?", statement)


KNOWN = "ada@example.com"
OTHERS = [
    *("nobody@example.com", "off@example.com", "invited@example.com", "boss@example.com", "hr@example.com"),
    *("ADA@Example.COM", "ada@ex\u00adample.com", "nobody@bücher.example"),
]


@pytest.mark.parametrize("email", OTHERS)
def test_asking_tells_nothing(told, email):
    answer = told(KNOWN)

    assert answer[:2] == (302, MAILED)
    assert len([statement for statement in answer[3] if 'INTO "accounts_mail"' in statement]) == 1
    assert told(email) == answer


@pytest.mark.parametrize("email", OTHERS[:5])
def test_being_refused_tells_nothing(told, email):
    for _ in range(MAILS_OF_ACCOUNT):
        ask(KNOWN), ask(email)
    answer = told(KNOWN)

    assert answer[0] == 429
    assert told(email) == answer


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Please give the e-mail with which you sign in."),
        (" ", "Please give the e-mail with which you sign in."),
        ("ada", "Enter a valid email address."),
        ("ada@example.com\0", "Null characters are not allowed."),
        ("\u0430da@example.com", "Enter a valid email address."),
        ("ada@ex\u0430mple.com", "letters of another alphabet that look like these"),
        ("x" * 5_000, "Enter a valid email address."),
        (f"{'x' * 5_000}@example.com", "Enter a valid email address."),
        ("ada@example.com, boss@example.com", "Enter a valid email address."),
        ("ada@example.com\r\nBcc: eve@example.com", "Enter a valid email address."),
    ],
)
def test_what_is_no_email_is_refused_beside_the_field_before_anybody_is_looked_up(account, email, sentence):
    with CaptureQueriesContext(connection) as queries:
        response = ask(email)

    assert response.status_code == 422
    assert sentence in words_of(response.text)
    assert 'id="id_email_error"' in response.text
    assert not queries.captured_queries


def test_half_of_a_pair_is_no_email(account):
    body = "email=ada%ED%A0%80@example.com"

    response = Client().post(FORM, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 422


def test_what_was_typed_comes_back_escaped():
    assert field_values(ask('"><b>@x').text)["email"] == '"><b>@x'


def test_what_was_typed_is_neither_stored_nor_logged(account, caplog, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for email in (KNOWN, "nobody@example.com"):
            for _ in range(MAILS_OF_ACCOUNT + 1):
                ask(email)

    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        f"{event} account={key} by=- address={HERE}"
        for key in (account.pk, "-")
        for event in [*["password-link-asked"] * 3, "password-link-throttled"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_mail")
        stored = cursor.fetchall()
        cursor.execute("SELECT * FROM accounts_throttle")
        stored += cursor.fetchall()
    assert "@" not in str(stored)


# How often


def test_account_is_written_to_three_times_an_hour_from_wherever_it_is_asked(account, clock):
    answers = [ask(address=f"198.51.100.{number}") for number in range(4)]
    clock.now += HOUR // MAILS_OF_ACCOUNT
    again = ask()

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert answers[-1]["Retry-After"] == "1200"
    assert "Too many mails were asked for. Please wait 20 minutes, then try again." in words_of(answers[-1].text)
    assert field_values(answers[-1].text)["email"] == KNOWN
    assert again.status_code == 302
    assert len(accounts_written_to()) == 4


def test_address_asks_for_twenty_mails_an_hour(account):
    answers = [ask(f"{number}@example.com").status_code for number in range(MAILS_OF_ADDRESS + 1)]

    assert answers == [302] * MAILS_OF_ADDRESS + [429]
    assert ask(address=ELSEWHERE).status_code == 302


def test_what_was_refused_for_the_address_does_not_count_for_the_account(account):
    for number in range(MAILS_OF_ADDRESS):
        ask(f"{number}@example.com")
    for _ in range(MAILS_OF_ACCOUNT):
        ask()

    assert [ask(address=ELSEWHERE).status_code for _ in range(MAILS_OF_ACCOUNT)] == [302] * MAILS_OF_ACCOUNT


def test_asking_keeps_nobody_from_signing_in_or_from_using_a_link(account):
    for _ in range(MAILS_OF_ADDRESS + 1):
        ask()

    signed_in = Client().post("/sign-in/", {"username": KNOWN, "password": OLD}, REMOTE_ADDR=HERE)

    assert signed_in.status_code == 302


def test_wrong_passwords_keep_nobody_from_asking(account):
    for _ in range(11):
        Client().post("/sign-in/", {"username": KNOWN, "password": "wrong"}, REMOTE_ADDR=HERE)

    assert ask().status_code == 302


# Without what it needs


def test_without_a_mail_server_it_says_whom_to_ask(settings):
    settings.MAIL_SERVER = None

    page, sent = Client().get(FORM), ask()

    assert (page.status_code, sent.status_code, sent["Allow"]) == (200, 405, "GET, HEAD")
    for answer in (page, sent):
        assert "No mail can be sent from here. Please ask IT help" in words_of(answer.text)
        assert "email" not in field_values(answer.text)


def test_without_the_database_nothing_is_lost(account):
    def away(*statement):
        raise OperationalError("database is locked")

    with connection.execute_wrapper(away):
        response = ask()

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert field_values(response.text)["email"] == KNOWN


def test_without_a_row_for_the_mail_nothing_is_said_to_be_on_its_way(account):
    def failing(execute, sql, params, many, context):
        if 'INTO "accounts_mail"' in sql:
            raise IntegrityError("a bug")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(failing), pytest.raises(IntegrityError):
        ask()


def test_form_is_sent_with_its_own_token_against_forgery_alone(account):
    client = Client(enforce_csrf_checks=True)
    token = field_values(client.get(FORM).text)["csrfmiddlewaretoken"]

    assert client.post(FORM, {"email": KNOWN}).status_code == 403
    assert client.post(FORM, {"email": KNOWN, "csrfmiddlewaretoken": token}).status_code == 302


# The way there


def test_sign_in_page_a_refused_password_and_a_dead_link_lead_there(account):
    sign_in = Client().get("/sign-in/").text
    refused = Client().post("/sign-in/", {"username": KNOWN, "password": "wrong"}).text
    incomplete = Client().post("/sign-in/", {"username": KNOWN}).text
    dead = Client().get("/account/link/").text

    assert [page.count(f'href="{FORM}"') for page in (sign_in, refused, incomplete, dead)] == [1, 2, 1, 1]
