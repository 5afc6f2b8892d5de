"""A real provider of OpenID Connect on this machine: the sign-in of a company, and whatever goes wrong with one.

django-oauth-toolkit speaks the protocol, in a process of its own with settings of its own. What a test says here
stands in a file that the process reads for each request.

    with Provider(tmp_path) as provider:
        provider.register("http://127.0.0.1:8000/back/")
        provider.add_person("ada@example.com")
        …
        provider.says(id_token={"nonce": "another"})
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENT_ID, CLIENT_SECRET = "people", "known to the product and the provider"
PASSWORD = "correct horse battery staple"

# Its addresses, any of which can be slow or answer something else.
DISCOVERY, KEYS = "/.well-known/openid-configuration", "/.well-known/jwks.json"
AUTHORIZE, SIGN_IN, TOKEN, USERINFO, SIGN_OUT = "/authorize/", "/sign-in/", "/token/", "/userinfo/", "/logout/"


class Answer(NamedTuple):
    """What stands at an address instead of the right answer."""

    status: int
    kind: str
    body: str


HTML = Answer(200, "text/html", "<!doctype html><title>We are moving</title>")
NO_JSON = Answer(200, "application/json", "{")
ERROR = Answer(500, "text/plain", "")


class Provider:
    """Running inside `with`; sessions, codes and tokens outlive `down` and `up`."""

    client_id, client_secret = CLIENT_ID, CLIENT_SECRET

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.port = folder, folder / "provider.log", 0
        (folder / "key.pem").write_bytes(new_key())
        self.begin_anew()

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *error: object) -> None:
        self.down()

    @property
    def issuer(self) -> str:
        """Another site than 127.0.0.1 to a browser, as a real one is; it answers there under that name too."""
        return f"http://localhost:{self.port}"

    def up(self) -> None:
        """Start, each time at the same port."""
        command = [sys.executable, "-m", "e2e.provider", str(self.folder), str(self.port)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout
        port = self.process.stdout.readline()  # it says this as soon as it listens, and nothing if it never does
        if not port:
            self.down()
            raise RuntimeError(f"The provider did not start:\n{self.log.read_text()}")
        self.port = int(port)

    def down(self) -> None:
        """Stop: connections are refused."""
        with self.process:
            self.process.terminate()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Down until the end of the block."""
        self.down()
        try:
            yield
        finally:
            self.up()

    def begin_anew(self) -> None:
        """Nobody is there, no address is registered, and everything goes well."""
        self.told: dict[str, Any] = {"people": {}, "redirects": [], "after_sign_out": []}
        self.says()

    def register(self, *redirects: str, after_sign_out: Iterable[str] = ()) -> None:
        """Where people may be sent back to, with a code, and after they signed out."""
        self._tell(redirects=redirects, after_sign_out=[*after_sign_out])

    def add_person(
        self, email: str, *, sub: str = "", password: str = PASSWORD, verified: bool = True, **claims: Any
    ) -> str:
        """Somebody who can sign in, or what is said from now on of the one with this `sub`; returns `sub`.

        A claim that is None is left out.
        """
        sub = sub or f"sub-of-{email}"
        right = {"sub": sub, "email": email, "email_verified": verified, "name": email.partition("@")[0].title()}
        self._tell(people=self.told["people"] | {sub: {"password": password, "claims": right | claims}})
        return sub

    def says(
        self,
        *,
        id_token: Mapping[str, Any] | None = None,
        signed_by: Literal["itself", "another", "nobody"] = "itself",
        userinfo: Mapping[str, Any] | None = None,
        instead: Mapping[str, Answer] | None = None,
    ) -> None:
        """What goes wrong from now on, instead of all that was said before; without arguments nothing does.

        `id_token` and `userinfo` hold claims in place of the right ones; None leaves one out. A token is signed by
        `another` key under the name of the right one, or by `nobody` (the algorithm is "none"). `instead` says what
        an address answers.
        """
        claims = {"id_token": id_token or {}, "signed_by": signed_by, "userinfo": userinfo or {}}
        self._tell(**claims, instead=instead or {}, seconds={})

    def slow(self, seconds: float, *addresses: str) -> None:
        """Also, until `says` is called again, each of these addresses takes that long; else all that a server asks."""
        self._tell(seconds=dict.fromkeys(addresses or (DISCOVERY, KEYS, TOKEN, USERINFO), seconds))

    def _tell(self, **what: Any) -> None:
        self.told |= what
        new = self.folder / "told.new"
        new.write_text(json.dumps(self.told))
        new.replace(self.folder / "told.json")  # at once: a request that comes meanwhile reads the one or the other


def new_key() -> bytes:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
