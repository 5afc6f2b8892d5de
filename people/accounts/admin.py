from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401 (register what is taken out below)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 (registers groups)
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator

from people.ground.administration import RecordAdmin
from people.ground.sent import SavedByFormMixin, SentFieldsAdminForm

from .actions import NO_LINK, make_link, switch_off, switch_on, why_no_link
from .addresses.actions import change_at_once, hold
from .factors.held import Factors
from .factors.reset import reset_factors, what_was_done, why_no_reset
from .following import replace_unused
from .guards.confirmation import confirmed
from .links.tokens import Link
from .models import User, UserQuerySet
from .requests import reader_of

# A group without the HR managers' page would hide who gave the role, and no other group means anything.
admin.site.unregister(Group)
# Second factors and company accounts have pages of their own, and no other e-mail than the account's is kept.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken])


LINK_FOLLOWS = "After saving you see a link, once, with which its person sets the password."
GIVEN_BACK = (
    "This was the address until lately, so the change was taken back: everybody is signed out of the account, and a "
    "link sets a new password."
)

# Lists ask before an act, and forms before they are filled in.
asks = method_decorator(confirmed("change an account", back="admin:accounts_user_changelist"))
asks_first = method_decorator(confirmed("change an account", back="admin:accounts_user_changelist", pages=True))


class UserForm(SentFieldsAdminForm):
    """A new account has no password: its person sets one by a link."""

    def save(self, commit: bool = True) -> User:
        if self.instance._state.adding:
            self.instance.set_unusable_password()
        account: User = super().save(commit)
        return account


class UserAdmin(SavedByFormMixin[User], RecordAdmin[User]):
    """Accounts, without their passwords: nobody knows that of somebody else. Registered by who knows employees too."""

    form = UserForm
    ordering = ("email",)
    list_display = ("email", "role", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email",)}),
        ("What this account may do", {"fields": ("is_active", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    actions = ("delete_selected", "switch_off_selected", "switch_on_selected")

    def get_urls(self) -> list[URLPattern]:
        link, reset = self.admin_site.admin_view(self.link_view), self.admin_site.admin_view(self.reset_view)
        return [
            path("<path:object_id>/link/", link, name="accounts_user_link"),
            path("<path:object_id>/reset/", reset, name="accounts_user_reset"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("email",), "description": LINK_FOLLOWS if settings.PASSWORD_SIGN_IN else NO_LINK})]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What follows a new account is its link, so there is one way to save it."""
        account = kwargs.get("obj")
        if account:
            context["why_no_link"] = why_no_link(account, by=reader_of(request))
            context["why_no_reset"] = why_no_reset(account, by=reader_of(request))
            context["factors"] = Factors.of(account)
        else:
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Another address counts at once. Whoever could sign in with the old one hears of it there, in any role."""
        if change and "email" in form.changed_data:
            account = hold(obj, by=reader_of(request))
            if account.is_used:
                done = change_at_once(account, obj.email, by=reader_of(request))
                if done.old == obj.email:
                    messages.warning(request, GIVEN_BACK)
            elif account.is_active:
                replace_unused(account, obj.email)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        if obj.may_have_password:
            return link_once(request, make_link(obj, by=reader_of(request)), is_new=True)
        messages.success(request, f"{obj} is added. {NO_LINK}")
        return redirect("admin:accounts_user_change", obj.pk)

    @asks
    def link_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Another link for an account; opening the address leads back to its page."""
        account = self.get_object(request, unquote(object_id))
        if request.method != "POST" or account is None:
            return redirect("admin:accounts_user_change", object_id)
        try:
            link = make_link(account, by=reader_of(request))
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect("admin:accounts_user_change", account.pk)
        self.log_change(request, account, "Made a link to set the password.")
        return link_once(request, link)

    @asks
    def reset_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes the second factor from an account; opening the address leads back to its page."""
        account = self.get_object(request, unquote(object_id))
        if request.method == "POST" and account:
            try:
                reset_factors(account, by=reader_of(request))
            except ValidationError as refusal:
                messages.error(request, refusal.message)
            else:
                self.log_change(request, account, "Reset two-step sign-in.")
                messages.success(request, what_was_done())
        return redirect("admin:accounts_user_change", object_id)

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


def link_once(request: HttpRequest, link: Link, *, is_new: bool = False) -> HttpResponse:
    """The answer to the POST shows it: on a next page it would have to be kept in between."""
    return render(request, "accounts/link_made.html", {"link": link, "is_new": is_new})
