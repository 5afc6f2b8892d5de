import pytest
from django.test import Client

from people.tests import factories
from people.tests.browsers import enter


@pytest.fixture
def hr_client(db) -> Client:
    """A browser in which HR is signed in."""
    client = Client(raise_request_exception=False)
    enter(client, factories.user("hr@example.com", is_hr=True))
    return client
