# Two commands do everything on a fresh machine with Python 3.11: `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help setup run admin dev test prove bench bench-sqlite bench-postgresql bench-here bench-server e2e check types format

PYTHON ?= python3
# Files are read as UTF-8 whatever the machine's locale says.
export PYTHONUTF8 := 1
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest --numprocesses 2
SIZES ?= 1000 10000
# What depends on the database runs a second time, on a PostgreSQL server of its own.
ON_POSTGRESQL := people/search people/organisation people/tests/contract people/accounts/tests/test_throttle_races.py $(addprefix people/tests/test_,querysets.py starting.py hostile_input.py) \
	$(addprefix people/directory/tests/test_,directory.py employee_list.py selection.py) $(addprefix people/accounts/tests/test_,address_in_admin.py company_races.py confirmation.py forgotten_password.py mail.py mail_races.py passkeys.py passkey_races.py required_factor.py rights.py second_step.py second_step_races.py reset.py sessions.py sign_in_address.py throttle.py two_steps.py without_passwords.py) \
	$(addprefix people/server/tests/test_,jobs.py logs.py outages.py) $(addprefix people/site/tests/test_,health.py roles.py) $(addprefix people/employees/tests/test_,access_of_selection.py invitation_waits.py sign_in_follows.py) people/privacy/tests/test_own_page.py

help:
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: .venv/runtime .env ## prepare everything that `make run` needs
	@$(MANAGE) prepare

run: setup ## serve as in production on http://localhost:8000 (PORT=8123 for another port)
	@$(MANAGE) seed_demo --first-run
	@exec $(BIN)/python -m gunicorn

admin: setup ## make somebody an administrator: make admin EMAIL=ada@example.com
	@$(MANAGE) make_administrator "$$EMAIL"

dev: setup ## serve with reload and debug pages, for working on the code
	@DEBUG=1 $(MANAGE) seed_demo --first-run
	@DEBUG=1 $(MANAGE) runserver

test: .venv/development setup ## every test, browser ones included, then `make check`
	@$(BIN)/python -m e2e.chromium
	@rm -rf var/html && mkdir -p var/html
	@$(PYTEST) --cov --cov-report=
	@$(BIN)/python -m people.tests.postgres $(PYTEST) $(ON_POSTGRESQL)
	@$(BIN)/python -m e2e.nu
	@$(MAKE) --no-print-directory check

prove: export PROVE = 1
prove: test ## the same as `make test` with many rounds of races, kills and hostile input (takes an hour or more)

bench: .venv/development setup ## measure search and pages on both databases, server and browser (SIZES="1000 100000 1000000")
	@rm -f var/bench*.sqlite3*
	@$(MAKE) --no-print-directory --keep-going bench-sqlite bench-postgresql bench-server

bench-sqlite bench-server: export DATABASE_URL = sqlite:///var/$@.sqlite3
bench-postgresql: ON_SERVER := $(BIN)/python -m people.tests.postgres --durable
bench-sqlite bench-postgresql:
	@$(ON_SERVER) $(MAKE) --no-print-directory bench-here REPORT=var/$@.json

bench-here:
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) bench $(SIZES) --json $(REPORT)

bench-server:
	@$(MANAGE) migrate --verbosity 0
	@$(BIN)/python -m e2e.chromium
	@$(BIN)/python -m e2e.bench --json var/$@.json

e2e: export PHOTOGRAPH = 1
e2e: .venv/development setup ## the browser tests only, with a picture of every state in var/screenshots
	@$(BIN)/python -m e2e.chromium
	@$(PYTEST) e2e

check: .venv/development .env ## linters, formats, migrations, deployment settings
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory types
	@git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml intranet people
	@$(MANAGE) makemigrations --check --dry-run --verbosity 0
	@PRODUCTION=1 ALLOWED_HOSTS=people.example.com SITE_URL=https://people.example.com TRUSTED_PROXIES=1 $(MANAGE) check --deploy --fail-level WARNING

types: .venv/development .env ## the type checker, which remembers in .mypy_cache what it has checked
	@$(BIN)/mypy --no-error-summary

format: .venv/development ## put code and templates into their one format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 || true

# A new file stands for packages that are installed; it is older than a changed list of them.
.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name it by PYTHON=python3.11 make run")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/development: requirements.txt requirements-dev.txt .venv/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

.env:
	@umask 077; sed "s/^SECRET_KEY=.*/SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')/" .env.example > $@
