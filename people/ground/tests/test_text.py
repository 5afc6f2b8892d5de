import unicodedata

import pytest
from django.core.exceptions import ValidationError

from people.ground.text import (
    clean_query,
    digits_of,
    fold,
    has_hidden_characters,
    printable,
    sort_name,
    tidy,
    tidy_line,
    validate_line,
    validate_lines,
)
from people.tests.marks import INVISIBLE, NEEDED

HIDDEN = [
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\u200b",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\ud800",
]
each_hidden = pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Żółć-Müller", "zolc-muller"),
        ("Zu\u0308rich", "zurich"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Søren", "soren"),
        ("Łódź", "lodz"),
        ("Đặng", "dang"),
        ("Işıl", "isil"),
        ("İstanbul", "istanbul"),
        ("Ægir Þór", "aegir thor"),
        ("Œuvre", "oeuvre"),
        ("O'Brien", "o'brien"),
        ("Ad\u00ada", "ada"),
        ("👩\u200d🔬", "👩🔬"),
        ("Αικατερίνη", "αικατερινη"),
        ("ΠΑΠΑΣ", "παπασ"),
        ("Παπάς", "παπασ"),
        ("Йосип", "иосип"),
        ("מֹשֶׁה", "משה"),
        ("مُحَمَّد", "محمد"),
        ("हिन्दी", "हिन्दी"),
        ("山田", "山田"),
        ("ｌｕｋａｓｚ", "lukasz"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["Żółć-Müller", "Αικατερίνη", "हिन्दी", "ガギグ", "한국어", "Ægir Þór", "ΐ"])
def test_fold_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_names_that_differ_by_a_stand_in_are_sorted_alike():
    assert len({sort_name("Ann", f"{sign}t Hoen") for sign in "'’‘ʻʼ`´"}) == 1
    assert len({sort_name("Sean", f"O{sign}Brien") for sign in "'’‘ʻʼ`´"}) == 1
    assert len({sort_name("Madonna", sign) for sign in "-–—_‐"}) == 1
    assert sort_name("Kai", "ʻAkau") < sort_name("Ann", "Alba") < sort_name("Ann", "’t Hoen") < sort_name("Ann", "Tan")


def test_fold_keeps_signs_that_make_another_syllable():
    assert fold("मीरा") != fold("मरा")
    assert fold("ガ") != fold("カ")


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  Ada  ", "Ada"),
        ("\t\nAda\u00a0\u3000", "Ada"),
        ("Zoe\u0308", "Zoë"),
        ("Ada  Maria", "Ada  Maria"),
        ("\ufeff \u200eAda\u00ad \u2060", "Ada"),
        ("\u200d👩\u200d🔬\u200d", "👩\u200d🔬"),
        ("\u3164\u2800", ""),
        (" \n ", ""),
        ("", ""),
    ],
)
def test_tidy(text, tidied):
    assert tidy(text) == tidied


@pytest.mark.parametrize("gap", ["   ", "\u00a0", " \u00a0\t", "\u3000", "\u2028", "\u2003"], ids=ascii)
def test_white_space_in_a_line_is_one_space(gap):
    assert tidy_line(f" Anna{gap}Maria ") == "Anna Maria"


@pytest.mark.parametrize("mark", INVISIBLE, ids=ascii)
def test_what_shows_nothing_goes_at_the_ends_and_is_refused_inside(mark):
    assert tidy(f" {mark} Ada {mark}") == "Ada"
    assert printable(f"A{mark}da") == fold(f"A{mark}da").title() == "Ada"
    with pytest.raises(ValidationError, match="type this again by hand"):
        validate_line(f"A{mark}da")


@pytest.mark.parametrize("text", NEEDED, ids=ascii)
def test_a_mark_that_changes_what_is_seen_stays(text):
    validate_line(text)

    assert tidy_line(f" {text} ") == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("mark", sorted(set(INVISIBLE) - {"\u200b"}), ids=ascii)
def test_text_of_lines_keeps_marks_inside(mark):
    validate_lines(f"Main{mark} Street")

    assert tidy(f"Main{mark} Street") == f"Main{mark} Street"


@each_hidden
def test_hidden_characters_are_seen_anywhere(hidden):
    assert all(has_hidden_characters(text) for text in [hidden, f"{hidden}Ada", f"A{hidden}da", f"Ada{hidden}"])


@each_hidden
def test_line_and_lines_refuse_hidden_characters(hidden):
    for validate in (validate_line, validate_lines):
        with pytest.raises(ValidationError, match="invisible characters"):
            validate(f"A{hidden}da")


@pytest.mark.parametrize(
    "text", ["Ada", "می\u200cخواهم", "क्\u200dष", "👩\u200d🔬", "محمد", "<b>", "O’Brien", "山田", "42", "-"]
)
def test_line_allows_every_script_joiners_emoji_and_html(text):
    validate_line(text)
    validate_lines(text)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\t"])
def test_line_refuses_what_lines_allow(break_):
    validate_lines(f"Main Street 1{break_}Galway")

    with pytest.raises(ValidationError, match="invisible characters"):
        validate_line(f"Main Street 1{break_}Galway")


@pytest.mark.parametrize("text", ["\u200d", "\u200c\u200d", "\u00a0", "\u0301", "\u2060", "\ufeff"], ids=ascii)
def test_line_refuses_what_nobody_can_see(text):
    with pytest.raises(ValidationError, match="visible character"):
        validate_line(text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (" Łukasz  ŻÓŁĆ ", "Łukasz  ŻÓŁĆ"),
        ("a\x00b", "a b"),
        ("\ud800", ""),
        ("\u200b", ""),
        ("  ", ""),
        ("", ""),
        ("Ada Byron\r\n  Alan Turing\n", "Ada Byron; Alan Turing"),
        ("a" * 201, "a" * 200),
    ],
)
def test_clean_query(text, query):
    assert clean_query(text) == query


@pytest.mark.parametrize(("text", "digits"), [("+1 (415) 555", "1415555"), ("abc", ""), ("٤٢ 7", "7")])
def test_digits_of(text, digits):
    assert digits_of(text) == digits
