import pytest
from django.forms.utils import ErrorDict
from django.utils.safestring import SafeString

from people.ground.avatars import HUES
from people.models import Employee
from people.templatetags.people_tags import attention, breakable, without_links


@pytest.mark.parametrize(
    ("first_name", "last_name", "expected"),
    [
        ("Hana", "Ito", "HI"),
        ("Łukasz", "Żółć-Müller", "ŁŻ"),
        ("Luis", "von Ahn", "LA"),
        ("María de los Ángeles", "de la Peña", "MP"),
        ("ada", "byron", "AB"),
        ("Йосип", "Шевченко", "ЙШ"),
        ("太郎", "山田", "山"),
        ("محمد", "الخطيب", "ا"),
        ("Ada", "ßen", "AS"),
        ("'Ada", "(Byron)", "AB"),
        ("🦊", "Ng", "🦊N"),
        ("4", "2", "2"),
        ("🇩🇪 Flag", "🇩🇪", "🇩🇪"),
        ("Ann", "👨\u200d👩\u200d👧 Lee", "AL"),
        (
            "👨\u200d👩\u200d👧",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("ใจดี", "ไทยแท้", "ไท"),
        ("मीरा", "क्षमा", "क्ष"),
        ("X", "Z\u030cx", "XZ\u030c"),
        ("", "", ""),
    ],
)
def test_initials(first_name, last_name, expected):
    assert Employee(first_name=first_name, last_name=last_name).initials == expected


def test_hue_is_steady_and_has_a_class():
    person, renamed = Employee(pk=HUES + 3, first_name="Ada"), Employee(pk=HUES + 3, first_name="Bo")

    assert person.hue == renamed.hue == 3
    assert {Employee(pk=key).hue for key in range(1, 100)} == set(range(HUES))


@pytest.mark.parametrize(
    ("errors", "title"),
    [
        ({"email": ["a"]}, "One thing needs your attention"),
        ({"email": ["a"], "phone": ["b"]}, "Two things need your attention"),
        ({"email": ["a", "b"], "phone": ["c"]}, "Three things need your attention"),
        ({"email": ["a"] * 11}, "11 things need your attention"),
    ],
)
def test_attention(errors, title):
    assert attention(ErrorDict(errors)) == title


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("ann.de.lee@mail.example.com", "ann.<wbr>de.<wbr>lee<wbr>@mail.<wbr>example.com"),
        ("<b>@example.com", "&lt;b&gt;<wbr>@example.com"),
        ("", ""),
    ],
)
def test_email_breaks_after_dots_and_before_its_at(email, expected):
    assert breakable(email) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SafeString('<a href="/employees/7/"><bdi>Ito</bdi></a> has this.'), "<bdi>Ito</bdi> has this."),
        ('<a href="/">"Ito"</a>', "&lt;a href=&quot;/&quot;&gt;&quot;Ito&quot;&lt;/a&gt;"),
        (SafeString("<abbr>A</abbr>"), "<abbr>A</abbr>"),
    ],
)
def test_error_in_a_link_has_no_links_of_its_own(error, expected):
    assert without_links(error) == expected
