import gzip
import re
from html import escape

import pytest
from django.utils.html import strip_tags
from django_dynamic_fixture import G

from people.directory.rows import rows_of
from people.models import Employee, EmployeeProfile, Location, Team
from people.querysets import MOST_FOUND
from people.tests.browsers import RESTORED, htmx, sign_in, statements_of
from people.tests.factories import NASTY, add_demo_people, add_namesakes, employee
from people.tests.organisation import make_organisation
from people.tests.pages import announced_in, words_of

URL = "/employees/"
RESULTS = htmx("employee-results")


def shown(response) -> list[str]:
    """The first names of the listed people, in their order."""
    return [strip_tags(row["given_name"]) for row in response.context_data["page"].rows]


def results_of(response) -> str:
    """The markup of #employee-results alone."""
    html = response.content.decode()
    return html[html.index('<div id="employee-results"') : html.index('<nav class="team-filter"')]


# Page and fragment


@pytest.mark.django_db
def test_list_page(client):
    sign_in(client)
    person = employee(first_name="Łukasz", last_name="Żółć", email="l@example.com", phone="+14155552671")

    response = client.get(URL)

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<main") == html.count("<h1") == html.count('id="employee-results"') == 1
    assert f'href="/employees/{person.pk}/"' in html
    assert all(text in html for text in ["Łukasz <b>Żółć</b>", "mailto:l@example.com", "tel:+14155552671"])


@pytest.mark.django_db
def test_list_fragment_is_only_the_fragment(client):
    sign_in(client)
    employee(first_name="Ada")

    response = client.get(URL, headers=RESULTS)

    html = response.content.decode()
    assert response.status_code == 200
    assert html.strip().startswith("<title>Directory · People</title>")
    assert "Ada" in html
    assert not any(text in html for text in ["<html", "<main", "<h1", 'id="search"'])


@pytest.mark.django_db
def test_list_fragment_brings_the_team_filter_along(client):
    sign_in(client)

    fragment, page = client.get(URL, headers=RESULTS).content, client.get(URL).content

    assert fragment.count(b'id="team-filter"') == page.count(b'id="team-filter"') == 1
    assert fragment.count(b'hx-swap-oob="true"') == 1
    assert b"hx-swap-oob" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_varies_by_the_headers_of_htmx(client, headers):
    sign_in(client)

    vary = client.get(URL, headers=headers)["Vary"].split(", ")

    assert {"HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"} <= set(vary)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        RESTORED,
        RESTORED | RESULTS,
        RESULTS | {"HX-Boosted": "true"},
        {"HX-Target": "employee-results"},
        {"HX-Request": "true"},
        htmx("results"),
        htmx("team-filter"),
        htmx("main"),
        htmx("../base"),
        htmx(""),
    ],
)
def test_list_for_other_headers_is_the_whole_page(client, headers):
    sign_in(client)

    html = client.get(URL, headers=headers).content.decode()

    assert html.startswith("<!doctype html>")
    assert html.count('id="employee-results"') == 1


@pytest.mark.django_db
def test_list_restored_from_history_has_nothing_to_swap_elsewhere(client):
    sign_in(client)

    assert b"hx-swap-oob" not in client.get(URL, headers=RESTORED).content


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_is_not_stored(client, headers):
    sign_in(client)

    assert client.get(URL, headers=headers)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_list_is_only_read(client, method):
    sign_in(client, is_hr=True)

    assert getattr(client, method)(URL).status_code == 405


# Who


@pytest.mark.django_db
@pytest.mark.parametrize(("reader", "may_add"), [({}, False), ({"is_hr": True}, True), ({"is_superuser": True}, True)])
def test_list_offers_adding_to_hr_only(client, reader, may_add):
    sign_in(client, **reader)

    for number in range(2):
        html = client.get(URL).content.decode()

        assert ('href="/employees/new/"' in html) == may_add, f"{number} employees"
        employee()


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [{}, {"is_hr": True}])
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_shows_no_private_field(client, reader, headers):
    sign_in(client, **reader)
    employee(profile__dob="1987-06-05", profile__address="Quarkweg 99", profile__gender="other")

    html = client.get(URL, headers=headers).content.decode()

    assert not any(text in html for text in ["1987", "Quarkweg", "Gender", "Other", 'other"'])


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=1987", "q=1987-06-05", "q=Quarkweg", "q=other"])
def test_list_searches_no_private_field(client, query):
    sign_in(client, is_hr=True)
    employee(
        first_name="Ada",
        last_name="Ng",
        email="a@example.com",
        phone="+14155552671",
        profile__dob="1987-06-05",
        profile__address="Quarkweg 99",
        profile__gender="other",
    )

    assert shown(client.get(f"{URL}?{query}")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["dob=1987-06-05", "profile__gender=other", "sort=dob", "sort=-profile__dob", "team=other", "address="]
)
def test_list_filters_and_sorts_by_no_private_field(client, query):
    sign_in(client)
    employee(first_name="Ada", last_name="A", profile__dob="1999-09-09", profile__gender="male")
    employee(first_name="Bo", last_name="B", profile__dob="1987-06-05", profile__gender="other")

    assert shown(client.get(f"{URL}?{query}")) == ["Ada", "Bo"]


# Search, team, order


TITLES = ["Senior Product Manager", "Engineer", "Head of Field Marketing", "Office Manager", "Data Analyst"]


def give_titles() -> None:
    """Everyone a job title, of those there are."""
    profiles = list(EmployeeProfile.objects.all())
    for number, profile in enumerate(profiles):
        profile.job_title = TITLES[number % len(TITLES)]
    EmployeeProfile.objects.bulk_update(profiles, ["job_title"])


@pytest.fixture
def teams(client, db):
    sign_in(client)
    for first_name, team in [("Ada", "product"), ("Adam", "product"), ("Adela", "marketing"), ("Bo", "product")]:
        employee(first_name=first_name, last_name="Ng", email=f"{first_name}@example.com", profile__team=team)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ada", "Adam", "Adela", "Bo"]),
        ("q=ad", ["Ada", "Adam", "Adela"]),
        ("q=ad&team=product", ["Ada", "Adam"]),
        ("team=product&sort=-name", ["Bo", "Adam", "Ada"]),
        ("sort=newest", ["Bo", "Adela", "Adam", "Ada"]),
        ("team=engineering", []),
        ("q=nobody", []),
        ("team=finance&sort=dob&page=abc", ["Ada", "Adam", "Adela", "Bo"]),
    ],
)
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_of_a_query(client, teams, query, expected, headers):
    response = client.get(f"{URL}?{query}", headers=headers)

    assert response.status_code == 200
    assert shown(response) == expected


@pytest.mark.parametrize("query", ["q=ad", "q=ad&team=marketing"])
def test_list_counts_the_found_people_of_each_team(client, teams, query):
    response = client.get(f"{URL}?{query}")

    counts = {label: number for _, label, number in response.context_data["filters"].pills}
    assert counts == {"All": 3, "Product": 2, "Marketing": 1}


@pytest.mark.parametrize(
    ("query", "announced"),
    [
        ("", "4 people"),
        ("q=ad", "3 of 4 people match"),
        ("q=adela", "1 of 4 people matches"),
        ("q=ad&team=product", "2 of 4 people match"),
        ("q=nobody", "Nobody matches “nobody”"),
        ("q=nobody&team=product", "Nobody in Product matches “nobody”"),
        ("team=engineering", "Engineering has nobody yet"),
        ("q=adelaa", "Nobody matches exactly: 1 similar name"),
    ],
)
def test_list_announces_the_number_of_results(client, teams, query, announced):
    assert announced_in(client.get(f"{URL}?{query}", headers=RESULTS).text) == announced


@pytest.mark.parametrize("query", ["q=nobody", "q=nobody&team=product", "q=adelaa"])
def test_list_says_once_that_nobody_matches(client, teams, query):
    main = client.get(f"{URL}?{query}").text.partition("<main")[2]

    assert main.count("Nobody") == 1


def test_list_tells_similar_names_from_matches(client, teams):
    similar, exact = client.get(f"{URL}?q=adelaa").text, client.get(f"{URL}?q=adela").text

    assert ">People with similar names</caption>" in similar
    assert ">People</caption>" in exact
    assert "exactly" not in exact


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Directory · People"),
        ("sort=newest", "Directory · People"),
        ("team=product", "Product · Directory · People"),
        ("q=ad", "ad · Directory · People"),
        ("q=ad&team=product", "ad in Product · Directory · People"),
        ("q=nobody", "Nobody matches nobody · Directory · People"),
        ("q=nobody&team=product", "Nobody matches nobody in Product · Directory · People"),
        ("q=%3Cb%3E", "&lt;b&gt; · Directory · People"),
        ("q=" + "x" * 200, f"Nobody matches {'x' * 39}… · Directory · People"),
    ],
)
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_title_tells_what_the_list_shows(client, teams, query, title, headers):
    html = client.get(f"{URL}?{query}", headers=headers).text

    assert html.count("<title>") == 1
    assert f"<title>{title}</title>" in html


@pytest.mark.parametrize(
    ("query", "title"), [("page=2", "Page 2 · Directory · People"), ("q=ng&page=2", "ng, page 2 · Directory · People")]
)
def test_title_tells_the_page(client, two_pages, query, title):
    assert f"<title>{title}</title>" in client.get(f"{URL}?{query}").text


def test_list_without_results_offers_a_way_on(client, teams):
    html = client.get(f"{URL}?q=bo&team=marketing").content.decode()

    assert "Nobody in Marketing matches" in html
    assert f'href="{URL}?q=bo"' in html
    assert "Show everyone" in html


def test_list_keeps_the_search_in_its_box(client, teams):
    assert 'value="ad"' in client.get(f"{URL}?q=ad").content.decode()


def test_list_marks_the_chosen_team_and_order(client, teams):
    html = client.get(f"{URL}?team=product&sort=newest", headers=RESULTS).content.decode()

    marked = [part.split(">")[1].split("<")[0].strip() for part in html.split('aria-current="true"')[1:]]
    assert marked == ["Newest", "Product"]


@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_escapes_the_search(client, teams, headers):
    html = client.get(URL, {"q": NASTY}, headers=headers).content.decode()

    assert escape(NASTY) in html
    assert "<script>alert" not in html
    assert "alert('\"" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_escapes_names(client, headers):
    sign_in(client)
    employee(first_name=NASTY, last_name="<b>")

    html = client.get(URL, headers=headers).content.decode()

    assert escape(NASTY) in html
    assert "<script>alert" not in html
    assert "<b><b>" not in html


@pytest.mark.parametrize("q", ["x" * 10_000, "ab+" * 3_000, "%00", "%F0%9F%A6%8A", "%25", "%ED%A0%80", "%FF", "&&&=="])
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_of_any_search_answers(client, teams, q, headers):
    assert client.get(f"{URL}?q={q}", headers=headers).status_code == 200


@pytest.mark.django_db
def test_list_of_nobody_yet(client):
    sign_in(client)

    html = client.get(URL).content.decode()

    assert "The directory is empty" in html
    assert "/employees/new/" not in html


# Pages


@pytest.fixture
def two_pages(client, db):
    sign_in(client)
    add_namesakes(51)


@pytest.mark.parametrize(
    ("typed", "number", "people"),
    [
        ("", 1, 50),
        ("1", 1, 50),
        ("2", 2, 1),
        ("3", 2, 1),
        ("1000000000", 2, 1),
        ("9" * 4_000, 2, 1),
        ("0", 1, 50),
        ("-1", 1, 50),
        ("abc", 1, 50),
        ("last", 1, 50),
        ("%00", 1, 50),
    ],
)
def test_list_page_number_is_the_nearest_valid_one(client, two_pages, typed, number, people):
    response = client.get(f"{URL}?page={typed}")

    assert response.status_code == 200
    assert [response.context_data["page"].number, len(shown(response))] == [number, people]


def test_list_page_of_5000_digits_answers(client, two_pages):
    assert client.get(URL, {"page": "9" * 5_000}).status_code == 200


def test_list_shows_everyone_on_exactly_one_page(client, two_pages):
    names = shown(client.get(URL)) + shown(client.get(f"{URL}?page=2"))

    assert len(names) == len(set(names)) == 51


def test_list_page_links_keep_the_query_and_work_without_javascript(client, two_pages):
    html = client.get(f"{URL}?q=ada&sort=-name", headers=RESULTS).content.decode()

    address = f"{URL}?q=ada&amp;sort=-name&amp;page=2"
    assert f'href="{address}" hx-get="{address}"' in html


def test_list_links_of_team_and_order_start_at_the_first_page(client, two_pages):
    employee(first_name="Ada", profile__team="product")

    html = client.get(f"{URL}?q=ada&page=2", headers=RESULTS).content.decode()

    assert f'href="{URL}?q=ada&amp;team=product"' in html
    assert f'href="{URL}?q=ada&amp;sort=newest"' in html


@pytest.mark.django_db
def test_list_of_one_page_has_no_page_links(client):
    sign_in(client)
    add_namesakes(50)

    assert 'aria-label="Pages"' not in client.get(URL).content.decode()


@pytest.mark.django_db
def test_row_leads_to_the_persons_page():
    person = employee(first_name="Ada")

    (row,) = rows_of(Employee.objects.all())

    assert row["url"] == person.get_absolute_url()


# Cost


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("query", ["", "?q=a", "?q=@example&team=product&sort=newest&page=2", "?q=a+@example"])
@pytest.mark.parametrize("headers", [{}, RESULTS])
def test_list_costs_the_same_for_20_and_200_people(client, query, headers):
    employee(user=sign_in(client))
    add_demo_people(20)
    few = statements_of(client.get, URL + query, headers=headers)
    add_demo_people(180, skip=20)

    many = statements_of(client.get, URL + query, headers=headers)

    assert len(many) == len(few) <= (5 if "+" in query else 4), many


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("query", ["", "?sort=-name", "?sort=newest&page=2", "?q=@example", "?q=example&sort=newest"])
@pytest.mark.parametrize("is_hr", [False, True], ids=["colleague", "hr"])
def test_list_results_of_50_people_are_small(client, query, is_hr):
    sign_in(client, is_hr=is_hr)
    add_demo_people(200)
    give_titles()

    response = client.get(URL + query, headers=RESULTS)

    results = results_of(response).encode()
    assert len(shown(response)) == 50
    assert results.count(b"Manager") >= 10
    assert len(results) <= 30_000
    assert len(gzip.compress(results, 6)) <= 6_000


# What was found, and why


@pytest.fixture
def found(client, db):
    """What a reader finds in the fixed organisation."""
    make_organisation()
    sign_in(client, is_hr=True)
    return lambda q, **more: client.get(URL, {"q": q, **more}).content.decode()


@pytest.mark.parametrize(
    ("q", "marked"),
    [
        ("kath", "<mark>Kath</mark>erine <b>Johnson</b>"),
        ("johnson k", "<mark>K</mark>atherine <b><mark>Johnson</mark></b>"),
        ("jose", "<mark>José</mark> <b>García Márquez</b>"),
        ("jeanluc p", "<mark>Jean-Luc</mark> <b><mark>P</mark>icard</b>"),
        ("OBRIEN", "<b><mark>O&#x27;Brien</mark></b>"),
        ("strauss", "<b><mark>Strauß</mark></b>"),
        ("mueller jurgen", "<mark>Jürgen</mark> <b><mark>Müller</mark></b>"),
        ("kuznetsova", "<b><mark>Кузнецова</mark></b>"),
        ("ogrant", "<mark>ogrant</mark>+news@example.com</a>"),
        ("415 555-2671", "+1 <mark>415-555-2671</mark></a>"),
        ("ann 2671", "<mark>Ann</mark> <b>Lee</b>"),
        ("ann eng", "<td><mark>Eng</mark>ineering<td"),
        ("lindqist", "<b><mark>Lindqvist</mark></b>"),
    ],
)
def test_list_marks_what_matched(found, q, marked):
    html = found(q)

    assert marked in html
    assert 'class="reason"' not in html


@pytest.mark.parametrize(
    ("q", "reason"),
    [
        ("bob", "Bob is short for Robert"),
        ("kasia", "Kasia is short for Katarzyna"),
        ("margaret lindqvist", "Peggy is short for Margaret"),
        ("william nakamura", "Bill is short for William"),
        ("fischer bob", "Bob is short for Robert"),
        ("王伟", "Matched 王伟"),
    ],
)
def test_list_says_why_when_no_mark_shows_it(found, q, reason):
    assert f'<small class="reason">{reason}</small>' in found(q)


@pytest.fixture
def anna(client, db) -> Employee:
    """The Anna in Sales at Berlin, beside others who have only a part of that."""
    sign_in(client)
    Team.objects.create(name="Sales")
    berlin, oslo = G(Location, name="Berlin", time_zone="UTC"), G(Location, name="Oslo", time_zone="UTC")
    common = {"last_name": "Ng", "profile__job_title": "Account Manager"}
    employee(**common, first_name="Anna", profile__team="product", profile__location=berlin)
    employee(**common, first_name="Anna", profile__team="sales", profile__location=oslo)
    employee(**common, first_name="Bo", profile__team="sales", profile__location=berlin)
    return employee(**common, first_name="Anna", profile__team="sales", profile__location=berlin)


@pytest.mark.parametrize("q", ["anna sales berlin", "Berlin Anna Sales", "ann sal ber", "berlin account anna sales"])
def test_name_team_title_and_location_find_one_person(client, anna, q):
    response = client.get(URL, {"q": q})

    assert [row["pk"] for row in response.context_data["page"].rows] == [str(anna.pk)]
    assert '<small class="reason">Location Berlin</small>' in response.text
    assert "<td><mark>Sal" in response.text


def test_title_stands_under_the_name_and_is_marked(client, anna):
    html = client.get(URL, {"q": "account", "team": "product"}).text

    assert "<small><mark>Account</mark> Manager<span> · Product</span></small>" in html
    assert 'class="reason"' not in html


def test_names_come_before_facts(client, anna):
    berlin = employee(first_name="Zoe", last_name="Berlin")

    response = client.get(URL, {"q": "berlin"})

    assert shown(response) == ["Zoe", "Anna", "Bo", "Anna"]
    assert response.context_data["page"].rows[0]["pk"] == str(berlin.pk)
    assert response.text.count("Location Berlin") == 3


def test_reason_names_the_nickname_and_the_location(client, anna):
    employee(first_name="Robert", last_name="Ng", profile__location=Location.objects.get(name="Oslo"))

    html = client.get(URL, {"q": "bob oslo"}).text

    assert '<small class="reason">Bob is short for Robert · Location Oslo</small>' in html


@pytest.mark.django_db
def test_list_shows_a_number_that_is_none_as_it_is_stored(client):
    sign_in(client)
    Employee.objects.filter(pk=employee().pk).update(phone="12")

    assert '<a href="tel:12">12</a>' in client.get(URL).content.decode()


def test_list_of_a_search_is_by_rank_unless_another_order_is_chosen(client, found):
    found("garcia")

    best = shown(client.get(f"{URL}?q=garcia"))
    backwards = shown(client.get(f"{URL}?q=garcia&sort=-name"))

    assert best == ["Maria", "Maria", "José"]
    assert backwards == ["Maria", "José", "Maria"]
    assert 'aria-current="true">Best match</a>' in found("garcia")
    assert "Best match" not in found("")


def test_list_of_nobody_offers_the_nearest_people(found):
    html = found("katarina kovalcic")

    assert "Did you mean" in html
    assert html.count('class="person-line"') == 3
    assert html.index("Katarzyna") < html.index("Add “")


def test_list_of_nobody_offers_hr_to_add_the_person_without_a_word_in_the_address(found):
    html = found("zzyzx")

    (form,) = re.findall(r'<form method="post" action="/employees/new/searched/">.*?</form>', html, re.DOTALL)
    assert '<input type="hidden" name="q" value="zzyzx">' in form
    assert "Add “zzyzx” as an employee" in words_of(form)


def test_list_of_nobody_offers_a_colleague_no_adding(client, db):
    make_organisation()
    sign_in(client)

    html = client.get(f"{URL}?q=zzyzx").content.decode()

    assert "Nobody" in html
    assert "/employees/new/" not in html


def test_list_of_more_people_than_a_search_reads_says_so(client, db):
    sign_in(client)
    add_namesakes(MOST_FOUND + 1)

    assert announced_in(client.get(f"{URL}?q=ng").text) == "More than 1,000 of 1,001 people match"
