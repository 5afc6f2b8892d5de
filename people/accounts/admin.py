from collections.abc import Sequence

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from people.sent import SavedByFormMixin, SentFieldsAdminMixin

from .models import User, UserQuerySet

# A group without the HR managers' page would hide who gave the role, and no other group means anything.
admin.site.unregister(Group)


class UserCreationForm(auth_forms.AdminUserCreationForm[User]):
    """Django's own, with the e-mail in place of a username."""

    class Meta:
        model = User
        fields = ("email",)


class UserChangeForm(SentFieldsAdminMixin[User], auth_forms.UserChangeForm[User]):
    """Django's own, which changes only what was sent."""


@admin.register(User)
class UserAdmin(SavedByFormMixin[User], auth_admin.UserAdmin[User]):
    form = UserChangeForm
    add_form = UserCreationForm
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
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_deleted_objects(
        self, objs: Sequence[User] | QuerySet[User], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Without what goes with the accounts: some of it is nobody's business but their own."""
        _, _, missing_rights, protected = super().get_deleted_objects(objs, request)
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(account) for account in objs], counts, missing_rights, protected

    def get_queryset(self, request: HttpRequest) -> UserQuerySet:
        return User.objects.with_role().order_by(*self.get_ordering(request))
