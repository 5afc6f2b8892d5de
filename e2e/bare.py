"""The bare template for the server to send, as the limit of what a page can reach: `gunicorn e2e.bare`."""

from intranet import wsgi  # noqa: F401 (sets Django up)
from people.benchmarks.yardsticks import bare_template

draw = bare_template()


def application(environ, start_response):
    page = draw().encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
    return [page]
