"""The pages by which HR gives access to the people selected in the directory, and sees how far it has come."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from people.accounts.access.giving import Prospect, why_not_several
from people.accounts.access.models import AccessBatch
from people.accounts.guards.confirmation import confirmed
from people.accounts.mail import outbox
from people.accounts.requests import SignedInRequest, reader_of
from people.directory.selection import Selection
from people.ground.htmx import PartialMixin
from people.server.jobs.models import KEPT
from people.visibility import can_see_access

MOST_LISTED = 100


class GiverMixin(UserPassesTestMixin, View):
    """For those who give access."""

    def test_func(self) -> bool:
        return can_see_access(reader_of(self.request))


@method_decorator(confirmed("give several people access"), name="post")
class SelectedAccessView(GiverMixin, TemplateView):
    """Says how many of the selected people get access, who has it and who can't get it, and has it done."""

    request: SignedInRequest
    template_name = "employees/access_selected.html"
    http_method_names = ("get", "head", "options", "post")

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.request.GET, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        prospect = Prospect.of(self.selection.people, by=self.request.user)
        return super().get_context_data(
            selection=self.selection,
            prospect=prospect,
            listed=prospect.refused[:MOST_LISTED],
            not_listed=len(prospect.refused[MOST_LISTED:]),
            why_not=why_not_several(),
            mails=outbox.is_set_up(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.selection.check()
            if reason := why_not_several():
                raise ValidationError(reason, "no_mail")
        except ValidationError as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal.messages[0]), status=422)
        batch = AccessBatch.begin(self.selection.keys, by=self.request.user)
        return redirect("people:access-progress", batch.pk)


class AccessProgressView(GiverMixin, PartialMixin, TemplateView):
    """How far it has come, and what failed; the fragment asks again by itself as long as something moves."""

    request: SignedInRequest
    template_name = "employees/access_progress.html"
    http_method_names = ("get", "head", "options")
    partials = frozenset({"access-progress"})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = AccessBatch.objects.filter(at__gt=timezone.now() - KEPT + timedelta(days=1))  # before rows are swept
        batch = get_object_or_404(kept.select_related("by__employee"), pk=self.kwargs["pk"])
        progress, failures = batch.progress(), batch.failures()[:MOST_LISTED]
        failed = progress.refused + progress.stuck + progress.undelivered
        return super().get_context_data(
            batch=batch,
            progress=progress,
            failures=failures,
            not_listed=max(0, failed - MOST_LISTED),
            **kwargs,
        )
