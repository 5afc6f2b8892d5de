"""The site's addresses: the product, its health, the administration."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from people.site.views import HealthView

urlpatterns = [
    path("", include("people.urls")),
    path("", include("people.accounts.urls")),
    path(settings.HEALTH_PATH, HealthView.as_view(), name="health"),
    path("admin/", admin.site.urls),
]

handler400 = "people.site.errors.bad_request"
handler500 = "people.site.errors.server_error"
