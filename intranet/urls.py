"""The site's addresses: the product, its health, the administration."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from people.site.views import HealthView

# One name for what is about accounts, though the pages of roles and of mail also know people.
rooms = ("people.accounts.urls", "people.site.roles.urls", "people.site.mail.urls")
accounts = [path("", include(room)) for room in rooms]

# Names by which django-allauth looks for pages; the addresses themselves are answered by ours, above.
names = {"account_login": "sign-in/", "mfa_authenticate": "sign-in/second-step/"}
aliases = [path(address, RedirectView.as_view(), name=name) for name, address in names.items()]

urlpatterns = [
    path("", include("people.urls")),
    path("", include((accounts, "accounts"))),
    path(settings.HEALTH_PATH, HealthView.as_view(), name="health"),
    path("admin/", admin.site.urls),
    *aliases,
]

handler400 = "people.site.errors.bad_request"
handler500 = "people.site.errors.server_error"
