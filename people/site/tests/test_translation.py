"""Browsers that translate a page leave the names, e-mails and numbers of people as they are."""

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.timezone import now

from people.accounts.models import User
from people.models import Employee, ReadLogEntry
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db

VOID = {"input", "link", "meta", "br", "wbr", "col", "hr", "img"}
OF_THE_PERSON = ("Rose", "Berg", "rose@", "colleague@", "671")


class Translated(HTMLParser):
    """Collects the texts in <body> that a browser would translate."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_left_alone = dict(attrs).get("translate") == "no"
        if tag not in VOID:
            self.open.append((tag, is_left_alone or (bool(self.open) and self.open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        is_shown = ("body", False) in self.open and not self.open[-1][1]
        if is_shown and text.strip():
            self.texts.append(text.strip())


@pytest.fixture
def rose() -> Employee:
    return employee(
        first_name="Rose",
        last_name="Berg",
        email="rose@example.com",
        phone="+14155552671",
        profile__team="product",
        user=user(is_superuser=True),
    )


@pytest.mark.parametrize(
    "address",
    [
        "/employees/",
        "/employees/?q=ro",
        "/employees/?q=rsoe",
        "/employees/?q=rosabella%20bergmann",
        "/employees/?q=zz%20rose%20qq",
        "/employees/print/",
        "/employees/suggestions/",
        "/roles/",
        "/styleguide/?person=rose",
    ],
)
def test_page_leaves_people_as_they_are(client: Client, rose: Employee, address: str):
    reader = User.objects.get()
    client.force_login(reader)
    client.post(f"/employees/{employee(first_name='Rosemary').pk}/star/", {"starred": "1"})
    client.get("/employees/")  # takes the message that confirms it

    translated = Translated(client.get(address).text).texts

    assert not [text for text in translated if any(name in text for name in OF_THE_PERSON)]


def test_question_about_a_similar_name_leaves_people_as_they_are(client: Client, rose: Employee):
    client.force_login(User.objects.get())

    html = client.post(
        "/employees/new/",
        {"first_name": "Rose", "last_name": "Berg", "email": "new@example.com", "phone": "+14155552670"},
    ).text

    assert "Is it one of these people?" in html
    assert not [text for text in Translated(html).texts if any(name in text for name in OF_THE_PERSON)]


def test_own_page_leaves_the_names_of_its_readers_as_they_are(client: Client, rose: Employee):
    client.force_login(User.objects.get(employee=rose))
    reader = user("ada@example.com")
    employee(first_name="Ada", last_name="Ng", user=reader)
    ReadLogEntry.objects.create(reader=reader, employee=rose, hour=now(), at=now(), fields=["dob"], page="/")

    html = client.get(rose.get_absolute_url()).text

    assert "Ada Ng" in html
    assert not [text for text in Translated(html).texts if any(name in text for name in ("Ada", "Ng", "Berg"))]


@pytest.mark.parametrize("end", ["", "seen-by/colleague/", "contact/edit/", "complete/edit/"])
def test_page_of_a_person_leaves_them_as_they_are(client: Client, rose: Employee, end: str):
    client.force_login(user("hr@example.com", is_hr=True))
    client.post(f"{rose.get_absolute_url()}star/", {"starred": "1"})

    html = client.get(f"{rose.get_absolute_url()}{end}").text

    assert "is starred" in html
    assert not [text for text in Translated(html).texts if any(name in text for name in OF_THE_PERSON)]


def test_page_of_a_new_person_leaves_them_as_they_are(client: Client, rose: Employee):
    client.force_login(user("hr@example.com", is_hr=True))
    typed = {"first_name": "Rosa", "last_name": "Bergmann", "email": "new@example.com", "phone": "+14155552670"}

    html = client.post("/employees/new/", typed, follow=True).text

    assert "was added" in html
    assert not [text for text in Translated(html).texts if any(name in text for name in ("Rosa", "Bergmann", "new@"))]


def test_whoever_has_the_phone_already_is_left_as_they_are(client: Client, rose: Employee):
    client.force_login(user("hr@example.com", is_hr=True))
    typed = {"first_name": "Ada", "last_name": "Ng", "email": "ng@example.com", "phone": "+14155552671"}

    html = client.post("/employees/new/", typed).text

    assert html.count("already has this phone") == 2
    assert not [text for text in Translated(html).texts if any(name in text for name in OF_THE_PERSON)]


@pytest.mark.parametrize("text", ["ro", "rsoe", "zz rose qq"])
def test_suggestions_leave_people_as_they_are(client: Client, rose: Employee, text: str):
    client.force_login(User.objects.get())

    fragment = client.get("/employees/suggestions/", {"q": text}, headers={"HX-Request": "true"}).text

    assert "Berg" in fragment
    translated = Translated(f"<body>{fragment}</body>").texts
    assert not [text for text in translated if any(name in text for name in OF_THE_PERSON)]
