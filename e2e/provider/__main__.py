"""The provider's own process: `python -m e2e.provider <folder> <port>`, where port 0 is any that is free.

It says its port as soon as it listens.
"""

import os
import sys

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from e2e.provider import CLIENT_ID, CLIENT_SECRET

if __name__ == "__main__":
    folder, port = sys.argv[1:]
    os.environ |= {"PROVIDER_FOLDER": folder, "DJANGO_SETTINGS_MODULE": "e2e.provider.settings"}
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # no TLS on this machine
    django.setup()
    from oauth2_provider.models import get_application_model

    call_command("migrate", run_syncdb=True, verbosity=0)
    get_application_model().objects.get_or_create(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        hash_client_secret=False,
        name="People",
        client_type="confidential",
        authorization_grant_type="authorization-code",
        algorithm="RS256",
        skip_authorization=True,
    )
    server = ThreadedWSGIServer(("127.0.0.1", int(port)), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    print(server.server_port, flush=True)
    server.serve_forever()
