from django.urls import path

from . import views

urlpatterns = [
    path("mail/", views.MailView.as_view(), name="mail"),
    path("mail/test/", views.MailTestView.as_view(), name="mail-test"),
    path("mail/again/", views.MailAgainView.as_view(), name="mail-again-all"),
    path("mail/<int:pk>/again/", views.MailAgainView.as_view(), name="mail-again"),
    path("mail/<int:pk>/remove/", views.MailRemoveView.as_view(), name="mail-remove"),
]
