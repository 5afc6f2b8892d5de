"""What a browser may send that nobody expects, and the tests that send it."""

import unicodedata
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import reverse
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from people.accounts.models import User
from people.ground.text import SHOWS_NOTHING
from people.models import Employee

from . import factories
from .pages import field_values

FORM = "application/x-www-form-urlencoded"
GOOD = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+1 415 555 2671"}

PIECES = [
    *("{{ 7|add:7 }}", "{% debug %}", "{{ request.user.password }}", "{#", "${7*7}", "%(x)s", "{0}"),
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' autofocus='",
        "</textarea>",
        "&lt;",
        "&amp;amp;",
    ),
    *("'; DROP TABLE people_employee; --", "%", "_", "\\", "../../etc/passwd", "http://[", "\r\nSet-Cookie: a=b"),
    *("\x00", "\x01", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\ufffe"),
    *(
        "\u0301",
        "\u0308\u0308",
        "e\u0301",
        "ﷺ",
        "ﬃ",
        "İ",
        "ß",
        "क्ष",
        "👩‍👩‍👧",
        "🇺🇳",
        "\U0010ffff",
        "𝒜",
        "١٢",
        "Ⅻ",
        " ",
        "\t",
        "\u3000",
    ),
    *("+1 415 555 2671", "tel:+14155552671;ext=5", "ann@example.com", "a" * 300, "9" * 5_000, "1e999", "-0", "NaN"),
]
CHARACTERS = st.characters(exclude_categories=["Cs"])  # no half of a pair: no browser can send it
ANYTHING = st.one_of(
    st.text(CHARACTERS, max_size=60),
    st.lists(st.sampled_from(PIECES) | st.text(CHARACTERS, max_size=4), max_size=6).map("".join),
    st.text(st.sampled_from(" \t\r\n\u00a0\u2003\u3000\u200b"), max_size=5),
)
FILLERS = "\u115f\u1160\u3164\uffa0"  # count as letters in Unicode and show nothing
LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo"], exclude_characters=FILLERS), min_size=1, max_size=16)
WHITE_SPACE = st.text(st.sampled_from(" \t\u00a0\u3000"), max_size=3)

often = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def shown(text: str) -> str:
    """What can be seen of `text`, whatever its white space."""
    return tidy("".join(SHOWS_NOTHING.sub("", text).split()))


def as_browsers_send(text: str) -> str:
    """`text` with the line breaks of a sent form."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def session_of(account: User) -> str:
    """The key of a session in which `account` is signed in."""
    client = Client()
    client.force_login(account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])  # of those made for the class
class HostileInput(TestCase):
    """HR's browser in a directory of one person."""

    hr: User
    own: User
    person: Employee
    new: str
    contact: str
    profile: str
    sessions: dict[int, str]
    is_signed_in = True
    handler = ClientHandler(enforce_csrf_checks=False)  # one for all: it loads the middleware when it starts

    @classmethod
    def setUpTestData(cls):
        cls.hr = factories.user("hr@example.com", is_hr=True)
        cls.own = factories.user("grace@example.com")
        cls.person = factories.employee(first_name="Grace", last_name="Hopper", user=cls.own)
        cls.new = reverse("people:employee-create")
        cls.contact = reverse("people:section-update", args=[cls.person.pk, "contact"])
        cls.profile = reverse("people:section-update", args=[cls.person.pk, "complete"])
        cls.sessions = {account.pk: session_of(account) for account in (cls.hr, cls.own)}

    def setup_example(self):
        super().setup_example()
        self.client.handler = self.handler
        if self.is_signed_in:
            self.sign_in(self.hr)

    def sign_in(self, account: User) -> None:
        """Be `account` from now on, in a session that all examples begin with."""
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[account.pk]

    def send(self, address: str, typed: dict[str, str], **headers):
        return self.client.post(address, urlencode(typed), content_type=FORM, headers=headers)

    def assert_given_back(self, response, typed: dict[str, str]) -> None:
        """What was typed stands in its fields; white space alone may be lost."""
        values = field_values(response.text)
        shown = {name: values[name] if values[name].strip() else "" for name in typed}
        assert shown == {name: text if text.strip() else "" for name, text in typed.items()}

    def assert_saved_or_given_back(self, response, typed: dict[str, str], saved) -> None:
        """Either saved as `saved()` says, tidy; or 422 with everything as it was typed."""
        assert response.status_code in {302, 422}
        if response.status_code == 422:
            assert response.context_data["form"].errors
            self.assert_given_back(response, typed)
        else:
            record = saved()
            for name in typed.keys() & {"first_name", "last_name", "address"}:
                assert shown(getattr(record, name) or "") == shown(typed[name])
