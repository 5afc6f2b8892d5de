from django.urls import path

from . import editing, moving, views

urlpatterns = [
    path("employees/move/", moving.PeopleMoveView.as_view(), name="employee-move"),
    path("teams/", views.TeamListView.as_view(), name="team-list"),
    path("teams/new/", editing.TeamCreateView.as_view(), name="team-create"),
    path("teams/<slug:key>/", views.TeamDetailView.as_view(), name="team-detail"),
    path("teams/<slug:key>/edit/", editing.TeamUpdateView.as_view(), name="team-update"),
    path("teams/<slug:key>/merge/", editing.TeamMergeView.as_view(), name="team-merge"),
    path("teams/<slug:key>/close/", editing.TeamCloseView.as_view(), name="team-close"),
    path("teams/<slug:key>/open/", editing.TeamOpenView.as_view(), name="team-open"),
    path("teams/<slug:key>/leads/<int:pk>/take/", editing.TeamLeadTakeView.as_view(), name="team-lead-take"),
]
