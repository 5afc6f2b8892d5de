from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from people.ground.administration import RecordAdmin
from people.ground.sent import SavedByFormMixin, SentFieldsAdminMixin

from .actions import switch_off, switch_on
from .guards.confirmation import confirmed
from .mail.messages import Purpose
from .mail.outbox import queue_notice
from .models import User, UserQuerySet
from .requests import reader_of

# A group without the HR managers' page would hide who gave the role, and no other group means anything.
admin.site.unregister(Group)


# Lists ask before an act, and forms before they are filled in.
asks = method_decorator(confirmed("change an account", back="admin:accounts_user_changelist"))
asks_first = method_decorator(confirmed("change an account", back="admin:accounts_user_changelist", pages=True))


class UserCreationForm(auth_forms.AdminUserCreationForm[User]):
    """Django's own, with the e-mail in place of a username."""

    class Meta:
        model = User
        fields = ("email",)


class UserChangeForm(SentFieldsAdminMixin[User], auth_forms.UserChangeForm[User]):
    """Django's own, which changes only what was sent."""


class PasswordByAdministratorForm(auth_forms.AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Django's own; the account hears of its new password by mail."""

    def save(self, commit: bool = True) -> User:
        with transaction.atomic():
            account: User = super().save(commit)
            if account.has_usable_password():
                queue_notice(account, Purpose.PASSWORD_CHANGED)
        return account


@admin.register(User)
class UserAdmin(SavedByFormMixin[User], RecordAdmin[User], auth_admin.UserAdmin[User]):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordByAdministratorForm
    ordering = ("email",)
    list_display = ("email", "role", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("email",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("What this account may do", {"fields": ("is_active", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    actions = ("delete_selected", "switch_off_selected", "switch_on_selected")
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> UserQuerySet:
        return User.objects.with_role().order_by(*self.get_ordering(request))

    @asks
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, extra_context)

    @asks_first
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    @asks_first
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, extra_context)

    @asks_first
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        return super().user_change_password(request, id, form_url)

    @asks
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refused for an account that must stay, in words that say what to do instead."""
        account = self.get_object(request, object_id)
        if account and (reason := User.objects.filter(pk=account.pk).why_kept()):
            messages.error(request, reason)
            return redirect("admin:accounts_user_change", account.pk)
        return super().delete_view(request, object_id, extra_context)

    @admin.action(description="Delete selected accounts")
    def delete_selected(self, request: HttpRequest, queryset: UserQuerySet) -> HttpResponse | None:
        """Refused like `delete_view`."""
        if reason := queryset.why_kept():
            messages.error(request, reason)
            return None
        return delete_selected(self, request, queryset)

    @admin.action(description="Switch off selected accounts")
    def switch_off_selected(self, request: HttpRequest, queryset: UserQuerySet) -> None:
        for account in queryset.filter(is_active=True).order_by("pk"):
            try:
                switch_off(account, by=reader_of(request))
            except ValidationError as refusal:
                messages.error(request, f"{account}: {refusal.message}")
            else:
                self.log_change(request, account, "Switched off.")
                messages.success(request, f"{account} is switched off, and its sessions have ended.")

    @admin.action(description="Switch on selected accounts")
    def switch_on_selected(self, request: HttpRequest, queryset: UserQuerySet) -> None:
        for account in queryset.filter(is_active=False).order_by("pk"):
            switch_on(account, by=reader_of(request))
            self.log_change(request, account, "Switched on.")
            messages.success(request, f"{account} may sign in again.")
