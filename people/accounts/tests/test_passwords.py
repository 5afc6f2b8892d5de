"""What is taken as a password and what isn't, on every way of setting one."""

from unicodedata import normalize

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from people.accounts.guards.passwords import common_passwords
from people.accounts.models import User
from people.tests.factories import employee, user

GOOD = [
    "correct horse battery",
    "vgTd-93kq-Lm2x",
    "demo-pass-1234",
    "four apples in a tree",
    "Grüße aus dem Süden",
    "сегодня хорошая погода",
    "今日はとても良い天気ですね外",
    "🙂 twelve or more 🙂",
    "0472 9163 8550",
    "people eat oranges",  # a word of the product among others
    "x" * 20 + " is what the treasure map says",
    "many unrelated words " * 100 + "!",
]
REFUSED = {
    "too_short": ["elevenchars", "e\u0301" * 11, "short"],
    "too_long": ["a word and " * 400],
    "common": [
        *("unbelievable", "Password12345678", "12monkey345678", "pa$$w0rd-2026!!", "P-a-s-s-w-o-r-d 2026"),
        *("iloveyou2026!!", "princess20252026", "correcthorsebatterystaple", "qwertyuiop12!", "Welcome2026!!!"),
        *("password123abc", "monkeyqwerty12", "drag0n 1999 -1999", "pass1234word5678"),
    ],
    "pattern": [
        *("passwordpassword", "123456789012", "people-people", "x" * 64, "abcdefghijkl", "qwertyuiopasdf"),
        *("987654321098", "aaabbbcccddd", "!!!!!!!!!!!!", "абвгдежзийкл", "monkey monkey mon", "1qaz2wsx3edc4rfv"),
        *("monkeyMonkey12", "Summer2026Summer", "correct-correct-26"),
    ],
    "own": [
        *("Sørensen-Anna-2026", "sorensen1234567", "anna.byron@corp.example", "AnnaByron123456", "byroncorpexample!"),
    ],
    "product": ["people-directory-1", "intranet2026!!", "My People 2026 !", "testserver-12345", "anna at people 26"],
}


@pytest.fixture
def account(db) -> User:
    person = user("anna.byron@corp.example")
    employee(first_name="Anna", last_name="Sørensen", user=person)
    return person


def codes(password: str, account: User | None = None) -> set[str]:
    """Why a password is refused."""
    try:
        validate_password(password, account)
    except ValidationError as refused:
        return {str(error.code) for error in refused.error_list}
    return set()


@pytest.mark.parametrize("password", GOOD)
def test_good_password_is_taken(account, password):
    assert codes(password, account) == set()


@pytest.mark.parametrize(("code", "password"), [(code, each) for code, all_ in REFUSED.items() for each in all_])
def test_bad_password_is_refused_for_its_reason(account, code, password):
    assert code in codes(password, account)


@pytest.mark.parametrize(("code", "password"), [(code, each) for code, all_ in REFUSED.items() for each in all_[:2]])
def test_each_reason_is_one_plain_sentence(account, code, password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, account)

    assert all(message.endswith(".") and "%" not in message for message in refused.value.messages)


def test_account_without_employee_has_an_email_to_avoid(db):
    assert codes("other-corp-2026!", user("other@corp.example")) == {"own"}


def test_characters_count_as_they_are_read():
    assert codes("pa\u0302te\u0301 ja\u0300") == {"too_short"}
    assert not codes("🙂 ten apples")


def test_three_thousand_common_passwords_are_long_enough_to_be_met():
    assert sum(len(password) >= 12 for password in common_passwords()) > 3_000


def test_rules_are_told_in_sentences():
    assert " ".join(password_validators_help_texts()) == (
        "At least 12 characters: a few words that don’t belong together, with or without spaces. "
        "Not a common one with digits added. No pattern, such as 123456 or a word twice. "
        "Not your name or e-mail. Not the name of this site."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "typed"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_accented_password_is_the_same_in_both_forms_of_unicode(client, given, typed):
    password = "schöne grüße aus köln"
    account = User.objects.create_user("ann@example.com", normalize(given, password))

    response = client.post("/sign-in/", {"username": account.email, "password": normalize(typed, password)})

    assert response.status_code == 302
    assert account.check_password(normalize(typed, password))
    assert not account.check_password(password.replace("ö", "o"))
    assert not account.check_password(None)
