from django.urls import path

from . import views

urlpatterns = [
    path("employees/", views.EmployeeListView.as_view(), name="employee-list"),
    path("employees/print/", views.EmployeePrintView.as_view(), name="employee-print"),
    path("employees/suggestions/", views.SuggestionsView.as_view(), name="suggestions"),
]
