"""The reader's own things."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from people.accounts.requests import SignedInRequest

from .my_data import parts_about


class MeView(TemplateView):
    """To the own page; without a linked employee, whom to ask."""

    template_name = "privacy/me.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        employee = getattr(request.user, "employee", None)
        return redirect(employee) if employee else super().get(request, *args, **kwargs)


class MyDataView(TemplateView):
    """Everything held about the reader, to read."""

    request: SignedInRequest
    template_name = "privacy/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(parts=parts_about(self.request.user), **kwargs)


class MyDataDownloadView(View):
    """Everything held about the reader, as a file that programs read."""

    request: SignedInRequest
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> JsonResponse:
        data = {part.key: part.as_dicts() for part in parts_about(self.request.user)}
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False}, headers=headers)
