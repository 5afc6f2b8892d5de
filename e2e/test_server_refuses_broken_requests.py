"""What no browser sends, sent to the real server: below the framework, where no page's test reaches."""

import http.client
from urllib.parse import urlsplit

import pytest


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset*=BOGUS''utf-8",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data; boundary*=BOGUS''x",
    ],
)
def test_broken_content_type_is_a_bad_request(base_url, content_type):
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    headers = {"Content-Type": content_type, "Cookie": f"csrftoken={'a' * 32}"}

    connection.request("POST", "/sign-in/", body=b"username=a", headers=headers)

    assert connection.getresponse().status == 400
    connection.close()


def test_looking_without_a_body_is_no_warning(server):
    before = server.log.read_text()
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=10)

    connection.request("HEAD", "/sign-in/")

    assert connection.getresponse().status == 200
    assert server.log.read_text() == before
    connection.close()
