from django.urls import include, path
from django.views.generic import RedirectView

app_name = "people"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:employee-list"), name="home"),
    path("", include("people.directory.urls")),
    path("", include("people.employees.urls")),
    path("", include("people.organisation.locations.urls")),
    path("", include("people.organisation.teams.urls")),
    path("", include("people.privacy.urls")),
    path("", include("people.site.urls")),
]
