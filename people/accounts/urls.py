from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign-out"),
    path("hr-managers/", views.HRManagersView.as_view(), name="hr-managers"),
    path("hr-managers/<int:pk>/take/", views.HRManagerTakeView.as_view(), name="hr-manager-take"),
]
