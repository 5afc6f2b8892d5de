"""Before a name like that of someone who is there is added, HR is asked."""

import pytest
from django.urls import reverse

from people.ground.text import fold, one_letter_off, sort_name
from people.models import Employee
from people.tests import factories
from people.tests.pages import words_of

pytestmark = pytest.mark.django_db

NEW = reverse("people:employee-create")
QUESTION = "Is it one of these people?"
CHECKBOX = 'name="is_different_person"'


@pytest.fixture
def hr(client):
    client.force_login(factories.user("hr@example.com", is_hr=True))
    return client


def typed(first_name: str, last_name: str, **more) -> dict[str, str]:
    return {
        "first_name": first_name,
        "last_name": last_name,
        "email": "new@example.com",
        "phone": "+1 415 555 2671",
        **more,
    }


def someone(name: str, **fields) -> Employee:
    first_name, last_name = name.split("|")
    return factories.employee(first_name=first_name, last_name=last_name, **fields)


SIMILAR = {
    "same": ("Ann|Byron", "Ann|Byron"),
    "case": ("Ann|Byron", "ANN|byron"),
    "accents": ("Zoë|Núñez", "Zoe|Nunez"),
    "accents typed only": ("Zoe|Nunez", "Zoë|Núñez"),
    "special letter": ("Søren|Łuka", "Soren|Luka"),
    "sharp s": ("Jan|Weiß", "Jan|Weiss"),
    "decomposed": ("Zoë|Núñez", "Zoe\u0308|Nu\u0301n\u0303ez"),
    "outer white space": ("Ann|Byron", "  Ann |\tByron "),
    "names swapped": ("Ann|Byron", "Byron|Ann"),
    "names swapped and a wrong letter": ("Ann|Byron", "Biron|Ann"),
    "wrong letter": ("Ann|Byron", "Ann|Biron"),
    "wrong letter in the first name": ("Ann|Byron", "Amn|Byron"),
    "first letter wrong": ("Ann|Byron", "Ann|Vyron"),
    "last letter wrong": ("Ann|Byron", "Ann|Byrom"),
    "missing letter": ("Ann|Byron", "Ann|Bron"),
    "extra letter": ("Ann|Byron", "Ann|Byrron"),
    "letters in the wrong order": ("Ann|Byron", "Ann|Byorn"),
    "hyphen against space": ("Ann|Byron-King", "Ann|Byron King"),
    "hyphen against nothing": ("Jean-Luc|Byron", "Jeanluc|Byron"),
    "apostrophe against nothing": ("Ann|O'Brian", "Ann|OBrian"),
    "Cyrillic": ("Анна|Каренина", "Анна|Коренина"),
    "Greek": ("Άννα|Παππά", "Αννα|Παππα"),
    "Arabic": ("ليلى|حسن", "ليلى|حسين"),
    "Hebrew points": ("שָׂרָה|כהן", "שרה|כהן"),
    "Hangul": ("민준|김", "김|민준"),
    "Han": ("伟|王", "伟|王"),
}


@pytest.mark.parametrize(("there", "new"), SIMILAR.values(), ids=SIMILAR)
def test_similar_name_is_asked_about(hr, there, new):
    person = someone(there)

    response = hr.post(NEW, typed(*new.split("|")))

    assert response.status_code == 422
    assert [row["url"] for row in response.context_data["form"].similar_people] == [person.get_absolute_url()]
    assert list(response.context_data["form"].errors) == ["is_different_person"]
    assert Employee.objects.count() == 1


DIFFERENT = {
    "two letters": ("Ann|Byron", "Ann|Biran"),
    "a letter in each name": ("Ann|Byron", "Anm|Biron"),
    "two letters missing": ("Ann|Byron", "Ann|Bro"),
    "same initials": ("Ann|Byron", "Amy|Brown"),
    "same last name": ("Ann|Byron", "Robert|Byron"),
    "same first name": ("Ann|Byron", "Ann|Hopper"),
    "another Han character, which is another name": ("伟|王", "芳|王"),
}


@pytest.mark.parametrize(("there", "new"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_name_is_not_asked_about(hr, there, new):
    someone(there)

    response = hr.post(NEW, typed(*new.split("|")))

    assert response.status_code == 302
    assert Employee.objects.count() == 2


def test_same_initials_in_the_same_team_are_not_asked_about(hr):
    for name in ["Ann|Byron", "Alan|Brook", "Ada|Bell"]:
        someone(name, profile__team="product")

    response = hr.post(NEW, typed("Amy", "Brown"))

    assert response.status_code == 302


# The question


def test_question_shows_candidates_linked_with_team_and_email(hr):
    person = someone("Ann|Byron", email="ann.b@example.com", profile__team="engineering")

    response = hr.post(NEW, typed("Anne", "Byron"))

    assert QUESTION in response.text
    assert f'href="{person.get_absolute_url()}"' in response.text
    assert "Engineering · ann.b@example.com" in words_of(response.text)
    assert "This is a different person" in response.text
    assert "Tick this to add the person, or open the one you meant." in response.text


def test_question_keeps_what_was_typed_and_leaves_the_box_unticked(hr):
    someone("Ann|Byron")

    response = hr.post(NEW, typed(" Anne ", "Byron"))

    for value in [" Anne ", "Byron", "new@example.com", "+1 415 555 2671"]:
        assert f'value="{value}"' in response.text
    assert response.text.count(CHECKBOX) == 1
    assert "checked" not in tag_with(response.text, CHECKBOX)


def test_question_says_when_a_candidate_has_no_team(hr):
    someone("Ann|Byron", email="ann.b@example.com")

    assert "No team · ann.b@example.com" in words_of(hr.post(NEW, typed("Ann", "Byron")).text)


def test_question_shows_no_private_field(hr):
    someone("Ann|Byron", profile__address="7 Secret Lane", profile__gender="other", profile__dob="1815-12-10")

    text = hr.post(NEW, typed("Ann", "Byron")).text

    assert not any(private in text for private in ["Secret Lane", "1815", "Other"])


def test_question_escapes_names(hr):
    someone("<b>Ann</b>|{{ 7 }}")

    text = hr.post(NEW, typed("<b>Ann</b>", "{{ 7 }}")).text

    assert "<b>Ann</b>" not in text
    assert "&lt;b&gt;Ann&lt;/b&gt; <b>{{ 7 }}</b>" in text


def test_question_shows_at_most_five_of_many(hr):
    for _ in range(8):
        someone("Ann|Byron")

    response = hr.post(NEW, typed("Ann", "Byron"))

    assert len(response.context_data["form"].similar_people) == 5


def test_question_for_an_employee_whose_profile_is_missing(hr):
    person = someone("Ann|Byron")
    type(person.profile).objects.filter(pk=person.profile.pk)._raw_delete(using="default")

    response = hr.post(NEW, typed("Ann", "Byron"))

    assert response.status_code == 422
    assert "No team" in response.text


def test_question_comes_with_the_other_errors(hr):
    someone("Ann|Byron")

    response = hr.post(NEW, typed("Ann", "Byron", phone="12"))

    assert set(response.context_data["form"].errors) == {"phone", "is_different_person"}


def test_question_in_the_fragment(hr):
    someone("Ann|Byron")

    response = hr.post(NEW, typed("Ann", "Byron"), headers={"HX-Request": "true", "HX-Target": "main"})

    assert response.status_code == 422
    assert QUESTION in response.text
    assert "<html" not in response.text


# The answer


def test_ticking_adds_the_person(hr):
    someone("Ann|Byron")

    response = hr.post(NEW, typed("Ann", "Byron", is_different_person="on"))

    added = Employee.objects.get(email="new@example.com")
    assert response.url == added.get_absolute_url()
    assert added.profile.pk


def test_ticking_is_no_way_around_another_error(hr):
    someone("Ann|Byron", email="new@example.com")

    response = hr.post(NEW, typed("Ann", "Byron", is_different_person="on"))

    assert response.status_code == 422
    assert list(response.context_data["form"].errors) == ["email"]
    assert "checked" in tag_with(response.text, CHECKBOX)


def test_box_is_not_shown_on_the_empty_form(hr):
    assert CHECKBOX not in hr.get(NEW).text


def test_box_is_not_shown_when_only_something_else_is_wrong(hr):
    someone("Grace|Hopper")

    text = hr.post(NEW, typed("Ann", "Byron", phone="12")).text

    assert CHECKBOX not in text
    assert QUESTION not in text


def test_box_ticked_without_need_does_no_harm(hr):
    response = hr.post(NEW, typed("Ann", "Byron", is_different_person="on"))

    assert response.status_code == 302


@pytest.mark.parametrize("missing", ["first_name", "last_name"])
def test_half_a_name_is_not_asked_about(hr, missing):
    someone("Ann|Byron")

    response = hr.post(NEW, typed("Ann", "Byron") | {missing: ""})

    assert list(response.context_data["form"].errors) == [missing]


def test_editing_never_asks(hr):
    someone("Ann|Byron")
    other = someone("Grace|Hopper")

    response = hr.post(reverse("people:section-update", args=[other.pk, "contact"]), typed("Ann", "Byron"))

    assert response.status_code == 302
    assert str(Employee.objects.get(pk=other.pk)) == "Ann Byron"


def test_email_of_somebody_similar_breaks_where_it_can_be_read(hr):
    factories.employee(first_name="Ann", last_name="Byron", email="ann.byron@example.com")

    html = hr.post(NEW, typed("Ann", "Byron")).text

    assert "ann.<wbr>byron<wbr>@example.com</span></small>" in html


# The cost


@pytest.mark.parametrize("people", [1, 20, 200])
def test_similar_to_is_two_queries_whatever_the_size(django_assert_num_queries, people):
    Employee.objects.bulk_create(
        [
            Employee(first_name="Ann", last_name="Byron", email=f"{number}@example.com", phone=factories.next_phone())
            for number in range(people)
        ]
    )

    with django_assert_num_queries(2):
        found = list(Employee.objects.similar_to("Ann", "Biron").with_card_details().sorted_by("name")[:5])
        assert all(person.profile.team is None for person in found)
    with django_assert_num_queries(1):
        assert not Employee.objects.similar_to("Grace", "Hopper").with_card_details().sorted_by("name")[:5]

    assert len(found) == min(people, 5)


@pytest.mark.parametrize(
    "name",
    ["Ab" * 25, "ﷺ" * 50, "aбγאعกकকਕકகకಕമ가ａ" * 3, "".join(chr(0x100 * block + 0x41) for block in range(1, 50))],
    ids=["50 letters", "ligatures of 18 letters", "many scripts", "every alphabet"],
)
def test_longest_names_are_compared_with_a_bounded_number_of_texts(hr, name):
    response = hr.post(NEW, typed(name[:50], name[:50]))

    assert response.status_code in {302, 422}
    assert len(one_letter_off(sort_name(name[:50], name[:50]))) < 25_000


# text.one_letter_off


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("ann", "ann"),
        ("ann", "an"),
        ("ann", "nn"),
        ("ann", "anne"),
        ("ann", "hann"),
        ("ann", "amn"),
        ("ann", "nan"),
        ("byron king", "byron-king"),
        ("byron king", "byronking"),
        ("byron king", "byron'king"),
        ("анна", "анка"),
        ("άννα", "άνα"),
        ("", "-"),
    ],
)
def test_one_letter_off_has_the_mistake(text, mistake):
    assert mistake in one_letter_off(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("ann", "a"),
        ("ann", "annie"),
        ("ann", "nna"),
        ("ann", "bnm"),
        ("ann", "ANN"),
        ("ann", "аnn"),
        ("byron", "bryno"),
    ],
)
def test_one_letter_off_has_not_two_mistakes(text, other):
    assert other not in one_letter_off(text)


@pytest.mark.parametrize("text", ["ann byron", "анна каренина", "حسن ليلى"])
def test_one_letter_off_goes_both_ways(text):
    mistakes = [mistake for mistake in one_letter_off(text) if fold(mistake) == mistake]

    assert all(text in one_letter_off(mistake) for mistake in mistakes[:200])


def test_one_letter_off_is_small():
    assert len(one_letter_off("byron ann")) < 1_000


def tag_with(text: str, attribute: str) -> str:
    """The tag of `text` that has `attribute`."""
    place = text.index(attribute)
    return text[text.rindex("<", 0, place) : text.index(">", place)]


@pytest.mark.parametrize(
    "name", ["Katarzyna|Nowak", "Nowak|Katarzyna", "Katarzina|Nowak", "Kasia|Nowak", "Kasja|Nowak"]
)
def test_somebody_with_a_known_as_name_is_met_by_both_names(hr, name: str):
    someone("Katarzyna|Nowak", known_as="Kasia")

    answer = hr.post(NEW, typed(*name.split("|")))

    assert answer.status_code == 422
    assert "Kasia Nowak" in words_of(answer.text)


def test_a_new_employee_has_no_known_as_name_yet(hr):
    hr.post(NEW, typed("Ann", "Byron", known_as="Forged"))

    assert Employee.objects.get().known_as is None
