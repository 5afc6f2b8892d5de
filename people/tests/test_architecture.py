"""The house in a dozen rules: who may know whom, and how much stands side by side."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# The floors of the house, lowest first. A room may be a module or a folder; it knows what stands below it and nothing
# beside or above. What has no line belongs to the folder that it stands in.
FLOORS = [
    {"people.ground"},  # text, fields, forms, HTMX: knows nothing of people
    {"people.server"},  # what happens to a request before anybody knows who asks
    {"people.accounts"},  # who signs in: knows no employee
    {"people.visibility"},
    {"people.search"},
    {"people.organisation"},  # teams and places
    {"people.derived"},  # what is kept beside a record
    {"people.querysets"},
    {"people.models"},
    {"people.receivers", "people.backends", "people.organisation.actions", "people.accounts.access"},
    {"people.apps"},
    {"people.directory"},
    {"people.privacy"},
    {"people.templatetags"},
    {"people.employees"},
    {"people.organisation.locations", "people.organisation.teams"},
    {"people.site"},
    {"people.admin", "people.urls", "people.benchmarks"},
    {"people.management"},
    {"intranet", "people"},
    {"gunicorn.conf", "manage"},
]
ROOMS = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MOST_SIDE_BY_SIDE = 12


@cache
def modules() -> dict[str, Path]:
    """Our modules by dotted name, without tests and without what Django generates."""
    folders = [path for name in ("people", "intranet") for path in (ROOT / name).rglob("*.py")]
    files = [path.relative_to(ROOT) for path in [*ROOT.glob("*.py"), *folders]]
    product = [path for path in files if not {"tests", "migrations", "conftest.py"} & set(path.parts)]
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


def room_of(module: str) -> str:
    """The innermost room that a module belongs to."""
    parts = module.split(".")
    return next(room for end in range(len(parts), 0, -1) if (room := ".".join(parts[:end])) in ROOMS)


@cache
def arrows() -> dict[str, set[str]]:
    """Which of our modules each of them imports."""
    return {
        module: imports(module, path.read_text(), is_package=path.stem == "__init__")
        for module, path in modules().items()
    }


def test_a_room_knows_only_what_stands_below_it():
    turning_back = {
        f"{module} imports {other}"
        for module, others in arrows().items()
        for other in others
        if room_of(module) != room_of(other) and ROOMS[room_of(module)] <= ROOMS[room_of(other)]
    }

    assert not turning_back


def test_no_circle():
    TopologicalSorter(arrows()).prepare()


def test_every_room_of_the_drawing_is_there():
    assert {room_of(module) for module in modules()} == ROOMS.keys()


def test_ground_and_server_know_no_record():
    known = {
        other
        for module in arrows()
        if room_of(module) in {"people.ground", "people.server"}
        for other in arrows()[module]
    }

    assert {room_of(other) for other in known} == {"people.ground", "people.server"}


def test_rooms_do_not_know_the_pages_of_each_other():
    pages = {module for module in modules() if module.endswith((".views", ".urls"))}
    visitors = {
        f"{module} imports {page}"
        for module, others in arrows().items()
        for page in others & pages
        if room_of(module) != room_of(page)
    }

    assert visitors == {
        "intranet.urls imports people.site.views",
        "people.benchmarks.yardsticks imports people.directory.views",
    }


def test_only_the_server_reads_the_wiring():
    readers = {module for module, others in arrows().items() for other in others if room_of(other) == "intranet"}

    assert {module for module in readers if room_of(module) != "intranet"} == {"gunicorn.conf"}


def test_only_what_a_package_offers_is_imported():
    """Its inner rooms change without a word in its changelog."""
    offenders = {
        f"{module} imports {name}"
        for module, path in modules().items()
        for name in named_imports(module, path.read_text(), is_package=path.stem == "__init__")
        if "internal" in name.split(".")
        or any(part.startswith("_") and part != "__future__" for part in name.split("."))
    }

    assert not offenders


def test_the_product_imports_no_test():
    assert not {module for module, others in arrows().items() if {"people.tests", "e2e"} & others}


def test_no_test_file_imports_from_another():
    """What tests share stands in modules of its own in people/tests and e2e."""
    files = [path.relative_to(ROOT) for name in ("people", "e2e") for path in (ROOT / name).rglob("test_*.py")]
    tests = {".".join(path.with_suffix("").parts): path for path in files}

    borrowers = {
        f"{module} imports {name}"
        for module, path in tests.items()
        for name in named_imports(module, (ROOT / path).read_text())
        if {name, name.rpartition(".")[0]} & tests.keys()
    }

    assert tests
    assert not borrowers


@pytest.mark.parametrize("kind", ["modules", "folders"])
def test_a_folder_can_be_overlooked(kind):
    """Modules side by side, and folders; tests and migrations don't count."""
    of_folder: dict[Path, set[Path]] = {}
    for path in modules().values():
        if path.stem != "__init__" and kind == "modules":
            of_folder.setdefault(path.parent, set()).add(path)
        elif path.stem == "__init__" and kind == "folders":
            of_folder.setdefault(path.parent.parent, set()).add(path)

    too_many = {folder: len(found) for folder, found in of_folder.items() if len(found) > MOST_SIDE_BY_SIDE}

    assert not too_many


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import people.urls", {"people.urls"}),
        ("from people import urls", {"people.urls"}),
        ("from people.urls import urlpatterns", {"people.urls"}),
        ("from . import urls, receivers", {"people.urls", "people.receivers"}),
        ("from .accounts.models import User", {"people.accounts.models"}),
        ("def late():\n    from .urls import urlpatterns", {"people.urls"}),
        ("from intranet import settings", {"intranet.settings"}),
        ("from people.tests import factories", {"people.tests"}),
        ("import people_elsewhere, django.views", set()),
        ("if TYPE_CHECKING:\n    from .urls import urlpatterns", set()),
    ],
)
def test_reader_of_imports_sees(code, found):
    assert imports("people.models", code) == found


def test_reader_of_imports_sees_relative_ones_in_a_package():
    assert imports("people.accounts", "from . import models\nfrom .. import receivers", is_package=True) == {
        "people.accounts.models",
        "people.receivers",
    }


def test_no_test_but_those_in_a_browser_takes_its_fixtures(request):
    """An argument called `page` or `browser` is Playwright's, and mixes tests of the database among those of e2e."""
    others = [item for item in request.session.items if "e2e/" not in item.nodeid]

    # A parametrized `page` hides the fixture, but keeps what it is made with.
    assert not [item.nodeid for item in others if "chromium" in item.name or "browser_name" in item.fixturenames]
