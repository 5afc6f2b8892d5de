"""A searchable field is added in three places, as CONTRIBUTING says: tried on a copy of the product."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COPIED = ("intranet", "people", "e2e", "static", "templates", "manage.py", "conftest.py", "pyproject.toml", ".env")
# The end of the line before it, and the line that is added: in the model and in the table.
TEAM = "    team = TeamField(max_length=20, choices=Teams, null=True, blank=True)\n"
EDITS = {
    "people/models.py": (TEAM, "    job_grade = LineField(max_length=80, null=True, blank=True)\n"),
    "people/visibility.py": (
        '    "team":                 Row(SEE,       SEE,       SEE,    EDIT,  "work",    "team",  found=True, asked=True),\n',  # noqa: E501
        '    "job_grade": Row(SEE, SEE, SEE, EDIT, "work", "text", found=True, asked=True),\n',
    ),
}
# What must hold of the new field, and what must still hold with it.
TRIED = (
    "people/tests/scratch_field.py",
    "people/employees/tests/test_sections.py",
    "people/employees/tests/test_forms.py",
)


@pytest.fixture
def copy_of_product(tmp_path: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "var/static").mkdir(parents=True)
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/scratch.sqlite3"}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def edit(folder: Path, edits: dict[str, tuple[str, str]]) -> None:
    for name, (before, added) in edits.items():
        text = (folder / name).read_text()
        assert text.count(before) == 1
        (folder / name).write_text(text.replace(before, before + added))


def test_field_takes_a_line_in_the_model_a_row_in_the_table_and_a_migration(copy_of_product: Path):
    edit(copy_of_product, EDITS)

    made = run(copy_of_product, "manage.py", "makemigrations", "people", "--name", "job_grade")
    prepared = run(copy_of_product, "manage.py", "prepare")
    tried = run(copy_of_product, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TRIED)

    assert "+ Add field job_grade to employeeprofile" in made.stdout
    assert prepared.returncode == 0, prepared.stderr
    assert tried.returncode == 0, tried.stdout


def test_field_is_refused_without_the_second_key(copy_of_product: Path):
    edit(copy_of_product, EDITS)

    tried = run(copy_of_product, "-m", "pytest", "-q", "-p", "no:cacheprovider", "people/tests/test_visibility.py")

    assert tried.returncode == 1
    assert "job_grade" in tried.stdout
