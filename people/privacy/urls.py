from django.urls import path

from people.accounts.links.handing import LinkView

from . import views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/link/", views.OwnPageView.as_view(), name="own-page"),
    path("me/link/<str:token>/", LinkView.as_view(leads_to="people:own-page"), name="own-page-link"),
    path("me/data/", views.MyDataView.as_view(), name="my-data"),
    path("me/data/download/", views.MyDataDownloadView.as_view(), name="my-data-download"),
]
