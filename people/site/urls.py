from django.urls import path

from . import views

urlpatterns = [
    path("styleguide/", views.StyleguideView.as_view(), name="styleguide"),
]
