"""The type checker sees a wrong call wherever one may be written."""

import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# In which file, what is written at its end, and what the checker must say
PLANTS = {
    "e2e/steps.py": ("def planted(page: Page) -> None:\n    sign_in(page)\n", "call-arg"),
    "people/management/commands/repair_names.py": ("Command().stdout.write(7)\n", "arg-type"),
    "people/privacy/views.py": (
        "def planted(view: MyDataView) -> bool:\n    return view.request.user.is_hr\n",
        "attr-defined",
    ),
    "people/search/tests/test_search.py": (
        "def test_planted():\n    Employee.objects.first().email.lower()\n",
        "union-attr",
    ),
}


def test_a_wrong_call_is_found_in_the_browser_tests_in_a_command_in_a_view_and_in_a_test(tmp_path: Path):
    options = []
    for name, (wrong, _) in PLANTS.items():
        planted = tmp_path / name.replace("/", "-")
        planted.write_text(f"{(ROOT / name).read_text()}\n\n{wrong}")
        options += ["--shadow-file", name, str(planted)]

    command = [sys.executable, "-m", "mypy", *options]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout

    found = re.findall(r"^(\S+):\d+: error: .*\[(\S+)\]$", said, re.MULTILINE)
    assert dict(found) == {name: code for name, (_, code) in PLANTS.items()}
