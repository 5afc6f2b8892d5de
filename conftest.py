"""What all tests share, those in a browser too."""

import sys
from collections.abc import Generator

import pytest

pytest_plugins = ["people.tests.companies", "people.tests.mail_servers", "people.tests.rounds"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing either while the fixtures of a test are set up that isn't counted."""
    trace = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(trace)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing in a test that isn't counted: each worker has two tracers, of which pytest-cov pauses one."""
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    return (yield)
