"""The documents in the root: their links lead somewhere, and nothing stands in them twice."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

DOCUMENTS = sorted(Path(settings.BASE_DIR).glob("*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)")


def anchors_in(text: str) -> list[str]:
    """The end of a link to each heading, as GitHub and most others make it."""
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_a_file_and_a_heading(document):
    for name, anchor in LINK.findall(document.read_text()):
        target = document.parent / name if name else document

        assert target.exists()
        assert not anchor or anchor in anchors_in(target.read_text())


def test_contents_of_the_decisions_name_each_once_under_one_theme():
    contents, _, notes = (Path(settings.BASE_DIR) / "DECISIONS.md").read_text().partition("\n## ")
    themes = re.findall(r"(?m)^- \*\*(.*)\*\*:", contents)

    assert sorted(anchor for _, anchor in LINK.findall(contents) if anchor) == sorted(anchors_in(f"## {notes}"))
    assert len(themes) == len(set(themes))


def test_drawing_of_the_house_names_every_room():
    root = Path(settings.BASE_DIR)
    drawn = set(re.findall(r"(?m)^  (\w+)/ ", (root / "CONTRIBUTING.md").read_text()))
    rooms = {path.parent.name for path in root.glob("people/*/__init__.py")}

    assert rooms - {"migrations", "tests"} == drawn


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_heading_stands_twice_or_without_a_blank_line_before_it(document):
    text = document.read_text()

    assert [heading for heading, number in Counter(anchors_in(text)).items() if number > 1] == []
    assert not re.search(r"[^\n]\n## ", text)


def test_tests_that_the_decisions_name_are_there():
    root = Path(settings.BASE_DIR)
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", (root / "DECISIONS.md").read_text())

    missing = {
        f"{file}::{test}"
        for file, test in named
        if not any(f"def {test}(" in path.read_text() for path in root.glob(f"people/**/{file}"))
    }

    assert named
    assert not missing
