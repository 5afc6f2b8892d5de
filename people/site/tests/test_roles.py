"""The page where administrators give and take roles."""

import re
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.accounts.actions import give_hr_role, take_administration, take_hr_role
from people.accounts.models import HR_MANAGERS, Membership, User
from people.accounts.roles import Role
from people.tests.companies import linked
from people.tests.factories import employee, user
from people.tests.pages import words_of
from people.tests.second_steps import with_app

pytestmark = pytest.mark.django_db
PAGE = "/roles/"


@pytest.fixture
def administrator() -> User:
    return user("admin@example.com", is_superuser=True)


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def test_each_role_is_told_in_a_sentence():
    assert all(role.sentence.endswith(".") for role in Role)


@pytest.mark.parametrize(
    ("fields", "role"),
    [({}, "Colleague"), ({"is_hr": True}, "HR manager"), ({"is_superuser": True}, "Administrator")],
)
def test_menu_says_the_own_role(fields: dict[str, Any], role: str):
    browser = Client()
    browser.force_login(user(**fields))

    assert f'<span class="quiet small">{role}</span>' in browser.get("/employees/").text


def test_page_says_who_since_when_and_by_whom(client: Client, administrator: User):
    client.post(PAGE, {"role": "HR_MANAGER", "person": user().email})

    html = client.get(PAGE).text

    membership = Membership.objects.get()
    assert "colleague@example.com" in html
    assert f"since {membership.since:%-d %B %Y} by {administrator}" in words_of(html)


def test_role_is_given_by_email_whatever_its_case(client: Client, administrator: User):
    colleague = user()

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": " Colleague@EXAMPLE.com "})

    assert response.status_code == 302
    membership = Membership.objects.of_hr_managers().get()
    assert (membership.user, membership.given_by) == (colleague, administrator)


def test_person_with_an_account_is_picked_by_name(client: Client):
    account = user("login@example.com")
    person = employee(first_name="Ada", last_name="Ng", user=account)
    employee(first_name="Ada", last_name="Ng")

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": "Ada Ng", "person_key": person.pk}, follow=True)

    assert Membership.objects.get().user == account
    assert "Ada Ng is an HR manager now" in words_of(response.text)


def test_person_who_was_found_and_not_picked_is_offered(client: Client):
    person = employee(first_name="Ada", last_name="Nguyen", user=user())

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": "Ada Ng"})

    assert response.status_code == 422
    assert "Please choose this person, if it is the one you mean." in response.text
    assert re.findall(r'type="radio" name="person_key" value="(\d+)"', response.text) == [str(person.pk)]
    assert not Membership.objects.exists()


def test_email_means_whoever_signs_in_with_it(client: Client):
    employee(email="ada@example.com", user=user("other@example.com"))
    account = user("ada@example.com")

    client.post(PAGE, {"role": "HR_MANAGER", "person": "ada@example.com"})

    assert Membership.objects.get().user == account


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("nobody@example.com", "Nobody matches “nobody@example.com”, and no account signs in with it."),
        ("hr@example.com", "hr@example.com is an HR manager already."),
        ("qqqq", "Nobody matches “qqqq”"),
        ("", "Please give the person."),
        ("\x00", "Please give the person."),
    ],
)
def test_wrong_person_comes_back_beside_the_field(client: Client, typed: str, problem: str):
    user("hr@example.com", is_hr=True)

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": typed})

    assert response.status_code == 422
    assert problem in (response.context_data or {})["form"].errors["person"][0]
    assert Membership.objects.count() == 1


def test_person_without_an_account_is_refused_with_what_to_do(client: Client):
    person = employee(first_name="Ada", last_name="Ng")

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": "Ada Ng", "person_key": person.pk})

    [problem] = (response.context_data or {})["form"].errors["person"]
    assert problem.startswith("Ada Ng has no account, and can’t sign in. Please make one in the administration")


def test_person_who_has_the_role_is_named(client: Client):
    person = employee(first_name="Ada", last_name="Ng", user=user(is_hr=True))

    response = client.post(PAGE, {"role": "HR_MANAGER", "person": "Ada Ng", "person_key": person.pk})

    assert (response.context_data or {})["form"].errors["person"] == ["Ada Ng is an HR manager already."]


def test_people_are_shown_with_avatar_and_name_and_accounts_with_their_email(client: Client):
    person = employee(first_name="Ada", last_name="Ng", user=user(is_hr=True))
    user("lonely@example.com", is_hr=True)

    html = client.get(PAGE).text

    assert f'<a href="{person.get_absolute_url()}"><bdi translate="no">Ada Ng</bdi></a>' in html
    assert f'hue-{person.hue}" aria-hidden=true>AN</span>' in html
    assert '<bdi translate="no">lonely@example.com</bdi>' in html
    assert all(
        f'Remove<span class="visually-hidden"> <span translate="no">{name}</span> as HR manager</span>' in html
        for name in ["Ada Ng", "lonely@example.com"]
    )


def test_costs_the_same_for_2_and_20_managers(client: Client):
    costs = []
    for start, end in [(0, 2), (2, 20)]:
        for number in range(start, end):
            employee(user=user(f"hr{number}@example.com", is_hr=True))
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_role_is_taken(client: Client):
    hr = user("hr@example.com", is_hr=True)

    response = client.post(reverse("accounts:hr-manager-take", args=[hr.pk]))

    assert response.status_code == 302
    assert not Membership.objects.exists()


def test_role_can_be_taken_only_from_those_who_have_it(client: Client):
    response = client.post(reverse("accounts:hr-manager-take", args=[user().pk]))

    assert response.status_code == 404


def test_giving_and_taking_is_logged_without_names(client: Client, administrator: User, told):
    colleague = user()

    lines = told(lambda: client.post(PAGE, {"role": "HR_MANAGER", "person": colleague.email}))
    lines += told(lambda: client.post(reverse("accounts:hr-manager-take", args=[colleague.pk])))

    assert lines == [f"hr-role-{act} account={colleague.pk} by={administrator.pk}" for act in ("given", "taken")]


def test_role_given_twice_is_one_membership_and_one_line(administrator: User, told):
    Group.objects.create(name="Others")
    colleague = user()

    lines = told(partial(give_hr_role, colleague, by=administrator), times=2)

    assert Membership.objects.get().group.name == HR_MANAGERS
    assert lines == [f"hr-role-given account={colleague.pk} by={administrator.pk}"]


def test_role_taken_twice_leaves_others_other_groups_and_one_line(administrator: User, told):
    hr, other = user("hr@example.com", is_hr=True), user("other@example.com", is_hr=True)
    hr.groups.add(Group.objects.create(name="Others"))

    lines = told(partial(take_hr_role, hr, by=administrator), times=2)

    assert set(Membership.objects.values_list("user", "group__name")) == {(hr.pk, "Others"), (other.pk, HR_MANAGERS)}
    assert lines == [f"hr-role-taken account={hr.pk} by={administrator.pk}"]


@pytest.mark.parametrize("is_hr", [False, True])
def test_only_administrators_give_and_take(is_hr: bool):
    own = user(is_hr=is_hr)
    client = Client()
    client.force_login(own)

    statuses = [
        client.get(PAGE).status_code,
        client.post(PAGE, {"role": "HR_MANAGER", "person": own.email}).status_code,
        client.post(reverse("accounts:hr-manager-take", args=[own.pk])).status_code,
        client.post(PAGE, {"role": "ADMINISTRATOR", "person": own.email}).status_code,
    ]

    assert statuses == [403, 403, 403, 403]
    assert Membership.objects.count() == is_hr


# Administrators


@pytest.fixture
def colleague() -> User:
    account = user()
    employee(first_name="Ada", last_name="Ng", user=account)
    return account


def test_administrator_is_made_and_listed_since_when_and_by_whom(client: Client, administrator: User, colleague: User):
    response = client.post(PAGE, {"role": "ADMINISTRATOR", "person": colleague.email}, follow=True)

    made = User.objects.get(pk=colleague.pk)
    assert (made.is_superuser, made.made_administrator_by, made.is_hr_manager) == (True, administrator, True)
    assert made.administrator_since
    assert "Ada Ng is an administrator now" in words_of(response.text)
    assert f"since {made.administrator_since:%-d %B %Y} by {administrator}" in words_of(response.text)


def test_administrator_is_unmade(client: Client, colleague: User):
    client.post(PAGE, {"role": "ADMINISTRATOR", "person": colleague.email})

    response = client.post(reverse("accounts:administrator-take", args=[colleague.pk]), follow=True)

    taken = User.objects.get(pk=colleague.pk)
    assert (taken.is_superuser, taken.administrator_since, taken.made_administrator_by) == (False, None, None)
    assert "Ada Ng is no longer an administrator" in words_of(response.text)


def test_nobody_takes_their_own_administration(client: Client, administrator: User):
    user("second@example.com", is_superuser=True)
    take = reverse("accounts:administrator-take", args=[administrator.pk])
    assert take not in client.get(PAGE).text

    response = client.post(take, follow=True)

    assert "another administrator takes it" in words_of(response.text)
    assert User.objects.get(pk=administrator.pk).is_superuser


def test_two_who_unmake_each_other_leave_one(client: Client, administrator: User, monkeypatch: pytest.MonkeyPatch):
    """The other one was quicker, after it was asked whether this one may."""
    second = user("second@example.com", is_superuser=True)

    def taken_meanwhile(account: User, *, by: User) -> None:
        take_administration(administrator, by=second)
        take_administration(account, by=by)

    monkeypatch.setattr("people.site.roles.views.take_administration", taken_meanwhile)
    client.post(reverse("accounts:administrator-take", args=[second.pk]))

    assert [account.email for account in User.objects.administrators()] == ["second@example.com"]


@pytest.mark.parametrize(("role", "name"), [("HR_MANAGER", "an HR manager"), ("ADMINISTRATOR", "an administrator")])
def test_nobody_gets_a_role_twice(client: Client, colleague: User, role: str, name: str):
    client.post(PAGE, {"role": role, "person": colleague.email})

    response = client.post(PAGE, {"role": role, "person": colleague.email})

    assert response.status_code == 422
    assert f"Ada Ng is {name} already." in words_of(response.text)


@pytest.mark.parametrize("role", ["", "COLLEAGUE", "\0", None])
def test_role_has_to_be_one_of_the_two(client: Client, colleague: User, role: str | None):
    response = client.post(PAGE, {"person": colleague.email} | ({} if role is None else {"role": role}))

    assert response.status_code == 422
    assert (response.context_data or {})["form"].errors["role"] == ["Please choose a role."]


@pytest.mark.parametrize("way", ["administration", "command"])
def test_administrator_made_elsewhere_has_a_date_too(client: Client, administrator: User, colleague: User, way: str):
    if way == "administration":
        typed = {"email": colleague.email, "is_superuser": "on", "shown-is_superuser": ""}
        assert client.post(reverse("admin:accounts_user_change", args=[colleague.pk]), typed).status_code == 302
    else:
        User.objects.filter(pk=colleague.pk).update(is_superuser=True)

    made = User.objects.get(pk=colleague.pk)
    assert made.administrator_since
    assert made.made_administrator_by == (administrator if way == "administration" else None)


def test_administrator_who_was_switched_off_is_listed_as_such(client: Client):
    user("off@example.com", is_superuser=True, is_active=False)

    assert "off@example.com since" in words_of(client.get(PAGE).text)
    assert "(account not active)" in client.get(PAGE).text


def test_old_address_leads_there(client: Client):
    assert client.get("/hr-managers/")["Location"] == PAGE


def test_role_taken_away_ends_with_the_next_request(client: Client):
    hr, person = user("hr@example.com", is_hr=True), employee(profile__address="1 Canary Lane")
    browser = Client()
    browser.force_login(hr)
    assert "Canary" in browser.get(person.get_absolute_url()).text

    client.post(reverse("accounts:hr-manager-take", args=[hr.pk]))

    assert "Canary" not in browser.get(person.get_absolute_url()).text
    assert browser.get(reverse("people:employee-create")).status_code == 403


def test_member_added_by_other_code_is_listed_and_has_a_date(client: Client):
    user().groups.add(Group.objects.get(name=HR_MANAGERS))

    assert "since " in client.get(PAGE).text


def test_refused_form_comes_back_filled(administrator: User):
    response = Client().post(PAGE, {"person": "ann@example.com"})

    assert response.status_code == 401
    assert 'value="ann@example.com"' in response.text


def test_page_says_who_has_a_second_factor(client: Client, administrator: User):
    ada, bob = user("ada@example.com", is_hr=True), user("bob@example.com", is_hr=True)
    for account in (ada, administrator):
        with_app(account)
    client.force_login(administrator)

    entries = [words_of(entry) for entry in re.findall(r"<li>(.*?)</li>", client.get(PAGE).text, re.DOTALL)]

    is_on = {
        account.email: "Two-step sign-in is on" in entry
        for entry in entries
        for account in (ada, bob, administrator)
        if entry.count(account.email) and "since" in entry
    }
    assert is_on == {"ada@example.com": True, "bob@example.com": False, "admin@example.com": True}


def test_page_says_who_cannot_sign_in_yet(client: Client, administrator: User, settings):
    settings.OIDC_ISSUER = "https://login.example.com"
    settings.OIDC_LINK, settings.PASSWORD_SIGN_IN = True, False
    user("without@example.com", is_hr=True)
    linked(user("linked@example.com", is_hr=True))
    User.objects.create_superuser("new@example.com")

    entries = [words_of(entry) for entry in re.findall(r"<li>(.*?)</li>", client.get(PAGE).text, re.DOTALL)]

    cannot = {entry.split()[1] for entry in entries if "(can’t sign in yet)" in entry}
    assert cannot == {"without@example.com", "new@example.com"}


def test_page_asks_for_all_second_factors_at_once(client: Client):
    costs = []
    for number in (1, 8):
        for index in range(number):
            user(f"hr{number}{index}@example.com", is_hr=True)
            user(f"root{number}{index}@example.com", is_superuser=True)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as statements:
            client.get(PAGE)
        costs.append(len(statements))

    assert costs[0] == costs[1]
