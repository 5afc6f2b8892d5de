from django.urls import path
from django.views.generic import RedirectView

from . import views

urlpatterns = [
    path("roles/", views.RolesView.as_view(), name="roles"),
    path("roles/hr-manager/<int:pk>/take/", views.HRManagerTakeView.as_view(), name="hr-manager-take"),
    path("roles/administrator/<int:pk>/take/", views.AdministratorTakeView.as_view(), name="administrator-take"),
    # As the page was called when HR managers were the only role on it.
    path("hr-managers/", RedirectView.as_view(pattern_name="accounts:roles"), name="hr-managers"),
]
