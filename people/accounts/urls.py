from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from . import views
from .addresses.tokens import Act
from .addresses.views import AddressByLinkView, AddressCancelView, SignInAddressView
from .company import views as company
from .factors import passkeys
from .factors import views as factors
from .links.forgotten import ForgottenPasswordView, PasswordMailedView
from .links.handing import LinkView
from .links.views import PasswordByLinkView
from .sessions.views import SessionEndView, SessionListView

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-in/passkey/", passkeys.PasskeySignInView.as_view(), name="passkey-sign-in"),
    path("sign-in/second-step/", factors.SecondStepView.as_view(), name="second-step"),
    path("sign-in/company/", company.CompanySignInView.as_view(), name="company-sign-in"),
    path("sign-in/company/callback/", company.CompanyCallbackView.as_view(), name="company-callback"),
    path("sign-out/", views.SignOutView.as_view(), name="sign-out"),
    path("account/password/", views.PasswordChangeView.as_view(), name="password-change"),
    path("account/password/forgotten/", ForgottenPasswordView.as_view(), name="password-forgotten"),
    path("account/password/forgotten/mailed/", PasswordMailedView.as_view(), name="password-mailed"),
    path("account/link/", PasswordByLinkView.as_view(), name="password-by-link"),
    path("account/link/<str:token>/", LinkView.as_view(leads_to="accounts:password-by-link"), name="link"),
    path("account/address/", SignInAddressView.as_view(), name="sign-in-address"),
    path("account/address/cancel/", AddressCancelView.as_view(), name="address-cancel"),
    *(
        path(
            f"account/address/{act}/",
            AddressByLinkView.as_view(act=act, page=f"accounts:address-{act}"),
            name=f"address-{act}",
        )
        for act in Act
    ),
    *(
        path(
            f"account/address/{act}/<str:token>/",
            LinkView.as_view(leads_to=f"accounts:address-{act}"),
            name=f"address-{act}-link",
        )
        for act in Act
    ),
    path("account/two-steps/", factors.TwoStepsView.as_view(), name="two-steps"),
    path("account/two-steps/app/", factors.AppAddView.as_view(), name="app-add"),
    path("account/two-steps/app/remove/", factors.AppRemoveView.as_view(), name="app-remove"),
    path("account/two-steps/passkeys/add/", passkeys.PasskeyAddView.as_view(), name="passkey-add"),
    path("account/two-steps/passkeys/<int:pk>/", passkeys.PasskeyRenameView.as_view(), name="passkey-rename"),
    path("account/two-steps/passkeys/<int:pk>/remove/", passkeys.PasskeyRemoveView.as_view(), name="passkey-remove"),
    path("account/challenge/", passkeys.PasskeyChallengeView.as_view(), name="passkey-challenge"),
    path("account/two-steps/codes/", factors.RecoveryCodesView.as_view(), name="recovery-codes"),
    path("account/two-steps/codes/new/", factors.RecoveryCodesNewView.as_view(), name="recovery-codes-new"),
    path("account/company/", company.CompanyView.as_view(), name="company"),
    path("account/company/link/", company.CompanyLinkView.as_view(), name="company-link"),
    path("account/company/unlink/", company.CompanyUnlinkView.as_view(), name="company-unlink"),
    path("account/company/confirm/", company.CompanyConfirmView.as_view(), name="company-confirm"),
    path("account/company/confirmed/", company.CompanyConfirmedView.as_view(), name="company-confirmed"),
    path("account/sessions/", SessionListView.as_view(), name="sessions"),
    path("account/sessions/end/", SessionEndView.as_view(), name="sessions-end"),
    path("account/sessions/<slug:handle>/end/", SessionEndView.as_view(), name="session-end"),
    # Where password managers look (W3C, "A Well-Known URL for Changing Passwords").
    path(
        ".well-known/change-password",
        login_not_required(RedirectView.as_view(pattern_name="accounts:password-change")),
        name="well-known-password-change",
    ),
]
