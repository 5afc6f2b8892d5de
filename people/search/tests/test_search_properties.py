"""What holds for every search and every change, tried on invented ones."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from people.accounts.models import User
from people.derived import out_of_date, rewrite
from people.ground.text import fold
from people.models import Employee, EmployeeProfile, KnownWord, SearchWord
from people.search.words import words_in
from people.tests.factories import employee, next_phone
from people.tests.organisation import make_organisation
from people.tests.plans import avoid, plan_of
from people.tests.rounds import rounds

# Letters of many scripts, and what stands between the parts of names.
ALPHABET = "aábcdeéßøłıđňAÖÅyz' -’ЖжиΠπρשרםدعमनी王伟はな김준"
names = st.text(ALPHABET, min_size=1, max_size=12).filter(lambda text: any(letter.isalpha() for letter in text))
quick = settings(deadline=None, suppress_health_check=list(HealthCheck))


class PrefixTests(TestCase):
    @quick
    @given(first_name=names, last_name=names, data=st.data())
    def test_a_person_is_found_by_any_prefix_of_any_own_word(self, first_name: str, last_name: str, data) -> None:
        person = employee(first_name=first_name, last_name=last_name)
        word = data.draw(st.sampled_from(f"{person.first_name} {person.last_name}".split()))
        prefix = word[: data.draw(st.integers(2, 12))]

        for text in (prefix, fold(prefix), prefix.upper()):
            if "".join(words_in(text).joined):
                assert person in Employee.objects.search(text), text

    @quick
    @given(first_name=names, known_as=names, last_name=names, data=st.data())
    def test_hr_and_the_person_find_a_hidden_first_name_and_others_do_not(
        self, first_name: str, known_as: str, last_name: str, data
    ) -> None:
        account, other = (User.objects.create(email=f"{name}@example.com") for name in ("person", "other"))
        names = {"first_name": first_name, "known_as": known_as, "last_name": last_name}
        person = employee(**names, user=account, email="q@example.com", phone=next_phone())
        employee(user=other, first_name="Ada", known_as="Bo")
        word = data.draw(st.sampled_from(f"{person.first_name} {person.last_name}".split()))
        prefix = word[: data.draw(st.integers(2, 12))]
        texts = [text for text in (prefix, fold(prefix), prefix.upper()) if "".join(words_in(text).joined)]

        for reader in (User(is_superuser=True), account):
            assert all(person in Employee.objects.search(text, reader) for text in texts), texts
        found = [list(Employee.objects.search(text, other)) for text in texts]
        person.first_name = "Xx"
        person.save()

        assert [list(Employee.objects.search(text, other)) for text in texts] == found


class WordsMachine(RuleBasedStateMachine):
    """Creates, edits and moves people in every way; the words must always be those of a rebuild."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        """Every example starts without people."""
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def new(self, first_name: str, last_name: str) -> Employee:
        self.number += 1
        email = f"p{self.number}@example.com"
        return Employee(first_name=first_name, last_name=last_name, email=email, phone=next_phone())

    @rule(first_name=names, last_name=names)
    def create(self, first_name: str, last_name: str) -> None:
        self.new(first_name, last_name).save()

    @rule(people=st.lists(st.tuples(names, names), max_size=3))
    def create_many(self, people: list[tuple[str, str]]) -> None:
        Employee.objects.bulk_create([self.new(*both) for both in people])

    @rule(last_name=names, number=st.integers(0, 9))
    def rename(self, last_name: str, number: int) -> None:
        for person in Employee.objects.order_by("pk")[number : number + 1]:
            person.last_name = last_name
            person.save()

    @rule(first_name=names, number=st.integers(0, 9))
    def rename_one_field(self, first_name: str, number: int) -> None:
        for person in Employee.objects.order_by("pk")[number : number + 1]:
            person.first_name = first_name
            person.save(update_fields=["first_name"])

    @rule(known_as=st.none() | names, number=st.integers(0, 9))
    def call(self, known_as: str | None, number: int) -> None:
        for person in Employee.objects.order_by("pk")[number : number + 1]:
            person.known_as = known_as
            person.save(update_fields=["known_as"])

    @rule(known_as=st.none() | names)
    def call_many(self, known_as: str | None) -> None:
        people = list(Employee.objects.order_by("-pk")[:2])
        for person in people:
            person.known_as = known_as
        Employee.objects.bulk_update(people, ["known_as"])

    @rule(first_name=names)
    def rename_many(self, first_name: str) -> None:
        people = list(Employee.objects.order_by("-pk")[:2])
        for person in people:
            person.first_name = first_name.strip()
        Employee.objects.bulk_update(people, ["first_name"])

    @rule(team=st.sampled_from([None, *EmployeeProfile.Teams.values]), number=st.integers(0, 9))
    def move(self, team: str | None, number: int) -> None:
        for profile in EmployeeProfile.objects.order_by("pk")[number : number + 1]:
            profile.team = team
            profile.save()

    @rule(team=st.sampled_from([None, *EmployeeProfile.Teams.values]))
    def move_many(self, team: str | None) -> None:
        profiles = list(EmployeeProfile.objects.order_by("-pk")[:2])
        for profile in profiles:
            profile.team = team
        EmployeeProfile.objects.bulk_update(profiles, ["team"])

    @invariant()
    def words_are_those_of_a_rebuild(self) -> None:
        assert not out_of_date().exists()
        keys = list(Employee.objects.values_list("pk", flat=True))
        known = set(KnownWord.objects.values_list("word", flat=True))
        assert rewrite(keys) == 0
        assert not KnownWord.objects.unused().exists()
        assert set(KnownWord.objects.values_list("word", flat=True)) == known


# The checker knows neither the base, which hypothesis makes of the machine, nor whose these settings are.
class WordsTests(WordsMachine.TestCase, TestCase):  # type: ignore[misc, valid-type]
    settings = settings(  # type: ignore[assignment]
        max_examples=rounds(15, 100), stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )


HOSTILE = [
    "a" * 10_000,
    "ann " * 2_500,
    " ".join(f"word{number}" for number in range(100)),
    "%" * 200,
    "_%_",
    "\\",
    "'; DROP TABLE people_searchword; --",
    '"ann" OR "lee"',
    "ann* -lee +x (y) {z} [w] ^v ~u NEAR(a, b)",
    "!!!…—",
    "🙂🙃👩‍🚀",
    "מאיה ann الراشد",
    "\u202eanna\u202c",
    "a\u200dn\u200cn",
    "\u0301\u0308",
    "\x00\x01ann\x00",
    "9" * 5_000,
    "+" * 500,
    "0" * 300,
    "@" * 300,
    "@.@.@",
    "#1762",
    "=product",
    "ﷺ" * 200,
    "\ud800",
    "İı" * 50,
]


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_ask_and_find_little(text: str) -> None:
    make_organisation()

    with CaptureQueriesContext(connection) as asked:
        found = [*Employee.objects.search(text), *Employee.objects.nearest_to(text)]

    assert len(asked) <= 20
    assert all(len(query["sql"]) < 32_000 for query in asked)
    assert len(found) <= 60


class AnyTextTests(TestCase):
    @quick
    @given(st.text(max_size=300))
    def test_any_text_answers(self, text: str) -> None:
        employee(first_name="Anna")

        list(Employee.objects.search(text))
        Employee.objects.nearest_to(text)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["dob", "address", "gender"])
def test_private_fields_are_no_oracle(field: str) -> None:
    """A search for a private value finds the same people, with and without it."""
    value = {"dob": "1987-06-05", "address": "Quarkweg 99", "gender": "female"}[field]
    person = employee(first_name="Ada", last_name="Ng", email="ada@example.com", phone="+14155552671")
    words = set(SearchWord.objects.values_list("word", flat=True))
    before = [list(Employee.objects.search(text)) for text in (value, *value.split(), "ada")]

    setattr(person.profile, field, value)
    person.profile.save()

    assert [list(Employee.objects.search(text)) for text in (value, *value.split(), "ada")] == before
    assert set(SearchWord.objects.values_list("word", flat=True)) == words


def plans_of(act: Callable[[], object]) -> list[str]:
    """How the database goes about each statement that names a search word."""
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = [query["sql"] for query in captured.captured_queries]
    plans = [plan_of(one) for one in statements if "_searchword" in one or "INSTR" in one or "STRPOS" in one]
    assert plans
    return plans


def make_many() -> None:
    make_organisation()
    Employee.objects.bulk_create(
        Employee(first_name=f"Maria{n % 97}", last_name=f"Garcia{n % 89}", email=f"m{n}@ex.com", phone=f"+1212{n:07}")
        for n in range(3_000)
    )
    avoid("seqscan")


# Among many people PostgreSQL would read all of them for one, whatever it does among few.
JOIN = "Join|Nested Loop"


def assert_by_index(plans: list[str]) -> None:
    for plan in plans:
        for table in ("people_searchword", "people_employee", "people_employeeprofile"):
            assert f"Seq Scan on {table}" not in plan, plan
            assert f"SCAN {table}" not in plan, plan
        assert not re.search(r"SCAN [aopw]$", plan, re.MULTILINE), plan


@pytest.mark.django_db
@pytest.mark.no_cover
def test_searches_and_saves_read_indexes_only() -> None:
    def search(text: str) -> None:
        list(Employee.objects.search(text, at_most=20)[:20])

    make_many()
    for text in ("m", "maria5", "maria5 garcia7", "bob fischer", "555 2671", "ann@example"):
        plans = plans_of(partial(search, text))
        assert_by_index(plans)
        assert not re.search(JOIN, "".join(plans)), plans
    person = Employee.objects.latest("pk")
    person.last_name = "Zyx"

    plans = plans_of(person.save)

    assert_by_index(plans)
    [forgetting] = [plan for plan in plans if re.search(r"\bknown\b", plan)]
    assert "searchword_in_order" in forgetting
    assert not re.search(JOIN, forgetting), forgetting
