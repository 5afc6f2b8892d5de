"""The demo organisation: who is in it, and when the command refuses to make it."""

import unicodedata
from datetime import date
from io import StringIO

import phonenumbers
import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from people.accounts.models import HR_MANAGERS, User
from people.management import demo, demo_work
from people.models import Employee, EmployeeProfile, Team

TODAY = date(2026, 11, 1)


def seed(people: int = 6, **options) -> str:
    """Run the command and return what it printed."""
    output = StringIO()
    call_command("seed_demo", people=people, stdout=output, **options)
    return output.getvalue()


def add_employee(email: str, phone: str = "+4534419999") -> Employee:
    return Employee.objects.create(first_name="Ada", last_name="Byron", email=email, phone=phone)


def scripts(text: str) -> set[str]:
    """The scripts of the letters, such as {"LATIN"}; Japanese mixes its kana with CJK."""
    letters = [letter for letter in text if unicodedata.category(letter) in {"Ll", "Lu", "Lo"}]
    return {unicodedata.name(letter).split()[0].replace("HIRAGANA", "CJK") for letter in letters}


def is_complete(person: demo.DemoPerson) -> bool:
    return all(getattr(person, field) for field in demo.OPTIONAL_FIELDS)


# The people


def test_generate_more_only_adds_to_the_end():
    few = demo.generate(20)

    many = demo.generate(200)

    assert many[:20] == few
    assert len(many) == 200


def test_generated_phones_are_valid_and_unique():
    phones = [person.phone for person in demo.generate(2_000)]

    assert len(set(phones)) == 2_000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)


def test_generated_emails_are_unique_plain_and_short_enough():
    emails = [person.email for person in demo.generate(2_000)]
    mailboxes = [email.removesuffix("@example.com") for email in emails]

    assert len(set(emails)) == 2_000
    assert all(len(mailbox) <= 64 and mailbox.isascii() for mailbox in mailboxes)
    assert all(mailbox.replace(".", "").replace("-", "").isalnum() for mailbox in mailboxes)


def test_generated_full_names_are_unique():
    names = {(person.first_name, person.last_name) for person in demo.generate(2_000)}

    assert len(names) == 2_000


def test_generated_people_come_from_many_countries_and_scripts():
    people = demo.generate(200)

    assert len({person.region for person in people}) >= 20
    assert len(set.union(*(scripts(person.first_name) for person in people))) >= 6


def test_generated_first_and_last_name_share_one_script():
    for person in demo.generate(2_000):
        assert len(scripts(person.first_name + person.last_name)) == 1, person


def test_generated_names_fit_and_some_are_long():
    lengths = [len(name) for person in demo.generate(200) for name in (person.first_name, person.last_name)]

    assert 40 < max(lengths) <= 50


def test_generated_text_is_nfc_and_free_of_control_characters():
    for person in demo.generate(2_000):
        text = f"{person.first_name}{person.last_name}{person.address}"

        assert unicodedata.is_normalized("NFC", text), person
        assert not any(unicodedata.category(letter)[0] == "C" for letter in text.replace("\n", "")), person


def test_generated_birthdays_are_those_of_grown_ups():
    birthdays = [person.dob for person in demo.generate(200) if person.dob]

    assert {demo.REFERENCE_DATE.year - birthday.year for birthday in birthdays} <= set(range(20, 65))


def test_generated_profiles_are_mostly_complete_and_some_empty():
    people = demo.generate(200)
    empty = [person for person in people if not any(getattr(person, field) for field in demo.OPTIONAL_FIELDS)]

    assert sum(is_complete(person) for person in people) == 160
    assert len(empty) == 8


def test_generated_choices_are_those_of_the_profile():
    people = demo.generate(200)

    assert {person.team for person in people} == {*EmployeeProfile.Teams.values, None}
    assert {person.gender for person in people} == {*EmployeeProfile.Genders.values, None}


# Their work


@pytest.fixture(scope="module")
def works() -> list[demo_work.DemoWork]:
    return demo_work.work_of(demo.generate(200), TODAY)


def test_work_of_more_people_only_adds_to_the_end(works):
    assert works[:20] == demo_work.work_of(demo.generate(20), TODAY)


def test_everyone_works_at_one_of_five_places_in_four_time_zones(works):
    assert {work.location for work in works} == {place.name for place in demo_work.LOCATIONS}
    assert [len(demo_work.LOCATIONS), len({place.time_zone for place in demo_work.LOCATIONS})] == [5, 4]


def test_who_has_a_team_has_a_title_and_nobody_else(works):
    assert {work.team for work in works} == {*demo_work.BY_KEY, None}
    assert all(bool(work.team) == bool(work.job_title) for work in works)


def test_first_days_have_come_and_some_of_them_lately(works):
    lately = [work for work in works if TODAY - work.first_day <= demo_work.LATELY]

    assert all(work.first_day < TODAY for work in works)
    assert 4 < len(lately) < 20


# The command


@pytest.mark.django_db
@pytest.mark.parametrize("people", [6, 60])
def test_seed_makes_twelve_teams_in_a_tree_with_managers_up_to_one_head(people):
    seed(people=people)

    tree = Team.objects.tree()
    assert [len(tree.nodes), max(depth for _, depth in tree.walk())] == [12, 2]
    chains = dict(EmployeeProfile.objects.exclude(team=None).values_list("employee", "manager"))
    [head] = [person for person, manager in chains.items() if manager is None]
    for start in chains:
        above, steps = start, 0
        while above != head:
            above, steps = chains[above], steps + 1
            assert steps < 6
    assert [*Team.objects.get(pk="leadership").leads.all()] == [Employee.objects.get(pk=head)]


@pytest.mark.django_db
def test_seed_makes_exactly_that_many_with_one_profile_each():
    seed(people=60)

    assert Employee.objects.count() == 60
    assert Employee.objects.exclude(profile=None).count() == EmployeeProfile.objects.count() == 60


@pytest.mark.django_db
def test_seed_people_pass_the_models_own_validation():
    seed(people=60)

    for profile in EmployeeProfile.objects.select_related("employee"):
        profile.full_clean()
        profile.employee.full_clean()


@pytest.mark.django_db
def test_seed_stores_what_was_generated():
    person = demo.generate(30)[29]

    seed(people=30)

    profile = EmployeeProfile.objects.get(employee__email=person.email)
    assert [profile.dob, profile.address, profile.gender] == [person.dob, person.address, person.gender]
    work = demo_work.work_of(demo.generate(30), localdate())[29]
    assert [profile.team, profile.job_title, profile.pronouns] == [work.team, work.job_title, work.pronouns]
    assert [profile.location and profile.location.name, profile.employee.first_day] == [work.location, work.first_day]


@pytest.mark.django_db
def test_seed_has_people_known_by_another_name_who_tell_more():
    seed(people=40)

    known = Employee.objects.exclude(known_as=None).order_by("pk")
    assert [person.name for person in known][:2] == ["Bảo Bùi", "Lalo Tapia Gutiérrez"]
    assert all(person.profile.pronouns and person.profile.about for person in known)


@pytest.mark.django_db
def test_seed_fixed_people_are_complete():
    seed(people=2)

    hana, maja = Employee.objects.order_by("pk")
    assert [str(hana), str(maja)] == ["Hana Ito", "Maja Jørgensen"]
    assert [hana.profile.team, maja.profile.team] == ["finance", "web"]
    assert maja.phone.country_code == 45
    assert all(is_complete(person) for person in demo.generate(2))


@pytest.mark.django_db
def test_seed_twice_leaves_everything_as_it_is():
    seed()
    Employee.objects.filter(email=demo.EMPLOYEE_EMAIL).update(last_name="Holm")
    before = list(Employee.objects.order_by("pk").values())

    seed()

    assert list(Employee.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_seed_with_more_people_adds_the_missing():
    seed(people=6)

    output = seed(people=9)

    assert "Added 3 demo employees" in output
    assert Employee.objects.count() == EmployeeProfile.objects.count() == 9


@pytest.mark.django_db
def test_seed_phone_taken_by_another_becomes_the_next_free_one():
    add_employee("ada@example.com", phone=demo.FIXED_PEOPLE[1].phone)

    seed()

    assert Employee.objects.count() == 7
    assert Employee.objects.get(email=demo.EMPLOYEE_EMAIL).phone.as_e164 == "+4534412302"


@pytest.mark.django_db
def test_seed_no_people_is_refused():
    with pytest.raises(CommandError, match="--people 200"):
        seed(people=0)


@pytest.mark.django_db
def test_seed_among_other_people_is_refused():
    add_employee("ada@company.test")

    with pytest.raises(CommandError, match="--force"):
        seed()

    assert Employee.objects.count() == 1


@pytest.mark.django_db
def test_seed_forced_adds_the_demo_to_other_people():
    add_employee("ada@company.test")

    seed(force=True)

    assert Employee.objects.count() == 7


@pytest.mark.django_db
@pytest.mark.parametrize("force", [False, True])
def test_seed_in_production_is_refused(settings, force):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="PRODUCTION"):
        seed(force=force)

    assert not User.objects.exists()
    assert not Employee.objects.exists()


@pytest.mark.django_db
def test_first_run_in_an_empty_database_makes_the_demo():
    output = seed(first_run=True)

    assert Employee.objects.count() == 6
    assert demo.PASSWORD in output


@pytest.mark.django_db
def test_first_run_with_an_employee_makes_nothing():
    add_employee("ada@company.test")

    output = seed(first_run=True)

    assert Employee.objects.count() == 1
    assert output == ""


@pytest.mark.django_db
def test_first_run_with_the_demo_there_prints_the_sign_ins():
    seed()

    output = seed(people=9, first_run=True)

    assert Employee.objects.count() == 6
    assert all(text in output for text in [demo.HR_EMAIL, demo.EMPLOYEE_EMAIL, demo.ADMIN_EMAIL, demo.PASSWORD])


@pytest.mark.django_db
def test_first_run_in_production_makes_nothing_and_keeps_quiet(settings):
    seed()
    settings.PRODUCTION = True

    output = seed(people=9, first_run=True)

    assert Employee.objects.count() == 6
    assert output == ""


# The sign-ins


@pytest.mark.django_db
@pytest.mark.parametrize("email", [demo.HR_EMAIL, demo.EMPLOYEE_EMAIL, demo.ADMIN_EMAIL])
def test_sign_in_works_with_the_printed_password(email):
    seed()

    user = authenticate(username=email, password=demo.PASSWORD)

    assert user is not None
    assert user.is_superuser == (email == demo.ADMIN_EMAIL)


@pytest.mark.django_db
def test_sign_in_of_hr_is_the_only_one_in_the_hr_group():
    seed()

    assert list(User.objects.filter(groups__name=HR_MANAGERS)) == [User.objects.get(email=demo.HR_EMAIL)]


@pytest.mark.django_db
def test_sign_ins_of_hr_and_employee_belong_to_hana_and_maja():
    seed()

    linked = Employee.objects.exclude(user=None).values_list("first_name", "user__email")
    assert dict(linked) == {"Hana": demo.HR_EMAIL, "Maja": demo.EMPLOYEE_EMAIL}


@pytest.mark.django_db
def test_sign_in_that_exists_keeps_its_password():
    User.objects.create_user(email=demo.HR_EMAIL, password="my-own-pass-99")

    seed()

    assert authenticate(username=demo.HR_EMAIL, password="my-own-pass-99") is not None
    assert Employee.objects.get(email=demo.HR_EMAIL, user__email=demo.HR_EMAIL)


@pytest.mark.django_db
def test_sign_in_that_belongs_to_another_employee_stays_there():
    user = User.objects.create_user(email=demo.HR_EMAIL, password=demo.PASSWORD)
    Employee.objects.filter(pk=add_employee("ada@example.com").pk).update(user=user)

    seed()

    assert Employee.objects.get(user=user).email == "ada@example.com"
