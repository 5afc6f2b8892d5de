import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Argon2 is slow by design; what it protects is not under test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
