"""Who gets which answer at which address: one table for the whole site."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from people.accounts.models import User
from people.models import Employee

from . import factories

# Plain numbers are statuses. The words:
#   door   no sign-in, so the sign-in page: plain 302 to it; HTMX GET 200 with HX-Redirect, else 401
#   form   no sign-in, but what was typed comes back: plain 401 with the form, HTMX 401
#   out    what the admin shows whom it doesn't let in: 302, and there 403
# An empty POST is sent. PUT/DELETE stands for both. "inactive" is an account that was switched off
# while it was signed in.
TABLE = """
address                               method      signed-out  inactive  colleague  person  hr     administrator

people:home                           GET         door        door      302        302     302    302
people:home                           POST        door        door      302        302     302    302
people:home                           PUT/DELETE  door        door      302        302     302    302
people:employee-list                  GET         door        door      200        200     200    200
people:employee-list                  POST        door        door      405        405     405    405
people:employee-list                  PUT/DELETE  door        door      405        405     405    405
people:employee-print                 GET         door        door      200        200     200    200
people:employee-print                 POST        door        door      405        405     405    405
people:employee-print                 PUT/DELETE  door        door      405        405     405    405
people:suggestions                    GET         door        door      200        200     200    200
people:suggestions                    POST        door        door      405        405     405    405
people:suggestions                    PUT/DELETE  door        door      405        405     405    405
people:employee-create                GET         door        door      403        403     200    200
people:employee-create                POST        form        form      403        403     422    422
people:employee-create                PUT/DELETE  form        form      403        403     405    405
people:employee-create-searched       GET         door        door      302        302     302    302
people:employee-create-searched       POST        door        door      403        403     302    302
people:employee-create-searched       PUT/DELETE  door        door      405        405     405    405
people:employee-detail                GET         door        door      200        200     200    200
people:employee-detail                POST        door        door      405        405     405    405
people:employee-detail                PUT/DELETE  door        door      405        405     405    405
people:employee-update                GET         door        door      308        308     308    308
people:employee-update                POST        door        door      308        308     308    308
people:employee-update                PUT/DELETE  door        door      308        308     308    308
people:profile-update                 GET         door        door      308        308     308    308
people:profile-update                 POST        door        door      308        308     308    308
people:profile-update                 PUT/DELETE  door        door      308        308     308    308
people:section-update/contact         GET         door        door      403        200     200    200
people:section-update/contact         POST        form        form      403        422     422    422
people:section-update/contact         PUT/DELETE  form        form      405        405     405    405
people:section-update/work            GET         door        door      403        403     200    200
people:section-update/work            POST        form        form      403        403     422    422
people:section-update/work            PUT/DELETE  form        form      405        405     405    405
people:section-update/private         GET         door        door      403        200     200    200
people:section-update/private         POST        form        form      403        422     422    422
people:section-update/private         PUT/DELETE  form        form      405        405     405    405
people:section-update/shared          GET         door        door      403        200     200    200
people:section-update/shared          POST        form        form      403        422     422    422
people:section-update/shared          PUT/DELETE  form        form      405        405     405    405
people:section-update/complete        GET         door        door      403        200     200    200
people:section-update/complete        POST        form        form      403        422     422    422
people:section-update/complete        PUT/DELETE  form        form      405        405     405    405
people:star                           GET         door        door      405        405     405    405
people:star                           POST        door        door      400        403     400    400
people:star                           PUT/DELETE  door        door      405        405     405    405
people:employee-preview               GET         door        door      403        200     200    200
people:employee-preview               POST        door        door      405        405     405    405
people:employee-preview               PUT/DELETE  door        door      405        405     405    405
people:my-data                        GET         door        door      200        200     200    200
people:my-data                        POST        door        door      405        405     405    405
people:my-data                        PUT/DELETE  door        door      405        405     405    405
people:my-data-download               GET         door        door      200        200     200    200
people:my-data-download               POST        door        door      405        405     405    405
people:my-data-download               PUT/DELETE  door        door      405        405     405    405
people:me                             GET         door        door      200        302     200    200
people:me                             POST        door        door      405        405     405    405
people:me                             PUT/DELETE  door        door      405        405     405    405
people:styleguide                     GET         door        door      403        403     403    200
people:styleguide                     POST        door        door      403        403     403    405
people:styleguide                     PUT/DELETE  door        door      403        403     403    405
accounts:sign-in                      GET         200         200       302        302     302    302
accounts:sign-in                      POST        422         422       302        302     302    302
accounts:sign-in                      PUT/DELETE  405         405       302        302     302    302
accounts:sign-out                     GET         door        door      405        405     405    405
accounts:sign-out                     POST        door        door      302        302     302    302
accounts:sign-out                     PUT/DELETE  door        door      405        405     405    405
accounts:password-change              GET         door        door      200        200     200    200
accounts:password-change              POST        door        door      422        422     422    422
accounts:password-change              PUT/DELETE  door        door      405        405     405    405
accounts:well-known-password-change   GET         302         302       302        302     302    302
accounts:well-known-password-change   POST        302         302       302        302     302    302
accounts:well-known-password-change   PUT/DELETE  302         302       302        302     302    302
accounts:hr-managers                  GET         door        door      403        403     403    200
accounts:hr-managers                  POST        form        form      403        403     403    422
accounts:hr-managers                  PUT/DELETE  form        form      403        403     403    405
accounts:hr-manager-take              GET         door        door      403        403     403    405
accounts:hr-manager-take              POST        door        door      403        403     403    404
accounts:hr-manager-take              PUT/DELETE  door        door      403        403     403    405
health                                GET         200         200       200        200     200    200
health                                POST        405         405       405        405     405    405
health                                PUT/DELETE  405         405       405        405     405    405

admin:index                           GET         door        door      out        out     out    200
admin:index                           POST        door        door      out        out     out    200
admin:login                           GET         door        door      403        403     403    302
admin:login                           POST        door        door      403        403     403    302
admin:logout                          POST        door        door      302        302     302    302
admin:people_employee_changelist      GET         door        door      out        out     out    200
admin:people_employee_changelist      POST        door        door      out        out     out    200
admin:people_employee_add             GET         door        door      out        out     out    200
admin:people_employee_add             POST        door        door      out        out     out    200
admin:people_employee_change          GET         door        door      out        out     out    200
admin:people_employee_change          POST        door        door      out        out     out    200
admin:people_employee_delete          GET         door        door      out        out     out    302
admin:people_employee_delete          POST        door        door      out        out     out    302
admin:people_employee_history         GET         door        door      out        out     out    200
admin:people_employeeprofile_changelist  GET      door        door      out        out     out    200
admin:people_employeeprofile_changelist  POST     door        door      out        out     out    200
admin:people_employeeprofile_add      GET         door        door      out        out     out    403
admin:people_employeeprofile_add      POST        door        door      out        out     out    403
admin:people_employeeprofile_change   GET         door        door      out        out     out    200
admin:people_employeeprofile_change   POST        door        door      out        out     out    302
admin:people_employeeprofile_delete   GET         door        door      out        out     out    403
admin:people_employeeprofile_delete   POST        door        door      out        out     out    403
admin:people_employeeprofile_history  GET         door        door      out        out     out    200
admin:accounts_user_changelist        GET         door        door      out        out     out    200
admin:accounts_user_changelist        POST        door        door      out        out     out    200
admin:accounts_user_add               GET         door        door      out        out     out    200
admin:accounts_user_add               POST        door        door      out        out     out    200
admin:accounts_user_change            GET         door        door      out        out     out    200
admin:accounts_user_change            POST        door        door      out        out     out    302
admin:accounts_user_delete            GET         door        door      out        out     out    302
admin:accounts_user_delete            POST        door        door      out        out     out    302
admin:accounts_user_history           GET         door        door      out        out     out    200
admin:auth_user_password_change       GET         door        door      out        out     out    200
admin:auth_user_password_change       POST        door        door      out        out     out    200
"""
HEADER, *ROWS = [line.split() for line in TABLE.splitlines() if line]
NAMES = {name.partition("/")[0] for name, *_ in ROWS}
ROLES = HEADER[2:]

# Inner pages of Django's admin, with what their addresses need: one rule covers them, at the end.
INNER_PAGES: dict[str, list[Any]] = {
    "app_list": ["accounts"],
    "autocomplete": [],
    "jsi18n": [],
    "view_on_site": [1, 1],
    "password_change": [],
    "password_change_done": [],
}

FORMS_OF_PAGE = ("contact", "work", "private", "shared", "complete")
TARGETS = {
    "people:employee-list": "employee-results",
    "people:employee-create": "main",
    "people:employee-detail": "main",
    **{f"people:section-update/{section}": section for section in FORMS_OF_PAGE},
}


def named_views(resolver=None, namespace: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """The name and the view of every address of the site; nameless ones end in None."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback
        else:
            yield from named_views(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def url_names() -> list[str]:
    return [name for name, _ in named_views()]


def address(name: str, person) -> str:
    """The URL called `name`, of `person` where it is about one."""
    keys = {"employeeprofile": person.profile.pk, "employee": person.pk, "user": person.user_id}
    if not name.startswith("admin:"):
        name, *section = name.split("/")
        is_about_one = name.endswith(("-detail", "-preview", "-update", "-take", "star"))
        audience = ["colleague"] if name.endswith("-preview") else []
        return reverse(name, args=[person.pk, *audience, *section] if is_about_one else [])
    noun = next((noun for noun in keys if noun in name), "")
    is_about_one = name.endswith(("_change", "_delete", "_history"))
    return reverse(name, args=[keys[noun]] if is_about_one else [])


def is_known(name: str) -> bool:
    """Whether `name` is in the table or is one of the inner pages of Django's admin (None: its redirects)."""
    return name in {row[0].partition("/")[0] for row in ROWS} or name in {
        f"admin:{inner}" for inner in [*INNER_PAGES, None]
    }


class Visitor:
    """Someone in a role who knows the person's address."""

    def __init__(self, role: str) -> None:
        account = factories.user("person@example.com")
        self.person = factories.employee(user=account)
        if role not in {"person", "signed-out"}:
            options = {"hr": {"is_hr": True}, "administrator": {"is_superuser": True}}.get(role, {})
            account = factories.user("visitor@example.com", **options)
        self.role, self.account, self.client = role, account, Client()

    def ask(self, name: str, method: str, headers: dict[str, str]):
        """The answer to a request that comes with a session of its own."""
        self.client.cookies.clear()
        if self.role != "signed-out":
            self.client.force_login(self.account)
        if self.role == "inactive":
            User.objects.filter(pk=self.account.pk).update(is_active=False)
        return self.client.generic(
            method,
            address(name, self.person),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )


def expected_answer(cell: str, method: str, *, is_htmx: bool) -> tuple:
    """Status and, where it says more, where to."""
    words = {
        "door": (302, "/sign-in/"),
        "form": (401, ""),
        "out": (302, "/admin/login/"),
    }
    if is_htmx and cell in {"door", "form"}:
        return (200, "/sign-in/") if method == "GET" else (401, "")
    return words.get(cell) or (int(cell), "")


def test_table_has_every_address_of_the_site():
    unknown = [name for name in url_names() if not is_known(name)]

    assert unknown == []


def test_table_has_no_address_that_is_gone():
    gone = NAMES - set(url_names())

    assert gone == set()


def test_table_is_complete():
    assert all(len(row) == len(HEADER) for row in ROWS)
    assert {row[1] for row in ROWS if not row[0].startswith("admin:")} == {"GET", "POST", "PUT/DELETE"}
    assert len({(name, method) for name, method, *_ in ROWS}) == len(ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize("is_htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("role", ROLES)
def test_access_is_as_in_the_table(role, is_htmx):
    visitor = Visitor(role)
    wrong = {}

    for row in ROWS:
        name, cell = row[0], row[HEADER.index(role)]
        headers = {"HX-Request": "true", "HX-Target": TARGETS.get(name, "")} if is_htmx else {}
        for method in row[1].split("/"):
            response = visitor.ask(name, method, headers)
            expected = expected_answer(cell, method, is_htmx=is_htmx)
            to = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
            if response.status_code != expected[0] or not to.startswith(expected[1]):
                wrong[f"{method} {name}"] = {"expected": expected, "got": (response.status_code, to)}

    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_access_signed_out_htmx_is_told_to_sign_in_and_nothing_else(method):
    visitor = Visitor("signed-out")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/employees/?q=ann"}

    response = visitor.ask("people:employee-detail", method, headers)

    if method == "GET":
        assert response["HX-Redirect"] == "/sign-in/?next=/employees/%3Fq%3Dann"
    assert response.content == b""


@pytest.mark.django_db
def test_access_signed_out_is_the_same_for_a_person_who_is_not_there(client):
    person = factories.employee()

    there, not_there = [client.get(f"/employees/{key}/") for key in (person.pk, person.pk + 1)]

    assert there.status_code == not_there.status_code == 302
    assert there.content == not_there.content


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "contact/edit/", "complete/edit/", "edit/", "profile/edit/"])
def test_access_person_who_is_not_there_is_404(client, form):
    client.force_login(factories.user(is_hr=True))

    assert client.get(f"/employees/4711/{form}", follow=True).status_code == 404
    assert client.post(f"/employees/4711/{form}", follow=True).status_code in {404, 405}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_access_section_that_there_is_not_is_404(client, method):
    client.force_login(factories.user(is_hr=True))
    person = factories.employee()

    assert getattr(client, method)(f"/employees/{person.pk}/hobbies/edit/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("key", [2**63, 10**30])
def test_access_key_that_no_database_can_hold_is_404(client, key):
    client.force_login(factories.user(is_hr=True))

    assert [client.get(f"/employees/{key}/{page}").status_code for page in ("", "contact/edit/", "complete/edit/")] == [
        404
    ] * 3


# CSRF: the table was asked without the check, each form is asked with it.

PERSON = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+1 415 555 2671"}
FORMS = {
    "accounts:sign-in": {"username": "person@example.com", "password": "correct horse battery"},
    "accounts:sign-out": {},
    "accounts:password-change": {
        "old_password": "correct horse battery",
        "new_password1": "four apples in a tree",
        "new_password2": "four apples in a tree",
    },
    "people:employee-create": PERSON,
    "people:employee-create-searched": {"q": "Zoë Mustermannova"},
    "people:section-update/contact": PERSON,
    "people:section-update/work": {"team": "product"},
    "people:section-update/private": {"gender": "other"},
    "people:section-update/shared": {"mobile": "+4530551001"},
    "people:section-update/complete": {"team": "product"},
    "people:star": {"starred": "1"},
    "accounts:hr-managers": {"person": "person@example.com"},
    "admin:people_employee_add": {
        **PERSON,
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
    },
}


@pytest.fixture
def strict_client():
    """A client that is checked for CSRF, as browsers are."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_form_is_saved_with_its_token(strict_client, name):
    visitor = Visitor("administrator")
    token = token_of(strict_client, visitor, name)

    response = strict_client.post(address(name, visitor.person), FORMS[name] | {"csrfmiddlewaretoken": token})

    assert response.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("token", ["", "x" * 64])
def test_form_without_its_token_is_refused(strict_client, name, token):
    visitor = Visitor("administrator")
    token_of(strict_client, visitor, name)

    response = strict_client.post(address(name, visitor.person), FORMS[name] | {"csrfmiddlewaretoken": token})

    assert response.status_code == 403
    assert response["X-Refused"] == "csrf"
    assert not Employee.objects.filter(email=PERSON["email"]).exists()
    assert not Employee.objects.filter(profile__team="product").exists()


def token_of(client: Client, visitor: Visitor, name: str) -> str:
    """The token of the form called `name`, as a browser finds it on the page."""
    if name != "accounts:sign-in":
        client.force_login(visitor.account)
    elsewhere = {
        "accounts:sign-out": "/employees/",
        "people:employee-create-searched": "/employees/?q=Mustermannova",
        "people:star": visitor.person.get_absolute_url(),
    }
    page = client.get(elsewhere.get(name) or address(name, visitor.person))
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[0]


# Django's admin


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "door"), [("signed-out", "/sign-in/"), ("hr", "/admin/")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_inner_pages_of_the_admin_are_closed(role, door, method):
    visitor = Visitor(role)
    client = Client()
    if role == "hr":
        client.force_login(visitor.account)
    addresses = [reverse(f"admin:{name}", args=args) for name, args in INNER_PAGES.items()]
    addresses.append("/admin/no/such/page/")

    answers = [getattr(client, method)(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [302] * len(addresses)
    assert [a for a, answer in zip(addresses, answers, strict=True) if not answer["Location"].startswith(door)] == []
