"""What a form answers when it is refused, when too much was tried, and when the database is away."""

import logging
from typing import Any, TypeVar

from django.db import Error
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import FormMixin, ProcessFormView

from people.server.outages import outage_of
from people.server.refusals import TryLater
from people.server.security_log import Event, note

from .throttle import Throttled

logger = logging.getLogger(__name__)

Form = TypeVar("Form", bound=BaseForm)


class TryLaterMixin(TemplateResponseMixin, FormMixin[Form], ProcessFormView):
    """What is refused, or has to wait, comes back as the filled form, with a sentence that says why or for how long."""

    throttled: Event | None = None  # what the security log calls it when too much was tried

    def account_meant(self, form: Form) -> int | None:
        """The key of the account that the security log names."""
        return self.request.user.pk

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        try:
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)
        except TryLater as later:
            return self.try_later(form, later)
        except Error as error:
            if not outage_of(error):
                raise
            logger.error("%s has no database: %s", type(self).__name__, type(error).__name__)
            return self.try_later(form, TryLater(5, "This can’t be done just now. Please try again in a few seconds."))

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def try_later(self, form: Form, later: TryLater) -> HttpResponse:
        if self.throttled and isinstance(later, Throttled):
            note(self.throttled, account=self.account_meant(form))
        form.add_error(None, later.sentence)
        response = self.render_to_response(self.get_context_data(form=form, must_wait=True), status=later.status)
        response["Retry-After"] = str(later.seconds)
        return response
