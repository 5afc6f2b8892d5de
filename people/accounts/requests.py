"""A request as the middlewares hand it to a view that only signed-in people reach."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from people.ground.htmx import HtmxRequest

from .models import User

PATH_OF_THIS_SITE = re.compile(r"/(?![/\\])")  # two slashes would name another host


class SignedInRequest(HtmxRequest):
    """What `self.request` is in a view without `login_not_required`; for the type checker only."""

    user: User


def reader_of(request: HttpRequest) -> User:
    """Who is signed in; raises PermissionDenied when nobody is, though the middleware lets nobody come so far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def holds_session(request: HttpRequest) -> bool:
    """Whether nobody ended the sessions of whoever asks meanwhile; nobody does before the transaction ends."""
    return is_unchanged(reader_of(request))


def is_unchanged(account: User) -> bool:
    """Whether nobody ended the sessions of `account` since it was read; nobody does before the transaction ends."""
    stored = User.objects.select_for_update().get(pk=account.pk)
    return stored.is_active and stored.get_session_auth_hash() == account.get_session_auth_hash()


class SafeNextMixin(RedirectURLMixin):
    """Leads to the page that was asked for, if it is a path of this site."""

    request: HttpRequest

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Nothing for any other."""
        return page_asked_for(self.request)

    def get_default_redirect_url(self) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)


def page_asked_for(request: HttpRequest) -> str:
    """The page to be led on to at the end, if it is a path of this site; else nothing."""
    address = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    is_of_this_site = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if is_of_this_site and PATH_OF_THIS_SITE.match(address) else ""
