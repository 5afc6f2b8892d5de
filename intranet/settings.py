"""All settings. Every environment variable is read here and listed in .env.example."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.http.request import split_domain_port, validate_host
from django.utils.module_loading import import_string

from .environment import (
    Environment,
    chat_link,
    contact,
    flag,
    hosts,
    is_too_wide,
    issuer,
    line,
    mail_server,
    origins,
    postgresql_parts,
    region,
    sender,
    sharing,
    site,
    sqlite_path,
    time_zone,
    who_needs_a_second_factor,
    whole_number,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
# What this process writes (database, backups, uploads) is for its own account of the machine alone.
os.umask(0o077)
VAR_DIR.mkdir(exist_ok=True)

# Lets Django's classes say of what they are, for the type checker: DetailView[Employee].
django_stubs_ext.monkeypatch()

environment = Environment(BASE_DIR / ".env")
setting = environment.setting


def database(raw: str) -> dict[str, Any]:
    """Django's settings for a `sqlite://` or `postgresql://` address."""
    return sqlite(raw) if raw.startswith("sqlite:") else postgresql(raw)


def sqlite(raw: str) -> dict[str, Any]:
    file = BASE_DIR / sqlite_path(raw)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # A file that goes away under a running server must not be made anew: beside it lies the log of the old one.
        "NAME": f"{file.as_uri()}?mode=rw" if file.exists() else file,
        # Without IMMEDIATE a read-then-write transaction fails with "database is locked" under load.
        "OPTIONS": {
            # Seconds to wait for other writers: as long as a person waits before pressing Save once more.
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            # 32 MB of pages at hand in each connection; the others are read where the system has them, without a copy.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA cache_size=-32000; PRAGMA mmap_size=2000000000;",
        },
        # Opening the file takes as long as reading a page; a minute, so that a restored one is met soon.
        "CONN_MAX_AGE": 60,
        # Django's in-memory test database can't show parallel writes.
        "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
    }


def postgresql(raw: str) -> dict[str, Any]:
    """Options of the address stand beside ours, and win over them; only `options` itself is joined."""
    options = postgresql_parts(raw)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    own = {
        # A server that doesn't answer: seconds until it counts as away, for a new connection and for one in use.
        "connect_timeout": "3",
        "tcp_user_timeout": "3000",
        "server_side_binding": True,
        "prepare_threshold": 1,
    }
    # Compiling a search takes longer than running it, and so does planning it each time: every query here
    # finds its rows by one index, whatever the values.
    plans = "-c jit=off -c plan_cache_mode=force_generic_plan"
    # A person waits no longer for others who write the same rows.
    waits = "-c lock_timeout=3s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key: options.pop(name, "") for key, name in names.items()},
        "OPTIONS": own | options | {"options": f"{plans} {waits} {options.get('options', '')}".strip()},
        # Each thread keeps its own connection, and asks before a request whether it still leads anywhere.
        "CONN_MAX_AGE": 3_600,
        "CONN_HEALTH_CHECKS": True,
    }


YES_OR_NO, DAYS, MINUTES = "Write 1 or 0.", "Write a number of days.", "Write a number of minutes."

# Modes
PRODUCTION = setting("PRODUCTION", "0", flag, YES_OR_NO)
DEBUG = setting("DEBUG", "0", flag, YES_OR_NO)

own_key = setting("SECRET_KEY", "", str, "")
# Into the environment, so that every process of the server has the same one.
SECRET_KEY = os.environ["SECRET_KEY"] = own_key or get_random_secret_key()

LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = setting(
    "ALLOWED_HOSTS", "" if PRODUCTION else LOCAL_HOSTS, hosts, "Write host names alone, such as people.example.com."
)
CSRF_TRUSTED_ORIGINS = setting(
    "CSRF_TRUSTED_ORIGINS", "", origins, "Write full origins, such as https://people.example.com."
)

# Server (read by gunicorn.conf.py)
HOST = setting("HOST", "127.0.0.1", str, "")
PORT = setting("PORT", "8000", partial(whole_number, least=1, most=65_535), "Write a free port, such as 8123.")
# A page is mostly Python: a worker per core keeps the cores busy, one more answers while
# another waits for the database.
WORKERS = setting(
    "WEB_CONCURRENCY",
    str(min(os.cpu_count() or 1, 8) + 1),
    partial(whole_number, least=1),
    "Write a number of processes.",
)

# Application
ROOT_URLCONF = "intranet.urls"
HEALTH_PATH = "health/"
WSGI_APPLICATION = "intranet.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["people.backends.EmployeeBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "people:employee-list"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "people",
    "people.accounts",
    "people.ground.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_extensions",
    "django_htmx",
    "phonenumber_field",
    "template_partials",
]

MIDDLEWARE = [
    "people.server.logs.RequestLogMiddleware",
    "people.server.memory.MemoryMiddleware",
    "csp.middleware.CSPMiddleware",  # first, so that files and refusals have a policy too (ASVS 5.0 3.4.3)
    "django.middleware.security.SecurityMiddleware",
    "people.server.bodies.BodyLimitMiddleware",  # before anything reads a body
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "people.accounts.middleware.ForgivingSessionMiddleware",
    "people.server.hosts.HostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.accounts.guards.known_browsers.KnownBrowserMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.accounts.middleware.SignInRequiredMiddleware",
    "people.accounts.factors.required.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "people.templatetags.people_tags",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "people.ground.sent.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Data
DATABASES = {
    "default": setting(
        "DATABASE_URL",
        "sqlite:///var/db.sqlite3",
        database,
        "Write sqlite:///var/db.sqlite3 or postgresql://user:password@host:5432/name?sslmode=verify-full "
        "(any option of PostgreSQL's; in a password %40 for @, %2F for /, %25 for %, %3F for ?).",
    )
}
PHONENUMBER_DEFAULT_REGION = setting(
    "PHONE_REGION", "US", region, "Write a country code of two letters, such as US or DE."
)
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

# How widely people may share their mobile number and birthday, if they want to
WIDEST_SHARING = setting("WIDEST_SHARING", "colleagues", sharing, "Write colleagues, team or hr.")

# Whom people ask who can't get on by themselves; the sign-in page names them too
CONTACT = setting(
    "CONTACT",
    "" if PRODUCTION else "IT help <help@example.com>",
    contact,
    "Write help@example.com, IT help <help@example.com> or https://help.example.com.",
)

# Where people chat: the address of a conversation with somebody, by the name that stands in their profile
CHAT_LINK = setting(
    "CHAT_LINK", "", chat_link, "Write https://chat.example.com/direct/{name}, with {name} after the host."
)

# Mail
MAIL_SERVER = setting(
    "MAIL_URL",
    "",
    mail_server,
    "Write smtp+tls://user:password@mail.example.com:587, smtp+ssl:// for port 465, or smtp:// for a server that wants "
    "neither password nor encryption, not smtps:// (in a password %40 for @, %2F for /, %25 for %).",
)
MAIL_FROM = setting("MAIL_FROM", "", sender, "Write people@example.com or People <people@example.com>.")
EMAIL_TIMEOUT = 10  # seconds for each answer of the server; Django's default is for ever
if MAIL_SERVER and not MAIL_FROM:
    raise ImproperlyConfigured("MAIL_URL needs MAIL_FROM, such as People <people@example.com>.")

# Single sign-on: nothing of it is asked before somebody signs in with it
OIDC_ISSUER = setting(
    "OIDC_ISSUER",
    "",
    issuer,
    "Write where the company's sign-in is, such as https://login.example.com, just as it calls itself in its "
    "/.well-known/openid-configuration; http:// is for this machine alone.",
)
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = setting("OIDC_CLIENT_ID", "", str, ""), setting("OIDC_CLIENT_SECRET", "", str, "")
OIDC_NAME = setting("OIDC_NAME", "your company account", line, "Write up to 40 characters, such as Example Inc.")
OIDC_LINK = setting("OIDC_LINK", "0", flag, YES_OR_NO)
# Passwords; without them only administrators have one, for the day on which the company's sign-in doesn't work
PASSWORD_SIGN_IN = setting("PASSWORD_SIGN_IN", "1", flag, YES_OR_NO)
if len({bool(OIDC_ISSUER), bool(OIDC_CLIENT_ID), bool(OIDC_CLIENT_SECRET)}) > 1:
    raise ImproperlyConfigured("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: set all three or none.")
if not (PASSWORD_SIGN_IN or (OIDC_ISSUER and OIDC_LINK)):
    raise ImproperlyConfigured("PASSWORD_SIGN_IN=0 needs OIDC_ISSUER and OIDC_LINK=1: nobody new could sign in.")

# Language and time
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = setting("TIME_ZONE", "UTC", time_zone, "Write a name such as Europe/Berlin or UTC.")

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Safety
FILE_UPLOAD_PERMISSIONS = None  # by the umask, as all files
PASSWORD_HASHERS = ["people.accounts.guards.hashers.Argon2PasswordHasher"]
OWN_WORDS = {"attributes": ["email", "employee.first_name", "employee.last_name", "employee.known_as"]}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "people.accounts.guards.passwords.LengthValidator"},
    {"NAME": "people.accounts.guards.passwords.CommonPasswordValidator"},
    {"NAME": "people.accounts.guards.passwords.PatternValidator"},
    {"NAME": "people.accounts.guards.passwords.OwnWordsValidator", "OPTIONS": OWN_WORDS},
    {"NAME": "people.accounts.guards.passwords.ProductWordsValidator", "OPTIONS": OWN_WORDS},
]
# Second factor: django-allauth's, in our pages. Its own limits, mails and pages are off: ours stand before them.
ACCOUNT_ADAPTER = "people.accounts.factors.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # seconds between the password and the second factor
MFA_ADAPTER = "people.accounts.factors.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are confirmed by links of ours
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_COUNT, MFA_RECOVERY_CODE_DIGITS = 10, 12
MFA_TOTP_TOLERANCE = 1  # a clock that is a step of 30 seconds wrong (RFC 6238, 5.2)
# Of whom one is demanded
REQUIRE_SECOND_FACTOR = setting(
    "REQUIRE_SECOND_FACTOR", "nobody", who_needs_a_second_factor, "Write nobody, hr or everyone."
)
# Days from the first request of an account without one; with 0 it has to be set up at once.
SECOND_FACTOR_GRACE = timedelta(days=setting("SECOND_FACTOR_GRACE_DAYS", "7", partial(whole_number, most=365), DAYS))
# The company's sign-in: django-allauth's too. Its application stands above, and no token is kept.
SOCIALACCOUNT_ADAPTER = "people.accounts.company.adapter.CompanyAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "people.accounts.company.provider.CompanyProvider"}}
SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's CSS carries its icons as data: URLs
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Bytes of a request's body, files included; the server holds as much in memory before a thread begins.
LARGEST_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
CSRF_FAILURE_VIEW = "people.site.errors.csrf_failure"
SESSION_ENGINE = "people.accounts.sessions.store"
SESSION_IDLE = timedelta(days=setting("SESSION_IDLE_DAYS", "14", partial(whole_number, least=1, most=3_650), DAYS))
SESSION_LONGEST = timedelta(days=setting("SESSION_DAYS", "90", partial(whole_number, least=1, most=3_650), DAYS))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())  # the server ends it earlier
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = setting("SECURE_COOKIES", str(int(PRODUCTION)), flag, YES_OR_NO)
# Browsers keep a cookie of such a name only from this host and over TLS (RFC 6265bis, ASVS 5.0 3.3.1).
COOKIE_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
KNOWN_BROWSER_COOKIE_NAME = f"{COOKIE_PREFIX}known"
# Only for the pages below one address, which the other prefix excludes
LINK_COOKIE_NAME = f"{'__Secure-' if SESSION_COOKIE_SECURE else ''}link"
SECURE_SSL_REDIRECT = setting("TLS_REDIRECT", str(int(PRODUCTION)), flag, YES_OR_NO)
SECURE_REDIRECT_EXEMPT = [f"^{HEALTH_PATH}$"]  # probers don't speak TLS
SECURE_HSTS_SECONDS = setting(
    "HSTS_SECONDS", "31536000" if PRODUCTION else "0", whole_number, "Write a number of seconds; 0 is off."
)
# Both bind the whole domain, far beyond this site, and can hardly be taken back: never unless somebody asks.
SECURE_HSTS_INCLUDE_SUBDOMAINS = setting("HSTS_INCLUDE_SUBDOMAINS", "0", flag, YES_OR_NO)
SECURE_HSTS_PRELOAD = setting("HSTS_PRELOAD", "0", flag, YES_OR_NO)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # `check --deploy` asks for both
# Read by people.server.addresses too. Without a proxy nothing that a client sends is believed.
TRUSTED_PROXIES = setting(
    "TRUSTED_PROXIES", "0", partial(whole_number, most=9), "Write how many proxies stand in front of it, such as 1."
)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "people.server.logs.PrivateFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Below an error it repeats typed addresses; refusals are logged by our middleware.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        # The server program warns of each HEAD whose body it leaves out, as it must (RFC 9110, 9.3.2).
        "gunicorn.http.wsgi": {"level": "ERROR"},
        # It names each passkey that is made or used; the security log says whose.
        "fido2": {"level": "WARNING"},
    },
}

# Tests: a phone number for each employee that django-dynamic-fixture builds
DDF_FIELD_FIXTURES = {
    "people.ground.fields.PhoneField": {"ddf_fixture": lambda: import_string("people.tests.factories.next_phone")()}
}

# Where people find the site. Links in mails begin with it, never with what a request says of its host.
first_host = next(iter(ALLOWED_HOSTS), "").removeprefix(".").replace("*", "localhost")
scheme = "https" if SECURE_SSL_REDIRECT or SESSION_COOKIE_SECURE else "http"
SITE_URL = setting(
    "SITE_URL",
    "" if PRODUCTION else f"{scheme}://{first_host}:{PORT}",
    site,
    "Write where people find the site, such as https://people.example.com, without a path.",
)
# How long links are good for: to a first password, and to a new one
INVITATION_LASTS = timedelta(days=setting("INVITATION_DAYS", "7", partial(whole_number, least=1, most=90), DAYS))
PASSWORD_LINK_LASTS = timedelta(
    minutes=setting("PASSWORD_LINK_MINUTES", "60", partial(whole_number, least=5, most=1_440), MINUTES)
)

# What stops the start: a misspelt name before what it was meant to say
environment.refuse_unknown()
REFUSALS = {
    "DEBUG=1 shows private data on errors. Leave it out with PRODUCTION=1.": DEBUG,
    "SECRET_KEY is shorter than 50 characters. `make setup` writes a good one into .env.": len(own_key) < 50,
    "PRODUCTION=1 needs ALLOWED_HOSTS, such as people.example.com.": not ALLOWED_HOSTS,
    "ALLOWED_HOSTS lets in names that aren't yours. Write each, such as people.example.com, or .example.com.": any(
        map(is_too_wide, ALLOWED_HOSTS)
    ),
    "CSRF_TRUSTED_ORIGINS trusts others than you. Write full origins, such as https://people.example.com.": any(
        is_too_wide(origin) or not origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS
    ),
    "TLS_REDIRECT sends people in circles without TRUSTED_PROXIES=1: the proxy in front says who came by TLS.": (
        SECURE_SSL_REDIRECT and not TRUSTED_PROXIES
    ),
    "PRODUCTION=1 needs SITE_URL, where people find the site, such as https://people.example.com.": not SITE_URL,
    "SITE_URL begins with http://, where links can be read on their way. Write https://.": (
        SESSION_COOKIE_SECURE and SITE_URL.startswith("http:")
    ),
    "SITE_URL names a host that isn't in ALLOWED_HOSTS: nobody could open its links.": not validate_host(
        split_domain_port(urlsplit(SITE_URL).netloc)[0], ALLOWED_HOSTS
    ),
    "HSTS_PRELOAD=1 needs HSTS_INCLUDE_SUBDOMAINS=1 and HSTS_SECONDS of a year.": (
        SECURE_HSTS_PRELOAD and not (SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000)
    ),
}
for refusal, applies in REFUSALS.items():
    if PRODUCTION and applies:
        raise ImproperlyConfigured(refusal)
