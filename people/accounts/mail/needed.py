"""Pages that send mail, and what they say where there is no mail server."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.views.generic import View

from .outbox import is_set_up


class NeedsMailMixin(View):
    """Without a mail server another page says whom to ask instead."""

    template_without_mail: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_set_up():
            return super().dispatch(request, *args, **kwargs)
        is_reading = request.method in {"GET", "HEAD"}
        headers = {} if is_reading else {"Allow": "GET, HEAD"}
        return TemplateResponse(request, self.template_without_mail, status=200 if is_reading else 405, headers=headers)
