"""A request as the middlewares hand it to a view that only signed-in people reach."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from people.ground.htmx import HtmxRequest

from .models import User


class SignedInRequest(HtmxRequest):
    """What `self.request` is in a view without `login_not_required`; for the type checker only."""

    user: User


def reader_of(request: HttpRequest) -> User:
    """Who is signed in; raises PermissionDenied when nobody is, though the middleware lets nobody come so far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
