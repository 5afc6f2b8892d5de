"""What a password must be (ASVS 5.0, 6.2)."""

from django.core.exceptions import ValidationError

MOST_BYTES = 4_096


def refuse_endless(password: str) -> None:
    """Raise ValidationError for more than anybody types: it would be hashed for as long as it is."""
    if len(password.encode()) > MOST_BYTES:
        raise ValidationError("This is longer than a password can be.", "too_long")
