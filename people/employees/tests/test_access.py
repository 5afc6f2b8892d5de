"""Access of one person: HR gives, mends and takes it, and nobody acts upwards."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from people.accounts.actions import switch_off
from people.accounts.links.tokens import DeadLink, Purpose, read
from people.accounts.mail.models import Mail
from people.accounts.models import HR_MANAGERS, User
from people.accounts.sessions.models import Session
from people.models import Employee
from people.tests.access import do, offered, page_of, stands
from people.tests.browsers import statements_of
from people.tests.companies import linked
from people.tests.factories import employee, user
from people.tests.mail_servers import words
from people.tests.pages import field_values, words_of
from people.tests.second_steps import give_password, with_all_factors, with_app, with_passkey

pytestmark = pytest.mark.django_db

OLD = "correct horse battery"


@pytest.fixture
def hr() -> User:
    return user("hr@example.com", is_hr=True)


@pytest.fixture
def client(hr: User) -> Client:
    client = Client()
    client.force_login(hr)
    return client


@pytest.fixture
def ann() -> Employee:
    return employee(first_name="Ann", last_name="Byron", email="ann@example.com")


def token_in(response) -> str:
    [token] = re.findall(r">http://localhost:8000/account/link/([a-z0-9-]+)/</textarea>", response.text)
    return token


def test_two_clicks_make_an_account_that_is_linked_and_a_link_for_it(client, ann):
    assert f'href="{page_of(ann)}"' in client.get(ann.get_absolute_url()).text
    assert offered(client, ann) == ["give"]

    link = read(token_in(do(client, ann, "give")))

    ann.refresh_from_db()
    assert link.purpose is Purpose.INVITATION
    assert ann.user == link.account
    assert (link.account.email, link.account.has_usable_password()) == ("ann@example.com", False)


def test_whole_way_in(client, ann):
    token = token_in(do(client, ann, "give"))
    browser = Client()
    typed = {"new_password1": "four apples in a tree", "new_password2": "four apples in a tree", "token": token}

    assert "Welcome, Ann" in words_of(browser.post("/account/link/", {"token": token}).text)
    assert browser.post("/account/link/", typed).headers["Location"] == "/employees/"
    assert browser.get("/me/").status_code == 302
    assert f"Signs in as ann@example.com, last on {timezone.localtime():%-d %B %Y}." in stands(client, ann)
    assert offered(client, ann) == ["invite", "sign-out", "switch-off"]


def test_link_is_shown_once(client, ann):
    token = token_in(do(client, ann, "give"))

    assert token not in client.get(page_of(ann)).text
    assert "Invited on" in stands(client, ann)
    assert offered(client, ann) == ["invite", "withdraw", "switch-off"]


def test_new_link_leaves_the_first_alive(client, ann, monkeypatch):
    first = token_in(do(client, ann, "give"))
    later = timezone.now() + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    second = token_in(do(client, ann, "invite"))

    assert first != second
    assert read(first).account == read(second).account


def test_withdrawn_invitation_is_dead_and_can_be_made_anew(client, ann):
    token = token_in(do(client, ann, "give"))
    do(client, ann, "withdraw")

    with pytest.raises(DeadLink):
        read(token)
    assert "no link to set one" in stands(client, ann)
    assert offered(client, ann) == ["invite", "switch-off"]
    assert read(token_in(do(client, ann, "invite")))


def test_invitation_that_is_over_is_no_invitation(client, ann):
    do(client, ann, "give")
    User.objects.filter(email=ann.email).update(invited_at=timezone.now() - timedelta(days=7))

    assert "no link to set one" in stands(client, ann)
    assert "withdraw" not in offered(client, ann)


@pytest.mark.parametrize("way", ["passkey", "company"])
def test_whoever_signs_in_without_a_password_has_access(client, ann, settings, way):
    settings.OIDC_ISSUER = "https://login.example.com"
    ann.user = User.objects.create_user(ann.email)
    ann.save()
    assert "Can’t sign in as ann@example.com yet" in stands(client, ann)

    with_passkey(ann.user) if way == "passkey" else linked(ann.user)

    assert "Signs in as ann@example.com, and hasn’t yet." in stands(client, ann)
    assert "Ann signs in without a password. A link sets one beside." in words_of(client.get(page_of(ann)).text)
    assert read(token_in(do(client, ann, "invite"))).purpose is Purpose.INVITATION


def test_link_to_another_company_is_no_access(client, ann, settings):
    settings.OIDC_ISSUER = "https://login.example.com"
    ann.user = User.objects.create_user(ann.email)
    ann.save()

    linked(ann.user, issuer="https://elsewhere.example")

    assert "Can’t sign in as ann@example.com yet" in stands(client, ann)


def test_forgotten_password_is_mended_by_a_link_of_an_hour(client, ann):
    ann.user = user(ann.email)
    ann.save()

    link = read(token_in(do(client, ann, "invite")))

    assert link.purpose is Purpose.PASSWORD
    ann.user.refresh_from_db()
    assert ann.user.check_password(OLD)
    assert ann.user.invited_at is None


def test_switched_off_and_on(client, ann):
    ann.user = user(ann.email)
    ann.save()
    browser = Client()
    browser.force_login(ann.user)
    token = token_in(do(client, ann, "invite"))

    do(client, ann, "switch-off")
    refused = browser.get("/employees/")
    off = stands(client, ann)
    do(client, ann, "switch-on")

    assert refused.status_code == 302
    assert off.startswith("Change access Switched off: nobody can sign in as ann@example.com.")
    assert browser.get("/employees/").status_code == 302
    with pytest.raises(DeadLink):
        read(token)
    assert offered(client, ann) == ["invite", "sign-out", "switch-off"]


def test_signed_out_everywhere_with_the_same_password(client, hr, ann, told):
    ann.user = user(ann.email)
    ann.save()
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(ann.user)
    token = token_in(do(client, ann, "invite"))

    lines = told(lambda: do(client, ann, "sign-out"))
    page = words_of(client.get(page_of(ann)).text)

    assert lines == [f"sessions-ended account={ann.user_id} by={hr.pk} sessions=2"]
    assert [browser.get("/employees/").status_code for browser in browsers] == [302, 302]
    assert "Signed out everywhere" in page
    assert "signs Ann out in every browser at once. The password stays." in page
    assert read(token).account.check_password(OLD)
    assert browsers[0].post("/sign-in/", {"username": ann.email, "password": OLD}).status_code == 302
    assert browsers[0].get("/employees/").status_code == 200


def test_lost_second_step_is_reset(client, hr, ann, told, box):
    ann.user = user(ann.email)
    ann.save()
    with_all_factors(ann.user)
    Mail.objects.all().delete()
    theirs = Client()
    theirs.force_login(ann.user)

    before = words_of(client.get(page_of(ann)).text)
    lines = told(lambda: do(client, ann, "reset-second-step"))
    after = words_of(client.get(page_of(ann)).text)
    Mail.do_due()

    assert "Two-step sign-in: authenticator app, 2 passkeys." in before
    assert "it is really Ann who asks" in before
    assert lines[-1] == f"second-factor-reset account={ann.user_id} by={hr.pk}"
    assert "Two-step sign-in is reset. A mail about it is on its way." in after
    assert "Two-step sign-in: off." in after
    assert [(mail["To"], mail["Subject"]) for mail in box.got] == [(ann.email, "Your two-step sign-in was reset")]
    assert theirs.get("/employees/").status_code == 302
    assert give_password(theirs, ann.user)["Location"] == "/employees/"


def test_without_mail_whoever_resets_is_told_to_tell_the_person(client, ann):
    ann.user = user(ann.email)
    ann.save()
    with_app(ann.user)

    response = client.post(page_of(ann), {"act": "reset-second-step"}, follow=True)

    assert "Two-step sign-in is reset. No mail goes out from here: the person hears of it from you." in words_of(
        response.text
    )


def make_waiting(account: User) -> None:
    account.set_unusable_password()
    account.save()


def make_invited(account: User) -> None:
    make_waiting(account)
    User.objects.filter(pk=account.pk).update(invited_at=timezone.now())


OF_STAGES = {
    "ready": (lambda account: None, ["invite", "sign-out", "reset-second-step", "switch-off"]),
    "waiting": (make_waiting, ["invite", "reset-second-step", "switch-off"]),
    "invited": (make_invited, ["invite", "withdraw", "reset-second-step", "switch-off"]),
    "off": (lambda account: switch_off(account, by=account), ["switch-on"]),
}


@pytest.mark.parametrize(("become", "acts"), OF_STAGES.values(), ids=OF_STAGES)
@pytest.mark.parametrize("has_factor", [True, False])
def test_second_step_is_reset_only_where_there_is_one(client, ann, become, acts, has_factor):
    ann.user = user(ann.email)
    ann.save()
    if has_factor:
        with_app(ann.user)
    become(ann.user)

    assert offered(client, ann) == [act for act in acts if has_factor or act != "reset-second-step"]
    is_offered = has_factor and "reset-second-step" in acts
    assert do(client, ann, "reset-second-step").status_code == (302 if is_offered else 409)
    assert ann.user.authenticator_set.exists() == (has_factor and not is_offered)


def test_second_step_of_an_account_that_is_not_linked_is_left_alone(client, ann):
    with_app(user(ann.email))

    assert "Two-step sign-in:" not in words_of(client.get(page_of(ann)).text)
    assert do(client, ann, "reset-second-step").status_code == 409


def test_page_is_read_in_as_many_queries_with_many_factors(client, ann):
    ann.user = user(ann.email)
    ann.save()
    without = statements_of(client.get, page_of(ann))
    with_all_factors(ann.user)

    assert len(statements_of(client.get, page_of(ann))) == len(without)


def test_nothing_is_reset_before_it_is_confirmed_who_asks(client, hr, ann):
    ann.user = user(ann.email)
    ann.save()
    with_app(ann.user)
    Session.objects.filter(user=hr).update(confirmed=timezone.now() - timedelta(minutes=11))

    asked = do(client, ann, "reset-second-step")
    meanwhile = ann.user.authenticator_set.count()
    client.post(page_of(ann), field_values(asked.text) | {"confirm_password": OLD})

    assert (asked.status_code, meanwhile) == (401, 1)
    assert not ann.user.authenticator_set.exists()


def test_account_with_the_same_email_is_linked_not_doubled(client, ann):
    account = user("ann@example.com")

    assert "isn’t linked to anybody" in stands(client, ann)
    assert offered(client, ann) == ["link"]
    do(client, ann, "link")

    ann.refresh_from_db()
    assert ann.user == account
    assert User.objects.filter(email=ann.email).count() == 1


def test_account_of_somebody_else_is_never_taken(client, ann):
    other = employee(first_name="Bo", last_name="Olsen", user=user("ann@example.com"))

    page = words_of(client.get(page_of(ann)).text)

    assert "signs in somebody else" in page
    assert "Bo Olsen" in page
    assert offered(client, ann) == []
    for act in ("give", "link", "invite", "sign-out", "switch-off"):
        assert do(client, ann, act).status_code in {403, 409}
    ann.refresh_from_db()
    assert ann.user is None
    assert User.objects.get(employee=other).is_active


ROLES = {
    "hr": lambda account: account.groups.add(Group.objects.get(name=HR_MANAGERS)),
    "administrator": lambda account: User.objects.filter(pk=account.pk).update(is_superuser=True),
}
ALL_ACTS = ["give", "link", "invite", "withdraw", "sign-out", "reset-second-step", "switch-off", "switch-on"]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_linked", [True, False])
@pytest.mark.parametrize("is_active", [True, False])
def test_hr_does_nothing_to_an_account_with_a_role(client, ann, role, is_linked, is_active):
    account = user(ann.email, is_active=is_active)
    with_app(account)
    ROLES[role](account)
    if is_linked:
        Employee.objects.filter(pk=ann.pk).update(user=account)
    Client().force_login(account)
    before = User.objects.filter(pk=account.pk).values().get()

    assert offered(client, ann) == []
    assert {do(client, ann, act).status_code for act in ALL_ACTS} == {403}
    ann.refresh_from_db()
    assert User.objects.filter(pk=account.pk).values().get() == before
    assert account.sessions.exists()
    assert account.authenticator_set.exists()
    assert ann.user == (account if is_linked else None)


@pytest.mark.parametrize("role", ROLES)
def test_another_administrator_does(ann, role):
    ann.user = user(ann.email)
    ann.save()
    ROLES[role](ann.user)
    client, theirs = Client(), Client()
    client.force_login(user("admin@example.com", is_superuser=True))
    theirs.force_login(ann.user)

    with_app(ann.user)

    assert offered(client, ann) == ["invite", "sign-out", "reset-second-step", "switch-off"]
    assert read(token_in(do(client, ann, "invite"))).account == ann.user
    assert do(client, ann, "reset-second-step").status_code == 302
    assert not ann.user.authenticator_set.exists()
    assert do(client, ann, "sign-out").status_code == 302
    assert theirs.get("/employees/").status_code == 302


@pytest.mark.parametrize("options", [{"is_hr": True}, {"is_superuser": True}])
def test_nobody_mends_the_own_access(ann, options):
    ann.user = user(ann.email, **options)
    ann.save()
    with_app(ann.user)
    client = Client()
    client.force_login(ann.user)

    assert offered(client, ann) == []
    assert {do(client, ann, act).status_code for act in ALL_ACTS} == {403}
    assert "change your password" in client.get(page_of(ann)).text


def test_hr_does_not_link_the_own_account_to_somebody(client, hr):
    person = employee(first_name="Ann", email=hr.email)

    assert do(client, person, "link").status_code == 403


@pytest.mark.parametrize("part", ["", "access/"])
def test_colleagues_learn_nothing(ann, part):
    ann.user = user(ann.email)
    ann.save()
    client = Client()
    client.force_login(user())

    response = client.get(ann.get_absolute_url() + part)

    assert "Signs in as" not in response.text
    assert response.status_code == (403 if part else 200)


def test_what_stands_otherwise_meanwhile_is_said_and_nothing_is_done(client, ann):
    do(client, ann, "give")

    response = do(client, ann, "give")

    assert response.status_code == 409
    assert "changed by somebody else" in response.text
    assert User.objects.filter(email=ann.email).count() == 1


def test_focus_is_at_the_way_back_after_an_act_and_only_then(client, ann):
    do(client, ann, "give")
    before = client.get(page_of(ann))
    do(client, ann, "withdraw")
    done, later = client.get(page_of(ann)), client.get(page_of(ann))
    refused = do(client, ann, "withdraw")

    has_focus = f'<a class="back-link" href="{ann.get_absolute_url()}" autofocus>'
    assert [has_focus in answer.text for answer in (before, done, later, refused)] == [False, True, False, True]


def test_last_administrator_is_not_switched_off(ann):
    ann.user = user(ann.email, is_superuser=True)
    ann.save()
    other = user("admin@example.com", is_superuser=True)
    client = Client()
    client.force_login(other)
    do(client, ann, "switch-off")

    assert offered(client, ann) == ["switch-on"]
    assert User.objects.administrators().get() == other


@pytest.mark.parametrize("act", ["", "x", "GIVE", "give\0"])
def test_unknown_act_is_refused(client, ann, act):
    assert do(client, ann, act).status_code == 400


def test_person_sees_the_link_and_the_log_names_who_did_it(client, hr, ann, caplog, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        do(client, ann, "give")

    ann.refresh_from_db()
    lines = [record.getMessage() for record in caplog.records if record.name == "people.security"]
    [link] = ann.account_links.all()
    assert link.by == hr
    assert [line.split(" address")[0] for line in lines if f"by={hr.pk}" in line] == [
        f"{event} account={ann.user_id} by={hr.pk}" for event in ("account-made", "linked", "link-made")
    ]


def test_who_asks_is_confirmed_first(client, hr, ann):
    Session.objects.filter(user=hr).update(confirmed=timezone.now() - timedelta(minutes=11))

    asked = do(client, ann, "give")
    done = client.post(page_of(ann), field_values(asked.text) | {"confirm_password": OLD})

    assert asked.status_code == 401
    assert read(token_in(done)).account.email == ann.email


def test_nobody_is_signed_out_before_it_is_confirmed_who_asks(client, hr, ann):
    ann.user = user(ann.email)
    ann.save()
    theirs = Client()
    theirs.force_login(ann.user)
    Session.objects.filter(user=hr).update(confirmed=timezone.now() - timedelta(minutes=11))

    asked = do(client, ann, "sign-out")
    meanwhile = theirs.get("/employees/").status_code
    client.post(page_of(ann), field_values(asked.text) | {"confirm_password": OLD})

    assert (asked.status_code, meanwhile) == (401, 200)
    assert theirs.get("/employees/").status_code == 302


def token_in_mail(mail: EmailMessage) -> str:
    [token] = re.findall(r"http://localhost:8000/account/link/([a-z0-9-]+)/", words(mail))
    return token


def test_with_a_mail_server_the_link_goes_to_the_person_alone(client, ann, box):
    response = do(client, ann, "give")
    waiting = stands(client, ann)
    Mail.do_due()

    [mail] = box.got
    link = read(token_in_mail(mail))
    assert response.status_code == 302
    assert (mail["To"], link.purpose) == ("ann@example.com", Purpose.INVITATION)
    assert "Hello Ann Byron" in words(mail)
    assert "The mail is on its way." in waiting
    assert f"The link is good until {timezone.localtime(link.ends_at):%-d %B %Y, %H:%M}" in stands(client, ann)


def test_mail_that_is_refused_is_told_to_hr(client, ann, box):
    box.to_recipient = "550 No such user"
    do(client, ann, "give")
    Mail.do_due()

    assert "The mail isn’t delivered. The mail server refused the recipient (550)." in stands(client, ann)


@pytest.mark.parametrize("act", ["withdraw", "switch-off"])
def test_what_ends_an_invitation_ends_the_mail_that_waits(client, ann, box, act):
    do(client, ann, "give")
    do(client, ann, act)
    Mail.do_due()

    assert not box.got
    assert not Mail.objects.waiting().exists()


def test_new_link_by_mail_replaces_a_forgotten_password(client, ann, box):
    ann.user = user(ann.email)
    ann.save()
    do(client, ann, "invite")
    Mail.do_due()

    [mail] = box.got
    assert read(token_in_mail(mail)).purpose is Purpose.PASSWORD


def test_nothing_is_sent_for_what_is_refused(client, ann, box):
    ann.user = user(ann.email, is_superuser=True)
    ann.save()
    do(client, ann, "invite")
    Mail.do_due()

    assert not box.got
