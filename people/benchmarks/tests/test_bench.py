"""The benchmark: that it measures what it says. How long anything takes is no test's matter."""

import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from people.benchmarks import acts, pages, search
from people.benchmarks.crowd import fill
from people.benchmarks.invented import CLASSES, people
from people.benchmarks.measure import Budget, Case, in_turns, missed
from people.benchmarks.readers import Reader, accounts, counted
from people.benchmarks.yardsticks import admin_list, bare_template, formatted_strings, plain_template
from people.models import Employee, EmployeeProfile, KnownWord, ListPlace, ReadLogEntry, SearchWord, Team
from people.tests.factories import employee

PEOPLE, FEWER = 60, 30  # more than a page, and less
LINK = re.compile(r'"(?:/admin/people/employee/|/employees/)(\d+)/')


@pytest.fixture
def crowd(transactional_db) -> list[int]:
    """The keys of the first page; the application opens and closes its own connections."""
    fill(PEOPLE)
    return list(Employee.objects.sorted_by("name").values_list("pk", flat=True)[:50])


@pytest.fixture
def any_figure_will_do(monkeypatch) -> None:
    """No budget is missed, however slow the machine is."""
    monkeypatch.setattr(Budget, "is_missed", False)


def bench(*sizes: int, **options) -> None:
    call_command("bench", *sizes, searches=20, rounds=2, times=1, **options)


def rows(html: str) -> str:
    return html.partition("<tbody>")[2].partition("</tbody>")[0]


def places(*teams: str) -> int:
    """How many people stand in the lists of these teams."""
    return ListPlace.objects.filter(team__in=teams).count()


def everything() -> list:
    tables = (Employee, EmployeeProfile, ListPlace, SearchWord, KnownWord, ReadLogEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


@pytest.mark.no_cover
def test_search_and_pages_are_measured_on_one_database(transactional_db, any_figure_will_do, capsys, tmp_path):
    bench(FEWER, PEOPLE, json=tmp_path / "report.json")

    written, printed = json.loads((tmp_path / "report.json").read_text()), capsys.readouterr().out
    small, large = written["reports"]
    budgets = {budget["name"].partition(": ")[2] for budget in written["budgets"]}
    assert (small["people"], large["people"], Employee.objects.count()) == (FEWER, PEOPLE, PEOPLE)
    assert large["classes"].keys() == CLASSES.keys()
    assert large["classes"]["full name"].keys() == {"median", "p95", "first", "three", "icontains"}
    assert {"save", "rebuild_rate", "rebuild_memory_mb", "index_bytes", "front_end_bytes"} < large.keys()
    assert {"A–Z", "Engineering", "page 2", "results, to HR", "employee, to HR", "create"} < large["pages"].keys()
    assert {pages.BARE, "admin, A–Z", "admin, no hit"} < large["yardsticks"].keys()
    assert {"full name, right person first", "save with words to without", "A–Z in T"} < budgets
    assert f"A–Z with {PEOPLE} people to {FEWER}" in budgets
    assert all(f"\n{name} " in printed for name in [*large["classes"], *large["yardsticks"], *large["pages"]])


def test_pages_alone_name_every_missed_budget_and_write_the_figures(crowd, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "STATEMENTS", 0)

    with pytest.raises(CommandError, match=f"{PEOPLE} people: queries of A–Z"):
        bench(PEOPLE, only="pages", json=tmp_path / "report.json")

    [report] = json.loads((tmp_path / "report.json").read_text())["reports"]
    assert {"pages", "classes"} & report.keys() == {"pages"}


def test_search_alone_that_finds_the_wrong_person_misses_its_budget(crowd, monkeypatch, tmp_path):
    monkeypatch.setattr(search, "SAVE_RATIO", 0)
    monkeypatch.setattr(search, "found_by", lambda text: [])

    with pytest.raises(CommandError, match=r"full name, right person among three: 0\.00, at least 0\.98") as stopped:
        bench(PEOPLE, only="search", json=tmp_path / "report.json")

    assert f"{PEOPLE} people: save with words to without" in str(stopped.value)
    [report] = json.loads((tmp_path / "report.json").read_text())["reports"]
    assert {"pages", "classes"} & report.keys() == {"classes"}


@pytest.mark.no_cover
def test_pages_are_told_apart(crowd):
    report: dict[str, Any] = {"database": "any", "people": PEOPLE} | pages.measure(PEOPLE, 2)

    assert report["pages"]["A–Z"].bytes_sent < report["pages"]["A–Z"].bytes_read
    assert report["pages"]["employee, to HR"].statements > report["pages"]["employee"].statements
    assert {budget.figure for budget in pages.growth(report, report)} == {1}


def test_acts_alone_that_take_too_long_miss_their_budgets(crowd, monkeypatch):
    monkeypatch.setattr(acts, "LIMITS", dict.fromkeys(acts.LIMITS, 0))
    monkeypatch.setattr(acts, "LOCKED", 0)

    with pytest.raises(CommandError) as stopped:
        bench(PEOPLE, only="acts")

    for name in ("rename a team", "merge a team", "move half of all teams"):
        assert f"{PEOPLE} people: {name}, seconds" in str(stopped.value)


def test_acts_are_done_with_the_people_that_they_tell_of_and_undone(crowd, monkeypatch):
    before = [row | {"modified": None} for rows in everything() for row in rows]
    seen: list[tuple[int, list[str], int]] = []

    def timed(act, times):
        act.do()
        seen.append((act.people, Team.objects.tree().with_parts("marketing"), places("reserve")))
        act.undo()

    monkeypatch.setattr(acts, "timed", timed)
    acts.measure(PEOPLE, 1)

    renamed, merged, moved = seen
    assert 0 < renamed[0] == merged[0] == merged[2]
    assert {"product", "engineering", "reliability"} < {*moved[1]}
    assert moved[0] == places(*moved[1]) - places("marketing", "sales", "support")
    assert before == [row | {"modified": None} for rows in everything() for row in rows]


@pytest.mark.no_cover
@pytest.mark.parametrize(("part", "times"), [(search, 20), (pages, 2)])
def test_measuring_leaves_the_data_as_they_were(crowd, part, times):
    before = everything()

    part.measure(PEOPLE, times)

    assert everything() == before


def test_save_without_words_does_everything_else(crowd, monkeypatch):
    tables = []  # of each save, that which each statement writes or reads
    first_table = re.compile(r'"people_(\w+)"')

    def note(run):
        tables.append([first_table.findall(statement)[0] for statement in counted(run)[1]])
        return 1

    monkeypatch.setattr(search, "seconds", note)
    search.measure_save()

    with_words, without = tables[:2]
    assert without == ["employee", "employee", "listplace"]  # whose account it was is read first
    assert [table for table in with_words if table not in {"searchword", "knownword"}] == without


def test_a_database_with_real_people_is_refused(db):
    employee(email="ann@example.com")

    with pytest.raises(CommandError, match="real people"):
        bench(1)


def test_a_database_with_more_people_is_refused(crowd):
    with pytest.raises(CommandError, match="more people"):
        bench(PEOPLE, FEWER)


def test_whoever_is_missing_is_added(crowd):
    gone = Employee.objects.filter(reports=None).order_by("pk")[3]
    EmployeeProfile.objects.filter(employee=gone)._raw_delete("default")
    gone.delete()

    fill(PEOPLE + 1)

    invented = {one.email for one in people(0, PEOPLE + 1)}
    assert sorted(Employee.objects.values_list("email", flat=True)) == sorted(invented)


def test_debug_pages_are_refused(db, settings):
    settings.DEBUG = True

    with pytest.raises(CommandError, match="DEBUG"):
        bench(1)


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
    someone = Employee.objects.latest("pk")

    assert "0 results" in admin_list(q=pages.NOBODY)().decode()
    assert f"/{someone.pk}/" in admin_list(q=someone.email)().decode()


# The readers


def test_reader_is_signed_in_and_reads_fragments(crowd):
    with accounts() as (_, manager):
        page, fragment = (Reader(manager).get("/employees/", target=target)() for target in ("", "employee-results"))

    assert page.status == fragment.status == 200
    assert b"Add employee" in page.html
    assert b'<div id="employee-results"' in fragment.html
    assert b"<html" not in fragment.html


@pytest.mark.no_cover
def test_creating_is_taken_back(crowd):
    with accounts() as (_, manager):
        answer = pages.create(Reader(manager))

    assert b"Quackenbush" in answer.html
    assert Employee.objects.count() == PEOPLE


# Turns and budgets


def test_everything_has_its_turn_in_every_round():
    turns: dict[str, list[int]] = {name: [] for name in "abc"}

    def case(name: str) -> Case:
        return lambda number: lambda: turns[name].append(number)

    cases = {name: case(name) for name in turns}

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
