from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class Administration(AdminSite):
    """Django's admin, entered by the product's own sign-in and by administrators only."""

    site_title = site_header = "People administration"
    index_title = "What do you want to look after?"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where the admin sends whom it doesn't let in; signed-out visitors never come this far."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")


class AdministrationConfig(AdminConfig):
    default_site = "people.accounts.administration.Administration"
