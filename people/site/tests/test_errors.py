"""Everything that goes wrong ends on a page of ours, with the right status and nothing private."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIEnvironment

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path, reverse

from intranet import urls as site
from intranet.wsgi import application
from people.accounts.guards.throttle import Throttled
from people.tests import factories
from people.tests.outages import SECRET, broken

PAGES = {
    400: "This request can’t be understood",
    403: "You can’t open this page",
    404: "There is no page here",
    413: "This is too much at once",
    500: "Something went wrong on our side",
    503: "This can’t be done just now",
}
CSRF_PAGE = "This page is out of date"
FORM = "application/x-www-form-urlencoded"
CONTACT = {"first_name": "Ann", "last_name": "Byron", "email": "ann@example.com", "phone": "+14155552671"}


# The site once more, with addresses where things go wrong.


def suspicious(request: HttpRequest):
    raise SuspiciousOperation(SECRET)


def too_often(request: HttpRequest):
    raise Throttled(200)


urlpatterns = [
    *site.urlpatterns,
    path("broken/", broken),
    path("suspicious/", suspicious),
    path("too-often/", too_often),
]
handler400, handler500 = site.handler400, site.handler500


@pytest.fixture
def with_mishaps(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def client():
    """A client that gets the error page, as a browser does, and not the exception."""
    return Client(raise_request_exception=False)


@pytest.fixture
def person():
    return factories.employee(first_name="Grace", last_name="Hopper", profile__address=SECRET)


@pytest.fixture
def hr(client, person):
    """A client signed in as HR in a directory of one person."""
    client.force_login(factories.user("hr@example.com", is_hr=True))
    return client


def assert_is_page(response, status: int, heading: str = "") -> None:
    """The designed page for `status`, whole and without anything private."""
    text = response.text

    assert response.status_code == status
    assert f"<h1>{heading or PAGES[status]}</h1>" in text
    assert text.count("<main") == 1
    assert 'href="/employees/"' in text
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert not any(private in text for private in [SECRET, "Hopper", "Traceback", "Exception", "Error"])


# 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/employees/4711/", "/employees/abc/", "/employees/-1/", "/no/such/page/", "/%00/"]
)
def test_404_page_signed_in(hr, address):
    assert_is_page(hr.get(address), 404)


@pytest.mark.django_db
def test_404_page_signed_out(client):
    response = client.get("/no/such/page/")

    assert_is_page(response, 404)
    assert "Search people" not in response.text


@pytest.mark.django_db
def test_404_address_is_escaped(hr):
    assert "<script>alert" not in hr.get("/<script>alert(1)</script>/").text


@pytest.mark.django_db
def test_404_htmx_gets_the_status(hr):
    assert hr.get("/employees/4711/", headers={"HX-Request": "true", "HX-Target": "contact"}).status_code == 404


@pytest.mark.django_db
def test_address_without_its_last_slash_is_redirected(hr):
    response = hr.get("/employees?q=ann")

    assert response.status_code == 301
    assert response["Location"] == "/employees/?q=ann"


# 403


@pytest.mark.django_db
def test_403_page(client, person):
    client.force_login(factories.user())

    for address in [reverse("people:employee-create"), f"/employees/{person.pk}/contact/edit/", "/styleguide/"]:
        assert_is_page(client.get(address), 403)


@pytest.mark.django_db
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_403_csrf_page(person, is_signed_in):
    client = Client(enforce_csrf_checks=True)
    if is_signed_in:
        client.force_login(factories.user())

    response = client.post(reverse("accounts:sign-in"))

    assert_is_page(response, 403, CSRF_PAGE)
    assert response["X-Refused"] == "csrf"


# 405


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_405_for_a_wrong_method(hr, person, method):
    response = hr.generic(method, person.get_absolute_url())

    assert response.status_code == 405
    assert "GET" in response["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("form", ["employees/new/", "employees/{key}/contact/edit/", "employees/{key}/complete/edit/"])
def test_405_for_a_form_sent_by_another_method(hr, person, method, form):
    response = hr.generic(method, f"/{form.format(key=person.pk)}", urlencode(CONTACT), content_type=FORM)

    person.profile.refresh_from_db()
    assert person.profile.address == SECRET
    assert response.status_code == 405


@pytest.mark.django_db
def test_405_signing_out_by_a_link(hr):
    assert hr.get(reverse("accounts:sign-out")).status_code == 405
    assert hr.get(reverse("people:me")).status_code == 200


# 413 and too many fields


@pytest.mark.django_db
@pytest.mark.parametrize("checks", [True, False], ids=["csrf checked", "csrf not checked"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_413_page_for_a_body_that_is_too_large(person, checks, is_signed_in):
    client = Client(enforce_csrf_checks=checks)
    if is_signed_in:
        client.force_login(factories.user(is_hr=True))

    response = client.post("/employees/new/", urlencode({"first_name": "a" * 2_700_000}), content_type=FORM)

    assert_is_page(response, 413)


@pytest.mark.django_db
def test_413_page_for_a_multipart_body_that_is_too_large(hr):
    assert_is_page(hr.post("/employees/new/", {"first_name": "a" * 2_700_000}), 413)


@pytest.mark.django_db
def test_body_just_small_enough_is_read(hr):
    response = hr.post("/employees/new/", urlencode({"first_name": "a" * 1_900_000}), content_type=FORM)

    assert response.status_code == 422


@pytest.mark.django_db
def test_400_page_for_too_many_fields(hr):
    body = urlencode([("q", "")] * 1_001)

    assert_is_page(hr.post("/employees/new/", body, content_type=FORM), 400)
    assert_is_page(hr.get(f"/employees/?{body}"), 400)


# Bodies and headers that are broken


@pytest.mark.django_db
@pytest.mark.parametrize("checks", [True, False], ids=["csrf checked", "csrf not checked"])
@pytest.mark.parametrize("is_signed_in", [True, False])
@pytest.mark.parametrize(
    "content_type",
    [
        f"{FORM}; charset=utf-7",
        f"{FORM}; charset=bogus",
        f"{FORM}; charset=",
        f"{FORM}; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xe9",
        "multipart/form-data; boundary=x; charset=utf-7",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain; charset=utf-7",
        "\x00",
        ";;;",
        "",
    ],
)
def test_broken_content_type_is_never_500(person, content_type, checks, is_signed_in):
    client = Client(enforce_csrf_checks=checks, raise_request_exception=False)
    client.get("/sign-in/")  # for a CSRF cookie
    if is_signed_in:
        client.force_login(factories.user(is_hr=True))

    for address in ["/employees/new/", "/sign-in/", f"/employees/{person.pk}/complete/edit/"]:
        response = client.generic("POST", address, b"first_name=Ann&csrfmiddlewaretoken=x", content_type)

        assert response.status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("checks", [True, False], ids=["csrf checked", "csrf not checked"])
def test_400_page_for_utf_7_with_a_csrf_cookie(person, checks):
    client = Client(enforce_csrf_checks=checks, raise_request_exception=False)
    client.get("/sign-in/")
    assert "csrftoken" in client.cookies

    response = client.generic("POST", "/sign-in/", b"csrfmiddlewaretoken=x", f"{FORM}; charset=utf-7")

    assert_is_page(response, 400)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\nContent-Disposition: form-data; name=first_name\r\n\r\nAnn",
        b"--x\r\nContent-Disposition: form-data; name*=BOGUS''first_name\r\n\r\nAnn\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; name=first_name; filename*=BOGUS''a\r\n\r\nAnn\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--\r\n",
        b"--x\r\n\r\n\r\n--x--\r\n",
        b"--x",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_malformed_multipart_is_never_500(hr, body):
    response = hr.generic("POST", "/employees/new/", body, "multipart/form-data; boundary=x")

    assert response.status_code in {400, 422}


@pytest.mark.django_db
def test_400_page_for_multipart_without_boundary(hr):
    assert_is_page(hr.generic("POST", "/employees/new/", b"first_name=Ann", "multipart/form-data"), 400)


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"first_name=%FF%FE", b"first_name=\xff", b"%00=%00", b"&&&==", b"=" * 999])
def test_bytes_that_are_no_text_are_never_500(hr, body):
    assert hr.generic("POST", "/employees/new/", body, FORM).status_code in {400, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=%FF", "q=%00", "%", "q=%", "q=%u0041", "=" * 99, "q[]=1&q[]=2"])
def test_broken_query_string_is_never_500(hr, query):
    response = hr.generic("GET", "/employees/", QUERY_STRING=query)

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "test server", "[", "a" * 999, "http://x"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_400_page_for_a_wrong_host(client, person, host, is_signed_in):
    if is_signed_in:
        client.force_login(factories.user())

    response = client.get("/employees/", headers={"Host": host})

    assert_is_page(response, 400)
    assert "evil" not in response.text


FORGED = ["http://[", "http://[::1", "//evil.example/x", "javascript:alert(1)", "\x00", "\xff", "%", "http://a:b/", " "]


@pytest.mark.django_db
@pytest.mark.parametrize("value", FORGED)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_forged_hx_current_url_is_harmless(client, person, value, is_signed_in):
    if is_signed_in:
        client.force_login(factories.user())

    for address in ["/employees/", person.get_absolute_url(), "/sign-in/", "/me/", "/no/such/page/"]:
        response = client.get(address, headers={"HX-Request": "true", "HX-Current-URL": value})

        assert response.status_code in {200, 302, 404}
        assert "evil.example" not in response.headers.get("HX-Redirect", "")


HX_HEADERS = [
    *("HX-Target", "HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Trigger", "HX-Trigger-Name"),
    *("HX-Prompt", "HX-Target-URI-AutoEncoded", "HX-Current-URL-URI-AutoEncoded", "Triggering-Event"),
]


@pytest.mark.django_db
@pytest.mark.no_cover
@pytest.mark.parametrize("header", HX_HEADERS)
def test_forged_hx_header_is_harmless(hr, person, header):
    for value in [*FORGED, "main", "../500", "employee-results#nobody", "true"]:
        headers = {"HX-Request": "true", "HX-Target": "%E9%", "HX-Current-URL": "%", header: value}

        for address in ["/employees/", "/employees/new/", f"/employees/{person.pk}/contact/edit/", "/me/"]:
            assert hr.get(address, headers=headers).status_code == 200
            assert hr.post(address, headers=headers).status_code in {403, 405, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["x", "\x00", r'"\000"', "é", "=", "a" * 4_000, '"', "../../x"])
def test_forged_cookies_are_harmless(client, cookie):
    headers = {"Cookie": f"sessionid={cookie}; csrftoken={cookie}"}  # as sent: a new Python refuses to make such ones

    assert client.get("/sign-in/", headers=headers).status_code == 200
    assert client.get("/employees/", headers=headers).status_code == 302


# The real application, as the server calls it


@pytest.mark.django_db
def run_application(environ: WSGIEnvironment) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of the answer, as a server gets them (PEP 3333)."""
    answers: list[tuple[str, dict[str, str]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        answers.append((status, dict(headers)))
        return lambda body: None

    body = b"".join(application(environ, start))
    [(status, headers)] = answers
    return status, headers, body


@pytest.mark.parametrize(
    "content_type", ["text/plain; charset*=BOGUS''utf-8", f"{FORM}; charset*=BOGUS''utf-8", "a; b*=\xe9''c"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_wsgi_answers_400_to_a_content_type_that_cannot_be_parsed(content_type, method):
    environ = RequestFactory().get("/sign-in/").environ
    environ |= {"REQUEST_METHOD": method, "CONTENT_TYPE": content_type, "wsgi.errors": io.StringIO()}

    status, headers, body = run_application(environ)

    assert status == "400 Bad Request"
    assert headers["Content-Type"].startswith("text/")
    assert "Content-Type is broken" in body.decode()


@pytest.mark.django_db
def test_wsgi_answers_200_to_a_good_request():
    environ = RequestFactory().get("/sign-in/").environ

    status, _, body = run_application(environ)

    assert status == "200 OK"
    assert b"Sign in" in body


# 400 and 500


@pytest.mark.django_db
@pytest.mark.usefixtures("with_mishaps")
def test_400_page_says_nothing_of_the_reason(hr):
    assert_is_page(hr.get("/suspicious/"), 400)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_mishaps")
def test_500_page_signed_in(hr):
    assert_is_page(hr.get("/broken/"), 500)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_mishaps")
def test_429_page_where_no_form_says_how_long_to_wait(hr):
    response = hr.get("/too-often/")

    assert_is_page(response, 429, PAGES[503])
    assert all(text in response.text for text in ['<p class="error-page__code">429</p>', "Please wait 4 minutes"])
    assert response["Retry-After"] == "200"


@pytest.mark.usefixtures("with_mishaps", "db")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_500_page_whatever_was_asked(hr, headers, method):
    assert_is_page(getattr(hr, method)("/broken/", headers=headers), 500)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_mishaps")
def test_500_signed_out_asks_for_the_sign_in_first(client):
    assert client.get("/broken/").status_code == 302


@pytest.mark.parametrize("status", PAGES)
def test_error_page_needs_no_database_and_no_context(status):
    html = render_to_string(f"{status}.html")

    assert f"<h1>{PAGES[status]}</h1>" in html
    assert "Search people" not in html


@pytest.mark.parametrize("status", [*PAGES, "403_csrf"])
def test_error_page_obeys_the_content_security_policy(status):
    html = render_to_string(f"{status}.html")

    assert not any(inline in html for inline in ["style=", "onclick=", "<style", "<script>"])


@pytest.mark.django_db
@pytest.mark.usefixtures("with_mishaps")
def test_error_pages_are_kept_out_of_caches(hr):
    for address in ["/suspicious/", "/no/such/page/", "/employees/4711/", "/broken/"]:
        assert "no-store" in hr.get(address).headers.get("Cache-Control", ""), address
