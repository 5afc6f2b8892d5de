from django.urls import path

from . import adding, editing, lists, stars, views
from .access import selected
from .access import views as access

urlpatterns = [
    path("employees/new/", adding.EmployeeCreateView.as_view(), name="employee-create"),
    path("employees/new/searched/", adding.SearchedEmployeeView.as_view(), name="employee-create-searched"),
    path("employees/<int:pk>/", views.EmployeeDetailView.as_view(), name="employee-detail"),
    path("employees/<int:pk>/edit/", editing.SectionMovedView.as_view(section="contact"), name="employee-update"),
    path(
        "employees/<int:pk>/profile/edit/", editing.SectionMovedView.as_view(section="complete"), name="profile-update"
    ),
    path("employees/<int:pk>/<slug:section>/edit/", editing.SectionUpdateView.as_view(), name="section-update"),
    path("employees/<int:pk>/sharing-ended/", editing.SharingKeptView.as_view(), name="sharing-kept"),
    path("employees/<int:pk>/reports/", lists.EmployeeReportsView.as_view(), name="employee-reports"),
    path("employees/access/", selected.SelectedAccessView.as_view(), name="access-give"),
    path("employees/access/<int:pk>/", selected.AccessProgressView.as_view(), name="access-progress"),
    path("employees/<int:pk>/access/", access.AccessView.as_view(), name="access"),
    path("gaps/", lists.GapsView.as_view(), name="gaps"),
    path("employees/<int:pk>/star/", stars.StarView.as_view(), name="star"),
    path(
        "employees/<int:pk>/seen-by/<str:audience>/",
        views.EmployeePreviewView.as_view(),
        name="employee-preview",
    ),
]
