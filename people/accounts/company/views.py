"""The way to the company's sign-in and back."""

from collections.abc import Callable

from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from people.accounts.actions import end_sessions
from people.accounts.factors.changes import stay_signed_in
from people.accounts.factors.required import open_without_second_factor
from people.accounts.guards.confirmation import confirmed
from people.accounts.guards.throttle import Kind, Throttled, spend_begun
from people.accounts.requests import SafeNextMixin, SignedInRequest
from people.server.addresses import client_address
from people.server.security_log import Event, note

from .leaving import leave
from .links import is_only_way_in, link_of, unlink
from .provider import ONCE_MORE, CompanyAdapter, way_there
from .troubles import PAGE, Failure, TroubleMixin, lead_back

asks = method_decorator(confirmed("change how you sign in", back=PAGE), name="post")


class CompanyMixin(View):
    """Only where there is a company's sign-in."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.OIDC_ISSUER:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def begin(request: HttpRequest, process: str, *, then: str = "", **kept: object) -> HttpResponse:
    """Leads to the company's sign-in: to be signed in by it, to be linked with it, or to confirm by it who one is."""
    try:
        spend_begun(Kind.COMPANY, client_address(request))
    except Throttled:
        note(Event.COMPANY_THROTTLED, account=request.user.pk)
        raise
    try:
        return leave(request, way_there(request, process, then=then, **kept))
    except Failure as failure:
        failure.then = then
        return lead_back(request, failure)


@method_decorator(login_not_required, name="dispatch")
class CompanySignInView(SafeNextMixin, CompanyMixin):
    """Begins a sign-in, by a press on the button and by nothing else (ASVS 5.0, 7.6.2)."""

    http_method_names = ("get", "head", "options", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(settings.LOGIN_URL)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(self.get_success_url())
        return begin(request, AuthProcess.LOGIN, then=self.get_redirect_url())


@method_decorator(open_without_second_factor, name="dispatch")
class CompanyConfirmView(SafeNextMixin, CompanyMixin):
    """Confirms who one is by signing in there once more, for a page that opens then, or waits in another tab."""

    request: SignedInRequest
    http_method_names = ("post",)

    def post(self, request: SignedInRequest) -> HttpResponse:
        then = self.get_redirect_url()
        return begin(request, AuthProcess.REDIRECT, then=then, account=request.user.pk, auth_params=ONCE_MORE)


@method_decorator(open_without_second_factor, name="dispatch")
class CompanyConfirmedView(CompanyMixin, TemplateView):
    """Leads back to the tab where something waits."""

    template_name = "accounts/company_confirmed.html"
    http_method_names = ("get", "head", "options")


@method_decorator(login_not_required, name="dispatch")
class CompanyCallbackView(CompanyMixin):
    """Where the company's sign-in leads back to, with a code."""

    http_method_names = ("get", "options")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        adapter = CompanyAdapter(request, settings.OIDC_ISSUER, is_back=True)
        answer: Callable[[HttpRequest], HttpResponseBase] = OAuth2CallbackView.adapter_view(adapter)
        try:
            return answer(request)
        except Failure as failure:
            return lead_back(request, failure)


class CompanyView(TroubleMixin, CompanyMixin, TemplateView):
    """The company account with which somebody signs in, if they do."""

    request: SignedInRequest
    template_name = "accounts/company.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        account = self.request.user
        return super().get_context_data(link=link_of(account), is_only_way_in=is_only_way_in(account), **kwargs)


@asks
class CompanyLinkView(CompanyMixin):
    """Links the company account of whoever signs in there next."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        return begin(request, AuthProcess.CONNECT, account=request.user.pk)


@asks
class CompanyUnlinkView(CompanyMixin):
    """Without the company account from now on, unless nothing else is left."""

    http_method_names = ("post",)

    @method_decorator(transaction.atomic)
    def post(self, request: SignedInRequest) -> HttpResponse:
        if link_of(request.user) and not is_only_way_in(request.user):
            unlink(request.user)
            end_sessions(request.user, by=request.user)
            stay_signed_in(request)
            messages.success(request, "The company account is unlinked. Everywhere else you are signed out.")
        return redirect(PAGE)
