from django.urls import path
from django.views.generic import RedirectView

from . import views

app_name = "people"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:employee-list"), name="home"),
    path("employees/", views.EmployeeListView.as_view(), name="employee-list"),
    path("employees/suggestions/", views.SuggestionsView.as_view(), name="suggestions"),
    path("employees/new/", views.EmployeeCreateView.as_view(), name="employee-create"),
    path("employees/<int:pk>/", views.EmployeeDetailView.as_view(), name="employee-detail"),
    path("employees/<int:pk>/edit/", views.EmployeeUpdateView.as_view(), name="employee-update"),
    path("employees/<int:pk>/star/", views.StarView.as_view(), name="star"),
    path(
        "employees/<int:pk>/seen-by/<str:audience>/",
        views.EmployeePreviewView.as_view(),
        name="employee-preview",
    ),
    path(
        "employees/<int:pk>/profile/edit/",
        views.EmployeeProfileUpdateView.as_view(),
        name="profile-update",
    ),
    path("styleguide/", views.StyleguideView.as_view(), name="styleguide"),
    path("me/", views.MeView.as_view(), name="me"),
    path("me/data/", views.MyDataView.as_view(), name="my-data"),
    path("me/data/download/", views.MyDataDownloadView.as_view(), name="my-data-download"),
]
