"""Settings come from the environment, and a wrong one stops the start with a sentence."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

SOURCE = (settings.BASE_DIR / "intranet/settings.py").read_text()
VARIABLES = set(re.findall(r'(?:\bsetting\(\s*|environ(?:\.get\(|\[))"([A-Z_]+)"', SOURCE))
KEY = "quark-strange-charm-top-bottom-0123456789-ABCDEFGHIJKLM"
PRODUCTION = {"PRODUCTION": "1", "ALLOWED_HOSTS": "people.example.com", "SECRET_KEY": KEY}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """A fresh process in which every variable is as if not set, except those given.

    An empty one also hides the line in the developer's own .env.
    """
    variables = {"PATH": os.environ["PATH"], **dict.fromkeys(VARIABLES, ""), **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False
    )


def start(**environment: str) -> str:
    """What `manage.py check` says when it refuses to start; nothing when it starts."""
    done = run("manage.py", "check", **environment)
    assert done.returncode in {0, 1}, done.stderr
    return done.stderr if done.returncode else ""


def test_variables_are_found():
    assert {"SECRET_KEY", "PRODUCTION", "DATABASE_URL", "HOST", "HSTS_SECONDS"} <= VARIABLES


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_variable_is_in_the_example(variable):
    example = (settings.BASE_DIR / ".env.example").read_text()

    assert re.search(rf"^#?{variable}=", example, re.MULTILINE)


def test_every_line_of_the_example_is_read():
    example = (settings.BASE_DIR / ".env.example").read_text()

    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == VARIABLES


@pytest.mark.parametrize("environment", [{}, PRODUCTION], ids=["at home", "in production"])
def test_start(environment):
    assert start(**environment) == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRODUCTION", "maybe"),
        ("DEBUG", "2"),
        ("SECURE_COOKIES", "si"),
        ("TLS_REDIRECT", "x"),
        ("TRUSTED_PROXIES", "-1"),
        ("HSTS_SECONDS", "a year"),
        ("HSTS_SECONDS", "-1"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("PORT", "99999"),
        ("WEB_CONCURRENCY", "many"),
        ("WEB_CONCURRENCY", "0"),
        ("PHONE_REGION", "XX"),
        ("PHONE_REGION", "+49"),
        ("TIME_ZONE", "Berlin"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("CSRF_TRUSTED_ORIGINS", "people.example.com"),
        ("DATABASE_URL", "people.sqlite3"),
        ("DATABASE_URL", "mysql://localhost/people"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/people"),
        ("ALLOWED_HOSTS", "https://people.example.com"),
    ],
)
def test_start_with_a_wrong_value_says_which(variable, value):
    message = start(**{variable: value})

    assert message.startswith(f"Can't start: {variable}")
    assert message.strip().endswith(".")
    assert len(message.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ],
)
def test_start_in_production_demands(changed, variable):
    message = start(**PRODUCTION | changed)

    assert message.startswith("Can't start: ")
    assert variable in message


def test_start_in_production_is_ready_to_deploy():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_start_without_secret_values_in_the_message():
    assert "hunter2" not in start(DATABASE_URL="mysql://people:hunter2@localhost/people")


SHOWN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "intranet.settings"
from django.conf import settings
for name in {names!r}:
    print(getattr(settings, name))
"""


def values(*names: str, **environment: str) -> list[str]:
    """The values of settings in a fresh process."""
    done = run("-c", SHOWN.format(names=names), **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["False", "False", "0"]),
        (PRODUCTION, ["True", "True", "31536000"]),
        (PRODUCTION | {"SECURE_COOKIES": "0", "TLS_REDIRECT": "no", "HSTS_SECONDS": "60"}, ["False", "False", "60"]),
    ],
    ids=["at home", "in production", "each set"],
)
def test_parts_of_production(environment, expected):
    assert values("SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", **environment) == expected


def test_empty_variables_are_as_if_not_set():
    names = ("DEBUG", "ALLOWED_HOSTS", "HOST", "PORT", "PHONENUMBER_DEFAULT_REGION", "TIME_ZONE")

    assert values(*names) == ["False", "['localhost', '127.0.0.1', '[::1]']", "127.0.0.1", "8000", "US", "UTC"]
