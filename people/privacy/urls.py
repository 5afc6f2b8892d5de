from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/data/", views.MyDataView.as_view(), name="my-data"),
    path("me/data/download/", views.MyDataDownloadView.as_view(), name="my-data-download"),
]
