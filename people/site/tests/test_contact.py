"""Advice that can be followed: whoever HR can't help is told whom to ask, by a link where a setting names them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site_settings
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
    ("/account/password/forgotten/", None, "No mail can be sent from here. Please ask "),
    ("/account/password/forgotten/mailed/", None, "Otherwise please ask "),
    ("/me/", "colleague", "isn’t linked to anybody in the directory. Please ask "),
    ("/me/data/", "colleague", "about your account ask "),
    ("/employees/new/", "colleague", "If it should, please ask "),
    ("/nothing-here/", "colleague", "please tell "),
    ("/nothing-here/", None, "please tell "),
    ("/broken/", "colleague", "if it happens again, tell "),
]

# What sends people to somebody: verbs, and whoever else can do it.
SENDS = re.compile(
    r"""\b(?: ask | tell | inform | notify | (?:write|turn|speak|talk|report \s \S+) \s to | get \s in \s touch
    | contact \s (?:HR|an?|the|your|our|us|who\w*|some\w*)
    | let \s .{1,40} \s know
    | (?:another|an|the|your) \s (?:administrator|HR|colleague|manager)\S* \s (?:can|may|has)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
TEXTS = {".html", ".txt", ".js", ".py"}
# How a sentence names it: the tag of pages, and what mails get.
NAMED = re.compile(r"\s+(?:{% contact %}|{{ help_name }})")
# Sentences that may send people to somebody else, by how they begin, and why.
ELSEWHERE = {
    "Edit it on your page, or ask HR; about your account": "only HR corrects data; the rest names the contact",
    "Another administrator can link it, or": "only administrators read it, and only another one may; or the server",
    "Ask another administrator, or use": "as above, when the administration refuses it",
}
# Texts about people who never were, and help for those who type commands on the server.
NO_ADVICE = ("people/management/demo", "people/management/commands/", "people/benchmarks/")


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
    settings.CONTACT = Contact("IT <help>", "mailto:help@example.com")

    assert f'{before}<a href="mailto:help@example.com">IT &lt;help&gt;</a>' in read(address, reader)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "reader", "before"), ADVICE)
def test_advice_without_the_setting_can_be_followed_too(settings, address, reader, before):
    settings.CONTACT = None

    assert f"{before}the administrators of this directory" in read(address, reader)


@pytest.mark.django_db
def test_profile_that_is_missing_says_whom_to_ask(settings):
    settings.CONTACT = Contact("IT help", "https://help.example.com")
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


def sends_elsewhere(sentence: str) -> bool:
    """Whether it sends people to somebody, and the next word isn't the contact."""
    return any(not NAMED.match(sentence, found.end()) for found in SENDS.finditer(sentence))


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of templates, scripts and messages, and where it stands."""
    for file in _texts("templates"):
        text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", file.read_text(), flags=re.DOTALL)
        yield from _cut(file, re.sub(r"<[^>]*>", " ", text))
    for file in _texts("static/js"):
        yield from _cut(file, re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL))
    for file in [*_texts("people"), *_texts("intranet")]:
        if file.suffix == ".py" and "tests" not in file.parts and not _name(file).startswith(NO_ADVICE):
            for text in _messages(file):
                yield from _cut(file, text)


def _texts(folder: str) -> list[Path]:
    return [file for file in sorted((site_settings.BASE_DIR / folder).rglob("*.*")) if file.suffix in TEXTS]


def _name(file: Path) -> str:
    return str(file.relative_to(site_settings.BASE_DIR))


def _messages(file: Path) -> Iterator[str]:
    """The texts in a module, those that are put together as a whole; docstrings aren't read by anybody outside."""
    tree = ast.parse(file.read_text())
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | docstrings:
            yield node.value


def _cut(file: Path, text: str) -> Iterator[tuple[str, str]]:
    for sentence in re.split(
        r"(?<=[.!?])\s+(?=[A-Z“])|\n\s*\n|{% (?:if|elif|else|endif|block|endblock)\b[^%]*%}", text
    ):
        yield _name(file), " ".join(sentence.split())


@pytest.fixture(scope="module")
def sent_elsewhere() -> list[tuple[str, str]]:
    """Sentences that send people to somebody who isn't named by the setting."""
    return [(where, sentence) for where, sentence in sentences() if sends_elsewhere(sentence)]


def test_whoever_is_sent_to_somebody_is_told_whom_to_ask(sent_elsewhere):
    """Write `{% contact %}` into the sentence; one that names a role instead stands in `ELSEWHERE` with its reason."""
    assert [(where, sentence) for where, sentence in sent_elsewhere if not sentence.startswith(tuple(ELSEWHERE))] == []


def test_sentences_that_send_elsewhere_are_still_there(sent_elsewhere):
    assert [begin for begin in ELSEWHERE if not any(sentence.startswith(begin) for _, sentence in sent_elsewhere)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Please ask HR to change it.",
        "If it happens again, tell an administrator.",
        "Contact your administrator.",
        "Another administrator can do this.",
        "Let the people of HR know.",
        "Please report it to IT.",
        "Ask HR, or ask {% contact %}.",
    ],
)
def test_sentence_that_names_no_contact_is_found(sentence):
    assert sends_elsewhere(sentence)


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
