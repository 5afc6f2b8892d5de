from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from . import views
from .links.views import LinkView, PasswordByLinkView

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign-out"),
    path("account/password/", views.PasswordChangeView.as_view(), name="password-change"),
    path("account/link/", PasswordByLinkView.as_view(), name="password-by-link"),
    path("account/link/<str:token>/", LinkView.as_view(), name="link"),
    # Where password managers look (W3C, "A Well-Known URL for Changing Passwords").
    path(
        ".well-known/change-password",
        login_not_required(RedirectView.as_view(pattern_name="accounts:password-change")),
        name="well-known-password-change",
    ),
]
