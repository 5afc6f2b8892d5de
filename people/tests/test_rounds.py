import subprocess
import sys

from django.conf import settings

RACE = ["people/privacy/tests/test_read_log.py", "-k", "parallel_readings", "--collect-only", "-q", "-n", "0"]


def test_marked_test_has_many_rounds_when_proving(monkeypatch):
    monkeypatch.setenv("PROVE", "1")

    command = [sys.executable, "-m", "pytest", *RACE]
    listed = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout

    assert listed.count("::test_parallel_readings_make_one_entry[") == 25
