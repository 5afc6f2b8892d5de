"""Which names of a host a request may use."""

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.urls import reverse


class HostMiddleware(CommonMiddleware):
    """Django's own, which refuses every host that isn't in ALLOWED_HOSTS; except to those who ask for the health.

    A prober knows the machine by its address. Its answer is the same whatever it calls the host: it has no links.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if request.path_info == reverse("health") else super().process_request(request)
