"""The server of `make run`; gunicorn finds this file by its name."""

from intranet.settings import HOST, PORT, WORKERS

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


def when_ready(server):
    """Tell the person who typed `make run` where to look."""
    print(f"\n  The directory is at http://localhost:{PORT}\n", flush=True)
