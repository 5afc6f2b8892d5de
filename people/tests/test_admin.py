"""Django's admin keeps the profile contract, and is quick and readable for administrators."""

import re
from datetime import date, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from people.accounts.links.tokens import Link, Purpose, read
from people.accounts.models import HR_MANAGERS, User
from people.accounts.sessions.models import Session
from people.ground.administration import BoundedPaginator
from people.models import Employee, EmployeeProfile
from people.visibility import searchable_fields

from . import factories
from .pages import field_values, words_of
from .second_steps import with_all_factors, with_app

pytestmark = pytest.mark.django_db

LIST = reverse("admin:people_employee_changelist")
ADD = reverse("admin:people_employee_add")
PROFILES = reverse("admin:people_employeeprofile_changelist")
ACCOUNTS = reverse("admin:accounts_user_changelist")
ADD_ACCOUNT = reverse("admin:accounts_user_add")
REFUSED = "Employees are never deleted"

ANN = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+14155552671", "user": ""}
PROFILE = {"dob": "1990-01-02", "team": "product", "address": "7 Lane\r\nTown", "gender": "female"}
BLANK = dict.fromkeys(PROFILE, "")


@pytest.fixture
def admin(client):
    """A client signed in as an administrator."""
    client.force_login(factories.user("admin@example.com", is_superuser=True))
    return client


@pytest.fixture
def person():
    return factories.employee(
        first_name="Grace",
        last_name="Hopper",
        email="grace@example.com",
        phone="+4534412302",
        profile__team="engineering",
    )


def change(noun: str, key: int, act: str = "change") -> str:
    return reverse(f"admin:people_{noun}_{act}", args=[key])


def of_account(account: User, act: str = "change") -> str:
    return reverse(f"admin:accounts_user_{act}", args=[account.pk])


def link_on(page) -> str:
    """The path of the link to set a password that the page shows."""
    [path] = set(re.findall(r"http://localhost:8000(/account/link/[a-z0-9-]+/)", page.text))
    return path


def filled(employee: dict, profile: dict, of: Employee | None = None, **more: Any) -> dict[str, str]:
    """What the admin's form sends: an employee with its profile beside it."""
    management = {"profile-TOTAL_FORMS": "1", "profile-INITIAL_FORMS": "1" if of else "0"}
    keys = {"profile-0-id": str(of.profile.pk), "profile-0-employee": str(of.pk)} if of else {}
    return employee | management | keys | {f"profile-0-{name}": value for name, value in profile.items()} | more


def of_employee(person: Employee) -> dict[str, str]:
    return {name: str(getattr(person, name) or "") for name in ANN}


def add_people(number: int) -> None:
    """So many more people, each with an account."""
    for _ in range(number):
        phone = factories.next_phone()
        account = User.objects.create(email=f"{phone}@example.com")
        factories.employee(email=f"{phone}@example.com", phone=phone, user=account)


def cost_of(admin, address: str) -> int:
    """The number of queries that a page needs, once the process remembers the teams."""
    admin.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert admin.get(address).status_code == 200
    return len(queries)


def without_profile(person: Employee) -> Employee:
    """`person` after someone has deleted the profile by SQL."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_employeeprofile WHERE employee_id = %s", [person.pk])
    return Employee.objects.get(pk=person.pk)


# Adding: PROFILE_CONTRACT 11


def test_add_with_the_profile_filled_in_keeps_what_was_typed(admin):
    response = admin.post(ADD, filled(ANN, PROFILE))

    assert response.status_code == 302
    [profile] = EmployeeProfile.objects.all()
    assert (profile.dob, profile.team, profile.gender) == (date(1990, 1, 2), "product", "female")
    assert profile.address == "7 Lane\r\nTown"
    assert str(profile.employee) == "Ann Byron"
    assert profile.created <= profile.modified


@pytest.mark.parametrize("field", PROFILE)
def test_add_with_one_field_of_the_profile(admin, field):
    admin.post(ADD, filled(ANN, BLANK | {field: PROFILE[field]}))

    [profile] = EmployeeProfile.objects.all()
    assert [name for name in PROFILE if getattr(profile, name)] == [field]


@pytest.mark.parametrize("total", ["0", "1"])
def test_add_with_a_blank_profile_makes_one(admin, total):
    admin.post(ADD, filled(ANN, BLANK) | {"profile-TOTAL_FORMS": total})

    [profile] = EmployeeProfile.objects.all()
    assert profile.employee.email == "ann@example.com"
    assert [getattr(profile, name) for name in PROFILE] == [None] * 4


@pytest.mark.parametrize("button", ["_save", "_addanother", "_continue"])
def test_add_by_every_button_makes_one_profile(admin, button):
    admin.post(ADD, filled(ANN, PROFILE) | {button: "Save"})

    assert Employee.objects.count() == EmployeeProfile.objects.count() == 1


def test_add_offers_one_profile_only(admin):
    text = admin.get(ADD).text

    assert "profile-0-team" in text
    assert "profile-1-team" not in text
    assert "profile-0-DELETE" not in text


def test_add_more_than_one_profile_is_refused_or_ignored(admin):
    second = {f"profile-1-{name}": value for name, value in PROFILE.items()}

    response = admin.post(ADD, filled(ANN, PROFILE) | second | {"profile-TOTAL_FORMS": "2"})

    assert response.status_code in {200, 302}
    assert EmployeeProfile.objects.count() == Employee.objects.count()


def test_add_ignores_a_key_of_another_profile(admin, person):
    typed = filled(ANN, PROFILE) | {"profile-0-id": str(person.profile.pk), "profile-0-employee": str(person.pk)}

    admin.post(ADD, typed)

    person.profile.refresh_from_db()
    assert (person.profile.team, person.profile.employee_id) == ("engineering", person.pk)
    assert EmployeeProfile.objects.count() == Employee.objects.count()


INVALID = {
    "phone": ({"phone": "12"}, {}),
    "phone with an extension": ({"phone": "+1 415 555 2671 ext. 5"}, {}),
    "taken e-mail": ({"email": "GRACE@example.com"}, {}),
    "taken phone": ({"phone": "+45 34 41 23 02"}, {}),
    "hidden character": ({"first_name": "A\u202enn"}, {}),
    "NUL": ({"last_name": "By\x00ron"}, {}),
    "white space": ({"first_name": "  "}, {}),
    "too long": ({"last_name": "a" * 51}, {}),
    "no e-mail": ({"email": "ann"}, {}),
    "account that is not there": ({"user": "4711"}, {}),
    "date in the future": ({}, {"dob": (localdate() + timedelta(days=2)).isoformat()}),
    "date before 1900": ({}, {"dob": "1899-12-31"}),
    "date that is not there": ({}, {"dob": "2001-02-30"}),
    "unknown team": ({}, {"team": "legal"}),
    "unknown gender": ({}, {"gender": "unknown"}),
    "hidden character in the address": ({}, {"address": "7\u200b Lane"}),
}


@pytest.mark.parametrize(("employee", "profile"), INVALID.values(), ids=INVALID)
def test_add_invalid_says_so_and_keeps_what_was_typed(admin, person, employee, profile):
    response = admin.post(ADD, filled(ANN | employee, PROFILE | profile))

    assert response.status_code == 200
    assert "errorlist" in response.text
    assert "7 Lane" in response.text or profile
    assert 'value="Byron"' in response.text or "last_name" in employee
    assert Employee.objects.count() == EmployeeProfile.objects.count() == 1


@pytest.mark.parametrize(("employee", "profile"), INVALID.values(), ids=INVALID)
def test_change_invalid_says_so_and_stores_nothing(admin, person, employee, profile):
    factories.employee(email="other@example.com", phone="+4534412399")
    taken = {"email": "OTHER@example.com"} if "email" in employee and "@" in employee["email"] else {}
    taken |= {"phone": "+45 34 41 23 99"} if employee.get("phone", "").startswith("+45") else {}

    response = admin.post(
        change("employee", person.pk),
        filled(of_employee(person) | employee | taken, PROFILE | profile, of=person),
    )

    assert response.status_code == 200
    assert "errorlist" in response.text
    stored = Employee.objects.get(pk=person.pk)
    assert (stored.email, stored.profile.team) == ("grace@example.com", "engineering")


def test_add_twice_is_one_person(admin):
    first, second = [admin.post(ADD, filled(ANN, PROFILE)) for _ in range(2)]

    assert (first.status_code, second.status_code) == (302, 200)
    assert Employee.objects.count() == EmployeeProfile.objects.count() == 1


def test_add_without_the_inlines_management_form_is_no_500(admin):
    response = admin.post(ADD, ANN)

    assert response.status_code == 200
    assert Employee.objects.count() == 0


# Changing


def test_change_saves_employee_and_profile(admin, person):
    response = admin.post(change("employee", person.pk), filled(ANN, PROFILE, of=person))

    stored = EmployeeProfile.objects.get()
    assert response.status_code == 302
    assert (str(stored), stored.pk, stored.team) == ("Ann Byron", person.profile.pk, "product")


def test_change_links_an_account(admin, person):
    account = factories.user()

    admin.post(change("employee", person.pk), filled(ANN | {"user": str(account.pk)}, PROFILE, of=person))

    assert Employee.objects.get(user=account).pk == person.pk


def let_confirmation_lapse() -> None:
    Session.objects.update(confirmed=timezone.now() - timedelta(minutes=11))


@pytest.mark.parametrize("way", ["add", "link", "unlink"])
def test_linking_asks_who_it_is_and_loses_nothing_typed(admin, person, way):
    account = factories.user("grace@example.com")
    if way == "unlink":
        Employee.objects.filter(pk=person.pk).update(user=account)
    of = None if way == "add" else person
    page = change("employee", of.pk) if of else ADD
    typed = filled(ANN | {"user": "" if way == "unlink" else str(account.pk)}, PROFILE, of=of)
    let_confirmation_lapse()

    asked = admin.post(page, typed)

    assert asked.status_code == 401
    assert "Before you link an account" in words_of(asked.text)
    assert not Employee.objects.filter(email=ANN["email"]).exists()
    kept = {name: value for name, value in field_values(asked.text).items() if name in typed}
    assert kept == typed
    assert admin.post(page, kept | {"confirm_password": "wrong"}).status_code == 422
    assert admin.post(page, kept | {"confirm_password": "correct horse battery"}).status_code == 302
    stored = Employee.objects.get(email=ANN["email"])
    assert stored.user == (None if way == "unlink" else account)
    assert (stored.profile.team, stored.profile.address) == (PROFILE["team"], PROFILE["address"])


@pytest.mark.parametrize("is_sent", [True, False])
def test_other_changes_ask_nothing(admin, person, is_sent):
    Employee.objects.filter(pk=person.pk).update(user=factories.user("grace@example.com"))
    person.refresh_from_db()
    typed = filled(ANN | {"user": str(person.user_id)}, PROFILE, of=person)
    if not is_sent:
        del typed["user"]
    let_confirmation_lapse()

    response = admin.post(change("employee", person.pk), typed)

    assert response.status_code == 302
    assert Employee.objects.get(pk=person.pk).user_id == person.user_id


@pytest.mark.parametrize("user", ["x", "9" * 40, "\0"])
@pytest.mark.parametrize("key", ["x", "9" * 40])
def test_linking_somebody_who_is_not_there_is_no_500(admin, user, key):
    page = reverse("admin:people_employee_change", args=[key])

    assert admin.post(page, filled(ANN | {"user": user}, PROFILE)).status_code == 302
    assert not Employee.objects.exists()


def test_change_is_reached_by_autocomplete_of_accounts(admin):
    factories.user("someone@example.com")
    query = {"term": "someone", "app_label": "people", "model_name": "employee", "field_name": "user"}

    results = admin.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [result["text"] for result in results] == ["someone@example.com"]


# The profile stays with its employee: PROFILE_CONTRACT 19


@pytest.mark.parametrize("method", ["get", "post"])
def test_profile_can_be_neither_added_nor_deleted(admin, person, method):
    add = reverse("admin:people_employeeprofile_add")
    delete = change("employeeprofile", person.profile.pk, "delete")

    assert [getattr(admin, method)(address, {"post": "yes"}).status_code for address in (add, delete)] == [403, 403]
    assert EmployeeProfile.objects.count() == 1


def test_profile_can_not_be_deleted_by_the_action(admin, person):
    response = admin.post(
        PROFILES, {"action": "delete_selected", "_selected_action": [person.profile.pk], "post": "yes"}, follow=True
    )

    assert response.status_code == 200
    assert EmployeeProfile.objects.count() == 1


def test_profile_page_offers_no_other_employee(admin, person):
    text = admin.get(change("employeeprofile", person.profile.pk)).text

    assert "Grace Hopper" in text
    assert 'name="employee"' not in text
    assert "deletelink" not in text


def test_profile_is_not_moved_by_posting_another_employee(admin, person):
    other = factories.employee()

    response = admin.post(change("employeeprofile", person.profile.pk), PROFILE | {"employee": str(other.pk)})

    stored = EmployeeProfile.objects.get(pk=person.profile.pk)
    assert response.status_code == 302
    assert (stored.employee_id, stored.team) == (person.pk, "product")


def test_inline_can_not_delete(admin, person):
    assert "profile-0-DELETE" not in admin.get(change("employee", person.pk)).text

    admin.post(
        change("employee", person.pk), filled(of_employee(person), PROFILE, of=person, **{"profile-0-DELETE": "on"})
    )

    assert EmployeeProfile.objects.get().pk == person.profile.pk


@pytest.mark.parametrize("field", ["profile-0-employee", "profile-0-id"])
def test_inline_can_not_take_another_ones_profile(admin, person, field):
    other = factories.employee(profile__team="marketing")
    stolen = other.pk if field.endswith("employee") else other.profile.pk

    response = admin.post(
        change("employee", person.pk), filled(of_employee(person), PROFILE, of=person) | {field: str(stolen)}
    )

    assert response.status_code in {200, 302}
    assert EmployeeProfile.objects.get(employee=other).pk == other.profile.pk
    assert EmployeeProfile.objects.get(employee=other).team == "marketing"
    assert EmployeeProfile.objects.get(employee=person).pk == person.profile.pk


# Employees are never deleted: PROFILE_CONTRACT 15


@pytest.mark.parametrize("method", ["get", "post"])
def test_delete_is_refused_in_words(admin, person, method):
    response = getattr(admin, method)(change("employee", person.pk, "delete"), {"post": "yes"}, follow=True)

    assert response.redirect_chain[-1][0] == change("employee", person.pk)
    assert REFUSED in response.text
    assert "make their account inactive" in response.text
    assert Employee.objects.count() == 1


@pytest.mark.parametrize("across", ["0", "1"])
def test_delete_by_the_action_is_refused_in_words(admin, person, across):
    factories.employee()

    response = admin.post(
        LIST,
        {
            "action": "delete_selected",
            "_selected_action": [person.pk],
            "select_across": across,
            "index": "0",
            "post": "yes",
        },
        follow=True,
    )

    assert response.status_code == 200
    assert REFUSED in response.text
    assert Employee.objects.count() == EmployeeProfile.objects.count() == 2


def test_delete_of_someone_who_is_not_there_is_no_500(admin):
    assert admin.get(change("employee", 4711, "delete"), follow=True).status_code in {200, 404}


# The lists


def test_list_shows_phone_and_team_as_people_write_them(admin, person):
    text = admin.get(LIST).text

    assert "+45 34 41 23 02" in text
    assert "Engineering" in text
    assert "Grace Hopper" in text


@pytest.mark.parametrize("search", ["grace", "HOPPER", "Hopper Grace", "grace@", "34 41 23", "Gräce"])
@pytest.mark.parametrize("address", [LIST, PROFILES])
def test_list_search_finds_the_person(admin, person, address, search):
    other = factories.employee(first_name="Ann", last_name="Byron", email="b@example.com")

    text = admin.get(address, {"q": search}).text

    assert "Grace Hopper" in text
    assert str(other) not in text


@pytest.mark.parametrize("search", ["7 Secret Lane", "1906", "\x00", "{{ 7 }}", "'", "%", "a " * 2_000])
@pytest.mark.parametrize("address", [LIST, PROFILES])
def test_list_search_for_anything_is_no_500(admin, person, address, search):
    assert admin.get(address, {"q": search}).status_code == 200


@pytest.mark.parametrize(("address", "parameter"), [(LIST, "profile__team__exact"), (PROFILES, "team__exact")])
def test_list_filters_by_team(admin, person, address, parameter):
    other = factories.employee(first_name="Ann", last_name="Byron", profile__team="product")

    text = admin.get(address, {parameter: "engineering"}).text

    assert "Grace Hopper" in text
    assert str(other) not in text
    assert "Marketing" in text  # offered as a filter


@pytest.mark.parametrize("query", [{"o": "1.-2.3.4.5"}, {"o": "x"}, {"p": "99"}, {"created__year": "x"}, {"no": "1"}])
def test_list_with_any_query_is_no_500(admin, person, query):
    assert admin.get(LIST, query, follow=True).status_code == 200


@pytest.mark.no_cover
@pytest.mark.parametrize("address", [LIST, PROFILES, reverse("admin:accounts_user_changelist")])
def test_list_costs_the_same_for_2_20_and_200_people(admin, address):
    costs = []
    for more in [2, 18, 180]:
        add_people(more)
        costs.append(cost_of(admin, address))

    assert costs == [costs[0]] * 3
    assert costs[0] <= 10


def test_change_page_costs_the_same_for_2_and_20_people(admin, person):
    costs = []
    for more in [2, 18]:
        add_people(more)
        costs.append(cost_of(admin, change("employee", person.pk)))

    assert costs[0] == costs[1]


def test_change_page_does_not_list_every_account(admin, person):
    factories.user("somebody@example.com")

    assert "somebody@example.com" not in admin.get(change("employee", person.pk)).text


def test_profiles_are_listed_with_their_employee(admin, person):
    text = admin.get(PROFILES).text

    assert f'<a href="{change("employeeprofile", person.profile.pk)}' in text
    assert "Grace Hopper" in text


def test_lists_escape_what_was_typed(admin):
    factories.employee(first_name="<b>Ann</b>", last_name="{{ 7|add:7 }}")

    for address in (LIST, PROFILES):
        text = admin.get(address).text
        assert "<b>Ann</b>" not in text
        assert "{{ 7|add:7 }}" in text


# What isn't everyone's is found by no address


PRIVATE_LOOKUPS = [
    *("dob", "dob__year", "address__contains", "gender", "mobile__endswith", "employee__user", "modified__gte"),
    *("profile__dob", "profile__address__contains", "user__email__contains", "user", "readings", "stars"),
    *("stars__reader", "account_links", "readings__reader", "searched_as__contains", "password__startswith"),
    *("profile__team__employee__phone", "employee__phone", "employee__profile__dob", "groups__user__email"),
]


@pytest.mark.parametrize("address", [LIST, PROFILES, ACCOUNTS])
def test_list_is_the_same_whatever_private_value_is_asked_for(admin, person, address):
    answers = {lookup: admin.get(address, {lookup: "1"})["Location"] for lookup in PRIVATE_LOOKUPS}

    assert answers == dict.fromkeys(PRIVATE_LOOKUPS, f"{address}?e=1")
    assert ("Grace Hopper" in admin.get(f"{address}?e=1").text) == (address != ACCOUNTS)


def test_lists_have_no_column_of_what_is_private():
    columns = {name for model in (Employee, EmployeeProfile) for name in site.get_model_admin(model).list_display}

    shown_otherwise = {"name", "international_phone", "added"}
    assert columns - shown_otherwise <= searchable_fields()


def test_record_is_opened_by_its_key_only(admin, person):
    EmployeeProfile.objects.update(dob="1987-06-05")
    address = reverse("admin:people_employeeprofile_change", args=["1987-06-05"])

    assert admin.get(address, {"_to_field": "dob"}).status_code == 400
    assert admin.get(PROFILES, {"_to_field": "dob", "_popup": "1"}).status_code == 400


def test_autocomplete_finds_nobody_by_private_values(admin, person):
    EmployeeProfile.objects.update(dob="1987-06-05", mobile="+4530123456", address="1 Canary Lane")
    of_field = {"app_label": "people", "model_name": "employeeprofile", "field_name": "employee"}

    for term in ("1987", "30123456", "Canary"):
        assert admin.get(reverse("admin:autocomplete"), of_field | {"term": term}).json()["results"] == []


def test_log_of_the_administration_holds_no_values(admin, person):
    admin.post(change("employee", person.pk), filled(ANN, PROFILE, of=person))

    html = admin.get(change("employee", person.pk, "history")).text

    assert "Date of birth" in html
    assert not [value for value in ["1990", "7 Lane", "female", "Female"] if value in html.partition("<main")[2]]


def test_list_counts_so_far_and_says_that_there_are_more(admin, person, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "COUNT_LIMIT", 3)
    add_people(3)

    assert "More than 3 employees: search for the others." in " ".join(admin.get(LIST).text.split())


# A profile deleted by SQL: PROFILE_CONTRACT 9


def test_missing_profile_breaks_no_page(admin, person):
    without_profile(person)

    addresses = [LIST, PROFILES, f"{LIST}?q=grace", f"{LIST}?o=4", f"{LIST}?profile__team__exact=product"]
    addresses += [change("employee", person.pk), change("employee", person.pk, "history")]

    assert [admin.get(address).status_code for address in addresses] == [200] * len(addresses)


@pytest.mark.parametrize("profile", [PROFILE, BLANK], ids=["filled", "blank"])
def test_missing_profile_lets_the_employee_be_saved(admin, person, profile):
    person = without_profile(person)

    response = admin.post(change("employee", person.pk), filled(ANN, profile))

    assert response.status_code == 302
    assert str(Employee.objects.get()) == "Ann Byron"
    assert EmployeeProfile.objects.count() <= 1


def test_missing_profile_can_be_filled_in(admin, person):
    person = without_profile(person)

    admin.post(change("employee", person.pk), filled(ANN, PROFILE))

    assert EmployeeProfile.objects.get(employee=person).team == "product"


# Who comes in


@pytest.mark.parametrize("address", ["/admin/", LIST, ADD, "/admin/password_change/", "/admin/people/"])
def test_signed_out_goes_to_the_products_sign_in(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"] == f"/sign-in/?next={address}"


def test_signed_out_comes_back_to_where_it_went(client):
    factories.user("admin@example.com", is_superuser=True)
    door = client.get(LIST)["Location"]

    response = client.post(door, {"username": "admin@example.com", "password": "correct horse battery"})

    assert response["Location"] == LIST


@pytest.mark.parametrize("is_hr", [False, True], ids=["colleague", "hr"])
@pytest.mark.parametrize("address", ["/admin/", LIST, ADD, "/admin/login/", "/admin/no/such/page/"])
def test_colleague_and_hr_get_403(client, is_hr, address):
    client.force_login(factories.user(is_hr=is_hr))

    response = client.get(address, follow=True)

    assert response.status_code == 403
    assert "You can’t open this page" in response.text
    assert 'type="password"' not in response.text


def test_admin_has_no_sign_in_of_its_own(admin, client):
    assert admin.get("/admin/login/")["Location"] == "/admin/"
    client.logout()

    assert client.get("/admin/login/")["Location"].startswith("/sign-in/")
    assert client.post("/admin/login/", {"username": "admin@example.com"})["Location"].startswith("/sign-in/")


# Accounts


def test_account_is_made_and_becomes_an_hr_manager(admin, client):
    link = link_on(admin.post(ADD_ACCOUNT, {"email": " New@Example.com "}))
    account = User.objects.get(email="new@example.com")

    response = admin.post(reverse("accounts:roles"), {"person": account.email, "role": "HR_MANAGER"})

    assert response.status_code == 302
    assert User.objects.get(pk=account.pk).is_hr_manager
    client.logout()
    client.get(link)
    typed = {"new_password1": "a long and fine one", "new_password2": "a long and fine one"}
    assert client.post("/account/link/", typed)["Location"] == "/employees/"
    assert client.get(reverse("people:employee-create")).status_code == 200


@pytest.mark.parametrize("email", ["", "ADMIN@example.com", "nobody", "a\x00@example.com"])
def test_account_invalid_says_so(admin, email):
    response = admin.post(ADD_ACCOUNT, {"email": email})

    assert response.status_code == 200
    assert "errorlist" in response.text
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["admin@exаmple.com", "admin@example.сom", "admin@xn--exmple-4nf.com"])
def test_account_whose_domain_looks_like_another_is_refused_beside_the_field(admin, email):
    added = admin.post(ADD_ACCOUNT, {"email": email})
    changed = admin.post(of_account(factories.user()), {"email": email})

    for response in [added, changed]:
        [problem] = response.context_data["adminform"].form.errors["email"]
        assert "letters of another alphabet" in problem
    assert not User.objects.filter(email__startswith="admin@ex").exclude(email="admin@example.com").exists()


def test_account_is_switched_off(admin, client):
    account = factories.user()

    unticked = {"email": account.email, "shown-is_active": ""}
    admin.post(of_account(account), unticked)

    client.logout()
    client.force_login(account)
    assert client.get("/employees/").status_code == 302


def test_account_list_shows_roles(admin):
    factories.user("hr@example.com", is_hr=True)

    text = admin.get(reverse("admin:accounts_user_changelist")).text

    assert "HR manager" in text
    assert "Administrator" in text


def test_groups_are_given_elsewhere(admin):
    account = factories.user()

    admin.post(
        of_account(account),
        {"email": account.email, "is_active": "on", "groups": [Group.objects.get(name=HR_MANAGERS).pk]},
    )

    assert not User.objects.get(pk=account.pk).is_hr_manager
    assert admin.get("/admin/auth/group/").status_code == 404


def test_account_page_never_shows_the_password_hash(admin):
    account = factories.user()

    text = admin.get(of_account(account)).text

    assert account.password not in text


# Passwords: nobody knows that of somebody else

NEW = "another fine one"
PASSWORDS = {"password": NEW, "password1": NEW, "password2": NEW, "usable_password": "true"}


def test_new_account_has_no_password_whatever_is_sent(admin):
    response = admin.post(ADD_ACCOUNT, {"email": "new@example.com", "is_superuser": "on", **PASSWORDS})

    account = User.objects.get(email="new@example.com")
    assert not account.has_usable_password()
    assert not account.is_superuser
    assert read(link_on(response).split("/")[3]) == Link(account, Purpose.INVITATION, ANY)


@pytest.mark.parametrize("button", ["_save", "_addanother", "_continue", "_popup"])
def test_new_account_shows_its_link_by_every_button(admin, button):
    assert link_on(admin.post(ADD_ACCOUNT, {"email": "new@example.com", button: "1"}))


@pytest.mark.parametrize(("password", "purpose"), [(NEW, Purpose.PASSWORD), (None, Purpose.INVITATION)])
def test_link_of_an_account_that_is_there(admin, password, purpose):
    account = User.objects.create_user("old@example.com", password)
    before = User.objects.values().get(pk=account.pk)

    response = admin.post(of_account(account, "link"))

    assert read(link_on(response).split("/")[3]) == Link(account, purpose, ANY)
    is_invited = purpose is Purpose.INVITATION
    assert User.objects.values().get(pk=account.pk) == before | ({"invited_at": ANY} if is_invited else {})
    assert "Made a link to set the password." in admin.get(of_account(account, "history")).text


def test_link_is_shown_once_and_kept_nowhere(admin):
    response = admin.post(ADD_ACCOUNT, {"email": "new@example.com"})
    token = link_on(response).split("/")[3]
    account = User.objects.get(email="new@example.com")

    kept = [*response.cookies.values(), *admin.session.items(), *LogEntry.objects.values_list()]
    assert token not in repr(kept)
    assert "no-store" in response["Cache-Control"]
    assert [admin.get(address).text.count(token) for address in (of_account(account), ADD_ACCOUNT, ACCOUNTS)] == [0] * 3


@pytest.mark.parametrize(
    ("is_own", "changes", "refusal"),
    [(True, {}, "change your own password"), (False, {"is_active": False}, "is switched off")],
    ids=["own", "switched off"],
)
def test_link_is_refused_and_not_offered(admin, is_own, changes, refusal):
    account = User.objects.get(email="admin@example.com") if is_own else factories.user(**changes)

    page = admin.get(of_account(account)).text
    response = admin.post(of_account(account, "link"), follow=True)

    assert "Make a link" not in page
    assert refusal in page
    assert response.redirect_chain == [(of_account(account), 302)]
    assert refusal in response.text.partition("messagelist")[2].partition("</ul>")[0]
    assert "/account/link/" not in response.text


def test_link_of_an_account_that_is_gone_is_no_500(admin):
    for key in ["4711", "x", "9" * 40]:
        response = admin.post(reverse("admin:accounts_user_link", args=[key]), follow=True)
        assert (response.status_code, "/account/link/" in response.text) == (200, False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_types_the_password_of_somebody_else(admin, method):
    account = factories.user()
    before = account.password

    response = getattr(admin, method)(f"/admin/accounts/user/{account.pk}/password/", PASSWORDS, follow=True)
    admin.post(of_account(account), {"email": account.email, **PASSWORDS})

    account.refresh_from_db()
    assert account.password == before
    assert 'type="password"' not in response.text + admin.get(of_account(account)).text + admin.get(ADD_ACCOUNT).text


# Two-step sign-in: whoever has lost it


def test_second_step_of_an_account_is_reset(admin):
    account = factories.user()
    with_all_factors(account)

    before = words_of(admin.get(of_account(account)).text)
    response = admin.post(of_account(account, "reset"), follow=True)

    assert "It has: authenticator app, 2 passkeys." in before
    assert response.redirect_chain == [(of_account(account), 302)]
    assert "Two-step sign-in is reset." in response.text.partition("messagelist")[2].partition("</ul>")[0]
    assert "It is off: the first step alone signs in." in words_of(response.text)
    assert not account.authenticator_set.exists()
    assert "Reset two-step sign-in." in admin.get(of_account(account, "history")).text


@pytest.mark.parametrize("options", [{"is_hr": True}, {"is_superuser": True}])
def test_second_step_of_an_account_with_a_role_is_reset(admin, options):
    account = factories.user(**options)
    with_app(account)

    admin.post(of_account(account, "reset"))

    assert not account.authenticator_set.exists()


@pytest.mark.parametrize(
    ("is_own", "changes", "refusal"),
    [(True, {}, "You change your own factors"), (False, {"is_active": False}, "is switched off")],
    ids=["own", "switched off"],
)
def test_reset_is_refused_and_not_offered(admin, is_own, changes, refusal):
    account = User.objects.get(email="admin@example.com") if is_own else factories.user(**changes)
    with_app(account)
    admin.force_login(User.objects.get(email="admin@example.com"))

    page = admin.get(of_account(account)).text
    response = admin.post(of_account(account, "reset"), follow=True)

    assert "Reset two-step sign-in" not in page
    assert refusal in page
    assert refusal in response.text.partition("messagelist")[2].partition("</ul>")[0]
    assert account.authenticator_set.exists()
    assert not LogEntry.objects.exists()


def test_reset_of_nothing_and_of_nobody_is_no_500(admin):
    account = factories.user()

    assert "Reset two-step sign-in" not in admin.get(of_account(account)).text
    assert "signs in without one" in admin.post(of_account(account, "reset"), follow=True).text
    for key in ["4711", "x", "9" * 40]:
        assert admin.post(reverse("admin:accounts_user_reset", args=[key]), follow=True).status_code == 200


def test_reset_asks_first_who_it_is(admin):
    account = factories.user()
    with_app(account)
    Session.objects.update(confirmed=timezone.now() - timedelta(minutes=11))

    asked = admin.post(of_account(account, "reset"))
    meanwhile = account.authenticator_set.exists()
    admin.post(of_account(account, "reset"), field_values(asked.text) | {"confirm_password": "correct horse battery"})

    assert (asked.status_code, meanwhile) == (401, True)
    assert not account.authenticator_set.exists()


APART = "in the directory has this e-mail, and no account."


def test_account_page_leads_to_who_has_its_email(admin):
    account = factories.user("grace@example.com")
    grace = factories.employee(first_name="Grace", last_name="Hopper", email=account.email)

    page = admin.get(of_account(account)).text

    assert f"Grace Hopper {APART}" in words_of(page)
    [link] = re.findall(r'<a href="([^"]+)">Link</a>', page)
    assert link == f"{grace.get_absolute_url()}access/"
    assert 'name="act" value="link"' in admin.get(link).text


def test_account_page_offers_nobody_by_name_or_who_is_linked(admin):
    linked, account = factories.user("grace@example.com"), factories.user("ada@example.com")
    factories.employee(first_name="Grace", email=linked.email, user=linked)
    factories.employee(first_name="Ada", email="ada.ng@example.com")
    taken = factories.user("bob@example.com")
    factories.employee(email=taken.email, user=factories.user("other@example.com"))

    assert not [one for one in (linked, account, taken) if APART in words_of(admin.get(of_account(one)).text)]


def test_own_account_is_linked_by_another_administrator(admin):
    factories.employee(email="admin@example.com")

    page = admin.get(of_account(User.objects.get(email="admin@example.com"))).text

    assert f"{APART} Another administrator can link it," in words_of(page)
    assert ">Link</a>" not in page


@pytest.mark.parametrize("key", ["x", "\0", "9" * 40, "-1", "1.5"])
def test_what_is_no_key_is_refused_beside_the_field(admin, client, key):
    person = factories.employee()
    for address in ("/admin/people/employee/add/", f"/admin/people/employee/{person.pk}/change/"):
        response = client.post(address, {"user": key, "profile-0-manager": key, "profile-TOTAL_FORMS": "1"})

        assert response.status_code == 200
        assert "errorlist" in response.text
