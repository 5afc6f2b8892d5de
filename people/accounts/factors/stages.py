"""The one way in: what a sign-in still needs after a password or a link."""

from typing import Any, cast

from allauth.account.utils import perform_login
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from people.accounts.models import User


def sign_in(request: HttpRequest, account: User, *, then: str, **kept: Any) -> HttpResponse:
    """Sign `account` in, whose first secret was right, and lead on to `then`; or to the second step, if it has one.

    What is `kept` is told to the receivers of django-allauth's `user_logged_in`, after the last step.
    """
    return cast(HttpResponse, perform_login(request, account, redirect_url=then, signal_kwargs=kept))


class SecondStepStage(AuthenticateStage):
    """Asks whoever has a second factor for it; a passkey that signs in by itself is both at once."""

    request: HttpRequest

    def handle(self) -> tuple[HttpResponse | None, bool]:
        self.state["account"] = self._account.get_session_auth_hash()
        return cast(tuple[HttpResponse | None, bool], super().handle())

    def is_resumable(self, request: HttpRequest) -> bool:
        """The sign-in page starts over: the first step may have been another person's."""
        return False

    @property
    def is_alive(self) -> bool:
        """Whether the first step still counts: not after another password, and not once all sessions were ended.

        So never after a factor came or went.
        """
        return self._is_of(self._account)

    def holds(self) -> bool:
        """Whether it still counts at this moment, and does until the transaction ends."""
        return self._is_of(User.objects.select_for_update().get(pk=self._account.pk))

    def _is_of(self, account: User) -> bool:
        return account.is_active and self.state.get("account") == account.get_session_auth_hash()

    @property
    def _account(self) -> User:
        return cast(User, self.login.user)
