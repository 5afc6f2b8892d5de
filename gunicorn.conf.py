"""The server of `make run`; gunicorn finds this file by its name."""

import subprocess
import sys
from typing import TYPE_CHECKING

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from intranet.settings import BASE_DIR, HOST, PORT, PRODUCTION, SITE_URL, WORKERS

if TYPE_CHECKING:
    from people.server.jobs.runner import Runner

wsgi_app = "intranet.wsgi"
bind = f"{HOST}:{PORT}"
workers = WORKERS
worker_class = "intranet.worker.PatientWorker"
threads = 4
worker_connections = 600  # with the files of a process, below the 1,024 that systems allow by default
loglevel = "warning"
# Headers of proxies are read in one place, by `TRUSTED_PROXIES`: the server itself would believe any from this machine.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True  # it would be shared by all servers of one user


def on_starting(server: Arbiter) -> None:
    """Refuse to start before anybody is served; in a process of its own, so that a reload finds new code."""
    if subprocess.run([sys.executable, BASE_DIR / "manage.py", "ready"], check=False).returncode:
        sys.exit(1)


def when_ready(server: Arbiter) -> None:
    """Tell the person who typed `make run` where to look."""
    behind = f", by a proxy in front of {HOST}:{PORT}" if PRODUCTION else ""
    print(f"\n  The directory is at {SITE_URL}{behind}\n", flush=True)


runners: list["Runner"] = []  # of this process


def post_worker_init(worker: Worker) -> None:
    """Let each process of the server also do what is due, beside its requests."""
    from people.server.jobs.runner import Runner  # only now: it needs the application

    runners.append(Runner())
    runners[0].start()


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """A process that stops in order ends no job in the middle."""
    for runner in runners:
        runner.stop()
