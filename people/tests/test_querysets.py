import datetime

import pytest
from django.db import connection

from people import querysets
from people.models import Employee
from people.querysets import ORDERS

from .factories import employee, next_phone

PEOPLE = [
    ("Łukasz", "Żółć-Müller", "lukasz.zolc@example.com", "+14155552671"),
    ("Ada", "Byron", "ada@example.com", "+442079460958"),
    ("Jürgen", "Groß", "j.gross@example.net", "+14155550182"),
    ("Søren", "Kierkegård", "soren@example.org", "+14155550193"),
    ("Işıl", "Yıldız", "isil.y@example.org", "+14155550114"),
    ("Αικατερίνη", "Παπαδοπούλου", "katerina@example.gr", "+14155550135"),
    ("Йосип", "Шевченко", "yosyp@example.ua", "+14155550156"),
    ("محمد", "الخطيب", "m.khatib@example.jo", "+14155550177"),
    ("太郎", "山田", "taro@example.jp", "+14155550198"),
    ("María de los Ángeles", "Peña O'Brien", "maria2@example.es", "+14155550131"),
    ("Đặng", "Nguyễn", "nguyen@example.vn", "+14155550144"),
]


@pytest.fixture
def people(db):
    """Eleven people with names of many scripts."""
    for first_name, last_name, email, phone in PEOPLE:
        employee(first_name=first_name, last_name=last_name, email=email, phone=phone)


def found_by(text: str) -> list[str]:
    return [person.first_name for person in Employee.objects.search(text)]


def names(people) -> list[str]:
    return [person.first_name for person in people]


# Search


@pytest.mark.parametrize(
    "text",
    [
        "Łukasz",
        "lukasz",
        "LUKASZ",
        "łukasz",
        "luk",
        "kasz",
        "Żółć-Müller",
        "zolc-muller",
        "zolc",
        "Müller",
        "Mu\u0308ller",
        "Łukasz Żółć-Müller",
        "Żółć-Müller Łukasz",
        "lukasz muller",
        "muller lukasz",
        "  zolc \t luk  ",
        "ŻÓŁĆ",
        "lukasz.zolc",
        "lukasz.zolc@example.com",
        "LUKASZ.ZOLC@EXAMPLE.COM",
        "zolc@exam",
        "555 26 71",
        "555-26-71",
        "2671",
        "+1 (415) 555-2671",
        "+14155552671",
        "4155552671",
        "415.555.2671",
        "(415) 555-2671",
        "001 415 555 2671",
        "lukasz 2671",
        "2671 lukasz",
        "ｌｕｋａｓｚ",
        "lukasz\x00",
        "luk\u200basz",
        "\\lukasz",
    ],
)
def test_search_finds_one_person(people, text):
    assert found_by(text) == ["Łukasz"]


@pytest.mark.parametrize(
    ("text", "first_name"),
    [
        ("020 7946 0958", "Ada"),
        ("0044 20 7946 0958", "Ada"),
        ("0958", "Ada"),
        ("gross", "Jürgen"),
        ("GROSS", "Jürgen"),
        ("Groß", "Jürgen"),
        ("GROẞ", "Jürgen"),
        ("jurgen", "Jürgen"),
        ("soren kierkegard", "Søren"),
        ("SØREN KIERKEGÅRD", "Søren"),
        ("isil", "Işıl"),
        ("ISIL YILDIZ", "Işıl"),
        ("IŞIL YILDIZ", "Işıl"),
        ("yıldız", "Işıl"),
        ("Αικατερίνη", "Αικατερίνη"),
        ("ΑΙΚΑΤΕΡΙΝΗ", "Αικατερίνη"),
        ("παπαδοπουλου", "Αικατερίνη"),
        ("Йосип", "Йосип"),
        ("ШЕВЧЕНКО", "Йосип"),
        ("محمد", "محمد"),
        ("مُحَمَّد", "محمد"),
        ("الخطيب", "محمد"),
        ("山田", "太郎"),
        ("山田 太郎", "太郎"),
        ("o'brien", "María de los Ángeles"),
        ("angeles maria", "María de los Ángeles"),
        ("maria2@example.es", "María de los Ángeles"),
        ("maria2", "María de los Ángeles"),
        ("dang nguyen", "Đặng"),
    ],
)
def test_search_finds_names_of_every_script(people, text, first_name):
    assert found_by(text) == [first_name]


@pytest.mark.parametrize(
    "text",
    [
        "lukasz missing",
        "lukasz ada",
        "lukasz 0182",
        "lukasz7",
        "lukasz 9999999",
        "山田2",
        "4155552672",
        "+44 415 555 2671",
        "%",
        "_",
        "lu_asz",
        "lu%asz",
        '"',
        "\\",
        "'; DROP TABLE people_employee; --",
        "🦊",
        "👩\u200d🔬",
        "x" * 10_000,
        "5" * 10_000,
        "no\x00body",
        "0",
    ],
)
def test_search_finds_nobody(people, text):
    assert found_by(text) == []


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b"])
def test_search_for_nothing_finds_everyone(people, text):
    assert len(found_by(text)) == len(PEOPLE)


def test_search_words_may_be_found_in_different_fields(people):
    assert found_by("kierkegard example.org") == ["Søren"]
    assert found_by("example.org") == ["Søren", "Işıl"]


@pytest.mark.parametrize("private", ["1987", "Quarkweg", "female"])
def test_search_looks_at_no_private_field(db, private):
    employee(
        first_name="Ada",
        last_name="Byron",
        email="ada@example.com",
        profile__dob=datetime.date(1987, 6, 5),
        profile__address="Quarkweg 1",
        profile__gender="female",
    )

    assert found_by(private) == []


def test_search_after_a_new_name_finds_the_new_one(people):
    person = Employee.objects.get(first_name="Ada")
    person.last_name = "Lovelace"
    person.save(update_fields=["last_name"])

    assert found_by("lovelace") == ["Ada"]
    assert found_by("byron") == []


def test_search_after_bulk_create(db):
    Employee.objects.bulk_create(
        [Employee(first_name="Zoë", last_name="Ng", email="z@example.com", phone="+14155552671")]
    )

    assert found_by("zoe ng") == ["Zoë"]


# Order


def test_sorted_by_name_is_last_then_first_name_without_accents(db):
    for first_name, last_name in [("Bo", "Zimmer"), ("Cy", "Öberg"), ("Di", "olsen"), ("Al", "Öberg")]:
        employee(first_name=first_name, last_name=last_name)

    assert names(Employee.objects.sorted_by("name")) == ["Al", "Cy", "Di", "Bo"]
    assert names(Employee.objects.sorted_by("-name")) == ["Bo", "Di", "Cy", "Al"]


@pytest.mark.parametrize(("order", "expected"), [("name", [0, 1, 2]), ("-name", [2, 1, 0])])
def test_sorted_by_name_of_namesakes_is_by_key(db, order, expected):
    keys = [employee(first_name="Jan", last_name="Jansen").pk for _ in range(3)]

    assert [person.pk for person in Employee.objects.sorted_by(order)] == [keys[index] for index in expected]


@pytest.mark.parametrize("order", ORDERS)
def test_sorted_by_anything_ends_with_the_key(order):
    # SQLite's index breaks ties by key of itself; PostgreSQL doesn't.
    assert Employee.objects.sorted_by(order).query.order_by[-1] in {"pk", "-pk"}


def test_sorted_by_newest_is_in_the_order_of_adding(db):
    for name in ["Old", "Newer", "Newest"]:
        employee(first_name=name)

    assert names(Employee.objects.sorted_by("newest")) == ["Newest", "Newer", "Old"]


# Details


def test_without_profile(db):
    employee()
    lost = employee()
    type(lost.profile).objects.filter(pk=lost.profile.pk)._raw_delete("default")

    assert list(Employee.objects.without_profile()) == [lost]


@pytest.mark.parametrize("number", [1, 20])
def test_with_card_details_costs_one_query(db, django_assert_num_queries, number):
    for _ in range(number):
        employee()

    with django_assert_num_queries(1):
        teams = [person.profile.team for person in Employee.objects.with_card_details()]

    assert len(teams) == number


@pytest.mark.django_db
@pytest.mark.runs_on("postgresql")  # SQLite checks foreign keys without a plan
def test_bulk_create_of_many_tells_the_database_how_many_before_it_commits(monkeypatch):
    monkeypatch.setattr(querysets, "WORTH_ANALYSING", 5)
    phones = [next_phone() for _ in range(5)]

    Employee.objects.bulk_create(
        Employee(first_name="Ann", last_name="Byron", email=f"{phone}@example.com", phone=phone) for phone in phones
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'people_employee'")
        assert cursor.fetchone() == (5,)
