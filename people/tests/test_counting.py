"""Counting branches makes everything twice as slow, so it costs only those tests that count."""

import sys

import pytest


@pytest.mark.no_cover
def test_nothing_is_traced_in_a_test_that_is_not_counted():
    assert sys.gettrace() is None
