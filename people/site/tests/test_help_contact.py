"""Advice that can be followed: whoever HR can't help is told whom to ask, by a link where a setting names them."""

import re

import pytest
from django.test import Client
from django.urls import path

from intranet import urls as site
from intranet.environment import Contact, contact
from people.tests.factories import employee, user
from people.tests.outages import broken

urlpatterns = [*site.urlpatterns, path("broken/", broken)]
handler400, handler500 = site.handler400, site.handler500

# Where advice stands: address, reader (None is signed out) and what comes before whom to ask.
ADVICE = [
    ("/sign-in/", None, "No account, or can’t get in? Please ask "),
    ("/me/", "colleague", "isn’t linked to anybody in the directory. Please ask "),
    ("/me/data/", "colleague", "about your account ask "),
    ("/employees/new/", "colleague", "If it should, please ask "),
    ("/nothing-here/", "colleague", "please tell "),
    ("/nothing-here/", None, "please tell "),
    ("/broken/", "colleague", "if it happens again, tell "),
]


@pytest.fixture(autouse=True)
def with_a_broken_page(settings):
    settings.ROOT_URLCONF = __name__


def read(address: str, reader: str | None) -> str:
    """The page, where a run of white space is one space."""
    client = Client(raise_request_exception=False)
    if reader:
        client.force_login(user(is_superuser=reader == "administrator"))
    return " ".join(client.get(address).text.split())


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "reader", "before"), ADVICE)
def test_advice_links_to_whom_to_ask(settings, address, reader, before):
    settings.HELP_CONTACT = Contact("IT <help>", "mailto:help@example.com")

    assert f'{before}<a href="mailto:help@example.com">IT &lt;help&gt;</a>' in read(address, reader)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "reader", "before"), ADVICE)
def test_advice_without_the_setting_can_be_followed_too(settings, address, reader, before):
    settings.HELP_CONTACT = None

    assert f"{before}the administrators of this directory" in read(address, reader)


@pytest.mark.django_db
def test_profile_that_is_missing_says_whom_to_ask(settings):
    settings.HELP_CONTACT = Contact("IT help", "https://help.example.com")
    person = employee()
    type(person.profile).objects.filter(pk=person.profile.pk)._raw_delete("default")
    client = Client()
    client.force_login(user(is_hr=True))

    assert (
        'Please ask <a href="https://help.example.com">IT help</a> to restore it'
        in client.get(person.get_absolute_url()).text
    )


@pytest.mark.django_db
def test_administrator_without_an_employee_is_told_who_else_can_link_the_account():
    html = read("/me/", "administrator")

    assert "Another administrator can link it, or <code>manage.py link_account</code> on the server." in html


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "reader"), [(address, reader) for address, reader, _ in ADVICE])
def test_nobody_is_sent_to_hr_for_what_hr_cannot_do(address, reader):
    html = read(address, reader)

    assert not re.search(r"\b(ask|tell) HR\b", html.replace("on your page, or ask HR;", ""), re.IGNORECASE)


@pytest.mark.parametrize(
    ("written", "name", "link"),
    [
        ("help@example.com", "help@example.com", "mailto:help@example.com"),
        ("IT help <help@example.com>", "IT help", "mailto:help@example.com"),
        ("IT help<help@example.com>", "IT help", "mailto:help@example.com"),
        ("who?subject=x@example.com", "who?subject=x@example.com", "mailto:who%3Fsubject%3Dx@example.com"),
        ("https://help.example.com/people", "the help at help.example.com", "https://help.example.com/people"),
        ("the service desk <http://desk.example.com>", "the service desk", "http://desk.example.com"),
    ],
)
def test_contact_is_read(written, name, link):
    assert contact(written) == (name, link)


def test_nobody_is_a_contact_too():
    assert contact("") is None
