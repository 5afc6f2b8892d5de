"""The page where administrators give and take the role of HR managers."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from people.accounts.actions import give_hr_role, take_hr_role
from people.accounts.models import HR_MANAGERS, Membership, User
from people.accounts.roles import Role
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db
PAGE = "/hr-managers/"


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
    client.post(PAGE, {"email": user().email})

    html = client.get(PAGE).text

    membership = Membership.objects.get()
    assert "colleague@example.com" in html
    assert f"since {membership.since:%-d %B %Y}, by <bdi>{administrator}</bdi>" in html


def test_role_is_given_by_email_whatever_its_case(client: Client, administrator: User):
    colleague = user()

    response = client.post(PAGE, {"email": " Colleague@EXAMPLE.com "})

    assert response.status_code == 302
    membership = Membership.objects.of_hr_managers().get()
    assert (membership.user, membership.given_by) == (colleague, administrator)


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("nobody@example.com", "No account signs in"),
        ("hr@example.com", "HR manager already"),
        ("nonsense", "whole e-mail address"),
        ("", "Please give the e-mail"),
    ],
)
def test_wrong_email_comes_back_beside_the_field(client: Client, email: str, problem: str):
    user("hr@example.com", is_hr=True)

    response = client.post(PAGE, {"email": email})

    assert response.status_code == 422
    assert problem in (response.context_data or {})["form"].errors["email"][0]
    assert Membership.objects.count() == 1


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

    lines = told(lambda: client.post(PAGE, {"email": colleague.email}))
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
        client.post(PAGE, {"email": own.email}).status_code,
        client.post(reverse("accounts:hr-manager-take", args=[own.pk])).status_code,
    ]

    assert statuses == [403, 403, 403]
    assert Membership.objects.count() == is_hr


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
    response = Client().post(PAGE, {"email": "ann@example.com"})

    assert response.status_code == 401
    assert 'value="ann@example.com"' in response.text
