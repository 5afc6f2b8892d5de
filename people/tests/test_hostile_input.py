"""Whatever is typed or sent: never a 5xx, nothing lost, nothing run, stored tidy."""

import re
import unicodedata
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from django.utils import timezone
from django.utils.timezone import localdate
from hypothesis import example, given, settings
from hypothesis import strategies as st

from people.accounts.addresses.actions import ask
from people.accounts.addresses.tokens import Act, ChangeLink
from people.accounts.links.tokens import Link, Purpose
from people.accounts.models import User
from people.ground.text import LONGEST_SORT_NAME, SHOWS_NOTHING, sort_name
from people.models import Employee, EmployeeProfile
from people.tests.pages import field_values

from .hostile import (
    ANYTHING,
    GOOD,
    LETTERS,
    WHITE_SPACE,
    HostileInput,
    as_browsers_send,
    often,
    tidy,
)
from .mail_servers import NOBODY_THERE, SENDER
from .rounds import rounds

LINK_PAGES = ["/account/link/", "/account/address/confirm/", "/account/address/undo/"]


class ContactFormTests(HostileInput):
    @often
    @given(name=st.sampled_from(list(GOOD)), text=ANYTHING)
    @example(name="first_name", text="a\x00b")
    @example(name="last_name", text="ﷺ" * 50)
    @example(name="email", text=f"{'a' * 64}@{'b' * 250}.example")
    @example(name="phone", text="9" * 5_000)
    @example(name="phone", text="+1 415 555 2671 ext. 5")
    def test_create_one_field(self, name, text):
        typed = GOOD | {name: text}

        response = self.send(self.new, typed)

        self.assert_saved_or_given_back(response, typed, Employee.objects.order_by("-pk").first)

    @often
    @given(typed=st.fixed_dictionaries(dict.fromkeys(GOOD, ANYTHING)))
    def test_create_every_field(self, typed):
        response = self.send(self.new, typed)

        self.assert_saved_or_given_back(response, typed, Employee.objects.order_by("-pk").first)

    @often
    @given(typed=st.fixed_dictionaries(dict.fromkeys(GOOD, ANYTHING)))
    def test_create_in_place(self, typed):
        response = self.send(self.new, typed, **{"HX-Request": "true", "HX-Target": "main"})

        assert response.status_code in {200, 422}
        if response.status_code == 422:
            self.assert_given_back(response, typed)

    @often
    @given(
        typed=st.dictionaries(st.sampled_from([*GOOD, "is_different_person", "user", "sort_name"]) | ANYTHING, ANYTHING)
    )
    def test_create_any_fields(self, typed):
        response = self.send(self.new, typed)

        assert response.status_code in {302, 422}

    @often
    @given(name=st.sampled_from(list(GOOD)), text=ANYTHING)
    def test_update_one_field(self, name, text):
        typed = GOOD | {name: text}

        response = self.send(self.contact, typed)

        self.assert_saved_or_given_back(response, typed, lambda: Employee.objects.get(pk=self.person.pk))

    @often
    @given(text=ANYTHING)
    def test_update_own_phone(self, text):
        self.sign_in(self.own)

        response = self.send(self.contact, {"phone": text, "first_name": "Changed"})

        assert response.status_code in {302, 422}
        assert Employee.objects.get(pk=self.person.pk).first_name == "Grace"
        if response.status_code == 422:
            self.assert_given_back(response, {"phone": text})

    @often
    @given(first=LETTERS, last=LETTERS, before=WHITE_SPACE, after=WHITE_SPACE)
    def test_names_in_any_script_are_stored_trimmed_and_in_nfc(self, first, last, before, after):
        typed = GOOD | {"first_name": f"{before}{first}{after}", "last_name": f"{last}{after}"}

        response = self.send(self.contact, typed)

        stored = Employee.objects.get(pk=self.person.pk)
        assert response.status_code == 302
        assert (stored.first_name, stored.last_name) == (tidy(first), tidy(last))
        assert stored.sort_name == sort_name(stored.first_name, stored.last_name)
        assert ("Hopper" if last == "Hopper" else stored.email) in self.client.get(response.url).text

    @often
    @given(text=ANYTHING, hidden=st.sampled_from("\x00\x07\x1b\x7f\x9f\u200b\u202a\u202e\u2066\u2069"))
    def test_hidden_characters_are_refused_beside_the_field(self, text, hidden):
        typed = GOOD | {"last_name": f"a{hidden}b{text}"}

        response = self.send(self.contact, typed)

        assert response.status_code == 422
        assert "last_name" in response.context_data["form"].errors
        self.assert_given_back(response, typed)

    @often
    @given(text=st.text(st.sampled_from(" \t\r\n\u00a0\u2003\u3000\ufeff\u200c\u200d\u2060\u0301\u115f"), max_size=8))
    def test_nothing_visible_is_refused_beside_the_field(self, text):
        response = self.send(self.contact, GOOD | {"first_name": text})

        assert response.status_code == 422
        assert "first_name" in response.context_data["form"].errors

    @settings(often, max_examples=6)
    @given(letter=st.sampled_from("ﷺﬃ㋿㌖ǆß"))
    @example(letter="ﷺ")
    def test_longest_name_fits_in_its_sort_name(self, letter):
        """PostgreSQL refuses what is longer than the column; SQLite keeps it without a word."""
        response = self.send(self.contact, GOOD | {"first_name": letter * 50, "last_name": letter * 50})

        assert response.status_code in {302, 422}
        assert len(Employee.objects.get(pk=self.person.pk).sort_name) <= LONGEST_SORT_NAME


class ProfileFormTests(HostileInput):
    @often
    @given(text=ANYTHING)
    @example(text="a\x00b")
    @example(text="\n\n first line is empty")
    @example(text="</textarea><script>alert(1)</script>")
    def test_address(self, text):
        typed = {"address": as_browsers_send(text)}

        response = self.send(self.profile, typed)

        self.assert_saved_or_given_back(response, typed, lambda: EmployeeProfile.objects.get(employee=self.person))

    @often
    @given(text=ANYTHING | st.dates().map(str))
    @example(text="0000-00-00")
    @example(text="10000-01-01")
    @example(text="1899-12-31")
    @example(text="9999-12-31")
    def test_date_of_birth(self, text):
        response = self.send(self.profile, {"dob": text})

        stored = EmployeeProfile.objects.get(employee=self.person).dob
        assert response.status_code in {302, 422}
        if response.status_code == 422:
            self.assert_given_back(response, {"dob": text})
        else:
            assert stored is None or date(1900, 1, 1) <= stored < localdate()
            assert (stored is None) == (not text.strip())

    @often
    @given(name=st.sampled_from(["team", "gender"]), text=ANYTHING)
    def test_unknown_choice(self, name, text):
        response = self.send(self.profile, {name: text, "address": " kept "})

        assert response.status_code == (422 if text else 302)
        if text:
            assert list(response.context_data["form"].errors) == [name]
            self.assert_given_back(response, {"address": " kept "})

    @often
    @given(typed=st.fixed_dictionaries(dict.fromkeys(["team", "dob", "gender", "address"], ANYTHING)))
    def test_every_field_in_place(self, typed):
        response = self.send(self.profile, typed, **{"HX-Request": "true", "HX-Target": "complete"})

        assert response.status_code in {200, 422}

    @often
    @given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
    def test_address_is_shown_as_text(self, text):
        EmployeeProfile.objects.filter(employee=self.person).update(address=f"<b id=typed>{text}</b>{{{{ 7|add:7 }}}}")

        shown = self.client.get(self.person.get_absolute_url()).text

        assert "<b id=typed>" not in shown
        assert "&lt;b id=typed&gt;" in shown
        assert "{{ 7|add:7 }}" in shown


class RefusedFormTests(HostileInput):
    """What a signed-out visitor typed is not even checked, and comes back all the same."""

    is_signed_in = False

    @often
    @given(typed=st.fixed_dictionaries(dict.fromkeys(GOOD, ANYTHING)))
    def test_contact(self, typed):
        for address in (self.new, self.contact):
            response = self.send(address, typed)

            assert response.status_code == 401
            self.assert_given_back(response, typed)

    @often
    @given(dob=ANYTHING, address=ANYTHING.map(as_browsers_send), team=ANYTHING)
    def test_profile(self, dob, address, team):
        response = self.send(self.profile, {"dob": dob, "address": address, "team": team})

        assert response.status_code == 401
        self.assert_given_back(response, {"dob": dob, "address": address})

    @often
    @given(typed=st.dictionaries(ANYTHING, ANYTHING))
    def test_any_fields(self, typed):
        for address in (self.new, self.contact, self.profile):
            assert self.send(address, typed).status_code == 401


class DirectoryTests(HostileInput):
    @often
    @given(query=st.dictionaries(st.sampled_from(["q", "team", "sort", "page"]) | ANYTHING, ANYTHING, max_size=5))
    @example(query={"page": "0"})
    @example(query={"page": "-1"})
    @example(query={"page": "abc"})
    @example(query={"page": "1000000000"})
    @example(query={"page": "9" * 5_000})
    @example(query={"page": "1.5", "sort": "phone", "team": "PRODUCT"})
    @example(query={"sort": "profile__dob", "team": "profile__address"})
    @example(query={"q": "5 " * 3_000})
    @example(query={"q": "a b " * 3_000})
    @example(query={"q": "ﷺ" * 3_000})
    def test_any_query_answers_200(self, query):
        for headers in ({}, {"HX-Request": "true", "HX-Target": "employee-results"}):
            response = self.client.get("/employees/", query, headers=headers)

            assert response.status_code == 200

    @often
    @given(
        query=st.dictionaries(
            st.sampled_from(["who", "all", "q", "team", "location"]) | ANYTHING, ANYTHING, max_size=5
        ),
        team=ANYTHING,
    )
    @example(query={"who": "1,2"}, team="-")
    @example(query={"who": "9" * 18}, team="-")
    @example(query={"who": "9" * 5_000, "all": "\0"}, team="\0")
    @example(query={"who": "\x001"}, team="product")
    @example(query={"all": "9" * 18, "location": "9" * 18}, team="product")
    @example(query={"all": "-1", "team": "\0"}, team="marketing")
    def test_any_selection_answers(self, query, team):
        page = self.client.get("/employees/move/", query)
        answer = self.send(f"/employees/move/?{urlencode(query)}", {"team": team})

        assert page.status_code == 200
        assert answer.status_code in {302, 422}

    @often
    @given(text=ANYTHING)
    def test_search_comes_back_unchanged_and_escaped(self, text):
        shown = self.client.get("/employees/", {"q": text}).text

        printable = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
        if printable == text and not SHOWS_NOTHING.search(text):
            assert field_values(shown)["q"] == tidy(text)[:200]
        assert "<script>alert(1)" not in shown
        assert "<img src=x" not in shown

    @often
    @given(path=ANYTHING)
    def test_any_address_is_no_error_of_ours(self, path):
        assert self.client.get(f"/{path}").status_code < 500
        assert self.client.get(f"/employees/{path}/").status_code < 500


class OwnAddressTests(HostileInput):
    is_signed_in = False

    def setup_example(self):
        super().setup_example()
        self.sign_in(self.own)

    @often
    @given(email=ANYTHING | ANYTHING.map(lambda text: f"ada@{text}.example"))
    @example(email="ıda@example.com")
    @example(email=f"{'x' * 250}@example.com")
    def test_new_address(self, email):
        with self.settings(MAIL_SERVER=NOBODY_THERE, MAIL_FROM=SENDER):
            response = self.send("/account/address/", {"email": email})

        assert response.status_code in {302, 422, 429}
        if response.status_code != 302:
            self.assert_given_back(response, {"email": email})
        if response.status_code == 422:
            assert list(response.context_data["form"].errors) == ["email"]


class LinkTests(HostileInput):
    """Forms behind links that are alive, for whoever isn't signed in."""

    is_signed_in = False

    @settings(often, max_examples=rounds(15, 100))  # each hashes a password
    @given(password=ANYTHING)
    @example(password="a\x00b")
    @example(password="9" * 5_000)
    def test_password_that_confirms_an_address(self, password):
        with self.settings(MAIL_SERVER=NOBODY_THERE, MAIL_FROM=SENDER):
            token = ChangeLink(ask(self.own, "grace.new@example.com", by=self.own.pk), Act.CONFIRM).token

        response = self.send("/account/address/confirm/", {"token": token, "password": password})

        assert response.status_code == 422
        assert list(response.context_data["form"].errors) == ["password"]
        assert field_values(response.text)["token"] == token
        assert User.objects.get(pk=self.own.pk).email == "grace@example.com"

    @settings(often, max_examples=rounds(15, 100))
    @given(typed=st.fixed_dictionaries(dict.fromkeys(["new_password1", "new_password2"], ANYTHING)))
    @example(typed=dict.fromkeys(["new_password1", "new_password2"], "a\x00b" * 9))
    @example(typed=dict.fromkeys(["new_password1", "new_password2"], "9" * 5_000))
    def test_new_password(self, typed):
        token = Link(self.own, Purpose.PASSWORD, timezone.now()).token

        response = self.send("/account/link/", {"token": token, **typed})

        assert response.status_code in {302, 422}
        if response.status_code == 422:
            assert response.context_data["form"].errors.keys() <= typed.keys()
            assert field_values(response.text)["token"] == token


class SignInTests(HostileInput):
    is_signed_in = False

    @settings(often, max_examples=rounds(15, 100))  # each hashes a password
    @given(email=ANYTHING, password=ANYTHING.filter(len))
    def test_wrong_words(self, email, password):
        response = self.send("/sign-in/", {"username": email, "password": password})

        assert response.status_code == 422
        assert field_values(response.text)["username"] == email
        assert field_values(response.text)["password"] == ""

    @often
    @given(email=ANYTHING | ANYTHING.map(lambda text: f"ada@{text}.example"))
    def test_forgotten(self, email):
        with self.settings(MAIL_SERVER=NOBODY_THERE, MAIL_FROM=SENDER):
            response = self.send("/account/password/forgotten/", {"email": email})

        assert response.status_code in {302, 422}
        if response.status_code == 422:
            self.assert_given_back(response, {"email": email})

    @often
    @given(token=ANYTHING | st.text(st.sampled_from("abcxyz019-"), max_size=40))
    @example(token="undo-zzzzzzzzzzzzz-x")
    @example(token="invitation-zzzzzzzzzzzzz-zzzzzzzzzzzzz-x")
    @example(token="confirm-１-x")
    def test_what_is_no_link_leads_nowhere(self, token):
        for page in LINK_PAGES:
            opened = self.client.get(f"{page}{quote(token, safe='')}/")
            answer = self.send(page, {"token": token, "password": token, "new_password1": token})

            assert opened.status_code in {302, 404}
            assert answer.status_code == 410

    @often
    @given(
        address=ANYTHING
        | st.tuples(
            st.sampled_from(["//", "///", "\\\\", "/\\", "https:", "http:///", "javascript:", "\t//", "%2f%2f", "@"]),
            ANYTHING | st.just("evil.example/x"),
        ).map("".join)
    )
    @example(address="//evil.example")
    @example(address="//\r")
    @example(address="https://evil.example")
    @example(address="http://[")
    @example(address="/\\evil.example")
    @example(address="javascript:alert(1)")
    @example(address="\x08//evil.example")
    @example(address="/ok\r\nSet-Cookie: a=b")
    def test_next_never_leaves_the_host(self, address):
        self.sign_in(self.own)

        response = self.client.get("/sign-in/", {"next": address})

        assert response.status_code == 302
        to = urlsplit(response["Location"])
        assert to.netloc in {"", "testserver"}
        assert to.scheme in {"", "http"}
        assert not re.match(r"[/\\]{2}[^?#]", response["Location"])

    @often
    @given(address=ANYTHING)
    def test_next_on_the_page_is_escaped(self, address):
        response = self.client.get("/sign-in/", {"next": address})

        assert response.status_code == 200
        assert field_values(response.text)["next"] in {"", address}

    @often
    @given(address=ANYTHING.map(lambda text: text.encode().decode("latin-1")))
    def test_any_current_url_leads_to_the_own_sign_in(self, address):
        response = self.client.get("/employees/", headers={"HX-Request": "true", "HX-Current-URL": address})

        assert response.status_code == 200
        assert response["HX-Redirect"].startswith("/sign-in/?next=/")

    def test_forged_session_key_is_no_session(self):
        for key in [r'"\000abcdefghijkl"', r'"abcdefg\000hijkl"', r'"\377\376abcdefghijkl"', "x" * 5_000, "'; --", "a"]:
            response = self.client_class().get("/employees/", headers={"Cookie": f"sessionid={key}"})

            assert response.status_code == 302
            assert response["Location"].startswith("/sign-in/")
