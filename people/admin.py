"""Django's admin for administrators: it keeps the profile contract as the pages do."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import localtime

from .accounts.access.own_page import employee_apart
from .accounts.admin import UserAdmin
from .accounts.guards.confirmation import confirmed
from .accounts.models import User
from .accounts.requests import reader_of
from .ground.administration import PickersMixin, RecordAdmin
from .ground.sent import SavedByFormMixin, SentFieldsAdminForm
from .models import AccountLink, Employee, EmployeeProfile
from .privacy.read_log import fields_to_send
from .querysets import EmployeeQuerySet
from .visibility import Audience, editable_by, searchable_fields, visible_fields

Record = TypeVar("Record", bound=Model)

NEVER_DELETED = (
    "Employees are never deleted, because their history would go with them. When someone leaves, "
    "make their account inactive: then they can’t sign in any more."
)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """With who has the account's e-mail in the directory, where the two stand apart."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        account = kwargs.get("obj")
        context["employee_apart"] = employee_apart(account) if account else None
        return super().render_change_form(request, context, *args, **kwargs)


class ProfileFieldsMixin(PickersMixin[Record]):
    """The profile, in which administrators edit what the table lets HR edit, and reading is recorded."""

    autocomplete_fields = ("manager",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Other records are chosen here, and changed on their own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_delete_related = False
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        editable = editable_by({Audience.HR})
        typed = [field for field in self.opts.fields if field.editable and not field.is_relation]
        locked = [field.name for field in typed if field.name not in editable and not field.primary_key]
        return [*super().get_readonly_fields(request, obj), *locked]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only the fields that may be sent, once their reading is recorded; what was typed is always taken."""
        fields = [*super().get_fields(request, obj)]
        if obj is None or request.method == "POST":
            return fields
        employee = getattr(obj, "employee", obj)
        reader = reader_of(request)
        sent = fields_to_send(reader, employee, visible_fields(reader, employee), request.path)
        return [name for name in fields if name in sent]


class ProfileInline(ProfileFieldsMixin[EmployeeProfile], admin.StackedInline[EmployeeProfile, Employee]):
    model = EmployeeProfile
    fk_name = "employee"
    form = SentFieldsAdminForm
    can_delete = False
    verbose_name_plural = "profile"


class PrivateRecordAdmin(RecordAdmin[Record]):
    """Filters only by what everyone may search; a form that comes back after a mistake is a reading, and recorded."""

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = super().get_list_filter(request)
        return [name for name in filters if str(name).rpartition("__")[2] in searchable_fields()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Record what `get_fields` didn't: a form that comes back after a mistake shows private values too."""
        record = kwargs.get("obj")
        if record and request.method == "POST":
            employee, reader = getattr(record, "employee", record), reader_of(request)
            fields_to_send(reader, employee, visible_fields(reader, employee), request.path)
        return super().render_change_form(request, context, *args, **kwargs)


class EmployeeAdminForm(SentFieldsAdminForm):
    """Shows beside the field why the model refuses a link, on whatever way it is made."""

    def clean_user(self) -> User | None:
        account: User | None = self.cleaned_data["user"]
        if "user" in self.changed_data:
            AccountLink.objects.refuse_own([self.instance.user_id, account.pk if account else None])
        return account


@admin.register(Employee)
class EmployeeAdmin(SavedByFormMixin[Employee], PrivateRecordAdmin[Employee]):
    form = EmployeeAdminForm
    list_display = ("name", "email", "international_phone", "team", "added")
    list_filter = ("profile__team",)
    list_select_related = ("profile",)
    ordering = ("sort_name", "pk")
    search_fields = ("email",)  # shows the box; get_search_results does the search
    autocomplete_fields = ("user",)
    inlines = (ProfileInline,)
    actions = ("delete_selected",)

    @admin.display(ordering="sort_name")
    def name(self, employee: Employee) -> str:
        return str(employee)

    @admin.display(ordering="pk")  # keys are given in the order of adding
    def added(self, employee: Employee) -> date:
        return localtime(employee.created).date()

    @admin.display(description="phone", ordering="phone")
    def international_phone(self, employee: Employee) -> str:
        return employee.phone.as_international

    @admin.display
    def team(self, employee: Employee) -> str | None:
        profile = getattr(employee, "profile", None)
        return profile and profile.get_team_display()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Employee], search_term: str
    ) -> tuple[QuerySet[Employee], bool]:
        people = cast(EmployeeQuerySet, queryset)  # as `Employee.objects` makes it
        return people.search(search_term, reader_of(request)), False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """What was typed for a new employee goes into the profile that the receiver has just made."""
        if not change:
            made = form.instance.profile
            for profile_form in formset.forms:
                profile_form.instance.pk = made.pk
                profile_form.instance._state.adding = False
        super().save_formset(request, form, formset, change)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Asks who it is before another account is linked, or none: whoever signs in with it is that person."""
        handler: Callable[..., HttpResponseBase] = super().changeform_view
        if request.method == "POST" and self.is_linked_anew(request, object_id):
            handler = confirmed("link an account")(handler)
        return cast(HttpResponse, handler(request, object_id, form_url, extra_context))

    def is_linked_anew(self, request: HttpRequest, object_id: str | None) -> bool:
        """Whether the body names another account than the stored one; without the field it changes nothing."""
        employee = self.get_object(request, unquote(object_id)) if object_id else None
        stored = str(employee.user_id or "") if employee else ""
        return request.POST.get("user", stored).strip() != stored

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refused in words that say what to do instead (PROFILE_CONTRACT 15)."""
        messages.error(request, NEVER_DELETED)
        return redirect("admin:people_employee_change", object_id)

    @admin.action(description="Delete selected employees")
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Employee]) -> None:
        """Refused like `delete_view`."""
        messages.error(request, NEVER_DELETED)


@admin.register(EmployeeProfile)
class EmployeeProfileAdmin(
    ProfileFieldsMixin[EmployeeProfile], SavedByFormMixin[EmployeeProfile], PrivateRecordAdmin[EmployeeProfile]
):
    form = SentFieldsAdminForm
    list_display = ("employee", "team")
    list_filter = ("team",)
    list_select_related = ("employee",)
    ordering = ("employee__sort_name", "employee_id")
    search_fields = ("employee__email",)  # shows the box; get_search_results does the search
    readonly_fields = ("employee",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[EmployeeProfile], search_term: str
    ) -> tuple[QuerySet[EmployeeProfile], bool]:
        people = Employee.objects.search(search_term, reader_of(request))
        return queryset.filter(employee__in=people), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: EmployeeProfile | None = None) -> bool:
        return False
