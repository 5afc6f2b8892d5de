"""Imports only point the way that the drawing of the house shows; a new module needs a row here."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# module: what it may import of this project, lowest floor first
MAY_IMPORT = {
    # Knows nothing of people
    "people": set(),
    "people.text": set(),
    "people.layout": set(),
    "people.htmx": set(),
    "people.addresses": set(),
    "people.logs": {"people.addresses"},
    "people.bodies": set(),
    "people.hosts": set(),
    "people.database": set(),
    "people.locks": set(),
    "people.sent": set(),
    "people.outages": set(),
    "people.emails": {"people.text"},
    "people.phones": {"people.text"},
    "people.fields": {"people.emails", "people.phones", "people.text"},
    # Accounts know nothing of employees
    "people.accounts": set(),
    "people.accounts.refusals": set(),
    "people.accounts.requests": {"people.accounts.models", "people.htmx"},
    "people.accounts.middleware": {"people.accounts.refusals", "people.htmx", "people.logs"},
    "people.accounts.security_log": {"people.logs"},
    "people.accounts.roles": set(),
    "people.accounts.models": {
        *("people.accounts.roles", "people.accounts.security_log", "people.fields", "people.locks"),
    },
    "people.accounts.actions": {"people.accounts.models", "people.accounts.security_log"},
    "people.accounts.apps": {"people.accounts.models"},
    "people.accounts.backends": {"people.accounts.models", "people.prepared"},
    "people.accounts.admin": {
        *("people.accounts.actions", "people.accounts.administration", "people.accounts.models"),
        *("people.accounts.requests", "people.sent"),
    },
    "people.accounts.administration": set(),
    "people.accounts.hashers": {"people.accounts.refusals"},
    "people.accounts.passwords": {"people.accounts.models", "people.text"},
    "people.accounts.throttle": {"people.accounts.models", "people.accounts.refusals", "people.addresses"},
    "people.accounts.known_browsers": {"people.accounts.models"},
    "people.accounts.forms": {
        *("people.accounts.known_browsers", "people.accounts.models", "people.accounts.passwords"),
        *("people.accounts.throttle", "people.addresses", "people.layout"),
    },
    "people.accounts.views": {
        *("people.accounts.actions", "people.accounts.forms", "people.accounts.models"),
        *("people.accounts.known_browsers", "people.accounts.refusals", "people.accounts.requests"),
        *("people.accounts.security_log", "people.accounts.throttle", "people.outages"),
    },
    "people.accounts.urls": {"people.accounts.views"},
    # Search: words, queries and findings are pure, models are its tables, the finder decides what is looked up in them
    "people.search": set(),
    "people.search.words": {"people.emails", "people.text"},
    "people.search.nicknames": set(),
    "people.search.query": {"people.search.nicknames", "people.search.words", "people.text"},
    "people.search.marks": {"people.search.nicknames", "people.search.query", "people.search.words", "people.text"},
    "people.search.models": {"people.search.words"},
    "people.search.typos": {"people.search.models", "people.search.query"},
    "people.search.findings": {"people.search.marks", "people.search.query", "people.search.words"},
    "people.search.table": {"people.search.findings", "people.search.models", "people.search.query"},
    "people.search.finder": {
        *("people.search.findings", "people.search.models", "people.search.query", "people.search.table"),
        *("people.search.typos", "people.search.words"),
    },
    "people.search.rebuild": set(),
    # Records
    "people.querysets": {
        "people.accounts.models",
        "people.accounts.security_log",
        "people.logs",
        "people.search.finder",
        "people.search.findings",
        "people.search.models",
        "people.search.query",
        "people.search.words",
        "people.text",
    },
    "people.models": {
        "people.fields",
        "people.querysets",
        "people.search.models",
        "people.search.words",
        "people.text",
        "people.visibility",
    },
    "people.avatars": set(),
    "people.prepared": set(),
    "people.rows": {
        "people.avatars",
        "people.emails",
        "people.models",
        "people.prepared",
        "people.querysets",
        "people.search.findings",
        "people.search.marks",
    },
    "people.directory": {
        "people.models",
        "people.prepared",
        "people.querysets",
        "people.rows",
        "people.search.findings",
    },
    "people.suggestions": {
        *("people.accounts.models", "people.models", "people.querysets", "people.rows", "people.search.findings"),
    },
    "people.receivers": {"people.models"},
    "people.backends": {"people.accounts.backends", "people.accounts.models", "people.models", "people.prepared"},
    "people.apps": {"people.receivers"},
    # Rules and forms
    "people.visibility": {"people.accounts.models"},
    "people.forms": {
        *("people.fields", "people.layout", "people.models", "people.querysets", "people.sent"),
        *("people.suggestions", "people.text"),
    },
    # Pages
    "people.read_log": {"people.accounts.models", "people.models", "people.visibility"},
    "people.my_data": {"people.accounts.models", "people.models", "people.visibility"},
    "people.admin": {
        *("people.accounts.administration", "people.accounts.models", "people.accounts.requests"),
        *("people.models", "people.querysets", "people.read_log", "people.sent", "people.visibility"),
    },
    "people.errors": {"people.accounts.refusals", "people.outages"},
    "people.health": {"people.models", "people.outages"},
    "people.repair": {"people.fields", "people.phones", "people.text"},
    "people.templatetags": set(),
    "people.templatetags.people_tags": {
        *("people.avatars", "people.directory", "people.emails", "people.models", "people.visibility"),
    },
    "people.views.directory": {
        *("people.accounts.requests", "people.directory", "people.forms", "people.htmx", "people.models"),
        *("people.rows", "people.suggestions"),
    },
    "people.views.saving": {"people.accounts.refusals", "people.forms"},
    "people.views.employees": {
        *("people.accounts.requests", "people.forms", "people.htmx", "people.models", "people.querysets"),
        *("people.read_log", "people.views.saving", "people.visibility"),
    },
    "people.views.me": {"people.accounts.requests", "people.my_data"},
    "people.views.site": {
        "people.accounts.requests",
        "people.forms",
        "people.health",
        "people.models",
        "people.visibility",
    },
    "people.views": {f"people.views.{name}" for name in ("directory", "employees", "me", "site")},
    "people.urls": {"people.views"},
    # Benchmarks
    "people.benchmarks": set(),
    "people.benchmarks.invented": {"people.search.nicknames", "people.search.words", "people.text"},
    "people.benchmarks.measure": set(),
    "people.benchmarks.crowd": {"people.benchmarks.invented", "people.models"},
    "people.benchmarks.readers": {"people.accounts.models", "people.benchmarks.invented", "people.models"},
    "people.benchmarks.yardsticks": {
        *("people.accounts.models", "people.directory", "people.models", "people.querysets", "people.views"),
    },
    "people.benchmarks.search": {
        *("people.benchmarks.crowd", "people.benchmarks.invented", "people.benchmarks.measure"),
        *("people.models", "people.querysets", "people.rows", "people.search.rebuild"),
    },
    "people.benchmarks.pages": {
        *("people.benchmarks.invented", "people.benchmarks.measure", "people.benchmarks.readers"),
        *("people.benchmarks.yardsticks", "people.directory", "people.forms", "people.models"),
    },
    # Commands
    "people.management": set(),
    "people.management.commands": set(),
    "people.demo": set(),
    "people.management.commands.bench": {
        *("people.benchmarks", "people.benchmarks.crowd", "people.benchmarks.measure"),
        *("people.benchmarks.pages", "people.benchmarks.search"),
    },
    "people.management.commands.make_administrator": {"people.accounts.models"},
    "people.management.commands.prepare": {"people.database"},
    "people.management.commands.ready": {"people.accounts.models", "people.database", "people.demo"},
    "people.management.commands.link_account": {"people.accounts.models", "people.models"},
    "people.management.commands.repair_names": {"people.accounts.models", "people.models", "people.repair"},
    "people.management.commands.rebuild_search": {"people.models", "people.search.rebuild"},
    "people.management.commands.repair_profiles": {"people.models"},
    "people.management.commands.seed_demo": {"people.accounts.models", "people.demo", "people.models"},
    "people.management.commands.vendor": set(),
    # Wiring
    "intranet": set(),
    "intranet.environment": set(),
    "intranet.settings": {"intranet.environment"},
    "intranet.urls": {"people.views"},
    "intranet.worker": {"intranet.settings"},
    "intranet.wsgi": set(),
    "gunicorn.conf": {"intranet.settings"},
    "manage": {"people.database"},
    "conftest": set(),
}


@cache
def modules() -> dict[str, Path]:
    """Our modules by dotted name, without tests and without what Django generates."""
    folders = [path for name in ("people", "intranet") for path in (ROOT / name).rglob("*.py")]
    files = [path.relative_to(ROOT) for path in [*ROOT.glob("*.py"), *folders]]
    product = [path for path in files if not {"tests", "migrations"} & set(path.parts)]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): ROOT / path for path in product}


def loaded(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node, except what only the type checker reads: it may know both ends of an arrow."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from loaded(node)


def named_imports(module: str, code: str, *, is_package: bool = False) -> Iterator[str]:
    """The dotted name of everything imported anywhere in `code`."""
    parents = [*module.split("."), ""] if is_package else module.split(".")
    for node in loaded(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = [*parents[: -node.level]] if node.level else []
            yield from (".".join([*start, *filter(None, [node.module]), alias.name]) for alias in node.names)


def imports(module: str, code: str, *, is_package: bool = False) -> set[str]:
    """Those of our modules that `code` imports; "people.models.Employee" counts as "people.models"."""
    ours = modules().keys() | {"people.tests", "people.migrations", "e2e"}
    found = set()
    for name in named_imports(module, code, is_package=is_package):
        parents = [".".join(name.split(".")[:length]) for length in range(len(name.split(".")), 0, -1)]
        found |= {next((parent for parent in parents if parent in ours), module)}
    return found - {module}


@pytest.mark.parametrize("module", MAY_IMPORT)
def test_module_imports_only_what_the_drawing_allows(module):
    path = modules()[module]

    found = imports(module, path.read_text(), is_package=path.stem == "__init__")

    assert found <= MAY_IMPORT[module]


def test_every_module_has_a_row_and_every_row_a_module():
    assert MAY_IMPORT.keys() == modules().keys()


def test_drawing_has_no_circle():
    TopologicalSorter(MAY_IMPORT).prepare()


def test_drawing_lets_nobody_import_the_wiring_but_the_server():
    importers = {module for module, allowed in MAY_IMPORT.items() if any("intranet" in name for name in allowed)}

    assert {module for module in importers if not module.startswith("intranet.")} == {"gunicorn.conf"}


def test_drawing_keeps_accounts_free_of_employees():
    rows = [allowed for module, allowed in MAY_IMPORT.items() if module.startswith("people.accounts")]
    others = {name for name in set.union(*rows) if not name.startswith("people.accounts")}

    assert others <= {
        *("people.addresses", "people.fields", "people.htmx", "people.layout", "people.locks", "people.logs"),
        *("people.outages", "people.prepared", "people.sent", "people.text"),
    }


@pytest.mark.parametrize(
    ("module", "above"),
    [
        ("people.models", {"people.forms", "people.views", "people.receivers"}),
        ("people.querysets", {"people.models"}),
        ("people.forms", {"people.views"}),
        ("people.htmx", MAY_IMPORT.keys()),
        ("people.text", MAY_IMPORT.keys()),
        ("people.fields", MAY_IMPORT.keys() - {"people.emails", "people.phones", "people.text"}),
    ],
)
def test_drawing_has_no_arrow_turning_back(module, above):
    assert not MAY_IMPORT[module] & above


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import people.views", {"people.views"}),
        ("from people import views", {"people.views"}),
        ("from people.views import EmployeeListView", {"people.views"}),
        ("from . import views, forms", {"people.views", "people.forms"}),
        ("from .accounts.models import User", {"people.accounts.models"}),
        ("def late():\n    from .views import EmployeeListView", {"people.views"}),
        ("from intranet import settings", {"intranet.settings"}),
        ("from people.tests import factories", {"people.tests"}),
        ("import people_elsewhere, django.views", set()),
        ("if TYPE_CHECKING:\n    from .views import EmployeeListView", set()),
    ],
)
def test_reader_of_imports_sees(code, found):
    assert imports("people.models", code) == found


def test_reader_of_imports_sees_relative_ones_in_a_package():
    assert imports("people.accounts", "from . import models\nfrom .. import forms", is_package=True) == {
        "people.accounts.models",
        "people.forms",
    }


def test_no_test_but_those_in_a_browser_takes_its_fixtures(request):
    """An argument called `page` or `browser` is Playwright's, and mixes tests of the database among those of e2e."""
    others = [item for item in request.session.items if "e2e/" not in item.nodeid]

    # A parametrized `page` hides the fixture, but keeps what it is made with.
    assert not [item.nodeid for item in others if "chromium" in item.name or "browser_name" in item.fixturenames]
