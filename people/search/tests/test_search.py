"""The written list of searches, each with the person that must come first."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from people.directory.forms import EmployeeFilterForm
from people.directory.listing import Directory
from people.models import Employee
from people.search import finder, table
from people.search.findings import Findings
from people.tests.factories import employee, next_phone
from people.tests.organisation import NOBODY, SEARCHES, make_organisation

pytestmark = pytest.mark.django_db


def chosen(text: str) -> dict:
    """What the directory's address says when somebody searched for `text`."""
    return EmployeeFilterForm(QueryDict(urlencode({"q": text}))).cleaned_data


@pytest.fixture
def organisation(db) -> dict[str, Employee]:
    return make_organisation()


def test_each_search_has_its_person_first(organisation: dict[str, Employee], subtests) -> None:
    for kind, searches in SEARCHES.items():
        for text, local in searches:
            with subtests.test(kind, text=text):
                assert Employee.objects.search(text).first() == organisation[local]


def test_searches_that_mean_nobody_find_nobody(organisation: dict[str, Employee], subtests) -> None:
    for text in NOBODY:
        with subtests.test(text):
            assert not Employee.objects.search(text)


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_list_has_at_least_eight_searches_of_each_kind(kind: str) -> None:
    assert len(SEARCHES[kind]) >= 8
    assert len(NOBODY) >= 10


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee; Maria Lopez",
        "Ann Lee, Maria Lopez",
        "Ann Lee\nMaria Lopez\n",
        "Ann Lee <ann.lee@example.com>, Maria Lopez <m.lopez@example.com>",
        '"Lee, Ann" <ann.lee@example.com>; "Lopez, Maria" <m.lopez@example.com>',
        "ann.lee@example.com, m.lopez@example.com",
        "Dr. Ann Lee; Nobody Ever; Lopez, Maria",
    ],
)
def test_a_pasted_list_finds_everyone_in_its_order(organisation: dict[str, Employee], text: str) -> None:
    meant = [organisation["ann.lee"], organisation["m.lopez"]]

    assert list(Employee.objects.search(text)) == meant
    assert [row["pk"] for row in Directory(chosen(text)).page.rows] == [str(person.pk) for person in meant]


def test_a_comma_before_a_first_name_makes_no_list(organisation: dict[str, Employee]) -> None:
    assert list(Employee.objects.search("Lee, Anm")) == [organisation["ann.lee"]]
    assert list(Employee.objects.search("de la Cruz, Ana Mraia")) == [organisation["ana.delacruz"]]


@pytest.mark.parametrize("text", ["bob marketing", "bob reuel", "reuel bob", "rober reul", "bob 0199", "bob rrt"])
def test_a_nickname_or_a_mistake_is_met_beside_anything_else(db, text: str) -> None:
    person = employee(
        first_name="Robert Ronald",
        last_name="Reuel Tolkien",
        email="rrt@example.com",
        phone="+12125550199",
        profile__team="marketing",
    )
    employee(first_name="Bob", last_name="Marsh", profile__team="product")

    assert list(Employee.objects.search(text)) == [person]


def test_a_short_list_says_that_there_are_more(db) -> None:
    Employee.objects.bulk_create(
        Employee(first_name="Ann", last_name=f"Lee{n}", email=f"e{n}@example.com", phone=f"+1212555{n:04}")
        for n in range(30)
    )

    short, whole = (Employee.objects.found_by("ann lee", at_most=number) or Findings() for number in (20, 30))

    assert (len(short.hits), short.is_cut) == (20, True)
    assert (len(whole.hits), whole.is_cut) == (30, False)


def people_called(number: int, first_name: str, last_name: str) -> list[Employee]:
    fields = {"first_name": first_name, "last_name": last_name}
    return [Employee(email=f"{last_name}{place}@example.com", phone=next_phone(), **fields) for place in range(number)]


def test_two_frequent_words_find_everyone_in_a_long_list_and_the_best_in_a_short_one() -> None:
    anns, pereiras = people_called(350, "Ann", "Gomes"), people_called(350, "Julia", "Pereira")
    Employee.objects.bulk_create([*anns, *pereiras])
    best, other = employee(first_name="Julia", last_name="Gomes"), employee(first_name="Ann Julia", last_name="Gomes")

    long, short = (list(Employee.objects.search("gomes jul", at_most=number)) for number in (1_000, 8))

    assert long == [best, other]
    assert short[0] == best


@pytest.fixture
def few_rows(monkeypatch) -> None:
    """No more than ten rows of the rarest word are counted and read."""
    for module in (finder, table):
        monkeypatch.setattr(module, "MOST_ROWS", 10)


def test_two_frequent_words_that_no_name_has_side_by_side_find_their_person(few_rows) -> None:
    anns, pereiras = people_called(30, "Ann", "Gomes"), people_called(30, "Julia", "Pereira")
    Employee.objects.bulk_create([*anns, *pereiras])
    meant = employee(first_name="Zoe Julia", last_name="Gomes")

    assert list(Employee.objects.search("gomes jul", at_most=8)) == [meant]


def test_two_frequent_words_of_which_not_every_row_is_read_say_that_there_may_be_more(few_rows) -> None:
    anns, pereiras = people_called(30, "Ann", "Gomes"), people_called(30, "Julia", "Pereira")
    Employee.objects.bulk_create([*anns, *pereiras])
    meant = employee(first_name="Julia", last_name="Gomes")

    found = Employee.objects.found_by("gomes jul") or Findings()

    assert ([*found.hits], found.is_cut) == ([meant.pk], True)


@pytest.mark.parametrize("text", ["senior engineer", "Engineer, Senior", "senior eng"])
def test_a_title_of_several_words_comes_before_people_who_have_them_apart(text: str) -> None:
    apart = employee(profile__team="engineering", profile__job_title="Senior Account Manager")
    longer = employee(profile__job_title="Senior Engineer of Engines")
    meant = employee(profile__job_title="Senior Engineer")

    assert list(Employee.objects.search(text)) == [meant, longer, apart]


def test_a_team_comes_before_titles_that_begin_with_its_name() -> None:
    called = {"first_name": "John", "last_name": "Ng"}
    titled = employee(**called, profile__team="marketing", profile__job_title="Product Manager")
    meant = employee(**called, profile__team="product")

    assert list(Employee.objects.search("john product")) == [meant, titled]


@pytest.mark.parametrize("text", ["mark analyst", "analyst mark"])
def test_names_come_before_frequent_facts_that_begin_alike(few_rows, text: str) -> None:
    for number in range(15):
        employee(
            first_name=f"Zoe{number}", profile__team="marketing", profile__job_title="Analyst" if number < 2 else None
        )
        employee(first_name=f"Zed{number}", profile__job_title="Analyst")
    named = employee(first_name="Mark", profile__job_title="Analyst")
    employee(first_name="Mark", profile__team="marketing")

    short, whole = (list(Employee.objects.search(text, at_most=number)) for number in (1, 8))

    assert short == [named] == whole[:1]
    assert sorted(person.given_name for person in whole[1:]) == ["Zoe0", "Zoe1"]


def test_a_short_list_of_people_with_two_spellings_is_whole() -> None:
    """Each is met twice, as written and in Latin letters."""
    for number in range(40):
        employee(first_name="Иван" if number < 18 else "Ann", profile__team="marketing")

    found = Employee.objects.found_by("иван marketing", at_most=20) or Findings()

    assert (len(found.hits), found.is_cut) == (18, False)


def test_the_mistyped_one_of_two_words_may_be_either(db) -> None:
    Employee.objects.bulk_create(people_called(20, "Zarl", "Mayr"))
    meant = employee(first_name="Karl", last_name="Mair")

    assert Employee.objects.search("karl mayr", at_most=8).first() == meant


def test_a_number_is_found_by_its_last_zeros() -> None:
    round_number = employee(phone="+14155000000")
    employee(phone="+14155000001")

    assert list(Employee.objects.search("00000")) == [round_number]


def test_last_digits_are_not_crowded_out_by_first_ones() -> None:
    meant = employee(phone="+14155739929")
    for number in range(10):
        employee(phone=f"+3992900{number:05}")

    assert Employee.objects.search("39929", at_most=2).first() == meant
