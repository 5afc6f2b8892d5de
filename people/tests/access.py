"""The page of somebody's access, as HR uses it."""

import re
from typing import Any

from django.test import Client

from people.models import Employee

from .pages import words_of


def page_of(person: Employee) -> str:
    return f"/employees/{person.pk}/access/"


def do(client: Client, person: Employee, act: str) -> Any:
    return client.post(page_of(person), {"act": act})


def offered(client: Client, person: Employee) -> list[str]:
    return re.findall(r'name="act" value="([a-z-]+)"', client.get(page_of(person)).text)


def stands(client: Client, person: Employee) -> str:
    """What the person's own page says."""
    page = words_of(client.get(person.get_absolute_url()).text)
    return page.partition(" Access ")[2]
