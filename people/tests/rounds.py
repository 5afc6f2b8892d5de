"""`make test` tries what depends on chance a few times, `make prove` many times: the same code with other numbers."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from people.tests.outages import wait_for_locks

Act = Callable[[], object]
IS_PROVING = os.environ.get("PROVE") == "1"


def rounds(short: int, long: int) -> int:
    """`short` in `make test`, `long` in `make prove`."""
    return long if IS_PROVING else short


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "rounds(short, long): run it `short` times in `make test`, `long` in `make prove`"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each round of a marked test begins with a database and a browser of its own, as every test does."""
    marker = metafunc.definition.get_closest_marker("rounds")
    number = rounds(*marker.args) if marker else 1
    if number > 1:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(number))


@pytest.fixture
def round_number(request: pytest.FixtureRequest) -> int:
    """Which round of a marked test this is."""
    return request.param


def at_once(acts: Iterable[Act]) -> list[object]:
    """Do all of them, beginning at the same moment; what each gave, or the ValidationError by which it was refused.

    Each waits as long as a slow machine takes for all others.
    """
    acts = list(acts)
    start = Barrier(len(acts))

    def do(act: Act) -> object:
        wait_for_locks(60_000)
        start.wait()
        try:
            return act()
        except ValidationError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))
