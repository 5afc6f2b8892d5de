"""The company's sign-in, as django-allauth asks it: with a nonce, and believing nothing that isn't checked.

`CompanyProvider.redirect` makes the address that a browser is sent to, and keeps in its session what the answer must
fit to; `CompanyAdapter` takes the answer.
"""

from typing import Any
from urllib.parse import quote_plus

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from requests.auth import HTTPBasicAuth

from . import discovery
from .line import Line
from .tokens import Claims, nonce_of, read
from .troubles import Failure, Trouble

# What lets nobody pass who signed in there before (OpenID Connect Core, 3.1.2.1).
ONCE_MORE = {"prompt": "login", "max_age": "0"}
# How many seconds a person waits at most for what is asked meanwhile.
ENTERING, COMING_BACK = 5, 10


class CompanyLogin(SocialLogin):
    """Somebody whom the company's sign-in has named."""

    def __init__(self, adapter: "CompanyAdapter", claims: Claims, tokens: dict[str, Any]) -> None:
        super().__init__(account=SocialAccount(provider=adapter.provider_id, uid=claims.sub))
        self.adapter, self.claims, self.tokens = adapter, claims, tokens

    def claims_with_email(self) -> Claims:
        """Also what is said of the same person elsewhere, where the ID token has no e-mail."""
        address, access = self.adapter.openid_config.get("userinfo_endpoint"), self.tokens.get("access_token")
        if self.claims.email is not None or not address or not isinstance(access, str):
            return self.claims
        said = self.adapter.line.get("Userinfo", address, headers={"Authorization": f"Bearer {access}"})
        if said.get("sub") != self.claims.sub:
            raise Failure(Trouble.FAILED, "Userinfo is about somebody else.")
        return Claims.of(said)


class CompanyAdapter(OpenIDConnectOAuth2Adapter):
    """One way there, or back."""

    def __init__(self, request: HttpRequest, provider_id: str, *, is_back: bool = False) -> None:
        super().__init__(request, provider_id)
        self.line = Line(COMING_BACK if is_back else ENTERING)
        self.within = discovery.KEPT if is_back else discovery.KEPT_TO_SEND

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        return discovery.addresses(self.line, within=self.within)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("accounts:company-callback"))

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Change the code for tokens. The session gave out the verifier, and with it the nonce, for the only time."""
        verifier = pkce_code_verifier or ""
        self.nonce = nonce_of(verifier)
        names_itself = self.openid_config["names_itself"]
        if request.GET.get("iss", "" if names_itself else settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
            raise Failure(Trouble.FAILED, "The code is another issuer's.")  # RFC 9207
        sent = {
            "grant_type": "authorization_code",
            "code": request.GET["code"],
            "redirect_uri": client.callback_url,
            "code_verifier": verifier,
        }
        auth = None
        if self.openid_config["takes_secret_in_body"]:
            sent |= {"client_id": app.client_id, "client_secret": app.secret}
        else:
            auth = HTTPBasicAuth(quote_plus(app.client_id), quote_plus(app.secret))  # RFC 6749, 2.3.1
        return self.line.post("The token endpoint", self.access_token_url, data=sent, auth=auth)

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """django-allauth wants one; none is kept."""
        return SocialToken()

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> CompanyLogin:
        tokens = kwargs["response"]
        keys = lambda afresh: discovery.keys(self.line, afresh=afresh)  # noqa: E731
        return CompanyLogin(self, read(tokens.get("id_token"), keys=keys, nonce=self.nonce), tokens)


class CompanyProvider(OpenIDConnectProvider):
    """Of all that it could say we ask who it is and the e-mail, and keep `sub`."""

    oauth2_adapter_class = CompanyAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]

    def get_pkce_params(self) -> dict[str, Any]:
        """With the nonce, which is made of the verifier."""
        params = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}


def application() -> SocialApp:
    """How the provider knows the directory. Links name the issuer, so those of another one count no more."""
    return SocialApp(
        provider=CompanyProvider.id,
        provider_id=settings.OIDC_ISSUER,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
    )


def way_there(request: HttpRequest, process: str = AuthProcess.LOGIN, *, then: str = "", **kept: Any) -> str:
    """The address of the company's sign-in for this browser, whose session keeps what belongs to it.

    It leads back to `then`. Raises Failure when nobody answers there.
    """
    provider = get_adapter(request).get_provider(request, settings.OIDC_ISSUER)
    return str(provider.redirect(request, process, next_url=then, **kept).url)
