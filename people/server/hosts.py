"""Which names of a host a request may use."""

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class HostMiddleware(CommonMiddleware):
    """Django's own, which refuses every host that isn't in ALLOWED_HOSTS, except when the health page is asked for.

    A prober knows the machine by its address only. The health page has no links, so the host changes nothing in it.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        is_for_health = request.path_info == f"/{settings.HEALTH_PATH}"
        return None if is_for_health else super().process_request(request)
