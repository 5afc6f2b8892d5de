"""The measuring of server and browser: that it runs. How long anything takes is no test's matter."""

import json
import os
import subprocess
import sys

from e2e.server import ROOT, manage


def test_server_and_browser_are_measured(tmp_path):
    report = tmp_path / "report.json"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    manage(environment, "migrate", "--verbosity", "0")

    command = [sys.executable, "-m", "e2e.bench", "--people", "200", "--seconds", "0.2", "--words", "1"]
    done = subprocess.run(
        [*command, "--json", report], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert report.exists(), done.stderr
    figures = json.loads(report.read_text())
    assert figures["server"]["mix"]["times"].keys() == {"search", "open", "list", "save"}
    assert figures["key_presses"]["number"] == 6
    assert bool(done.returncode) == ("Budgets missed" in done.stderr)
