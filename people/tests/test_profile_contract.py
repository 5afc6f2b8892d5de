"""An employee always has exactly one profile: the contract, sentence by sentence.

The number in a test's name is the sentence's. What fails here fails for real: by a trigger in the
database, or by a second receiver.
"""

import ast
import gc
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command, get_commands
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, models, transaction
from django.db.models import ProtectedError
from django.db.models.signals import post_save
from django.test import Client
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.urls import reverse

from people.models import AccountLink, Employee, EmployeeProfile

from . import factories

ADD = "/employees/new/"
HTMX = {"HX-Request": "true", "HX-Target": "main"}
UID = "create_employee_profile"

by_page_and_by_htmx = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Nobody signs in with a password here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def hr_client(db) -> Client:
    """A browser in which HR is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(factories.user("hr@example.com", is_hr=True))
    return client


def typed(**changes: str) -> dict[str, str]:
    """What HR types to add Ada."""
    details = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "phone": "+14155552671"}
    return details | changes


def unsaved(number: int) -> list[Employee]:
    """Employees that are not in the database yet."""
    return [
        Employee(first_name="Ada", last_name="Byron", email=f"{phone}@example.com", phone=phone)
        for phone in (factories.next_phone() for _ in range(number))
    ]


def run_sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def remove_profile(employee: Employee) -> Employee:
    """Take the profile away behind the ORM's back; returns the employee as it is now stored."""
    run_sql("DELETE FROM people_employeeprofile WHERE employee_id = %s", employee.pk)
    return Employee.objects.get(pk=employee.pk)


def call(command: str, *arguments: str, **options: object) -> str:
    """Run a command and return what it printed."""
    output = StringIO()
    call_command(command, *arguments, stdout=output, **options)
    return output.getvalue()


def counts() -> tuple[int, int]:
    """How many employees and how many profiles there are."""
    return Employee.objects.count(), EmployeeProfile.objects.count()


# Ways to fail

TWIN = (
    "INSERT INTO people_employeeprofile (created, modified, employee_id)"
    " VALUES (NEW.created, NEW.modified, NEW.employee_id)"
)
if connection.vendor == "postgresql":
    REFUSED = "RAISE unique_violation"
    BROKEN = "RAISE disk_full"
    COLLISION = f"IF pg_trigger_depth() = 1 THEN {TWIN}; END IF"
else:
    REFUSED = "SELECT RAISE(ABORT, 'forced')"
    BROKEN = "DELETE FROM nowhere"
    COLLISION = TWIN


@contextmanager
def trigger(body: str, *, when: str = "1 = 1") -> Iterator[None]:
    """Until the end of the block, `body` runs before a profile is inserted."""
    event = "CREATE TRIGGER forced BEFORE INSERT ON people_employeeprofile"
    if connection.vendor == "postgresql":
        block = f"BEGIN IF {when} THEN {body}; END IF; RETURN NEW; END"
        run_sql(f"CREATE FUNCTION forced() RETURNS trigger LANGUAGE plpgsql AS $${block}$$")
        run_sql(f"{event} FOR EACH ROW EXECUTE FUNCTION forced()")
    else:
        run_sql(f"{event} WHEN {when} BEGIN {body}; END")
    try:
        yield
    finally:
        run_sql("DROP FUNCTION forced CASCADE" if connection.vendor == "postgresql" else "DROP TRIGGER forced")


@contextmanager
def listening(receiver: Callable) -> Iterator[None]:
    """Until the end of the block, `receiver` listens to saved employees too."""
    post_save.connect(receiver, sender=Employee, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(receiver, sender=Employee)


def raise_an_error(**kwargs) -> None:
    raise RuntimeError("forced")


def insert_a_second_profile(instance: Employee, **kwargs) -> None:
    EmployeeProfile.objects.bulk_create([EmployeeProfile(employee=instance)])


def query_a_missing_table(**kwargs) -> None:
    run_sql("SELECT * FROM nowhere")


def insert_a_profile_of_nobody(**kwargs) -> None:
    """The database notices at COMMIT: foreign keys are deferred."""
    EmployeeProfile.objects.bulk_create([EmployeeProfile(employee_id=0)])


FAILURES = [
    pytest.param(lambda: trigger(REFUSED), IntegrityError, id="refusing-trigger"),
    pytest.param(lambda: trigger(BROKEN), OperationalError, id="broken-trigger"),
    pytest.param(lambda: trigger(COLLISION), IntegrityError, id="collision"),
    pytest.param(lambda: listening(insert_a_second_profile), IntegrityError, id="second-profile"),
    pytest.param(lambda: listening(query_a_missing_table), DatabaseError, id="missing-table"),
    pytest.param(lambda: listening(insert_a_profile_of_nobody), IntegrityError, id="at-commit"),
]
Failure = Callable[[], AbstractContextManager]


# 1 One save, one profile


@pytest.mark.django_db
def test_01_saving_a_new_employee_makes_one_profile():
    (employee,) = unsaved(1)

    employee.save()

    assert EmployeeProfile.objects.get().employee == employee


@pytest.mark.django_db
def test_01_saving_again_makes_no_second_profile():
    employee = factories.employee()
    key = employee.profile.pk

    employee.save()
    Employee.objects.get(pk=employee.pk).save()

    assert EmployeeProfile.objects.get().pk == key


@pytest.mark.django_db
def test_01_saving_an_employee_never_writes_its_profile():
    employee = factories.employee(profile__team=EmployeeProfile.Teams.Product)
    employee.profile.team = EmployeeProfile.Teams.Marketing

    with CaptureQueriesContext(
        connection,
    ) as queries:
        employee.save()

    assert not [query for query in queries if "people_employeeprofile" in query["sql"]]
    assert EmployeeProfile.objects.get().team == EmployeeProfile.Teams.Product


@pytest.mark.django_db
@pytest.mark.parametrize("contact_first", [True, False])
def test_01_two_tabs_editing_one_record_each_both_keep_their_change(hr_client, contact_first):
    employee = factories.employee(first_name="Ada", profile__team=EmployeeProfile.Teams.Product)
    contact = ("people:employee-update", typed(first_name="Augusta"))
    profile = ("people:profile-update", {"team": "marketing"})

    for name, data in [contact, profile] if contact_first else [profile, contact]:
        hr_client.post(reverse(name, args=[employee.pk]), data)

    stored = EmployeeProfile.objects.select_related("employee").get()
    assert [stored.employee.first_name, stored.team] == ["Augusta", EmployeeProfile.Teams.Marketing]


@pytest.mark.django_db
def test_01_two_open_copies_saved_one_after_the_other_both_keep_their_change():
    employee = factories.employee(first_name="Ada")
    one, two = (Employee.objects.with_card_details().get(pk=employee.pk) for _ in range(2))
    one.profile.team = EmployeeProfile.Teams.Marketing
    two.first_name = "Augusta"

    one.profile.save()
    two.save()

    stored = Employee.objects.get()
    assert [stored.first_name, stored.profile.team] == ["Augusta", EmployeeProfile.Teams.Marketing]


@pytest.mark.django_db
def test_01_create_missing_makes_only_what_is_missing():
    complete, bare = factories.employee(), remove_profile(factories.employee())

    made = EmployeeProfile.objects.create_missing([complete, bare, bare])

    assert [profile.employee for profile in made] == [bare]
    assert counts() == (2, 2)


# 2 All or nothing


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("failure", "error"), [*FAILURES, pytest.param(lambda: listening(raise_an_error), RuntimeError, id="other-error")]
)
def test_02_a_failing_profile_leaves_no_employee(failure: Failure, error):
    with failure(), pytest.raises(error):
        Employee.objects.create(**typed())

    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@by_page_and_by_htmx
@pytest.mark.parametrize(("failure", "error"), FAILURES)
def test_02_a_failing_profile_on_the_page_says_so_and_keeps_the_input(hr_client, headers, failure: Failure, error):
    with failure():
        response = hr_client.post(ADD, typed(), headers=headers)

    page = response.content.decode()
    assert response.status_code == 503
    assert "This could not be saved just now." in page
    assert all(f'value="{text}"' in page for text in ["Ada", "Byron", "ada@example.com", "+14155552671"])
    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@by_page_and_by_htmx
@pytest.mark.parametrize(("failure", "error"), FAILURES)
def test_02_the_same_email_can_be_submitted_again_at_once(hr_client, headers, failure: Failure, error):
    with failure():
        hr_client.post(ADD, typed(), headers=headers)

    response = hr_client.post(ADD, typed(), headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert EmployeeProfile.objects.get().employee.email == "ada@example.com"


def refuse_to_learn(execute: Callable, sql: str, *arguments: object) -> object:
    """A wrapper around the database's cursor: what comes last of all writes fails."""
    if sql.startswith("INSERT") and "people_knownword" in sql:
        raise OperationalError("forced")
    return execute(sql, *arguments)


@pytest.mark.django_db(transaction=True)
def test_02_a_failure_after_the_save_leaves_nothing(hr_client):
    with connection.execute_wrapper(refuse_to_learn):
        response = hr_client.post(ADD, typed(), headers=HTMX)

    assert response.status_code == 503
    assert counts() == (0, 0)


# 3 The outer transaction survives


@pytest.mark.django_db(transaction=True)
def test_03_a_forced_collision_leaves_the_outer_transaction_usable():
    with transaction.atomic():
        with trigger(COLLISION), pytest.raises(IntegrityError):
            Employee.objects.create(**typed(email="first@example.com"))
        Employee.objects.create(**typed())

    assert EmployeeProfile.objects.get().employee.email == "ada@example.com"


@pytest.mark.django_db(transaction=True)
def test_03_a_forced_collision_inside_the_receiver_itself_leaves_the_outer_transaction_usable():
    employee = remove_profile(factories.employee())

    with transaction.atomic():
        with trigger(COLLISION), pytest.raises(IntegrityError):
            post_save.send(Employee, instance=employee, created=True, raw=False, using="default")
        Employee.objects.create(**typed())

    assert counts() == (2, 1)


def break_the_look_up(execute: Callable, sql: str, *arguments: object) -> object:
    """A wrapper around the database's cursor: looking for a profile breaks the transaction, as on PostgreSQL."""
    if sql.startswith("SELECT") and "people_employeeprofile" in sql:
        transaction.set_rollback(True)
        raise OperationalError("forced")
    return execute(sql, *arguments)


@pytest.mark.django_db(transaction=True)
def test_03_a_broken_look_up_of_the_receiver_leaves_the_outer_transaction_usable():
    employee = remove_profile(factories.employee())

    with transaction.atomic():
        with connection.execute_wrapper(break_the_look_up), pytest.raises(OperationalError):
            post_save.send(Employee, instance=employee, created=True, raw=False, using="default")
        Employee.objects.create(**typed())

    assert counts() == (2, 1)


# 4 Connected once


@pytest.fixture
def _reconnect():
    """Other tests must not suffer when this one lost the receiver."""
    yield
    importlib.reload(importlib.import_module("people.receivers"))


@pytest.mark.django_db
def test_04_ready_called_three_times_still_gives_one_profile():
    for _ in range(3):
        apps.get_app_config("people").ready()

    employee = factories.employee()

    assert EmployeeProfile.objects.get().employee == employee


@pytest.mark.django_db
@pytest.mark.usefixtures("_reconnect")
def test_04_reloading_the_receivers_module_still_gives_one_profile():
    importlib.reload(importlib.import_module("people.receivers"))
    gc.collect()

    Employee.objects.create(**typed())

    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("_reconnect")
def test_04_importing_the_receivers_module_twice_still_gives_one_profile():
    del sys.modules["people.receivers"]
    importlib.import_module("people.receivers")
    gc.collect()

    Employee.objects.create(**typed())

    assert counts() == (1, 1)


def test_04_a_fresh_process_has_the_receiver_connected_under_its_dispatch_uid():
    code = (
        "import django; django.setup(); from django.db.models.signals import post_save; "
        "from people.models import Employee; print([key for key, *_ in post_save.receivers].count("
        f"({UID!r}, id(Employee))))"
    )

    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "intranet.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert process.stdout == "1\n"


# 5 Fixtures


def stored_people() -> list[tuple]:
    return list(Employee.objects.order_by("pk").values_list("pk", "email", "profile__pk", "profile__team"))


def empty_the_database() -> None:
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("labels", [[], ["people"]], ids=["everything", "people"])
def test_05_dumpdata_and_loaddata_round_trip(tmp_path, labels):
    empty_the_database()  # counts the keys from 1, as a fresh database does
    call("seed_demo", people=20)
    if labels:  # without what points at accounts
        Employee.objects.exclude(user=None).update(user=None)
        AccountLink.objects.all().delete()
    before = stored_people()
    call("dumpdata", *labels, output=str(tmp_path / "dump.json"), verbosity=0)
    empty_the_database()

    call("loaddata", str(tmp_path / "dump.json"))

    assert stored_people() == before
    assert counts() == (20, 20)


@pytest.fixture
def _employees_without_profiles(transactional_db, tmp_path):
    """Three employees as a fixture without profiles brings them."""
    Employee.objects.bulk_create(unsaved(3))
    call("dumpdata", "people.employee", output=str(tmp_path / "employees.json"), verbosity=0)
    empty_the_database()
    call("loaddata", str(tmp_path / "employees.json"))


@pytest.mark.usefixtures("_employees_without_profiles")
def test_05_a_fixture_of_employees_only_is_repaired_once():
    assert counts() == (3, 0)

    printed = [call("repair_profiles") for _ in range(2)]

    assert printed == ["Profiles made: 3\n", "Profiles made: 0\n"]
    assert Employee.objects.exclude(profile=None).count() == EmployeeProfile.objects.count() == 3


@pytest.mark.usefixtures("_employees_without_profiles")
def test_05_a_fixture_of_employees_only_breaks_no_page_before_the_repair(hr_client):
    key = Employee.objects.values_list("pk", flat=True)[0]
    addresses = ["/employees/", "/employees/?q=ada", f"/employees/{key}/", f"/employees/{key}/edit/"]

    statuses = [hr_client.get(address).status_code for address in [*addresses, f"/employees/{key}/profile/edit/"]]

    assert statuses == [200, 200, 200, 200, 404]


# 6 The only two ways in, and everything built on them


def by_page(number: int) -> None:
    client = Client()
    client.force_login(factories.user("hr@example.com", is_hr=True))
    for employee in unsaved(number):
        confirmed = {"is_different_person": "on"}
        client.post(ADD, typed(email=employee.email, phone=str(employee.phone)) | confirmed)


def by_admin(number: int) -> None:
    client = Client()
    client.force_login(factories.user("admin@example.com", is_superuser=True))
    for employee in unsaved(number):
        inline = {"profile-TOTAL_FORMS": "1", "profile-INITIAL_FORMS": "0", "profile-0-team": "product"}
        client.post("/admin/people/employee/add/", typed(email=employee.email, phone=str(employee.phone)) | inline)


def by_saving(number: int) -> None:
    for employee in unsaved(number):
        employee.save()


def by_bulk_create(number: int) -> None:
    Employee.objects.bulk_create(iter(unsaved(number)), batch_size=2)


def by_seed_demo(number: int) -> None:
    call("seed_demo", people=number)


def by_method(name: str, number: int) -> None:
    """Manager methods that take the fields of one employee."""
    for employee in unsaved(number):
        fields = typed(email=employee.email, phone=str(employee.phone))
        getattr(Employee.objects, name)(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "add",
    [
        pytest.param(by_saving, id="save"),
        pytest.param(lambda number: by_method("create", number), id="create"),
        pytest.param(lambda number: by_method("get_or_create", number), id="get_or_create"),
        pytest.param(lambda number: by_method("update_or_create", number), id="update_or_create"),
        pytest.param(by_bulk_create, id="bulk_create"),
        pytest.param(by_page, id="page"),
        pytest.param(by_admin, id="admin"),
        pytest.param(by_seed_demo, id="seed_demo"),
    ],
)
def test_06_every_way_to_add_employees_gives_each_one_profile(add):
    add(5)

    assert counts() == (5, 5)
    assert not Employee.objects.without_profile().exists()


class Source(ast.NodeVisitor):
    """Collects "<function>: <what>" for every node that `what` names."""

    def __init__(self, code: str, what: Callable[[ast.AST], str | None]) -> None:
        self.what = what
        self.inside: list[str] = []
        self.found: set[str] = set()
        self.visit(ast.parse(code))

    def visit(self, node: ast.AST) -> None:
        named = [node.name] if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else []
        self.inside += named
        if name := self.what(node):
            self.found.add(f"{'.'.join(self.inside)}: {name}")
        self.generic_visit(node)
        if named:
            self.inside.pop()


def found_in_product(what: Callable[[ast.AST], str | None], *, but: set[str]) -> set[str]:
    """ "<file>: <function>: <what>" for all our code outside the folders `but`."""
    files = [path for folder in ("people", "intranet") for path in (settings.BASE_DIR / folder).rglob("*.py")]
    names = {path.relative_to(settings.BASE_DIR): path.read_text() for path in files}
    product = {path: code for path, code in names.items() if not but & set(path.parts)}
    return {f"{path.as_posix()}: {found}" for path, code in product.items() for found in Source(code, what).found}


BEHIND_SAVE = {"_base_manager", "save_base", "_insert", "_do_insert", "_save_table", "_batched_insert", "InsertQuery"}
RAW_SQL = {"cursor", "RunSQL", "execute_wrapper"}


def other_way_to_insert(node: ast.AST) -> str | None:
    """The name of a way to insert rows that passes by `Employee.save()` and `bulk_create()`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name) if name in BEHIND_SAVE | RAW_SQL:
            return name
        case ast.Attribute(value=ast.Call(func=ast.Name("super")), attr="bulk_create"):
            return "super().bulk_create"
        case ast.Attribute(value=ast.Name(name) | ast.Attribute(attr=name), attr="bulk_create") if "Set" in name:
            return f"{name}.bulk_create"
        case ast.Call(func=ast.Attribute(attr="get_model"), args=args) if "employee" in ast.dump(node).lower():
            return f"get_model of {len(args)}"
        case ast.Constant(str(text)) if re.search(r"\b(insert|replace)\b[\s\w]*\binto\b", text, re.IGNORECASE):
            return "SQL"
    return None


def test_06_the_source_has_no_other_way_of_inserting_employees():
    found = found_in_product(other_way_to_insert, but={"tests"})

    elsewhere = (
        *("EmployeeProfileQuerySet.bulk_create", "people/search/models.py", "people/search/table.py"),
        *(
            "people/accounts/guards/throttle.py",
            "people/ground/locks.py: hold: cursor",
            "people/ground/prepared.py: Prepared.rows: cursor",
        ),
        # these read, or change what is there
        *("people/ground/fields.py: is_stored", "people/ground/repair.py: _text_fault", "repair_names.py: everything"),
        *("EmployeeProfileQuerySet._employees", "EmployeeQuerySet._profiles", "EmployeeQuerySet._analyse"),
        *("TeamPlaceQuerySet.rename", "TeamPlaceQuerySet.write", "0009_one_spelling.py: spell_everyone"),
        "people/benchmarks/crowd.py: tidy_up: cursor",
        "people/benchmarks/search.py: index_bytes: cursor",
    )
    of_employees = {place for place in found if not any(one in place for one in elsewhere)}
    assert of_employees == {"people/querysets.py: EmployeeQuerySet.bulk_create: super().bulk_create"}


@pytest.mark.parametrize(
    "code",
    [
        "Employee._base_manager.create()",
        "Employee._base_manager.bulk_create(people)",
        "employee.save_base(raw=True)",
        "with connection.cursor() as cursor: pass",
        "from django.db.migrations import RunSQL",
        "migrations.RunSQL(statement)",
        "text = 'INSERT OR IGNORE INTO people_employee VALUES (1)'",
        "text = f'insert into {table} values (1)'",
        "super().bulk_create(people)",
        "QuerySet.bulk_create(self, people)",
        "models.QuerySet.bulk_create(self, people)",
        "apps.get_model('people', 'Employee').objects.create()",
        "apps.get_model('people.employee').objects.create()",
    ],
)
def test_06_the_reader_of_the_source_sees(code):
    assert Source(code, other_way_to_insert).found


# 7 Many at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("body", "error"), [(REFUSED, IntegrityError), (BROKEN, OperationalError)])
def test_07_bulk_create_is_one_transaction(body, error):
    with trigger(body), pytest.raises(error):
        Employee.objects.bulk_create(unsaved(3))

    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_07_bulk_create_failing_at_the_last_profile_leaves_nothing():
    people = unsaved(3)
    is_last = f"(SELECT email FROM people_employee WHERE id = NEW.employee_id) = '{people[2].email}'"  # noqa: S608

    with trigger(REFUSED, when=is_last), pytest.raises(IntegrityError):
        Employee.objects.bulk_create(people, batch_size=1)

    assert counts() == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"ignore_conflicts": True},
        {"update_conflicts": True, "update_fields": ["first_name"], "unique_fields": ["email"]},
    ],
    ids=["ignore", "update"],
)
def test_07_bulk_create_refuses_conflicts_with_a_sentence(options):
    with pytest.raises(
        ValueError, match=r"^Employees can't be inserted with ignore_conflicts or update_conflicts.*\.$"
    ):
        Employee.objects.bulk_create(unsaved(2), **options)

    assert counts() == (0, 0)


# 8 No proxies, no children


def proxy() -> type[Employee]:
    class Proxy(Employee):
        class Meta:
            proxy = True
            app_label = "people"

    return Proxy


def child() -> type[Employee]:
    class Child(Employee):
        class Meta:
            app_label = "people"

    return Child


def grandchild() -> type[Employee]:
    class Grandchild(proxy()):  # type: ignore[misc]  # a base that is made anew each time
        class Meta:
            proxy = True
            app_label = "people"

    return Grandchild


@isolate_apps("people")
@pytest.mark.parametrize("make", [proxy, child, grandchild])
def test_08_proxies_and_children_are_forbidden_by_a_system_check(make):
    errors = make().check()

    assert [error.id for error in errors] == ["people.E001"]
    assert all(error.is_serious() for error in errors)


def test_08_the_employee_itself_passes_the_system_check():
    assert Employee.check() == []


# 9 A profile that is gone

WHO = {"hr": {"is_hr": True}, "colleague": {}, "person": {}}
PAGES = {
    "directory": ("/employees/", "employee-results"),
    "search": ("/employees/?q=ada", "employee-results"),
    "detail": ("/employees/{}/", "main"),
    "contact": ("/employees/{}/edit/", "contact"),
    "profile": ("/employees/{}/profile/edit/", "profile"),
}
# A colleague may not edit, with a profile or without.
STATUSES = {("contact", "colleague"): 403, ("profile", "colleague"): 403, ("profile", "hr"): 404}
STATUSES |= {("profile", "person"): 404}


@pytest.fixture
def ada(db) -> Employee:
    """An employee whose profile was removed by SQL."""
    return remove_profile(factories.employee(first_name="Ada", last_name="Byron", email="ada@example.com"))


@pytest.fixture
def client_of(ada) -> Callable[[str], Client]:
    """The browser of HR, of a colleague or of Ada herself."""

    def sign_in(who: str) -> Client:
        client, user = Client(raise_request_exception=False), factories.user(f"{who}@example.com", **WHO[who])
        if who == "person":
            ada.user = user
            ada.save()
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.django_db
@pytest.mark.parametrize("fragment", [False, True], ids=["page", "htmx"])
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", PAGES)
def test_09_a_missing_profile_never_breaks_a_page(ada, client_of, name, who, fragment):
    address, target = PAGES[name]
    headers = {"HX-Request": "true", "HX-Target": target} if fragment else {}

    response = client_of(who).get(address.format(ada.pk), headers=headers)

    assert response.status_code == STATUSES.get((name, who), 200)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["employee/", "employee/?q=ada", "employee/{}/change/", "employeeprofile/"])
def test_09_a_missing_profile_never_breaks_the_administration(client, ada, address):
    client.force_login(factories.user("admin@example.com", is_superuser=True))

    response = client.get(f"/admin/people/{address.format(ada.pk)}")

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/employees/", "/employees/?q=byron"])
@pytest.mark.parametrize("who", WHO)
def test_09_an_employee_without_profile_is_still_found(ada, client_of, address, who):
    response = client_of(who).get(address)

    assert f'href="/employees/{ada.pk}/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_contact_of_an_employee_without_profile_can_be_saved(ada, client_of, headers):
    headers = headers and {**HTMX, "HX-Target": "contact"}

    response = client_of("hr").post(f"/employees/{ada.pk}/edit/", typed(first_name="Augusta"), headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert Employee.objects.get().first_name == "Augusta"


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_an_employee_without_profile_is_shown_as_similar_to_a_new_one(ada, client_of, headers):
    response = client_of("hr").post(ADD, typed(email="other@example.com"), headers=headers)

    assert response.status_code == 422
    assert f'href="/employees/{ada.pk}/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_09_posting_the_form_of_a_missing_profile_is_not_found(ada, client_of, headers):
    headers = headers and {**HTMX, "HX-Target": "profile"}

    response = client_of("hr").post(f"/employees/{ada.pk}/profile/edit/", {"team": "product"}, headers=headers)

    assert response.status_code == 404


@pytest.mark.django_db
def test_09_a_profile_missing_right_after_adding_never_breaks_the_page(hr_client):
    address = hr_client.post(ADD, typed()).url
    remove_profile(Employee.objects.get())

    response = hr_client.get(address)

    assert response.status_code == 200


@pytest.mark.django_db
def test_09_health_counts_the_missing_profiles_and_repair_brings_it_to_zero(client, ada):
    factories.employee()

    before = client.get("/health/").json()
    call("repair_profiles")
    after = client.get("/health/").json()

    assert [before["employees_without_profile"], after["employees_without_profile"]] == [1, 0]
    assert Employee.objects.get(pk=ada.pk).profile.team is None


# 10 The form after adding


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_the_form_after_adding_is_bound_to_the_profile_that_exists(hr_client, headers):
    response = hr_client.post(ADD, typed(), headers=headers, follow=True)

    profile = EmployeeProfile.objects.get()
    assert response.context_data["profile_form"].instance.pk == profile.pk
    assert f'action="/employees/{profile.employee_id}/profile/edit/"' in response.content.decode()


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_form_twice_updates_one_row(hr_client, headers):
    response = hr_client.post(ADD, typed(), headers=headers, follow=True)
    form = response.context_data["profile_form"].instance
    address = reverse("people:profile-update", args=[form.employee_id])

    for team in ["product", "marketing"]:
        hr_client.post(address, {"team": team, "is_added": "1"}, headers=headers)

    assert list(EmployeeProfile.objects.values_list("pk", "team")) == [(form.pk, EmployeeProfile.Teams.Marketing)]


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_form_after_a_reload_or_back_updates_one_row(hr_client, headers):
    response = hr_client.post(ADD, typed(), headers=headers, follow=True)
    form = response.context_data["profile_form"].instance
    address = reverse("people:profile-update", args=[form.employee_id])

    for visited in [form.employee.get_absolute_url(), ADD]:
        hr_client.get(visited)
        hr_client.post(address, {"team": "product", "is_added": "1"}, headers=headers)

    assert list(EmployeeProfile.objects.values_list("pk", "team")) == [(form.pk, EmployeeProfile.Teams.Product)]


@pytest.mark.django_db
@by_page_and_by_htmx
def test_10_posting_the_first_form_again_after_back_adds_nobody(hr_client, headers):
    hr_client.post(ADD, typed(), headers=headers)

    response = hr_client.post(ADD, typed(), headers=headers)

    assert response.status_code == 422
    assert counts() == (1, 1)


# 12 At the same time


@pytest.mark.rounds(1, 25)
@pytest.mark.django_db(transaction=True)
def test_12_twenty_parallel_submissions_give_one_employee_and_nineteen_field_errors():
    hr, start = factories.user("hr@example.com", is_hr=True), Barrier(20)
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.force_login(hr)

    def submit(browser: Client) -> tuple[int, bool, bool]:
        start.wait()
        response = browser.post(ADD, typed())
        connections.close_all()
        page = response.content.decode()
        return response.status_code, 'id="id_email_error"' in page, 'id="id_phone_error"' in page

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(submit, browsers))

    assert answers == [(302, False, False)] + [(422, True, True)] * 19
    assert counts() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_12_an_integrity_error_is_answered_by_validating_once_more(hr_client):
    attempts = iter([insert_a_second_profile, lambda instance, **kwargs: None])

    with listening(lambda **kwargs: next(attempts)(**kwargs)):
        response = hr_client.post(ADD, typed())

    assert response.status_code == 302
    assert counts() == (1, 1)


# 13 Side effects


def mail_on_commit(instance: Employee, **kwargs) -> None:
    transaction.on_commit(lambda: mail.send_mail("Welcome", "", None, [instance.email]))


@pytest.mark.django_db(transaction=True)
def test_13_side_effects_happen_when_the_transaction_commits(hr_client, mailoutbox):
    with listening(mail_on_commit):
        hr_client.post(ADD, typed())

    assert [message.to for message in mailoutbox] == [["ada@example.com"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "failure", [raise_an_error, insert_a_second_profile, query_a_missing_table, insert_a_profile_of_nobody]
)
def test_13_side_effects_of_a_failed_save_never_happen(mailoutbox, failure):
    with listening(mail_on_commit), listening(failure), pytest.raises((DatabaseError, RuntimeError)):
        Employee.objects.create(**typed())

    assert mailoutbox == []
    assert counts() == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [insert_a_second_profile, query_a_missing_table, insert_a_profile_of_nobody])
def test_13_side_effects_of_a_page_rolled_back_after_the_save_never_happen(hr_client, mailoutbox, failure):
    with listening(mail_on_commit), listening(failure):
        response = hr_client.post(ADD, typed())

    assert response.status_code == 503
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_13_side_effects_of_a_larger_transaction_rolled_back_never_happen(mailoutbox):
    with listening(mail_on_commit), transaction.atomic():
        Employee.objects.create(**typed())
        transaction.set_rollback(True)

    assert mailoutbox == []
    assert counts() == (0, 0)


# 14 E-mail addresses

OTHER_SPELLINGS = ["ADA@Example.com", " ada@example.com", "ada@example.com ", "\tAda@EXAMPLE.com\n"]


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
def test_14_an_email_is_stored_in_lower_case_and_trimmed(email):
    factories.employee(email=email)

    assert Employee.objects.values_list("email", flat=True).get() == "ada@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
def test_14_the_form_refuses_an_email_that_differs_in_case_or_space_only(hr_client, email):
    factories.employee(email="ada@example.com")

    response = hr_client.post(ADD, typed(email=email))

    assert response.status_code == 422
    assert response.context_data["form"].has_error("email", "unique")
    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("email", OTHER_SPELLINGS)
@pytest.mark.parametrize("add", ["save", "bulk_create"])
def test_14_the_orm_refuses_an_email_that_differs_in_case_or_space_only(email, add):
    factories.employee(email="ada@example.com")
    (other,) = unsaved(1)
    other.email = email

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save() if add == "save" else Employee.objects.bulk_create([other])

    assert counts() == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ADA@Example.com", " ada@example.com", "ada@example.com "])
def test_14_the_database_refuses_an_email_that_differs_in_case_or_space_only(email):
    factories.employee(email="ada@example.com")
    other = factories.employee()

    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql("UPDATE people_employee SET email = %s WHERE id = %s", email, other.pk)


# 15 Never deleted by accident


@pytest.mark.django_db
@pytest.mark.parametrize(
    "delete",
    [Employee.delete, lambda employee: Employee.objects.filter(pk=employee.pk).delete()],
    ids=["instance", "queryset"],
)
def test_15_an_employee_with_a_profile_cannot_be_deleted(delete):
    employee = factories.employee()

    with pytest.raises(ProtectedError):
        delete(employee)

    assert counts() == (1, 1)


@pytest.mark.django_db
def test_15_the_account_of_an_employee_cannot_be_deleted():
    account = factories.user()
    factories.employee(user=account)

    with pytest.raises(ProtectedError):
        account.delete()

    assert counts() == (1, 1)
    assert Employee.objects.get().user == account


# 16 A profile of which nothing is known


@pytest.mark.django_db
def test_16_a_profile_with_only_its_employee_is_valid():
    employee = remove_profile(factories.employee())

    EmployeeProfile(employee=employee).save()

    EmployeeProfile.objects.get().full_clean()


def test_16_no_column_is_required_without_a_default():
    fields = EmployeeProfile._meta.concrete_fields

    required = {field.name for field in fields if not (field.null or field.has_default() or field.has_db_default())}

    assert required == {"id", "created", "modified", "employee"}


# 17 Lists


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 20, 1_000])
def test_17_reading_a_list_with_profiles_is_one_query(number, django_assert_num_queries):
    Employee.objects.bulk_create(unsaved(number))

    with django_assert_num_queries(1):
        teams = [employee.profile.team for employee in Employee.objects.with_card_details()]

    assert teams == [None] * number


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {**HTMX, "HX-Target": "employee-results"}], ids=["page", "htmx"])
@pytest.mark.parametrize("query", ["", "?q=ada"])
def test_17_the_directory_costs_the_same_queries_for_any_number(hr_client, headers, query):
    costs = []

    for more in [2, 18, 980]:
        Employee.objects.bulk_create(unsaved(more))
        with CaptureQueriesContext(connection) as queries:
            hr_client.get(f"/employees/{query}", headers=headers)
        costs.append(len(queries))

    assert counts() == (1_000, 1_000)
    assert len(set(costs)) == 1


# 18 Writing without signals

SILENT_WRITES = {"update", "bulk_update", "aupdate", "abulk_update"}
NOT_SILENT = {
    "people/querysets.py: EmployeeProfileQuerySet.update: update": "the guard hands on what it let pass",
    "people/querysets.py: EmployeeQuerySet.bulk_update: bulk_update": "hands on, and writes the search words",
    "people/querysets.py: EmployeeProfileQuerySet.bulk_update: bulk_update": "hands on, and writes the search words",
    "people/querysets.py: EmployeeQuerySet.rewrite_words: update": "searched_as only, which no page shows",
    "people/querysets.py: TeamPlaceQuerySet.rename: update": "what a list of a team is sorted by, which no page shows",
    "people/accounts/models.py: UserQuerySet.update: update": "the guard hands on what gives no power",
    "people/accounts/models.py: UserQuerySet.bulk_update: bulk_update": "the guard hands on what gives no power",
    "people/querysets.py: EmployeeQuerySet.update: update": "hands on, and records who was linked",
    "people/management/commands/link_account.py: Command.unlink: update": "recorded, and only the link",
    "people/accounts/guards/throttle.py: Bucket.put_back: update": "a bucket of tries, about no employee",
    "people/search/words.py: words_of_employee: update": "a dict",
    "people/benchmarks/crowd.py: add: bulk_update": "the invented people of a benchmark",
    "people/benchmarks/readers.py: accounts: update": "the accounts of a benchmark",
    "people/benchmarks/readers.py: _set_birthday: update": "the invented people of a benchmark",
    "people/management/commands/vendor.py: Command.vendor: update": "a dict, the entry of the lock",
}


def silent_write(node: ast.AST) -> str | None:
    """The name of a call that may write rows without signals and without `modified`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in SILENT_WRITES:
            return name
    return None


def test_18_product_code_never_writes_without_signals():
    found = found_in_product(silent_write, but={"tests", "migrations"})

    assert found == NOT_SILENT.keys()


@pytest.mark.parametrize(
    "code",
    [
        "Employee.objects.filter(pk=1).update(phone=phone)",
        "EmployeeProfile.objects.bulk_update(profiles, ['team'])",
        "async def save():\n await people.aupdate(team=team)",
    ],
)
def test_18_the_reader_of_the_source_sees(code):
    assert Source(code, silent_write).found


def call_repair_commands() -> None:
    for name in sorted(get_commands()):
        if name.startswith("repair_"):
            call(name)


@pytest.mark.django_db
def test_18_repair_gives_profiles_to_those_whom_a_data_migration_added():
    models.QuerySet[Employee](Employee).bulk_create(unsaved(3))

    call_repair_commands()

    assert not Employee.objects.without_profile().exists()
    assert counts() == (3, 3)


@pytest.mark.django_db
def test_18_repair_lets_those_be_found_whom_a_data_migration_renamed():
    employee = factories.employee(last_name="Byron")
    Employee.objects.update(last_name="Lovelace")

    call_repair_commands()

    assert list(Employee.objects.search("lovelace")) == [employee]
    assert not Employee.objects.search("byron").exists()


# 19 A profile stays


@pytest.fixture
def profile(db) -> EmployeeProfile:
    """The profile that has to stay."""
    return factories.employee().profile


@pytest.fixture
def vacant(db) -> Employee:
    """An employee without profile, so that no unique key refuses a profile that comes."""
    return remove_profile(factories.employee())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "delete",
    [
        EmployeeProfile.delete,
        lambda profile: EmployeeProfile.objects.all().delete(),
        lambda profile: EmployeeProfile.objects.filter(employee__profile=profile).order_by("team").delete(),
        lambda profile: EmployeeProfile.objects.only("team").get().delete(),
    ],
    ids=["instance", "queryset", "joined-queryset", "deferred-instance"],
)
def test_19_a_profile_cannot_be_deleted(profile, delete):
    with pytest.raises(ProtectedError, match="stays as long as its employee"):
        delete(profile)

    assert counts() == (1, 1)


def move_by_save(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    profile.save()


def move_by_key(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee_id = employee.pk
    profile.save(update_fields=["employee"])


def move_read_from_database(profile: EmployeeProfile, employee: Employee) -> None:
    move_by_save(EmployeeProfile.objects.get(pk=profile.pk), employee)


def move_deferred(profile: EmployeeProfile, employee: Employee) -> None:
    move_by_save(EmployeeProfile.objects.only("team").get(pk=profile.pk), employee)


def move_by_a_copy_with_its_key(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile(pk=profile.pk, employee=employee, created=profile.created).save()


def move_from_the_other_side(profile: EmployeeProfile, employee: Employee) -> None:
    employee.profile = profile
    employee.profile.save()


def move_by_update(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.filter(pk=profile.pk).update(employee=employee)


def move_by_update_of_the_key(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.filter(pk=profile.pk).update(employee_id=employee.pk)


def move_by_bulk_update(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_update([profile], ["employee"])


def move_by_update_or_create(profile: EmployeeProfile, employee: Employee) -> None:
    EmployeeProfile.objects.update_or_create({"employee": employee}, pk=profile.pk)


def move_by_bulk_create(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_create(
        [profile], update_conflicts=True, unique_fields=["id"], update_fields=["employee"]
    )


def move_by_bulk_create_without_names(profile: EmployeeProfile, employee: Employee) -> None:
    profile.employee = employee
    EmployeeProfile.objects.bulk_create([profile], None, False, True, ["employee"], ["id"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "move",
    [
        move_by_save,
        move_by_key,
        move_read_from_database,
        move_deferred,
        move_by_a_copy_with_its_key,
        move_from_the_other_side,
        move_by_update,
        move_by_update_of_the_key,
        move_by_bulk_update,
        move_by_update_or_create,
        move_by_bulk_create,
        move_by_bulk_create_without_names,
    ],
    ids=lambda move: move.__name__.removeprefix("move_"),
)
def test_19_a_profile_cannot_be_moved_to_another_employee(profile, vacant, move):
    owner = profile.employee_id

    with pytest.raises(ProtectedError, match="stays with its employee"), transaction.atomic():
        move(profile, vacant)

    assert EmployeeProfile.objects.get().employee_id == owner


@pytest.mark.django_db
def test_19_a_profile_that_stays_can_be_written_in_every_way(profile):
    deferred = EmployeeProfile.objects.only("team").get()
    deferred.team = EmployeeProfile.Teams.Product

    deferred.save()
    EmployeeProfile.objects.update(address="1 Main Street")
    profile.refresh_from_db()
    profile.gender = "other"
    EmployeeProfile.objects.bulk_update([profile], ["gender"])

    stored = EmployeeProfile.objects.get()
    assert [stored.team, stored.address, stored.gender] == [EmployeeProfile.Teams.Product, "1 Main Street", "other"]
