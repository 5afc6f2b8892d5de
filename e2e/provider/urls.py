"""django-oauth-toolkit's addresses, and the page to sign in."""

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("sign-in/", LoginView.as_view()),
    path("", include("oauth2_provider.urls")),
]
