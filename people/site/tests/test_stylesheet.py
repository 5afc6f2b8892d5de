"""Everything in the stylesheet is used: what no page, script or library asks for is deleted."""

import re
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

from people.site.views import StyleguideView

ROOT = Path(settings.BASE_DIR)
COMMENT_OR_PICTURE = re.compile(r'/\*.*?\*/|url\(".*?"\)', re.DOTALL)
STYLESHEET = COMMENT_OR_PICTURE.sub("", (ROOT / "static/css/intranet.css").read_text())

CLASS = re.compile(r"\.([a-z][\w-]*)", re.IGNORECASE)
TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
# Where a template names classes: the attribute, the block of <main>, the argument of crispy's tag.
CLASSES_IN_TEMPLATE = re.compile(r"""class="(.*?)"|main_class %\}(.*?)\{%|'class' '(.*?)'""")
STRING_IN_CODE = re.compile(r"""["'`](.*?)["'`]""")

# The only classes that stand in no file of ours.
MADE_BY_LIBRARIES = {
    "asteriskField": "crispy-forms",
    "mb-3": "crispy-bootstrap5",
    "htmx-request": "htmx",
}


def contents(pattern: str) -> list[str]:
    """What stands in the files that match, tests left out."""
    return [path.read_text() for path in ROOT.glob(pattern) if "tests" not in path.parts]


@pytest.fixture(scope="module")
def classes_used() -> set[str]:
    """The classes that templates and code name; "*" stands for what a template fills in."""
    lists = []
    for found in chain.from_iterable(map(CLASSES_IN_TEMPLATE.findall, contents("templates/**/*.html"))):
        names = "".join(found)
        lists += [TEMPLATE_TAG.sub("*", names), TEMPLATE_TAG.sub(" ", names)]
    for code in [*contents("static/js/*.js"), *contents("people/**/*.py")]:
        lists += STRING_IN_CODE.findall(code)
    return set(" ".join(lists).split())


def test_every_class_is_used(classes_used: set[str]):
    patterns = [name for name in classes_used if "*" in name[1:]]
    selectors = " ".join(re.findall(r"([^{};]+)\{", STYLESHEET))

    unused = {
        name
        for name in set(CLASS.findall(selectors)) - classes_used - MADE_BY_LIBRARIES.keys()
        if not any(fnmatchcase(name, pattern) for pattern in patterns)
    }

    assert not unused


def test_every_token_is_used_and_defined():
    defined = set(re.findall(r"(?<![\w-])(--(?!bs-)[\w-]+)\s*:", STYLESHEET))
    used = set(re.findall(r"var\((--(?!bs-)[\w-]+)", STYLESHEET))

    assert defined == used


def test_style_guide_shows_colours_that_exist():
    tokens = set(re.findall(r"(--[\w-]+): light-dark", STYLESHEET))

    assert {f"--{token}" for token in StyleguideView.tokens} <= tokens
    assert {name for name in CLASS.findall(STYLESHEET) if name.startswith("swatch--")} == {
        f"swatch--{token}" for token in StyleguideView.tokens
    }
