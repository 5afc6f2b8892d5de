"""What all pages of the administration have in common."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

Record = TypeVar("Record", bound=Model)


class Administration(AdminSite):
    """Django's admin, entered by the product's own sign-in and by administrators only."""

    site_title = site_header = "People administration"
    index_title = "What do you want to look after?"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where the admin sends whom it doesn't let in; signed-out visitors never come this far."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(  # type: ignore[override]  # Django's own answers with a page only
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The own password has one page, which counts wrong ones."""
        return redirect("accounts:password-change")


class BoundedPaginator(Paginator[Any]):
    """Counts to `COUNT_LIMIT` and pages no further: whoever stands behind is found by searching."""

    COUNT_LIMIT = 2_000

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.COUNT_LIMIT)

    @property
    def is_more(self) -> bool:
        """Whether there are more than are counted."""
        return self._counted > self.COUNT_LIMIT

    @cached_property
    def _counted(self) -> int:
        """Counted without an order, because sorting takes time and changes no number."""
        records = cast("QuerySet[Any]", self.object_list)
        return records.order_by()[: self.COUNT_LIMIT + 1].count()


class OfferedList(ChangeList):
    """Shows everybody when the address asks for a filter that isn't offered, as for one that is nonsense."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters from error


class KeyPicker(AutocompleteSelect):
    """Django's own field that picks a record; it comes back empty where something else than a key was sent."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if self._could_be_key(key)], attr)

    def _could_be_key(self, key: str) -> bool:
        try:
            self.field.remote_field.model._meta.pk.clean(key, None)
        except ValidationError:
            return False
        return True


class PickersMixin(BaseModelAdmin[Record]):
    """Records are picked by fields that bear whatever is sent."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeyPicker(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecordAdmin(PickersMixin[Record], ModelAdmin[Record]):
    """The base of every page of records: an address can ask for no more than the page offers, and lists stay quick.

    Django lets administrators filter by any column in the address, and so find out private values without
    having opened anything that the read log records.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfferedList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        offered = [self.opts.pk.name, *map(str, self.get_list_filter(request))]
        is_offered = any(lookup == name or lookup.startswith(f"{name}__") for name in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Records are known by their keys only."""
        return to_field == self.opts.pk.name


class AdministrationConfig(AdminConfig):
    default_site = "people.ground.administration.Administration"
