"""Which names of a host a request may use."""

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class HostMiddleware(CommonMiddleware):
    """Django's own, which refuses every host that isn't in ALLOWED_HOSTS; except to those who ask for the health.

    A prober knows the machine by its address. Its answer is the same whatever it calls the host: it has no links.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        is_for_health = request.path_info == f"/{settings.HEALTH_PATH}"
        return None if is_for_health else super().process_request(request)
