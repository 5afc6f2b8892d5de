"""The measuring of pages: that it measures what it says. How long anything takes is no test's matter."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people.benchmarks.measure import Budget, in_turns, missed
from people.benchmarks.readers import Reader, accounts, counted
from people.benchmarks.yardsticks import admin_list, bare_template, formatted_strings, plain_template
from people.management.commands import bench_pages
from people.management.commands.bench import fill
from people.models import Employee, EmployeeProfile, ReadLogEntry

from .factories import employee

PEOPLE = 200
LINK = re.compile(r'"(?:/admin/people/employee/|/employees/)(\d+)/')


@pytest.fixture
def crowd(transactional_db) -> list[int]:
    """The keys of the first page; the application opens and closes its own connections."""
    fill(PEOPLE)
    return list(Employee.objects.sorted_by("name").values_list("pk", flat=True)[:50])


def measure() -> dict:
    return bench_pages.Command(stdout=StringIO()).measure(PEOPLE, rounds=2)


def rows(html: str) -> str:
    return html.partition("<tbody>")[2].partition("</tbody>")[0]


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Employee, EmployeeProfile, ReadLogEntry)]


def test_pages_are_measured_with_what_they_are_compared_with(crowd):
    report = measure()

    assert {"A–Z", "Engineering", "page 2", "results", "employee, to HR", "create"} < report["pages"].keys()
    assert {bench_pages.BARE, "admin, A–Z", "admin, no hit"} < report["yardsticks"].keys()
    assert any("A–Z in T" in str(budget) for budget in bench_pages.budgets_of(report))
    assert {budget.figure for budget in bench_pages.growth(report, report)} == {1}
    assert report["pages"]["A–Z"].bytes_sent < report["pages"]["A–Z"].bytes_read
    assert report["pages"]["employee, to HR"].statements > report["pages"]["employee"].statements


def test_measuring_leaves_the_data_as_they_were(crowd):
    before = everything()

    measure()

    assert everything() == before


def test_a_database_with_real_people_is_refused(db):
    employee(email="ann@example.com")

    with pytest.raises(CommandError, match="real people"):
        call_command("bench_pages", 1)


def test_a_database_with_more_people_is_refused(crowd):
    with pytest.raises(CommandError, match="more people"):
        call_command("bench_pages", 100)


def test_debug_pages_are_refused(db, settings):
    settings.DEBUG = True

    with pytest.raises(CommandError, match="DEBUG"):
        call_command("bench_pages", 1)


# What pages are compared with


def test_bare_template_draws_the_page_without_asking_the_database(crowd):
    html, statements = counted(bare_template())

    with accounts() as (colleague, _):
        page = Reader(colleague).get("/employees/")().html.decode()
    assert rows(html) == rows(page)
    assert statements == []


@pytest.mark.parametrize("make", [lambda: formatted_strings, plain_template], ids=["f-strings", "plain template"])
def test_one_query_shows_the_same_people(crowd, make):
    html, statements = counted(make())

    assert [int(key) for key in LINK.findall(html)] == crowd
    assert len(statements) == 1


def test_admin_shows_the_same_people(crowd):
    html = admin_list()().decode()

    assert list(dict.fromkeys(int(key) for key in LINK.findall(html))) == crowd


def test_admin_finds_nobody_and_a_person(crowd):
    someone = Employee.objects.first()

    assert "0 results" in admin_list(q=bench_pages.NOBODY)().decode()
    assert f"/{someone.pk}/" in admin_list(q=someone.email)().decode()


# The readers


def test_reader_is_signed_in_and_reads_fragments(crowd):
    with accounts() as (_, manager):
        page, fragment = (Reader(manager).get("/employees/", target=target)() for target in ("", "employee-results"))

    assert page.status == fragment.status == 200
    assert b"Add employee" in page.html
    assert fragment.html.lstrip().startswith(b'<div id="employee-results"')


def test_creating_is_taken_back(crowd):
    with accounts() as (_, manager):
        answer = bench_pages.create(Reader(manager))

    assert b"Quackenbush" in answer.html
    assert Employee.objects.count() == PEOPLE


# Turns and budgets


def test_everything_has_its_turn_in_every_round():
    turns = {name: [] for name in "abc"}
    cases = {name: lambda number, name=name: lambda: turns[name].append(number) for name in turns}

    costs = in_turns(cases, rounds=3)

    assert costs.keys() == turns.keys()
    assert list(turns.values()) == [[0, 1, 2, 3, 4]] * 3  # the first two warm up


@pytest.mark.parametrize(
    ("figure", "at_least", "is_missed"),
    [(2, False, False), (2.1, False, True), (2, True, False), (1.9, True, True)],
)
def test_budget_is_missed(figure, at_least, is_missed):
    budget = Budget("pages", figure, 2, at_least=at_least)

    assert budget.is_missed is is_missed
    assert bool(missed([budget])) is is_missed
