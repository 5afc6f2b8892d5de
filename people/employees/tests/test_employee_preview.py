"""What others see: drawn by the partial that they receive, with the same bytes, but for what they can do."""

import re

import pytest

from people.accounts.models import User
from people.models import Employee
from people.tests.browsers import browser, reader_of
from people.tests.factories import employee, user

pytestmark = pytest.mark.django_db
AUDIENCES = ["colleague", "team-mate", "hr"]
EDIT_LINK = re.compile(r'<a [^>]*(?:data-shortcut="e"|/access/")>.*?</a>', re.DOTALL)


def person_who_shares(sharing: str) -> Employee:
    return employee(
        user=user("person@example.com"),
        profile__team="product",
        profile__mobile="+4530123456",
        profile__mobile_shared_with=sharing,
        profile__birthday_shared_with="team",
        profile__dob="1987-06-05",
        profile__address="1 Canary Lane",
    )


def previewer_of(person: Employee, viewer: str) -> User:
    return User.objects.get(employee=person) if viewer == "person" else user("other-hr@example.com", is_hr=True)


def sheet(html: str) -> str:
    """The element that holds what is told about the person, to its own end tag, without lines that show nothing."""
    html = re.sub(r"\n\s*(?=\n)", "", EDIT_LINK.sub("", html))
    start, depth = html.index('<div class="sheet">'), 0
    for tag in re.finditer(r"<div|</div>", html[start:]):
        depth += 1 if tag[0] == "<div" else -1
        if not depth:
            return html[start : start + tag.end()]
    raise AssertionError("The sheet has no end")


@pytest.mark.parametrize("viewer", ["person", "hr"])
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("sharing", ["hr", "team", "colleagues"])
def test_preview_is_byte_for_byte_what_they_receive(sharing: str, audience: str, viewer: str):
    person = person_who_shares(sharing)
    # Both signed in beforehand: HR sees when the person did last.
    reader, previewer = browser(reader_of(person, audience)), browser(previewer_of(person, viewer))

    received = reader.get(person.get_absolute_url()).text
    preview = previewer.get(f"{person.get_absolute_url()}seen-by/{audience}/").text

    assert sheet(preview) == sheet(received)
    assert ("+45 30 12 34 56" in sheet(preview)) == (
        audience in {"hr": "hr", "team": "hr team-mate"}.get(sharing, audience)
    )


@pytest.mark.parametrize("audience", ["person", "administrator", "x"])
def test_preview_of_another_kind_is_not_found(audience: str):
    person = employee(user=user())

    assert browser(person.user).get(f"{person.get_absolute_url()}seen-by/{audience}/").status_code == 404


@pytest.mark.parametrize("audience", AUDIENCES)
def test_preview_is_not_for_colleagues(audience: str):
    person = person_who_shares("team")
    team_mate = reader_of(person, "team-mate")

    response = browser(team_mate).get(f"{person.get_absolute_url()}seen-by/{audience}/")

    assert response.status_code == 403
    assert "Canary" not in response.text


@pytest.mark.parametrize("reader", ["person", "hr", "colleague"])
def test_page_links_to_the_preview_for_those_who_may(reader: str):
    person = person_who_shares("hr")

    html = browser(reader_of(person, reader)).get(person.get_absolute_url()).text

    assert ("What others see" in html) == (reader != "colleague")


@pytest.mark.parametrize("viewer", ["person", "hr"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_preview_offers_no_act(audience: str, viewer: str):
    person = person_who_shares("team")

    html = browser(previewer_of(person, viewer)).get(f"{person.get_absolute_url()}seen-by/{audience}/").text

    main = html[html.index("<main") : html.index("</main>")]
    assert not any(act in main for act in ["Edit", "Star", "What others see", "<form"])


@pytest.mark.parametrize(("viewer", "team"), [("person", "My team"), ("hr", "Their team")])
def test_preview_says_whose_eyes_can_be_chosen(viewer: str, team: str):
    person = person_who_shares("team")

    html = browser(previewer_of(person, viewer)).get(f"{person.get_absolute_url()}seen-by/team-mate/").text

    choices = html[html.index('aria-labelledby="view-as"') :].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", choices) == ["Everyone", team, "HR"]
    assert f'aria-current="page">{team}</a>' in choices
    assert f"<title>View as: {team} · {person} · People</title>" in html
