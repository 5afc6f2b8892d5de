"""Teams as records: their keys, names, the tree, and what a person's team brings along."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models import ProtectedError

from people.models import Employee, EmployeeProfile, Location, Sharing, Team
from people.organisation.tree import MOST_LEVELS
from people.server.memory import remembering
from people.tests.factories import employee, levels_of_teams

pytestmark = pytest.mark.django_db


def team(name: str, parent: Team | None = None, **fields) -> Team:
    made = Team(name=name, parent=parent, **fields)
    made.save()
    return made


# Which there are


def test_the_first_teams_are_there_and_come_back_after_a_flush(transactional_db):
    call_command("flush", interactive=False, verbosity=0)

    assert list(Team.objects.order_by("key").values_list("key", "name")) == [
        ("engineering", "Engineering"),
        ("marketing", "Marketing"),
        ("product", "Product"),
    ]


def test_a_renamed_first_team_keeps_its_name():
    first = Team.objects.get(pk="product")
    first.name = "Products"
    first.save()

    call_command("migrate", verbosity=0)

    assert Team.objects.get(pk="product").name == "Products"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sales", "sales"),
        ("Product", "product-2"),
        ("New", "new-2"),
        ("Émotions & Ventes", "emotions-ventes"),
        ("Research and development of everything", "research-and-develop"),
        ("販売", "fanmai"),
        ("🎉", "tada"),
        ("---", "team"),
    ],
)
def test_key_is_made_of_the_name(name, key):
    Team.objects.filter(pk="product").update(is_closed=True)

    assert Team.objects.free_key(name) == key


def test_key_stays_when_the_name_changes():
    sales = team("Sales")
    sales.name = "Revenue"
    sales.save()

    assert Team.objects.get(name="Revenue").key == "sales"


@pytest.mark.parametrize("name", ["sales", "  SALES ", "Sáles"])
def test_name_is_taken_whatever_its_capitals_and_accents(name):
    team("Sales")

    with pytest.raises(ValidationError, match="There is a team called Sales"):
        Team(name=name).full_clean()


@pytest.mark.parametrize("remove", [Team.delete, lambda one: Team.objects.filter(pk=one.pk).delete()])
def test_teams_are_never_removed(remove):
    with pytest.raises(ProtectedError):
        remove(team("Sales"))


# The tree


def save(one: Team) -> None:
    one.save()


def bulk_update(one: Team) -> None:
    Team.objects.bulk_update([one], ["parent"])


def update(one: Team) -> None:
    Team.objects.filter(pk=one.pk).update(parent=one.parent)


@pytest.mark.parametrize("write", [save, bulk_update, update])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_circle_is_refused_on_every_way_of_writing(write, length):
    chain: list[Team] = []
    for number in range(length):
        chain.append(team(f"Team {number}", chain[-1] if chain else None))
    chain[0].parent = chain[-1]

    with pytest.raises(ValidationError, match="can’t be a part of"):
        write(chain[0])

    assert Team.objects.get(pk=chain[0].pk).parent is None
    assert [node.name for node in Team.objects.tree().above(chain[-1].key)] == [one.name for one in chain[:-1]]


def test_circle_of_new_teams_is_refused():
    a, b = Team(key="a", name="A", parent_id="b"), Team(key="b", name="B", parent_id="a")

    with pytest.raises(ValidationError, match="A can’t be a part of B: B is a part of A"):
        Team.objects.bulk_create([a, b])

    assert not Team.objects.filter(pk__in=["a", "b"]).exists()


@pytest.mark.parametrize("write", [save, bulk_update, update])
def test_tree_has_a_deepest_level(write):
    levels, one = levels_of_teams(), team("One")
    one.parent = levels[-2]
    write(one)

    one.parent = levels[-1]
    with pytest.raises(ValidationError, match="One would stand too deep: the tree of teams has at most 20 levels"):
        write(one)

    assert Team.objects.get(pk=one.pk).parent == levels[-2]
    assert [depth for _, depth in Team.objects.tree().walk("level-0")] == [*range(MOST_LEVELS - 1), MOST_LEVELS - 2]


def test_a_circle_in_the_data_ends():
    Team.objects.bulk_create([Team(key="a", name="A"), Team(key="b", name="B", parent_id="a")])
    Team._base_manager.filter(pk="a").update(parent="b")
    tree = Team.objects.tree()

    assert [node.key for node in tree.above("a")] == ["b", "a"] or [node.key for node in tree.above("a")] == ["a", "b"]
    assert set(tree.with_parts("engineering")) == {"engineering"}


def test_tree_is_in_the_order_of_names_and_knows_parts():
    sales = team("Sales", Team.objects.get(pk="marketing"))
    team("East", sales)
    team("Ärger", sales)

    tree = Team.objects.tree()

    assert [(node.name, depth) for node, depth in tree.walk()] == [
        ("Engineering", 0),
        ("Marketing", 0),
        ("Sales", 1),
        ("Ärger", 2),
        ("East", 2),
        ("Product", 0),
    ]
    assert tree.with_parts("marketing") == ["marketing", "sales", "arger", "east"]
    assert tree.name_of("gone") == "gone"
    assert tree.name_of(None) is None


# Read once, and anew after a change


def test_tree_is_read_once_in_a_request_and_anew_after_a_change(django_assert_num_queries):
    with remembering():
        with django_assert_num_queries(1):
            for _ in range(3):
                Team.objects.tree()
        team("Sales")

        assert "sales" in Team.objects.tree().nodes


# People in teams


def test_person_comes_into_any_team_of_the_table():
    team("Sales")
    person = employee(profile__team="sales")

    person.profile.full_clean()

    assert person.profile.get_team_display() == "Sales"
    assert [node.name for node in Team.objects.tree().open] == ["Engineering", "Marketing", "Product", "Sales"]


def test_team_that_is_missing_is_refused():
    with pytest.raises(ValidationError, match="not a valid choice"):
        EmployeeProfile(employee=employee(), team="gone").clean_fields(exclude=["employee"])


def test_closed_team_takes_nobody_new_and_keeps_who_is_in_it():
    inside, outside = employee(profile__team="product"), employee()
    Team.objects.filter(pk="product").update(is_closed=True)
    inside.profile.address = "Main Street"
    outside.profile.team = "product"

    inside.profile.save()
    with pytest.raises(ValidationError, match="Product is closed and takes nobody new"):
        outside.profile.save()


def test_another_team_ends_what_was_shared_with_the_one_before():
    person = employee(profile__team="product", profile__mobile_shared_with="team")

    person.profile.team = "marketing"
    person.profile.save(update_fields=["team"])

    stored = EmployeeProfile.objects.get()
    assert [stored.mobile_shared_with, stored.birthday_shared_with] == [Sharing.HR, Sharing.HR]
    assert stored.sharing_ended


@pytest.mark.parametrize("shared_with", [Sharing.HR, Sharing.COLLEAGUES])
def test_another_team_leaves_other_choices(shared_with):
    person = employee(profile__team="product", profile__mobile_shared_with=shared_with)

    person.profile.team = None
    person.profile.save()

    stored = EmployeeProfile.objects.get()
    assert stored.mobile_shared_with == shared_with
    assert stored.sharing_ended is None


def test_the_same_team_leaves_what_is_shared():
    person = employee(profile__team="product", profile__mobile_shared_with="team")

    EmployeeProfile.objects.get().save()

    assert person.profile.mobile_shared_with == EmployeeProfile.objects.get().mobile_shared_with == Sharing.TEAM


# Search knows the names


def test_person_is_found_by_team_and_location_of_the_table():
    team("Quality")
    berlin = Location(name="Berlin", time_zone="Europe/Berlin")
    berlin.save()
    person = employee(last_name="Lee", profile__team="quality", profile__location=berlin, profile__job_title="Tester")
    employee(last_name="Lee")

    for text in ("quality", "berlin", "tester", "lee berlin", "tester quality lee"):
        assert list(Employee.objects.search(text)) == [person], text


def test_location_needs_a_time_zone_that_there_is():
    with pytest.raises(ValidationError, match="choose a time zone"):
        Location(name="Berlin", time_zone="Europe/Bärlin").full_clean()
