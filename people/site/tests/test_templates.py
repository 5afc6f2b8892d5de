"""What holds for every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LONGEST_LINE = 160
AVATAR = "components/_avatar.html"


@pytest.fixture(scope="module")
def templates() -> dict[str, str]:
    """The text of each template by its name."""
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}


def test_lines_can_be_read_without_scrolling(templates: dict[str, str]):
    too_long = {
        f"{name}:{number}: {len(line)}"
        for name, text in templates.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    }

    assert not too_long


def test_a_person_has_one_avatar_and_one_line(templates: dict[str, str]):
    """So that a photo is one edit."""
    assert [name for name, text in templates.items() if re.search(r'class="[^"]*\bavatar\b', text)] == [AVATAR]
    assert [name for name, text in templates.items() if "<b>{{" in text and "last_name" in text] == [
        "components/_person_line.html"
    ]


def test_included_templates_say_what_they_need(templates: dict[str, str]):
    included = {name: text for name, text in templates.items() if name.rpartition("/")[2].startswith("_")}

    assert not {name for name, text in included.items() if not text.startswith("{% comment %}")}


@pytest.mark.parametrize("name", ["base.html", "error.html"])
def test_blocks_that_a_frame_names_are_there(templates: dict[str, str], name: str):
    (sentence,) = re.findall(r"Blocks: ([\w, ]+)", templates[name])

    assert set(re.findall(r"\w+", sentence)) <= set(re.findall(r"{% block (\w+) %}", templates[name]))
