"""No code passes by what keeps the contract: read in the source itself (sentences 6 and 18)."""

import ast
import re

import pytest

from .source import faults, faults_in, is_of_another_model, product, text_of

# 6 Employees are inserted by `Employee.save()` and `EmployeeQuerySet.bulk_create()` only

BEHIND_SAVE = {"save_base", "_insert", "_do_insert", "_save_table", "_batched_insert", "InsertQuery"}
SQL_OUT_OF_SIGHT = {"RunSQL", "execute_wrapper"}
CREATE = {"create", "get_or_create", "update_or_create", "bulk_create"}
CREATE |= {f"a{name}" for name in CREATE}
# They have no `save()` or `bulk_create()` of ours: Django's own managers, its own query set, a model of a migration.
BARE = re.compile(r"super\(\)|_base_manager|\bQuerySet\b|get_model\(.*employee", re.IGNORECASE)
INSERTING = re.compile(
    r"\b(?:(?:insert|replace)\b[\s\w]*?\binto|copy(?=.*\bfrom\b))\s+(\{.*?\}|[^\s(]+)", re.IGNORECASE
)
TABLE_OF_OTHERS = re.compile(r"(?!people_employee)[a-z]+_[a-z]+")


def inserts(node: ast.AST, place: str) -> str | None:
    """How the node may insert an employee without `Employee.save()` and `EmployeeQuerySet.bulk_create()`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
            return name if name in BEHIND_SAVE | SQL_OUT_OF_SIGHT else None
        case ast.Call(func=ast.Attribute(attr=name, value=receiver)) if name in CREATE:
            bare = BARE.search(ast.unparse(receiver))
            return f"{bare[0]}.{name}" if bare else None
        case ast.Constant(str(sql)):
            return inserts_by_sql(sql)
        case ast.JoinedStr() | ast.BinOp():
            return inserts_by_sql(text_of(node, place))
    return None


def inserts_by_sql(sql: str) -> str | None:
    """How a statement inserts into the table of employees, or into one that can't be read in it."""
    tables = INSERTING.findall(sql)
    unknown = [table for table in tables if not (TABLE_OF_OTHERS.fullmatch(table) or is_of_another_model(table))]
    return "SQL" if unknown else None


def takes_employees_of_a_migration(node: ast.AST, place: str) -> str | None:
    """Whether the node takes the model of a migration, which has neither our `save()` nor our `bulk_create()`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get_model")) if re.search(r"\bemployee\b", ast.unparse(node).lower()):
            return "get_model"
    return None


def test_06_the_source_has_no_other_way_of_inserting_employees():
    assert faults_in(product(), inserts) == {
        "people/querysets.py: EmployeeQuerySet.bulk_create: super().bulk_create",
        "people/querysets.py: EmployeeProfileQuerySet.bulk_create: super().bulk_create",
        "people/organisation/models.py: TeamQuerySet.bulk_create: super().bulk_create",
    }


def test_06_migrations_that_take_employees_only_change_what_is_there():
    migrations = [path for path in product() if "migrations" in path.parts]

    assert faults_in(migrations, takes_employees_of_a_migration) == {
        "people/migrations/0009_one_spelling.py: spell_everyone: get_model"
    }


@pytest.mark.parametrize(
    "code",
    [
        "Employee._base_manager.create()",
        "Employee._base_manager.bulk_create(people)",
        "employee.save_base(raw=True)",
        "from django.db.migrations import RunSQL",
        "migrations.RunSQL(statement)",
        "text = 'INSERT OR IGNORE INTO people_employee VALUES (1)'",
        "text = f'insert into {table} values (1)'",
        "text = 'INSERT INTO ' + table",
        "with connection.cursor() as cursor: cursor.execute('REPLACE INTO people_employee VALUES (1)')",
        "with connection.cursor() as cursor: cursor.copy('COPY people_employee FROM STDIN')",
        "class EmployeeQuerySet:\n def write(self):\n  return f'INSERT INTO {table_of(self)} VALUES (1)'",
        "super().bulk_create(people)",
        "QuerySet.bulk_create(self, people)",
        "models.QuerySet.bulk_create(self, people)",
        "models.QuerySet[Employee](Employee).bulk_create(people)",
        "apps.get_model('people', 'Employee').objects.create()",
        "apps.get_model('people.employee').objects.create()",
    ],
)
def test_06_the_reader_of_the_source_sees(code):
    assert faults(inserts, code)


@pytest.mark.parametrize("code", ["apps.get_model('people', 'Employee')", "apps.get_model('people.employee')"])
def test_06_the_reader_of_migrations_sees(code):
    assert faults(takes_employees_of_a_migration, code)


@pytest.mark.parametrize(
    "code",
    [
        "Employee.objects.bulk_create(people)",
        "Employee.objects.create()",
        "type(employee)._base_manager.filter(pk=1)",
        "text = 'INSERT INTO accounts_throttle (key) VALUES (1)'",
        "class SearchWordQuerySet:\n def write(self):\n  return f'INSERT INTO {table_of(self)} VALUES (1)'",
    ],
)
def test_06_the_reader_of_the_source_lets_pass(code):
    assert not faults(inserts, code)


# 18 What writes without signals writes nothing that somebody watches

SILENT_WRITES = {"update", "bulk_update", "aupdate", "abulk_update"}
NOT_SILENT = {
    "people/derived.py: _rewrite_employees: update": "searched_as only, which no page shows",
    "people/derived.py: rewrite_profiles: update": "searched_as only, which no page shows",
    "people/querysets.py: EmployeeProfileQuerySet._meet_stored: update": "what ended is written and dated",
    "people/querysets.py: EmployeeProfileQuerySet.move_to_team: update": "the set-wise way into a team, which dates it",
    "people/management/commands/link_account.py: Command.unlink: update": "recorded, and only the link",
    "people/accounts/factors/required.py: begin_days_of_grace: update": "no employee, and nothing that gives power",
    "people/querysets.py: EmployeeQuerySet.link_by_mail: update": "recorded, and only the link",
}


def writes_silently(node: ast.AST, place: str) -> str | None:
    """The name of a call that may write employees, profiles or accounts without signals and without `modified`.

    A method of this very name may hand on what it let pass, and other models may be written in any way.
    """
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=receiver)) if name in SILENT_WRITES:
            is_handed_on = ast.unparse(receiver) == "super()" and place.endswith(f"QuerySet.{name}")
            is_harmless = is_handed_on or is_of_another_model(text_of(receiver, place).partition(".")[0])
            return None if is_harmless else name
    return None


def test_18_product_code_never_writes_without_signals():
    # The people of a benchmark are invented, and nobody watches them.
    assert faults_in(product(without=["migrations", "benchmarks"]), writes_silently) == NOT_SILENT.keys()


@pytest.mark.parametrize(
    "code",
    [
        "Employee.objects.filter(pk=1).update(phone=phone)",
        "EmployeeProfile.objects.bulk_update(profiles, ['team'])",
        "User.objects.update(is_superuser=True)",
        "async def save():\n await people.aupdate(team=team)",
        "class EmployeeQuerySet:\n def rename(self):\n  self.update(last_name='x')",
        "class EmployeeQuerySet:\n def rename(self):\n  super().update(last_name='x')",
        "QuerySet.update(people, phone=phone)",
    ],
)
def test_18_the_reader_of_the_source_sees(code):
    assert faults(writes_silently, code)


@pytest.mark.parametrize(
    "code",
    [
        "Throttle.objects.filter(pk=1).update(full_at=0)",
        "class TeamPlaceQuerySet:\n def rename(self):\n  self.filter(pk=1).update(sort_name='x')",
        "class EmployeeQuerySet:\n def update(self, **values):\n  return super().update(**values)",
    ],
)
def test_18_the_reader_of_the_source_lets_pass(code):
    assert not faults(writes_silently, code)
