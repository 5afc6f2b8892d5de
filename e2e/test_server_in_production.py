"""The real server as a company runs it, behind a proxy that ends TLS."""

import http.client
import secrets
from collections.abc import Iterator, Mapping

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from e2e.server import Server, manage

HOST = "people.example.com"
BY_PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("company")
    server = Server(
        folder,
        DATABASE_URL=f"sqlite:///{folder / 'db.sqlite3'}",
        PRODUCTION="1",
        ALLOWED_HOSTS=HOST,
        SITE_URL=f"https://{HOST}",
        SECRET_KEY=secrets.token_urlsafe(50),
        TRUSTED_PROXIES="1",
    )
    manage(server.environment, "migrate", "--verbosity", "0")
    with server:
        yield server


def ask(server: Server, address: str, headers: Mapping[str, str], method: str = "GET") -> http.client.HTTPResponse:
    """The answer of the server, without following it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, address, headers=headers)
        return connection.getresponse()
    finally:
        connection.close()


def test_start_tells_the_public_address(company):
    assert f"The directory is at https://{HOST}, by a proxy in front of 127.0.0.1:" in company.log.read_text()


@pytest.mark.parametrize("host", ["10.0.0.5", HOST])
def test_health_is_told_to_a_prober_that_comes_without_the_proxy(company, host):
    assert ask(company, "/health/", {"Host": host}).status == 200


def test_nothing_else_is_told_under_another_name_or_without_tls(company):
    assert ask(company, "/sign-in/", BY_PROXY | {"Host": "10.0.0.5"}).status == 400
    assert ask(company, "/sign-in/", {"Host": HOST}).getheader("Location") == f"https://{HOST}/sign-in/"


@pytest.mark.parametrize("claim", [{"X-Forwarded-Ssl": "on"}, {"X-Forwarded-Protocol": "ssl"}])
def test_tls_is_believed_from_the_one_header_that_proxies_are_told_to_send(company, claim):
    assert ask(company, "/sign-in/", {"Host": HOST} | claim).status == 301


def test_cookies_are_bound_to_the_host_and_to_tls(company):
    cookie = ask(company, "/sign-in/", BY_PROXY).getheader("Set-Cookie", "")

    assert cookie.startswith("__Host-csrftoken=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_tls_is_demanded_for_this_host_alone(company):
    assert ask(company, "/sign-in/", BY_PROXY).getheader("Strict-Transport-Security") == "max-age=31536000"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (staticfiles_storage.url("css/intranet.css"), {}),
        ("/static/nothing.css", {}),
        ("/health/", {}),
        ("/sign-in/", {"Host": "10.0.0.5"}),
        ("/sign-in/", {"Content-Type": "text/plain; charset*=BOGUS''utf-8"}),
        ("/sign-in/", {"Transfer-Encoding": "chunked"}),
    ],
)
def test_every_answer_has_a_policy_and_is_taken_for_what_it_is(company, address, headers):
    answer = ask(company, address, BY_PROXY | headers)

    assert "default-src 'none'" in answer.getheader("Content-Security-Policy", "")
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
