"""What is too large is refused before it is read, files included."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.generic import View

from intranet import urls as site
from people.accounts.requests import reader_of
from people.tests import factories

pytestmark = pytest.mark.django_db

MORE = 3_000_000


class ListsView(View):
    """A view that takes a larger file, from HR only."""

    @staticmethod
    def largest_body(request: HttpRequest) -> int:
        return 5_000_000 if reader_of(request).is_hr_manager else 0

    def post(self, request: HttpRequest) -> HttpResponse:
        (sent,) = request.FILES.getlist("list")
        return HttpResponse(f"{sent.size} bytes")


urlpatterns = [path("larger-lists/", ListsView.as_view()), *site.urlpatterns]
handler400 = site.handler400


def upload(client: Client, address: str, size: int):
    return client.post(address, {"list": SimpleUploadedFile("list.csv", b"a" * size)})


@pytest.fixture
def client(client: Client, settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return client


def test_file_that_is_too_large_is_refused_to_everyone(client):
    client.force_login(factories.user(is_hr=True))

    assert upload(client, "/employees/new/", 2_100_000).status_code == 413
    assert upload(Client(), "/sign-in/", 2_100_000).status_code == 413


def test_view_takes_more_from_those_who_may(client):
    client.force_login(factories.user(is_hr=True))

    assert upload(client, "/larger-lists/", MORE).content == b"3000000 bytes"
    assert upload(client, "/larger-lists/", 5_100_000).status_code == 413


def test_view_takes_nothing_from_the_others(client):
    client.force_login(factories.user())

    assert upload(client, "/larger-lists/", MORE).status_code == 413


def test_refused_body_is_not_read(client):
    client.force_login(factories.user(is_hr=True))
    body = BytesIO(b"first_name=Ann")

    client.generic("POST", "/employees/new/", **{"CONTENT_LENGTH": MORE, "wsgi.input": body})

    assert body.tell() == 0


def test_body_without_a_length_is_refused(client):
    response = client.post("/sign-in/", headers={"Transfer-Encoding": "chunked"})

    assert response.status_code == 411
    assert "needs a Content-Length" in response.text
