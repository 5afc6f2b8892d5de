"""One class per page: what to fetch, which form, where next."""

from .directory import EmployeeListView, SuggestionsView
from .employees import (
    EmployeeCreateView,
    EmployeeDetailView,
    EmployeePreviewView,
    EmployeeProfileUpdateView,
    EmployeeUpdateView,
    StarView,
)
from .me import MeView, MyDataDownloadView, MyDataView
from .site import HealthView, StyleguideView

__all__ = [
    "EmployeeCreateView",
    "EmployeeDetailView",
    "EmployeeListView",
    "EmployeePreviewView",
    "EmployeeProfileUpdateView",
    "EmployeeUpdateView",
    "HealthView",
    "MeView",
    "MyDataDownloadView",
    "MyDataView",
    "StarView",
    "StyleguideView",
    "SuggestionsView",
]
