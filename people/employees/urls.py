from django.urls import path

from . import views

urlpatterns = [
    path("employees/new/", views.EmployeeCreateView.as_view(), name="employee-create"),
    path("employees/new/searched/", views.SearchedEmployeeView.as_view(), name="employee-create-searched"),
    path("employees/<int:pk>/", views.EmployeeDetailView.as_view(), name="employee-detail"),
    path("employees/<int:pk>/edit/", views.SectionMovedView.as_view(section="contact"), name="employee-update"),
    path("employees/<int:pk>/profile/edit/", views.SectionMovedView.as_view(section="complete"), name="profile-update"),
    path("employees/<int:pk>/<slug:section>/edit/", views.SectionUpdateView.as_view(), name="section-update"),
    path("employees/<int:pk>/star/", views.StarView.as_view(), name="star"),
    path(
        "employees/<int:pk>/seen-by/<str:audience>/",
        views.EmployeePreviewView.as_view(),
        name="employee-preview",
    ),
]
