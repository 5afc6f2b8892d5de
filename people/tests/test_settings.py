"""Settings come from the environment, and a wrong one stops the start with a sentence."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from intranet.environment import LINE, Environment
from intranet.settings import environment

EXAMPLE = (settings.BASE_DIR / ".env.example").read_text()
README = (settings.BASE_DIR / "README.md").read_text()
VARIABLES = environment.asked
KEY = "quark-strange-charm-top-bottom-0123456789-ABCDEFGHIJKLM"
PRODUCTION = {
    "PRODUCTION": "1",
    "ALLOWED_HOSTS": "people.example.com",
    "SECRET_KEY": KEY,
    "SITE_URL": "https://people.example.com",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Reads a copy of the settings, beside a `.env` of its own and with only the given variables set."""
    source = tmp_path / "intranet/settings.py"
    source.parent.mkdir()
    shutil.copy(settings.BASE_DIR / "intranet/settings.py", source)

    def start(env: str = "", **variables: str) -> ModuleType:
        (tmp_path / ".env").write_text(env)
        for name in VARIABLES:
            monkeypatch.setenv(name, "")  # so that it is given back afterwards, whatever the settings do with it
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        spec = spec_from_file_location("intranet.afresh", source)
        assert spec
        assert spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return start


@pytest.fixture
def refusal(start):
    """The sentence with which the settings refuse to start."""

    def refusal(env: str = "", **variables: str) -> str:
        with pytest.raises(ImproperlyConfigured) as caught:
            start(env, **variables)
        sentence = str(caught.value)
        assert sentence.endswith((".", "?"))
        assert len(sentence.splitlines()) == 1
        return sentence

    return refusal


def manage(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own. An empty variable also hides the line in the developer's own .env."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **dict.fromkeys(VARIABLES, ""), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_variables_are_found():
    assert {"SECRET_KEY", "PRODUCTION", "DATABASE_URL", "HOST", "HSTS_SECONDS"} <= VARIABLES


def test_example_has_a_line_for_every_variable_and_for_nothing_else():
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == VARIABLES


def test_every_line_of_the_example_can_be_read():
    lines = re.findall(r"^#?([A-Z_]+=.*)", EXAMPLE, re.MULTILINE)

    assert all(map(LINE.fullmatch, lines))


def test_readme_tells_of_every_variable():
    names = re.findall(r"^\| (`[A-Z_`, ]+`) \|", README, re.MULTILINE)

    assert set(re.findall(r"[A-Z_]{2,}", " ".join(names))) == VARIABLES


@pytest.mark.parametrize("variables", [{}, PRODUCTION], ids=["at home", "in production"])
def test_start(start, variables):
    assert bool(variables) == start(**variables).PRODUCTION


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
        ("SESSION_IDLE_DAYS", "0"),
        ("SESSION_IDLE_DAYS", "two weeks"),
        ("SESSION_DAYS", "0"),
        ("SESSION_DAYS", "-1"),
        ("SESSION_DAYS", "99999"),
        ("REQUIRE_SECOND_FACTOR", "HR managers"),
        ("REQUIRE_SECOND_FACTOR", "1"),
        ("SECOND_FACTOR_GRACE_DAYS", "-1"),
        ("SECOND_FACTOR_GRACE_DAYS", "a week"),
        ("PHONE_REGION", "XX"),
        ("PHONE_REGION", "+49"),
        ("TIME_ZONE", "Berlin"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("CSRF_TRUSTED_ORIGINS", "people.example.com"),
        ("DATABASE_URL", "people.sqlite3"),
        ("DATABASE_URL", "mysql://localhost/people"),
        ("DATABASE_URL", "sqlite://var/db.sqlite3"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///var/db.sqlite3?timeout=5"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://localhost:port/people"),
        ("DATABASE_URL", "postgresql://localhost/people?sslmod=require"),
        ("DATABASE_URL", "postgresql://localhost/people?sslmode"),
        ("DATABASE_URL", "postgresql://localhost/people?sslmode="),
        ("DATABASE_URL", "postgresql://people:12/34@localhost/people"),
        ("DATABASE_URL", "postgresql://people:50%off@localhost/people"),
        ("DATABASE_URL", "host=localhost dbname=people"),
        ("ALLOWED_HOSTS", "https://people.example.com"),
        ("ALLOWED_HOSTS", "people.example.com:8000"),
        ("ALLOWED_HOSTS", "people.example.com."),
        ("ALLOWED_HOSTS", "*.example.com"),
        ("ALLOWED_HOSTS", "müller.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://people.example.com/"),
        ("CSRF_TRUSTED_ORIGINS", "ftp://people.example.com"),
        ("CHAT_LINK", "https://chat.example.com/"),
        ("CHAT_LINK", "https://{name}.example.com/"),
        ("CHAT_LINK", "https://chat.example.com{name}"),
        ("CHAT_LINK", "https://chat.example.com/{name}/{name}"),
        ("CHAT_LINK", "javascript:alert('{name}')"),
        ("CHAT_LINK", "//chat.example.com/{name}"),
        ("SITE_URL", "people.example.com"),
        ("SITE_URL", "https://*.example.com"),
        ("SITE_URL", "https://people.example.com/directory"),
        ("SITE_URL", "https://people.example.com:port"),
        ("SITE_URL", "https://ada@people.example.com"),
        ("SITE_URL", "javascript://people.example.com"),
        ("INVITATION_DAYS", "0"),
        ("INVITATION_DAYS", "a week"),
        ("PASSWORD_LINK_MINUTES", "1"),
        ("PASSWORD_LINK_MINUTES", "1441"),
        ("CONTACT", "IT help"),
        ("CONTACT", "help@example"),
        ("CONTACT", "IT help <help@example.com"),
        ("CONTACT", "<help@example.com>"),
        ("CONTACT", "javascript:alert(1)"),
        ("CONTACT", "javascript://example.com/%0Aalert(1)"),
        ("CONTACT", "IT help <ftp://help.example.com>"),
        ("OIDC_ISSUER", "login.example.com"),
        ("OIDC_ISSUER", "http://login.example.com"),
        ("OIDC_ISSUER", "https://"),
        ("OIDC_ISSUER", "https://login.example.com:port"),
        ("OIDC_ISSUER", "https://ada@login.example.com"),
        ("OIDC_ISSUER", "https://login.example.com?tenant=1"),
        ("OIDC_ISSUER", "https://login.example.com/#realm"),
        ("OIDC_ISSUER", f"https://login.example.com/{'x' * 200}"),
        ("OIDC_NAME", "x" * 41),
        ("OIDC_LINK", "always"),
        ("PASSWORD_SIGN_IN", "administrators"),
        ("MAIL_URL", "mail.example.com"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtps://mail.example.com"),
        ("MAIL_URL", "https://mail.example.com"),
        ("MAIL_URL", "smtp+tls://mail example.com"),
        ("MAIL_URL", "smtp+tls://mail.example.com:smtp"),
        ("MAIL_URL", "smtp+tls://mail.example.com:99999"),
        ("MAIL_URL", "smtp+tls://mail.example.com/inbox"),
        ("MAIL_URL", "smtp+tls://mail.example.com?timeout=5"),
        ("MAIL_URL", "smtp+tls://people@mail.example.com"),
        ("MAIL_URL", "smtp+tls://people:pass/word@mail.example.com"),
        ("MAIL_URL", "smtp+tls://people:pass#word@mail.example.com"),
        ("MAIL_URL", "smtp+tls://people:pässword@mail.example.com"),
        ("MAIL_URL", "smtp://people:password@mail.example.com"),
        ("MAIL_FROM", "People"),
        ("MAIL_FROM", "people@example"),
        ("MAIL_FROM", "People <people@example.com"),
        ("MAIL_FROM", "People <https://people.example.com>"),
        ("MAIL_FROM", "People <people@müller.example>"),
    ],
)
def test_start_with_a_wrong_value_says_which(refusal, variable, value):
    assert refusal(**{variable: value}).startswith(f"{variable} can't be used")


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "people.example.com, *"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ".com"}, "ALLOWED_HOSTS"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*"}, "CSRF_TRUSTED_ORIGINS"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.com"}, "CSRF_TRUSTED_ORIGINS"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*:8443"}, "CSRF_TRUSTED_ORIGINS"),
        ({"CSRF_TRUSTED_ORIGINS": "http://people.example.com"}, "CSRF_TRUSTED_ORIGINS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES=1"),
        ({"SITE_URL": ""}, "SITE_URL"),
        ({"SITE_URL": "http://people.example.com"}, "SITE_URL"),
        ({"SITE_URL": "https://people.example.org"}, "SITE_URL"),
        ({"HSTS_PRELOAD": "1"}, "HSTS_PRELOAD"),
        ({"HSTS_PRELOAD": "1", "HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_SECONDS": "60"}, "HSTS_PRELOAD"),
    ],
)
def test_start_in_production_demands(refusal, changed, variable):
    assert variable in refusal(**PRODUCTION | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"ALLOWED_HOSTS": ".example.com,10.0.0.5,[2001:db8::5]"},
        {"CSRF_TRUSTED_ORIGINS": "https://*.example.com, https://people.example.com:8443,https://[2001:db8::5]"},
        {"HSTS_PRELOAD": "1", "HSTS_INCLUDE_SUBDOMAINS": "1"},
        {"TRUSTED_PROXIES": "0", "TLS_REDIRECT": "0"},
        {"SITE_URL": "http://people.example.com:8000", "SECURE_COOKIES": "0", "TLS_REDIRECT": "0"},
        {"SITE_URL": "https://[2001:db8::5]:8443", "ALLOWED_HOSTS": "[2001:db8::5]"},
    ],
)
def test_start_in_production_allows(start, changed):
    assert start(**PRODUCTION | changed).PRODUCTION


def test_start_at_home_allows_any_host(start):
    assert start(ALLOWED_HOSTS="*").ALLOWED_HOSTS == ["*"]


def test_start_says_in_one_sentence_why_not():
    done = manage("check", DATABASE_URL="mysql://people:hunter2@localhost/people")

    assert done.returncode == 1
    assert done.stderr.startswith("Can't start: DATABASE_URL")
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.stderr


def test_start_in_production_is_ready_to_deploy():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, (False, False, 0)),
        (PRODUCTION, (True, True, 31_536_000)),
        (PRODUCTION | {"SECURE_COOKIES": "0", "TLS_REDIRECT": "no", "HSTS_SECONDS": "60"}, (False, False, 60)),
    ],
    ids=["at home", "in production", "each set"],
)
def test_parts_of_production(start, variables, expected):
    read = start(**variables)

    assert expected == (read.SESSION_COOKIE_SECURE, read.SECURE_SSL_REDIRECT, read.SECURE_HSTS_SECONDS)


@pytest.mark.parametrize(
    ("variables", "prefix"), [({}, ""), (PRODUCTION, "__Host-"), (PRODUCTION | {"SECURE_COOKIES": "0"}, "")]
)
def test_cookies_that_are_secure_are_bound_to_the_host_by_their_name(start, variables, prefix):
    read = start(**variables)

    names = read.SESSION_COOKIE_NAME, read.CSRF_COOKIE_NAME, read.KNOWN_BROWSER_COOKIE_NAME
    assert names == (f"{prefix}sessionid", f"{prefix}csrftoken", f"{prefix}known")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, (False, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, (True, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, (True, True)),
    ],
)
def test_hsts_binds_the_whole_domain_only_when_asked(start, variables, expected):
    read = start(**PRODUCTION | variables)

    assert expected == (read.SECURE_HSTS_INCLUDE_SUBDOMAINS, read.SECURE_HSTS_PRELOAD)


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"ALLOWED_HOSTS": "*", "PORT": "8123"}, "http://localhost:8123"),
        ({"ALLOWED_HOSTS": "desk.example.com"}, "http://desk.example.com:8000"),
        ({"SECURE_COOKIES": "1"}, "https://localhost:8000"),
        ({"SITE_URL": "https://People.example.com/"}, "https://people.example.com"),
    ],
)
def test_where_people_find_the_site(start, variables, address):
    assert address == start(**variables).SITE_URL


def test_links_end(start):
    read = start(INVITATION_DAYS="14")

    assert (timedelta(days=14), timedelta(hours=1)) == (read.INVITATION_LASTS, read.PASSWORD_LINK_LASTS)


@pytest.mark.parametrize(
    ("raw", "server"),
    [
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
        ("smtp://people:secret@127.0.0.1:1025/", ("127.0.0.1", 1025, "people", "secret", False, False)),
        ("smtp+tls://people:p%40ss%2F@mail.example.com", ("mail.example.com", 587, "people", "p@ss/", True, False)),
        (
            "smtp+tls://people%40example.com:x@mail.example.com:25",
            ("mail.example.com", 25, "people@example.com", "x", True, False),
        ),
        ("smtp+ssl://[2001:db8::5]", ("2001:db8::5", 465, "", "", False, True)),
    ],
)
def test_mail_server_is_read(start, raw, server):
    assert server == start(MAIL_URL=raw, MAIL_FROM="people@example.com").MAIL_SERVER


@pytest.mark.parametrize(
    ("raw", "header"),
    [
        ("people@example.com", "people@example.com"),
        ("People <people@example.com>", "People <people@example.com>"),
        ("People, HR <people@example.com>", '"People, HR" <people@example.com>'),
        ('"People, HR" <people@example.com>', '"People, HR" <people@example.com>'),
        ("Müller <people@example.com>", "=?utf-8?q?M=C3=BCller?= <people@example.com>"),
    ],
)
def test_sender_is_read(start, raw, header):
    assert str(start(MAIL_FROM=raw).MAIL_FROM) == header


def test_without_mail_there_is_none(start):
    assert (start().MAIL_SERVER, start().MAIL_FROM) == (None, None)


def test_mail_needs_a_sender(refusal):
    assert refusal(MAIL_URL="smtp://localhost").startswith("MAIL_URL needs MAIL_FROM")


def test_demo_names_somebody_to_ask_and_production_nobody(start):
    assert start().CONTACT == ("IT help", "mailto:help@example.com")
    assert start(**PRODUCTION).CONTACT is None


def test_tls_of_a_proxy_is_believed_only_behind_one(start):
    believed = "SECURE_PROXY_SSL_HEADER"

    assert not hasattr(start(TRUSTED_PROXIES="0"), believed)
    assert getattr(start(TRUSTED_PROXIES="1"), believed) == ("HTTP_X_FORWARDED_PROTO", "https")


def test_empty_variables_are_as_if_not_set(start):
    read = start()

    assert read.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]
    assert (read.DEBUG, read.HOST, read.PORT, read.PHONENUMBER_DEFAULT_REGION) == (False, "127.0.0.1", 8000, "US")


@pytest.fixture
def env(tmp_path, monkeypatch):
    """Writes a `.env`, which no variable of the shell hides, and returns it."""

    def env(content: str | bytes) -> Path:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        file = tmp_path / ".env"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return env


@pytest.mark.parametrize(
    "line",
    [
        *("PRODUCTION=1", "PRODUCTION = 1", "  PRODUCTION=1  ", "PRODUCTION\u00a0=\t1", "PRODUCTION=1\r"),
        *("\ufeffPRODUCTION=1", "export PRODUCTION=1", 'PRODUCTION="1"', "PRODUCTION = '1'"),
        *("PRODUCTION=1 # at last", 'PRODUCTION="1"  # at last', "# PRODUCTION=0\n\nPRODUCTION=1"),
    ],
)
def test_env_line_is_read(env, line):
    assert Environment(env(f"{line}\nHOST=::1\n")).setting("PRODUCTION", "0", str, "") == "1"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("HOST=", ""),
        ("HOST= # nowhere", ""),
        ("HOST=a#b", "a#b"),
        ("HOST='a # b'", "a # b"),
        ("HOST=a, b", "a, b"),
        ("HOST=it's=so", "it's=so"),
        ('HOST="a\\b"', "a\\b"),
    ],
)
def test_env_value_is_taken_as_it_stands(env, line, value):
    assert Environment(env(line)).setting("HOST", "", str, "") == value


@pytest.mark.parametrize(
    "line",
    ["PRODUCTION", "PRODUCTION: 1", "set PRODUCTION=1", "PRODUCTION='1", "'1'PRODUCTION='1'", "=1", "PRO-DUCTION=1"],
)
def test_env_line_that_is_none_stops_the_start(env, line):
    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 2, can't be read\."):
        Environment(env(f"HOST=::1\n{line}\n"))


def test_env_line_given_twice_stops_the_start(env):
    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 3, sets again what line 1 has set\."):
        Environment(env("PRODUCTION=1\n\nexport PRODUCTION=0"))


@pytest.mark.parametrize("content", [b"\xff\xfeP\x00=\x001\x00", b"HOST=caf\xe9"], ids=["UTF-16", "Latin-1"])
def test_env_in_another_encoding_stops_the_start(env, content):
    with pytest.raises(ImproperlyConfigured, match=r"UTF-8"):
        Environment(env(content))


def test_env_that_cannot_be_opened_stops_the_start(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"^\.env is there and can't be read"):
        Environment(tmp_path)


def test_env_is_not_needed(tmp_path):
    assert Environment(tmp_path / ".env").lines == {}


def test_variable_of_the_shell_wins_over_env(env, monkeypatch):
    file = env("PORT=1")
    monkeypatch.setenv("PORT", "2")

    assert Environment(file).setting("PORT", "", str, "") == "2"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("PRODUCTON=1", "Did you mean PRODUCTION?"),
        ("production=1", "Did you mean PRODUCTION?"),
        ("ALLOWED_HOST=people.example.com", "Did you mean ALLOWED_HOSTS?"),
        ("HELP_CONTACT=help@example.com", "Did you mean CONTACT?"),
        ("hunter2=", "All that are known stand in .env.example."),
    ],
)
def test_env_with_an_unknown_name_stops_the_start(refusal, line, advice):
    sentence = refusal(f"PORT=8123\n\n{line}\n")

    assert sentence == f".env, line 3, sets a name that isn't known. {advice}"


def test_env_with_a_misspelt_name_is_told_before_what_is_missing_by_it(refusal):
    assert "ALLOWED_HOSTS?" in refusal(f"PRODUCTION=1\nSECRET_KEY={KEY}\nALLOWED_HOST=people.example.com")


def test_env_of_the_example_starts(start):
    assert start(EXAMPLE).PORT == 8000


def test_env_puts_the_site_into_production(start):
    lines = ["\ufeffPRODUCTION = 1", "export ALLOWED_HOSTS='people.example.com'", f"SECRET_KEY={KEY}"]
    written = "\n".join([*lines, 'SITE_URL="https://people.example.com"', "TRUSTED_PROXIES=1"])

    assert start(written).PRODUCTION


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("sqlite:///var/my%20db.sqlite3", "{}/var/my db.sqlite3"),
        ("sqlite:////srv/people.sqlite3", "/srv/people.sqlite3"),
    ],
)
def test_database_in_a_file(start, tmp_path, address, path):
    assert str(start(DATABASE_URL=address).DATABASES["default"]["NAME"]) == path.format(tmp_path)


def test_database_that_went_away_is_not_made_anew(start, tmp_path):
    file = tmp_path / "my 100% people?.sqlite3"
    file.touch()

    name = start(DATABASE_URL=f"sqlite:///{quote(str(file))}").DATABASES["default"]["NAME"]
    file.unlink()

    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        sqlite3.connect(name, uri=True)


def test_database_address_in_all_its_parts(start):
    address = "postgresql://ada:p%40%2Fss@one:5432,two:5433/people?sslmode=verify-full&connect_timeout=9"

    database = start(DATABASE_URL=address).DATABASES["default"]

    parts = {key: database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    assert parts == {"USER": "ada", "PASSWORD": "p@/ss", "HOST": "one,two", "PORT": "5432,5433", "NAME": "people"}
    assert {"sslmode": "verify-full", "connect_timeout": "9"}.items() <= database["OPTIONS"].items()
    assert database["OPTIONS"]["server_side_binding"]


def test_database_of_a_service_file(start):
    database = start(DATABASE_URL="postgresql:///?service=people").DATABASES["default"]

    assert (database["NAME"], database["OPTIONS"]["service"]) == ("", "people")


def test_database_options_of_the_address_stand_beside_ours(start):
    database = start(DATABASE_URL="postgresql:///people?host=/run/pg&options=-c%20work_mem%3D8MB").DATABASES["default"]

    assert database["HOST"] == "/run/pg"
    assert "jit=off" in database["OPTIONS"]["options"]
    assert "work_mem=8MB" in database["OPTIONS"]["options"]


COMPANY = {
    "OIDC_ISSUER": "https://login.example.com/realm/",
    "OIDC_CLIENT_ID": "people",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.mark.parametrize("missing", COMPANY)
def test_half_a_company_sign_in_is_refused(refusal, missing: str):
    assert "set all three or none" in refusal(**COMPANY | {missing: ""})


@pytest.mark.parametrize("issuer", ["https://login.example.com/a/", "http://127.0.0.1:9", "http://[::1]:9/a"])
def test_company_sign_in_keeps_its_name_as_it_is(start, issuer: str):
    assert issuer == start(**COMPANY | {"OIDC_ISSUER": issuer}).OIDC_ISSUER


@pytest.mark.parametrize("company", [{}, COMPANY, COMPANY | {"OIDC_LINK": "0"}], ids=["none", "without", "with 0"])
def test_nobody_is_left_without_a_way_in(refusal, company: dict[str, str]):
    assert "needs OIDC_ISSUER and OIDC_LINK=1" in refusal(PASSWORD_SIGN_IN="0", **company)


def test_passwords_can_be_left_to_administrators(start):
    assert start().PASSWORD_SIGN_IN
    assert not start(PASSWORD_SIGN_IN="0", OIDC_LINK="1", **COMPANY).PASSWORD_SIGN_IN


def test_company_sign_in_that_is_away_stops_nothing():
    """Nothing is asked of it: this address refuses every connection."""
    done = manage("check", SECRET_KEY=KEY, **COMPANY | {"OIDC_ISSUER": "http://127.0.0.1:1"})

    assert done.returncode == 0, done.stderr
