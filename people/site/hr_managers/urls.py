from django.urls import path

from . import views

urlpatterns = [
    path("hr-managers/", views.HRManagersView.as_view(), name="hr-managers"),
    path("hr-managers/<int:pk>/take/", views.HRManagerTakeView.as_view(), name="hr-manager-take"),
]
