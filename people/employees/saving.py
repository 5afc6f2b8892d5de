"""How a form is saved: whole or not at all, and nothing typed is lost."""

import logging
import traceback
from typing import Any, TypeVar

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import FormMixin, ProcessFormView

from people.server.refusals import not_now

from .forms import RecordForm, SectionForm

logger = logging.getLogger(__name__)

# What ends a request by design, and is no failure to save.
REFUSALS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)

Form = TypeVar("Form", bound=RecordForm[Any] | SectionForm)


class SaveMixin(TemplateResponseMixin, FormMixin[Form], ProcessFormView):
    """Validates and saves in one transaction; whatever goes wrong, what was typed comes back.

    Answers 422 for what the person can mend, 503 for what they can't.
    """

    form_class: type[Form]
    http_method_names = ("get", "head", "options", "post")

    @classmethod
    def refilled_form(cls, request: HttpRequest, **kwargs: Any) -> Form:
        """What was typed in a refused request, in a form that checks nothing; `kwargs` are those of the address."""
        form = cls.form_class(editable=request.POST.keys())
        for name, field in form.fields.items():
            form.initial[name] = field.widget.value_from_datadict(request.POST, request.FILES, name)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.post_in_transaction(request, *args, **kwargs)
        except (IntegrityError, ValidationError):
            # Someone else was quicker: in a fresh transaction the validation sees what they saved.
            return self.post_again(request, *args, **kwargs)
        except REFUSALS:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, what was typed comes back)
            return self.save_failed(error)

    def post_again(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.post_in_transaction(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 (as above)
            return self.save_failed(error)

    @transaction.atomic
    def post_in_transaction(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def save_failed(self, error: Exception) -> HttpResponse:
        """503 with the filled form.

        The log gets the error's place and kind only: its words may hold what was typed.
        """
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s could not save: %s\n%s", type(self).__name__, type(error).__name__, place)
        return not_now(self.request)
