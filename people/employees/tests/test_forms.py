import datetime
import re
from html import escape

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils.timezone import localdate, override
from django_dynamic_fixture import G

from people.directory.forms import EmployeeFilterForm
from people.directory.listing import Directory
from people.employees.forms import EmployeeForm, EmployeeProfileForm
from people.models import EmployeeProfile, Location
from people.tests.factories import employee

pytestmark = pytest.mark.django_db

CONTACT = EmployeeForm.Meta.fields
PROFILE = EmployeeProfileForm.Meta.fields
VALID = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "phone": "+1 415 555 2671"}
BORN = datetime.date(1987, 6, 5)
HIDDEN = ["\x00", "\x07", "\u200b", "\u202e", "\u2066"]


def contact_form(*, editable=CONTACT, instance=None, **changes) -> EmployeeForm:
    return EmployeeForm(VALID | changes, editable=editable, instance=instance)


def profile_form(*, editable=PROFILE, instance=None, **values) -> EmployeeProfileForm:
    return EmployeeProfileForm(values, editable=editable, instance=instance or employee().profile)


def filters(query: str) -> dict:
    return EmployeeFilterForm(QueryDict(query)).cleaned_data


def only_error(form, field: str) -> str:
    """The one message beside `field`; nothing else may be wrong."""
    assert list(form.errors) == [field]
    [message] = form.errors[field]
    return message


# Contact: what is stored


def test_contact_is_tidied():
    person = contact_form(
        first_name="  Zoe\u0308 ", last_name="\tŁoś\u00a0", email=" ADA@Example.COM ", phone=" (415) 555-2671 "
    ).save()

    person.refresh_from_db()
    assert [person.first_name, person.last_name] == ["Zoë", "Łoś"]
    assert [person.email, person.phone.as_e164] == ["ada@example.com", "+14155552671"]


@pytest.mark.parametrize(
    "name", ["Αικατερίνη", "محمد", "山田", "می\u200cخواهم", "क्\u200dष", "O’Brien", "<b>Ada</b>", "🦊", "X"]
)
def test_contact_name_of_any_script_is_kept(name):
    person = contact_form(first_name=name).save()

    person.refresh_from_db()
    assert person.first_name == name


def test_contact_name_of_50_letters_fits_however_the_accents_are_written():
    form = contact_form(first_name="e\u0301" * 50, last_name=" " * 9 + "x" * 50)

    assert form.is_valid(), form.errors
    assert form.save().first_name == "é" * 50


@pytest.mark.parametrize("phone", ["4155552671", "415.555.2671", "+1-415-555-2671", "tel:+1-415-555-2671"])
def test_contact_phone_of_any_format_is_the_same_number(phone):
    assert contact_form(phone=phone).save().phone.as_e164 == "+14155552671"


# Contact: what is refused


@pytest.mark.parametrize("field", VALID)
@pytest.mark.parametrize("value", ["", "   ", "\t\n", "\u3000"], ids=ascii)
def test_contact_without_a_value_is_refused_by_name(field, value):
    form = contact_form(**{field: value})

    assert only_error(form, field) == f"Please give the {form[field].label.lower()}."


@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_contact_name_of_51_letters_is_refused(field):
    message = only_error(contact_form(**{field: "x" * 51}), field)

    assert "50" in message
    assert "51" in message


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_contact_with_hidden_characters_is_refused_beside_the_field(field, hidden):
    form = contact_form(**{field: f"a{hidden}{VALID[field]}"})

    assert list(form.errors) == [field]


def test_contact_loses_what_shows_nothing_at_its_ends_and_in_email_and_phone():
    names = {"first_name": "\ufeffAda\u00ad", "last_name": "Anna \u00a0 Maria"}

    person = contact_form(
        **names, email="\u200eada@ex\u200bample.com\u2060", phone="\u202a+1 415\u200e 555 2671\u202c"
    ).save()

    assert [person.first_name, person.last_name] == ["Ada", "Anna Maria"]
    assert [person.email, person.phone.as_e164] == ["ada@example.com", "+14155552671"]


@pytest.mark.parametrize("name", ["\u200e", "\u3164", " \ufeff ", "\u2800"], ids=ascii)
def test_contact_name_that_shows_nothing_counts_as_missing(name):
    assert only_error(contact_form(first_name=name), "first_name") == "Please give the first name."


@pytest.mark.parametrize("name", ["A\nB", "\u0301"], ids=ascii)
def test_contact_name_that_is_no_visible_line_is_refused(name):
    assert "Please" in only_error(contact_form(first_name=name), "first_name")


@pytest.mark.parametrize("email", ["ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@@example.com"])
def test_contact_with_wrong_email_is_refused(email):
    assert "e-mail address" in only_error(contact_form(email=email), "email")


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        ("+1 415 555", "This number is too short for the country code +1."),
        (
            "415555",
            (
                "This number is too short for the country code +1 (United States of America). "
                "From elsewhere? Start with +."
            ),
        ),
        ("+1 415 555 26711", "This number is too long for the country code +1."),
        ("+44 20 7946 095811", "This number is too long for the country code +44."),
    ],
)
def test_contact_phone_of_wrong_length_says_why(phone, why):
    assert only_error(contact_form(phone=phone), "phone") == why


@pytest.mark.parametrize(
    ("phone", "code"),
    [("030 901820", "+1"), ("555 2671", "+1"), ("+44 20 79", "+44"), ("+1 015 555 2671", "+1"), ("+1 415 555", "+1")],
)
def test_contact_phone_that_is_wrong_names_its_country_code(phone, code):
    assert f"the country code {code}" in only_error(contact_form(phone=phone), "phone")


@pytest.mark.parametrize("phone", ["abc", "+999 1234567", "-", "+", "1", "<b>", "9" * 10_000])
def test_contact_phone_that_is_none_is_refused(phone):
    assert only_error(contact_form(phone=phone), "phone")


@pytest.mark.parametrize("phone", ["+1 415 555 2671 ext. 5", "415 555 2671 x5", "tel:+1-415-555-2671;ext=5"])
def test_contact_phone_with_extension_is_refused_with_a_sentence(phone):
    message = only_error(contact_form(phone=phone), "phone")

    assert message == "An extension can’t be stored. Please give the number without “5”."


@pytest.mark.parametrize("phone", ["+1 415 555 2671 home", "415 555 2671 App. 12", "415 555 2671 uff"])
def test_contact_phone_with_a_note_is_refused_with_a_sentence(phone):
    note = phone.partition("2671 ")[2]

    assert only_error(contact_form(phone=phone), "phone") == f"Please give the number alone, without “{note}”."
    assert only_error(profile_form(mobile=phone), "mobile") == f"Please give the number alone, without “{note}”."


# Contact: someone has it


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [("email", " ADA@Example.com", "e-mail"), ("phone", "(415) 555-2671", "phone")],
)
def test_contact_that_someone_has_names_and_links_them(field, value, label):
    holder = employee(first_name="Hana", last_name="Ito", email="ada@example.com", phone="+14155552671")
    other = {"email": "else@example.com", "phone": "+14155550100"}

    message = only_error(contact_form(**other | {field: value}), field)

    link = f'<a href="/employees/{holder.pk}/"><bdi translate="no">Hana Ito</bdi></a>'
    assert message == f"{link} already has this {label}.\n"


def test_contact_that_two_people_have_names_both():
    employee(first_name="Hana", last_name="Ito", email="ada@example.com")
    employee(first_name="Maja", last_name="Holm", phone="+14155552671")

    errors = contact_form().errors

    assert set(errors) == {"email", "phone"}
    assert "Hana Ito" in errors["email"][0]
    assert "Maja Holm" in errors["phone"][0]


def test_contact_that_someone_has_escapes_their_name():
    employee(first_name="<b>", last_name="\"&'", email="ada@example.com")

    [message] = contact_form().errors["email"]

    assert escape("<b> \"&'") in message
    assert "<b>" not in message


def test_contact_of_the_same_person_may_stay():
    person = employee(email="ada@example.com", phone="+14155552671")

    form = contact_form(instance=person, first_name="Augusta")

    assert form.save().pk == person.pk


# Profile


def test_profile_is_stored():
    profile = profile_form(team="product", dob="1990-12-31", gender="other", address=" Main St 1\r\nGalway ").save()

    profile.refresh_from_db()
    assert [profile.team, profile.dob, profile.gender] == ["product", datetime.date(1990, 12, 31), "other"]
    assert (profile.address or "").split() == ["Main", "St", "1", "Galway"]


@pytest.mark.parametrize("address", ["", "   ", "\r\n"])
def test_profile_cleared_is_null(address):
    person = employee(
        profile__team="product", profile__dob="1990-12-31", profile__gender="male", profile__address="Main St 1"
    )

    profile_form(instance=person.profile, team="", dob="", gender="", address=address).save()

    stored = EmployeeProfile.objects.values(*PROFILE).get(employee=person)
    assert stored == dict.fromkeys(PROFILE) | {"mobile_shared_with": "hr", "birthday_shared_with": "hr"}


def test_profile_born_yesterday_is_fine():
    yesterday = localdate() - datetime.timedelta(days=1)

    assert profile_form(dob=yesterday.isoformat()).is_valid()


@pytest.mark.parametrize("days", [0, 1])
def test_profile_born_today_or_later_is_refused(days):
    born = localdate() + datetime.timedelta(days=days)

    message = only_error(profile_form(dob=born.isoformat()), "dob")

    assert message == "A date of birth can’t be today or in the future."


def test_profile_born_on_a_date_in_another_format_is_told_which():
    message = only_error(profile_form(dob="12/31/1990"), "dob")

    assert message == "Please write the date as year-month-day, such as 1990-12-31."


def test_profile_is_born_by_the_date_of_the_organisation():
    """Not of the machine: the first country to have a new day is always a date ahead of the last one."""
    first, last = (datetime.timezone(datetime.timedelta(hours=hours)) for hours in (14, -12))
    yesterday = localdate(timezone=first) - datetime.timedelta(days=1)

    with override(first):
        assert profile_form(dob=yesterday.isoformat()).is_valid()
    with override(last):
        assert not profile_form(dob=yesterday.isoformat()).is_valid()


def test_profile_asks_for_a_date_of_birth_that_there_can_be():
    html = str(EmployeeProfileForm(instance=EmployeeProfile(dob=BORN), editable=PROFILE)["dob"])

    assert all(text in html for text in ['type="date"', 'value="1987-06-05"', 'min="1900-01-01"'])


@pytest.mark.parametrize(
    ("form_class", "fields", "lines"),
    [(EmployeeForm, CONTACT, set()), (EmployeeProfileForm, PROFILE, {"address", "about"})],
    ids=["contact", "profile"],
)
def test_short_fields_stand_side_by_side(form_class, fields, lines):
    form = form_class(instance=form_class.Meta.model(), editable=fields)

    html = Template("{% load crispy_forms_tags %}{% crispy form form.helper %}").render(Context({"form": form}))

    assert set(re.findall(r'<div id="div_id_(\w+)" class="half">', html)) == {*fields} - lines


def test_profile_says_in_words_that_nothing_is_chosen():
    form = EmployeeProfileForm(instance=EmployeeProfile(), editable=PROFILE)

    assert [form[name][0].choice_label for name in ("team", "gender")] == ["No team", "Not given"]


@pytest.mark.parametrize(
    ("widest", "chosen", "offered", "selected"),
    [
        ("hr", "colleagues", ["hr"], "hr"),
        ("team", "colleagues", ["hr", "team"], "team"),
        ("team", "hr", ["hr", "team"], "hr"),
        ("colleagues", "team", ["hr", "team", "colleagues"], "team"),
    ],
)
def test_profile_offers_to_share_within_the_bounds(settings, widest, chosen, offered, selected):
    settings.WIDEST_SHARING = widest
    profile = EmployeeProfile(mobile_shared_with=chosen, birthday_shared_with=chosen)

    form = EmployeeProfileForm(instance=profile, editable=PROFILE)

    for name in ("mobile_shared_with", "birthday_shared_with"):
        assert [option.data["value"] for option in form[name]] == offered
        assert form[name].value() == selected


def test_profile_born_before_1900_is_refused():
    assert profile_form(dob="1900-01-01").is_valid()
    assert "1899" in only_error(profile_form(dob="1899-12-31"), "dob")


@pytest.mark.parametrize("dob", ["1990-02-30", "yesterday", "0", "99999-01-01", "1990-12-31\x00"])
def test_profile_born_on_no_date_is_refused(dob):
    assert only_error(profile_form(dob=dob), "dob")


@pytest.mark.parametrize(("field", "value"), [("team", "finance"), ("team", "Product"), ("gender", "<b>")])
def test_profile_with_unknown_choice_is_refused(field, value):
    assert "not one of the available choices" in only_error(profile_form(**{field: value}), field)


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_profile_address_with_hidden_characters_is_refused(hidden):
    assert only_error(profile_form(address=f"Main St{hidden} 1"), "address")


def test_profile_address_of_any_length_is_kept():
    address = "Łódź " * 10_000 + "end"

    assert profile_form(address=address).save().address == address


# Who may edit what


def test_contact_fields_that_may_not_be_edited_are_not_posted():
    person = employee(first_name="Hana", last_name="Ito", email="hana@example.com")

    contact_form(instance=person, editable=["phone"], phone="+14155550199").save()

    person.refresh_from_db()
    assert [str(person), person.email, person.phone.as_e164] == ["Hana Ito", "hana@example.com", "+14155550199"]


def test_profile_fields_that_may_not_be_edited_are_not_posted():
    profile = employee(profile__team="product").profile

    profile_form(instance=profile, editable={"dob"}, team="marketing", dob="1990-12-31").save()

    profile.refresh_from_db()
    assert [profile.team, profile.dob] == ["product", datetime.date(1990, 12, 31)]


def test_forms_take_no_other_field_of_the_record():
    person, other = employee(), employee()

    contact_form(instance=person, user="1", sort_name="x", id=other.pk).save()
    profile_form(instance=person.profile, address="7 Lane", employee=other.pk, id=other.profile.pk).save()

    person.refresh_from_db()
    assert [person.user, person.sort_name, person.profile.employee_id] == [None, "byron ada", person.pk]


# Markup


def rendered(form) -> str:
    return "".join(str(field) for field in form)


def test_labels_are_those_of_the_design():
    contact, profile = (
        EmployeeForm(editable=CONTACT),
        EmployeeProfileForm(instance=employee().profile, editable=PROFILE),
    )
    labels = {field.name: field.label for form in (contact, profile) for field in form}

    # Fields that came later say by their own name what they are.
    assert (
        labels.items()
        >= {
            **{"first_name": "First name", "last_name": "Last name", "email": "E-mail", "phone": "Phone"},
            **{"dob": "Date of birth", "team": "Team", "address": "Address", "gender": "Gender"},
            **{"mobile": "Mobile", "mobile_shared_with": "Who sees the mobile"},
            "birthday_shared_with": "Who sees the birthday",
        }.items()
    )


def test_no_field_cuts_what_is_pasted():
    assert "maxlength" not in rendered(contact_form()) + rendered(profile_form())


def test_inputs_bring_the_right_keyboards():
    form = EmployeeForm(editable=CONTACT)

    assert 'type="email"' in str(form["email"])
    assert 'type="tel"' in str(form["phone"])


@pytest.mark.parametrize(("editable", "first"), [(CONTACT, "first_name"), (["phone"], "phone")])
def test_focus_is_on_the_first_field(editable, first):
    form = EmployeeForm(editable=editable)

    assert "autofocus" in str(form[first])
    assert rendered(form).count("autofocus") == 1


@pytest.mark.parametrize(
    ("bad", "focused"),
    [({"email": "ada"}, "email"), ({"phone": "", "last_name": ""}, "last_name"), ({"phone": "1"}, "phone")],
)
def test_focus_is_on_the_first_bad_field(bad, focused):
    form = contact_form(**bad)

    assert not form.is_valid()
    assert "autofocus" in str(form[focused])
    assert rendered(form).count("autofocus") == 1


def test_focus_is_on_the_field_that_someone_has():
    employee(email="ada@example.com")

    form = contact_form()

    assert not form.is_valid()
    assert "autofocus" in str(form["email"])


# The directory's query string


def test_filters_of_an_empty_query():
    assert filters("") == {"q": "", "team": "", "parts": "", "location": "", "sort": "name", "page": 1}


def test_filters_of_a_good_query():
    place = G(Location, name="Gdynia", time_zone="Europe/Warsaw")

    query = filters(f"q=%20Zoe%CC%88%20&team=product&location={place.pk}&sort=-name&page=3")

    assert query == {
        "q": "Zoë",
        "team": "product",
        "parts": "",
        "location": str(place.pk),
        "sort": "-name",
        "page": 3,
    }


@pytest.mark.parametrize(
    ("typed", "number"),
    [("", 1), ("0", 1), ("-1", 1), ("abc", 1), ("1.5", 1), ("\x00", 1), ("%F0", 1), (" 2 ", 2), ("1000000000", 10**9)],
)
def test_filters_of_a_page(typed, number):
    assert filters(f"page={typed}")["page"] == number


def test_filters_of_a_page_with_5000_digits_is_beyond_the_last():
    assert filters("page=" + "9" * 5_000)["page"] > 10**9


@pytest.mark.parametrize("team", ["finance", "Product", "None", "\x00", "x" * 10_000])
def test_filters_of_an_unknown_team_are_all(team):
    assert filters(f"team={team}")["team"] == ""


@pytest.mark.parametrize("sort", ["dob", "-email", "?", "NAME", "profile__dob", "x" * 10_000])
def test_filters_of_an_unknown_order_are_by_name(sort):
    assert filters(f"sort={sort}")["sort"] == "name"


def test_filters_of_a_repeated_value_take_one():
    chosen = filters("sort=name&sort=newest&team=product&team=x&page=2&page=3")

    assert (chosen["team"], chosen["sort"], chosen["page"]) == ("", "newest", 3)


@pytest.mark.parametrize("q", ["x" * 10_000, "qz+" * 3_000, "1+qz+" * 2_500, "%EF%B7%BA" * 3_000])
def test_filters_of_a_long_search_find_nobody(q):
    employee(first_name="Ada", last_name="Byron")

    chosen = filters(f"q={q}")

    assert len(chosen["q"]) <= 200
    assert Directory(chosen).page.rows == []


@pytest.mark.parametrize(
    ("q", "text"), [("%00", ""), ("a%00b", "a b"), ("%E2%80%8BAda", "Ada"), ("%ED%A0%80", "\ufffd")]
)
def test_filters_of_a_search_with_hidden_characters(q, text):
    assert filters(f"q={q}")["q"].strip("\ufffd") == text.strip("\ufffd")
