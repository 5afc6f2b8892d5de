"""One word for a thing on the screen, and the plainest one."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static/js").glob("*.js"))
CODE = [path for path in sorted((settings.BASE_DIR / "people").rglob("*.py")) if "tests" not in path.parts]
# What is said otherwise now.
GONE = {
    "Take away": "Remove",
    "no HR manager any more": "is no longer an HR manager",
    "Profile saved": "Saved",
    "Contact saved": "Saved",
    "Starred people": "People you starred",
    "Whose private fields you read": "Private data you looked at",
    "This isn’t open to you": "You can’t open this page",
    "Single-character shortcuts": "Shortcuts with one key",
    "ends with the next click": "Takes effect at once.",
}


def lines_of(template: Path) -> list[str]:
    """What a template writes on the screen."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", "", text, flags=re.DOTALL).splitlines()


@pytest.mark.parametrize("phrase", GONE)
def test_phrase_is_gone(phrase: str):
    assert not [path for path in chain(TEMPLATES, SCRIPTS, CODE) if phrase in path.read_text()]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_people_are_colleagues_on_the_screen_and_employees_only_where_they_are_added(template: Path):
    named = [line for line in lines_of(template) if re.search(r"\bemployees?\b", line, re.IGNORECASE)]

    assert all("Add" in line for line in named)
