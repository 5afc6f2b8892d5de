"""The first name behind a known-as name is seen and found by HR and the person alone, on every page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Employee, KnownWord, Sharing, Star
from people.search.query import read
from people.search.words import HIDDEN_MARK
from people.tests.addresses import ROWS, address, asked_of
from people.tests.browsers import TYPING, browser, htmx, statements_of, visitor
from people.tests.factories import employee, user
from people.tests.pages import keys_in, words_of

pytestmark = pytest.mark.django_db

HIDDEN, KNOWN_AS = "Katarzyna", "Quirin"
SUGGESTIONS = reverse("people:suggestions")
COLLEAGUES = ["colleague", "team-mate"]
INSIDERS = ["hr", "administrator"]
# What finds them by the first name in every way that search has: whole, begun, nickname, mistyped, initials, a list.
BY_FIRST_NAME = ["katarzyna", "KATARZYNA", "kat", "kasia", "katarzna", "katarzyna wisniewska", "wisniewska, katarzyna"]
BY_FIRST_NAME += ["kw", "dr. katarzyna wisniewska", "katarzyna product", "katarzyna 5510", "katarzyna@", "~katarzyna"]
BY_FIRST_NAME += ["~ katarzyna", "katarzyna wisniewska; ann lee"]
FRAGMENTS = [None, "main", "contact", "work", "about", "private", "shared", "employee-results", "suggestions"]
QUERIES = {
    "people:employee-list": ["", "?q=quirin", "?q=wisniewska", "?q=product", "?q=quirin+wisniewska", "?team=product"],
    "people:employee-print": ["", "?q=quirin", "?sort=newest"],
    "people:suggestions": ["", "?q=quirin", "?q=wisn", "?q=wisniewsk", "?recent=1,2,3"],
}


def somebody(*, known_as: str | None = KNOWN_AS, first_name: str = HIDDEN, **fields) -> Employee:
    """Somebody of the product team whose e-mail doesn't tell the first name."""
    account = user("account@example.com")
    return employee(
        user=account,
        first_name=first_name,
        known_as=known_as,
        last_name="Wiśniewska",
        email="q.w@example.com",
        phone="+4530555510",
        profile__team="product",
        profile__mobile="+4530555511",
        profile__mobile_shared_with=Sharing.COLLEAGUES,
        **fields,
    )


def look_around(client: Client, person: Employee) -> dict[str, str]:
    """What every page and fragment says, by its address."""
    pages = {}
    for name in sorted({name for name, method, *_ in ROWS if method == "GET"}):
        for query in QUERIES.get(name, [""]):
            path = address(name, person) + query
            for fragment in asked_of(path, FRAGMENTS):
                pages[f"{path} {fragment}"] = client.get(path, headers=htmx(fragment) if fragment else {}).text
    return pages


def people_found(client: Client, text: str) -> list[int]:
    context = client.get("/employees/", {"q": text}).context_data or {}
    return [int(row["pk"]) for row in context["page"].rows]


@pytest.mark.no_cover
@pytest.mark.parametrize("role", COLLEAGUES)
def test_colleague_meets_the_first_name_nowhere(role: str):
    person = somebody()
    client = visitor(role, person)
    reader = Employee.objects.get(user__email=f"{role}@example.com")
    starred = client.post(reverse("people:star", args=[person.pk]), {"starred": "1"}, headers=htmx("star"))
    taken = client.post(f"/employees/{reader.pk}/contact/edit/", {"phone": "+4530555510"})

    reader.profile.manager = person
    reader.profile.save()

    pages = look_around(client, person) | look_around(client, reader)

    assert Star.objects.get().employee == person
    assert f"{KNOWN_AS} Wiśniewska" in words_of(starred.text)
    assert f"{KNOWN_AS} Wiśniewska already has this phone" in words_of(taken.text)
    assert f"{KNOWN_AS} Wiśniewska" in pages["/me/data/ None"]  # whom the reader looked at and starred
    assert f"{KNOWN_AS} Wiśniewska" in pages[f"{reader.get_absolute_url()} work"]  # to whom the reader reports
    assert [path for path, html in pages.items() if HIDDEN.lower() in html.lower()] == []
    assert HIDDEN.lower() not in (starred.text + taken.text).lower()


@pytest.mark.parametrize("role", COLLEAGUES)
def test_colleague_finds_nobody_by_the_first_name(role: str):
    person = somebody()
    client = visitor(role, person)

    found = {text: people_found(client, text) for text in BY_FIRST_NAME}
    # Whoever has the last name may always be meant.
    alone = [text for text in BY_FIRST_NAME if "wisniewska" not in text]
    suggested = {text: keys_in(client.get(SUGGESTIONS, {"q": text}, headers=TYPING).text) for text in alone}

    assert {text for text, keys in found.items() if person.pk in keys} == set()
    assert {text for text, keys in suggested.items() if person.pk in keys} == set()
    assert people_found(client, "quirin wisniewska") == [person.pk]


@pytest.mark.no_cover
def test_another_hidden_first_name_changes_no_answer_and_no_question():
    """Neither what a colleague is told nor how much the database is asked for it tells what stands behind the name."""
    person = somebody(first_name="Zdzisława")
    client = visitor("colleague", person)
    texts = [*BY_FIRST_NAME, "quirin", "wisniewska"]

    def answers() -> list:
        return [
            (
                without_token(client.get(path, {"q": text}, headers=htmx(target)).text),
                len(statements_of(client.get, path, {"q": text}, headers=htmx(target))),
            )
            for text in texts
            for path, target in [("/employees/", "employee-results"), (SUGGESTIONS, "suggestions")]
        ]

    before = answers()
    person.first_name = HIDDEN
    person.save()

    assert answers() == before


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_first_name_is_no_known_word():
    somebody()

    assert not KnownWord.objects.filter(word__contains="katarzyna").exists()
    assert KnownWord.objects.filter(word="quirin").exists()


@pytest.mark.parametrize("text", ["~", "~katarzyna", "~ katarzyna", "^~a", "=~ kat", "@~", "#~ 1", "~7 kat", "~@~.~"])
def test_no_text_asks_the_hidden_names_by_itself(text: str):
    query = read(text)

    if query:
        bounds = [one.spelling.text for one in query.look_ups]
        bounds += [spelling.text for term in query.with_domains().terms for spelling in term.spellings]
        assert not [start for start in bounds if start.startswith(HIDDEN_MARK)]


@pytest.mark.parametrize("role", INSIDERS)
def test_hr_finds_and_sees_the_first_name(role: str):
    person, other = somebody(), employee(first_name=HIDDEN, last_name="Lee")
    client = visitor(role, person)

    page, (first, second) = client.get("/employees/", {"q": "katarzyna"}), people_found(client, "katarzyna")
    suggested = words_of(client.get(SUGGESTIONS, {"q": "kat"}, headers=TYPING).text)
    own_page = words_of(client.get(person.get_absolute_url()).text)

    assert [first, second] == [other.pk, person.pk]  # who is called so comes first
    assert f"First name {HIDDEN}" in words_of(page.text)
    assert f"First name {HIDDEN}" in suggested
    assert people_found(client, "katarzyna wisniewska") == people_found(client, "wisniewska kat") == [person.pk]
    assert f"Known as {KNOWN_AS} First name {HIDDEN} Only {KNOWN_AS} and HR" in own_page
    assert f"{KNOWN_AS} Wiśniewska · People" in own_page


def test_person_finds_and_sees_the_own_first_name_and_nobody_elses():
    person = somebody()
    other = employee(first_name=HIDDEN, known_as="Bo", last_name="Lee", email="b@example.com")
    client = browser(person.user)

    html = client.get(person.get_absolute_url()).text

    assert people_found(client, "katarzyna") == people_found(client, "wisniewska kat") == [person.pk]
    assert f"First name {HIDDEN}" in words_of(client.get("/employees/", {"q": "katarzyna"}).text)
    assert people_found(client, "katarzyna lee") == []
    assert people_found(client, "bo lee") == [other.pk]
    assert f"Known as {KNOWN_AS} First name {HIDDEN} Only you and HR" in words_of(html)


@pytest.mark.parametrize("role", ["person", "hr"])
def test_section_alone_shows_it_too_and_the_preview_as_everyone_does_not(role: str):
    person = somebody()
    client = visitor(role, person)

    section = client.get(person.get_absolute_url(), headers=htmx("about")).text
    preview = client.get(reverse("people:employee-preview", args=[person.pk, "colleague"])).text

    assert f"First name {HIDDEN}" in words_of(section)
    assert HIDDEN not in preview


@pytest.mark.parametrize("role", ["colleague", "person", "hr"])
def test_without_a_known_as_name_nothing_is_hidden(role: str):
    person = somebody(known_as=None)
    client = visitor(role, person)

    html = client.get(person.get_absolute_url()).text

    assert people_found(client, "katarzyna wisniewska") == [person.pk]
    assert f'<h1><bdi translate="no">{HIDDEN} Wiśniewska</bdi></h1>' in html
    assert "First name" not in words_of(html)
    assert not person.search_words.filter(word__startswith=HIDDEN_MARK).exists()


def test_person_gives_and_clears_it_and_everything_follows():
    person = somebody(known_as=None)
    client = browser(person.user)
    colleague = visitor("colleague", person)

    client.post(f"/employees/{person.pk}/about/edit/", {"known_as": " Zed "}, headers=htmx("about"))
    person.refresh_from_db()
    assert [str(person), person.name, person.initials] == ["Katarzyna Wiśniewska", "Zed Wiśniewska", "ZW"]
    assert person.sort_name == "wisniewska zed"
    assert [people_found(colleague, text) for text in ("zed", "katarzyna")] == [[person.pk], []]

    client.post(f"/employees/{person.pk}/about/edit/", {"known_as": ""}, headers=htmx("about"))
    person.refresh_from_db()
    assert [person.known_as, person.name, person.sort_name] == [None, str(person), "wisniewska katarzyna"]
    assert [people_found(colleague, text) for text in ("zed", "katarzyna")] == [[], [person.pk]]
