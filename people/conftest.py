import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.base import Template
from hypothesis import settings as hypothesis_settings
from whitenoise.base import WhiteNoise

import intranet
import people
from people.site import health
from people.tests.rounds import IS_PROVING, rounds

# How many cases of a test are traced, to count the branches that tests reach
CASES_COUNTED = 2
# The same examples each time, so that a change is judged by itself; `make prove` looks for new ones.
hypothesis_settings.register_profile("ours", max_examples=rounds(50, 500), derandomize=not IS_PROVING)
hypothesis_settings.load_profile("ours")

# Hypothesis draws the constants of loaded modules too; with all of them loaded, no order of tests changes the examples.
for package in (intranet, people):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".tests" not in module.name:
            import_module(module.name)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "runs_on(database): of one database, so only the run on it has this test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of another database to the run on it, and say which tests are counted for the share of branches.

    Invented examples aren't, and of the cases of one test only the first are: counting nearly doubles what a test
    costs, and the others mostly go the same ways.
    """
    markers = {item: item.get_closest_marker("runs_on") for item in items}
    others = [item for item, marker in markers.items() if marker and marker.args != (connection.vendor,)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]
    cases: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.nodeid):  # the same ones in every order
        cases[item.nodeid.partition("[")[0]].append(item)
    for several in cases.values():
        is_invented = getattr(getattr(several[0], "obj", None), "is_hypothesis_test", False)
        for item in several if is_invented else several[CASES_COUNTED:]:
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Argon2 is slow by design; what it protects is not under test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def same_answers(monkeypatch) -> None:
    """Neither what another test left in the cache nor the speed of the machine changes an answer."""
    cache.clear()
    monkeypatch.setattr(health, "SLOW_COUNT", float("inf"))


@pytest.fixture(autouse=True, scope="session")
def static_files_read_once() -> Iterator[None]:
    """Each client starts the site anew, which would look at every static file again; they are the same all along."""
    read, known = WhiteNoise.update_files_dictionary, {}

    def read_once(whitenoise: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            read(whitenoise, root, prefix)
            known[root, prefix] = dict(whitenoise.files)
        whitenoise.files |= known[root, prefix]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", read_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def templates_drawn_plainly(django_test_environment) -> Iterator[None]:
    """Django notes each template of each field, and copies what it was given; no test asks for that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield


@pytest.fixture
def told(caplog, django_capture_on_commit_callbacks) -> Callable[..., list[str]]:
    """What the security log says of what is done, without the client's address."""
    caplog.set_level("INFO", logger="people.security")

    def lines(do: Callable[[], object], times: int = 1) -> list[str]:
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(times):
                do()
        told = [line for name, _, line in caplog.record_tuples if name == "people.security"]
        return [re.sub(r" address=\S+", "", line) for line in told]

    return lines
