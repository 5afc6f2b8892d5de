"""What a person shares: mobile number and birthday, with whom they choose."""

import pytest

from people.accounts.models import User
from people.directory.forms import EmployeeFilterForm
from people.models import Employee, EmployeeProfile, Sharing
from people.querysets import ORDERS
from people.tests.browsers import browser, reader_of
from people.tests.factories import employee, user
from people.visibility import (
    TABLE,
    Access,
    Audience,
    audiences_of,
    editable_fields,
    fields_seen_by,
    private_fields,
    searchable_fields,
    visible_fields,
)

pytestmark = pytest.mark.django_db
SHARED = {"mobile", "birthday"}
MOBILE = "+4530123456"


def sharer(sharing: str, **fields) -> Employee:
    """Someone with an account who shares mobile and birthday with `sharing`."""
    choices = {"profile__mobile_shared_with": sharing, "profile__birthday_shared_with": sharing}
    values = {"profile__mobile": MOBILE, "profile__dob": "1987-06-05", "profile__team": "product"}
    person = employee(user=user("person@example.com"), **(values | choices | fields))
    return Employee.objects.with_card_details().get(pk=person.pk)


# The table


def test_shared_fields_have_a_choice_of_the_person_alone():
    shared = {name for name, row in TABLE.items() if Access.SHARED in row.values()}

    assert shared == SHARED
    for name in shared:
        row = TABLE[f"{name}_shared_with"]
        assert [audience for audience in Audience if row[audience] is Access.EDIT] == [Audience.PERSON]


def test_nothing_shared_is_searched_sorted_or_filtered():
    filters = EmployeeFilterForm.base_fields.keys() - {"q", "sort", "page", "parts"}
    used = filters | {part.strip("-") for order in ORDERS.values() for part in order} - {"pk"}

    assert filters == {"team", "location"}
    assert used <= searchable_fields()
    assert not searchable_fields() & (SHARED | {"dob", "address", "gender"})


# Who sees it

SEEN = {
    "hr": {"person", "hr"},
    "team": {"person", "hr", "team-mate"},
    "colleagues": {"person", "hr", "team-mate", "colleague"},
}


@pytest.mark.parametrize("audience", ["colleague", "team-mate", "person", "hr"])
@pytest.mark.parametrize("sharing", SEEN)
def test_shared_fields_are_seen_by_those_chosen(sharing: str, audience: str):
    person = sharer(sharing)
    reader = reader_of(person, audience)

    html = browser(reader).get(person.get_absolute_url()).text

    is_seen = audience in SEEN[sharing]
    assert SHARED & visible_fields(reader, person) == (SHARED if is_seen else set())
    assert ("+45 30 12 34 56" in html, "5 June" in html) == (is_seen, is_seen)
    assert ("1987" in html) == (audience in {"person", "hr"})


def test_nothing_is_shared_until_the_person_says_so():
    profile = employee().profile

    assert {profile.sharing_of(name) for name in SHARED} == {Sharing.HR}


def test_people_without_a_team_are_no_team_mates():
    person = sharer("team", profile__team=None)
    reader = user()
    employee(user=reader)

    assert audiences_of(reader, person) == {Audience.COLLEAGUE}
    assert audiences_of(user("bare@example.com"), person) == {Audience.COLLEAGUE}


def test_hr_manager_is_also_the_person_on_the_own_page():
    reader = user(is_hr=True)
    person = employee(user=reader)

    assert audiences_of(reader, person) == {Audience.HR, Audience.PERSON}
    assert {"mobile_shared_with", "team"} <= editable_fields(reader, person)


def test_missing_profile_shares_nothing():
    person = sharer("colleagues")
    EmployeeProfile.objects.filter(employee=person)._raw_delete("default")
    person = Employee.objects.get(pk=person.pk)

    assert not fields_seen_by({Audience.COLLEAGUE, Audience.TEAM_MATE}, person) & SHARED


@pytest.mark.parametrize(
    ("widest", "seen"),
    [
        ("hr", {Audience.HR, Audience.PERSON}),
        ("team", {Audience.HR, Audience.PERSON, Audience.TEAM_MATE}),
        ("colleagues", set(Audience)),
    ],
)
def test_organisation_bounds_what_was_chosen(settings, widest: str, seen: set[Audience]):
    person = sharer("colleagues")
    settings.WIDEST_SHARING = widest

    assert {audience for audience in Audience if "mobile" in fields_seen_by({audience}, person)} == seen


def test_what_is_shared_with_all_is_not_private():
    person = sharer("team")
    assert private_fields(person) >= SHARED

    person.profile.mobile_shared_with = "colleagues"

    assert SHARED & private_fields(person) == {"birthday"}


# Choosing


def choose(person: Employee, reader: User | None, **typed: str):
    return browser(reader).post(f"/employees/{person.pk}/shared/edit/", typed)


def stored(person: Employee) -> tuple:
    return EmployeeProfile.objects.values_list("mobile", "mobile_shared_with", "birthday_shared_with").get(
        employee=person
    )


def test_person_gives_a_mobile_and_chooses_who_sees_it():
    person = employee(user=user())

    response = choose(person, person.user, mobile=MOBILE, mobile_shared_with="team", birthday_shared_with="colleagues")

    assert response.status_code == 302
    assert stored(person) == (MOBILE, "team", "colleagues")


def test_person_clears_the_mobile():
    person = sharer("team")

    choose(person, person.user, mobile="", mobile_shared_with="team")

    assert stored(person) == (None, "team", "team")


@pytest.mark.parametrize("typed", [{}, {"mobile_shared_with": "", "birthday_shared_with": ""}])
def test_no_answer_changes_no_choice(typed: dict):
    person = sharer("team")

    choose(person, person.user, mobile="+4530123457", **typed)

    assert stored(person) == ("+4530123457", "team", "team")


@pytest.mark.parametrize("typed", ["everyone", "colleagues"])
def test_choice_beyond_the_bounds_is_an_error(settings, typed: str):
    settings.WIDEST_SHARING = "team"
    person = sharer("hr")

    response = choose(person, person.user, mobile=MOBILE, mobile_shared_with=typed)

    assert response.status_code == 422
    assert stored(person) == (MOBILE, "hr", "hr")


def test_form_offers_every_choice_in_words():
    person = sharer("hr")

    html = browser(person.user).get(f"/employees/{person.pk}/shared/edit/").text

    assert [html.count(f">{label}</option>") for label in ["Only HR and me", "My team", "Everyone"]] == [2, 2, 2]


def test_form_offers_what_is_within_the_bounds(settings):
    person = sharer("colleagues")
    settings.WIDEST_SHARING = "team"

    html = browser(person.user).get(f"/employees/{person.pk}/shared/edit/").text

    assert html.count('<option value="team" selected>My team</option>') == 2
    assert "Everyone" not in html


def test_hr_edits_the_mobile_but_never_the_choice():
    person = sharer("hr")
    hr = reader_of(person, "hr")

    choose(person, hr, mobile="+4530123457", mobile_shared_with="colleagues", birthday_shared_with="colleagues")

    assert stored(person) == ("+4530123457", "hr", "hr")


def test_mobile_that_another_has_is_no_error():
    sharer("hr")
    person = employee(user=user())

    response = choose(person, person.user, mobile=MOBILE)

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("typed", "problem"), [("12", "too short"), ("+4530123456 ext 5", "extension"), ("x", "country code")]
)
def test_wrong_mobile_says_why(typed: str, problem: str):
    person = employee(user=user())

    response = choose(person, person.user, mobile=typed)

    assert response.status_code == 422
    assert problem in response.context_data["form"].errors["mobile"][0]
