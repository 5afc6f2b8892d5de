"""The provider's own, which know nothing of the product's."""

import os
from pathlib import Path

FOLDER = Path(os.environ["PROVIDER_FOLDER"])
KEY = (FOLDER / "key.pem").read_text()
DEBUG = True  # what fails is told in the log
SECRET_KEY = "of tests only"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
USE_TZ = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"]
MIDDLEWARE = [
    "e2e.provider.answers.as_told",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "provider.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA synchronous = OFF", "transaction_mode": "IMMEDIATE"},
    }
}
# The tables are made at once; their history is of no interest here.
MIGRATION_MODULES = dict.fromkeys(["auth", "contenttypes", "sessions", "oauth2_provider"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# To a browser the ports of a machine are one site with one set of cookies.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "provider_session", "provider_csrf"
AUTHENTICATION_BACKENDS = ["e2e.provider.answers.People"]
LOGIN_URL = "/sign-in/"
ROOT_URLCONF = "e2e.provider.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
    }
]
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": KEY,
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
    "OAUTH2_VALIDATOR_CLASS": "e2e.provider.answers.Validator",
    "SCOPES": {"openid": "Who one is", "email": "E-mail", "profile": "Name"},
    "PKCE_REQUIRED": True,
    # What the newer standards ask: no "plain" challenge, and the issuer beside the code.
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
}
