"""One URL, two answers: the page, or the fragment of it that HTMX asked for."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views.generic.base import ContextMixin, TemplateResponseMixin
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """What `self.request` is behind the middleware of django-htmx; for the type checker only."""

    htmx: HtmxDetails


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """What HTMX says about its request, in a function that Django gives a plain one."""
    return cast(HtmxRequest, request).htmx  # the middleware has put it there


class PartialMixin(TemplateResponseMixin, ContextMixin):
    """Renders the named partial that the request targets, if the view offers it.

    An element's id, its HX-Target header and the partial's name are the same word. `partials`
    lists which ones a view offers; a client can name nothing else.
    """

    request: HtmxRequest
    partials: frozenset[str] = frozenset()

    def get_template_names(self) -> list[str]:
        names = super().get_template_names()
        return [f"{name}#{self.partial}" for name in names] if self.partial else names

    @cached_property
    def partial(self) -> str | None:
        """The partial to render, or None for the whole page."""
        htmx = self.request.htmx
        if htmx and not htmx.boosted and not htmx.history_restore_request and htmx.target in self.partials:
            return htmx.target
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(partial=self.partial, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        # Without Vary, Back shows a bare fragment from the browser's cache.
        patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"])
        return response
