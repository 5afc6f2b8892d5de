"""What an account has to sign in with, beside its password."""

from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.conf import settings

from people.accounts.models import User

Type = Authenticator.Type
MOST_PASSKEYS = 20


@dataclass
class Factors:
    """The factors of one account. Recovery codes are none by themselves: they stand in for those that got lost."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes: Authenticator | None = None

    @classmethod
    def of(cls, account: User) -> "Factors":
        """Read with one statement."""
        factors = cls()
        for record in Authenticator.objects.filter(user_id=account.pk).order_by("created_at"):
            if record.type == Type.TOTP:
                factors.app = record
            elif record.type == Type.WEBAUTHN:
                factors.passkeys.append(record)
            else:
                factors.codes = record
        return factors

    def __bool__(self) -> bool:
        return bool(self.app or self.passkeys)

    def __str__(self) -> str:
        """For whoever looks after accounts: which there are, and nothing more of them."""
        number = len(self.passkeys)
        passkeys = {0: "", 1: "a passkey"}.get(number, f"{number} passkeys")
        return ", ".join(filter(None, ["authenticator app" if self.app else "", passkeys])) or "off"

    @property
    def codes_wait(self) -> bool:
        """Whether there are codes that nobody has seen yet."""
        return bool(self.codes and not self.codes.data.get("viewed_at"))

    @property
    def may_add_passkey(self) -> bool:
        return len(self.passkeys) < MOST_PASSKEYS

    @property
    def is_one(self) -> bool:
        """Whether none is left without it."""
        return bool(self.app) + len(self.passkeys) == 1

    @property
    def codes_left(self) -> int:
        """How many recovery codes weren't used yet."""
        return settings.MFA_RECOVERY_CODE_COUNT - self.codes.data["used_mask"].bit_count() if self.codes else 0
