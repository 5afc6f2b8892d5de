"""A device that keeps passkeys, and a browser that hands over what it says: WebAuthn without either."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ADD, SIGN_IN, SECOND_STEP = "/account/two-steps/passkeys/add/", "/sign-in/passkey/", "/sign-in/second-step/"
CHALLENGE = "/account/challenge/"
SITE, ORIGIN = "testserver", "https://testserver"
FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    """One passkey for one account, and how it answers."""

    origin: str = ORIGIN
    flags: int = FLAG.UP | FLAG.UV
    counter: int = 0
    counts: bool = True
    handle: str = ""
    key: bytes = field(default_factory=lambda: token_bytes(32))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser hands over for the options to make a passkey."""
        self.handle = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self.secret.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self.key, public)
        data = AuthenticatorData.create(_hash(SITE), FLAG(self.flags | FLAG.AT), self._count(), made)
        response = {"attestationObject": websafe_encode(AttestationObject.create("none", data, {}))}
        return self._handed_over("webauthn.create", options, response)

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """What it hands over for the options to use one."""
        data = AuthenticatorData.create(_hash(SITE), FLAG(self.flags), self._count())
        handed_over = self._handed_over("webauthn.get", options, {"authenticatorData": websafe_encode(data)})
        signed = data + sha256(websafe_decode(handed_over["response"]["clientDataJSON"])).digest()
        signature = self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))
        handed_over["response"] |= {"signature": websafe_encode(signature), "userHandle": self.handle}
        return handed_over

    def _count(self) -> int:
        self.counter += self.counts
        return self.counter

    def _handed_over(self, act: str, options: dict[str, Any], response: dict[str, str]) -> dict[str, Any]:
        said = CollectedClientData.create(act, options["publicKey"]["challenge"], self.origin)
        key = websafe_encode(self.key)
        extensions = {"credProps": {"rk": True}}
        response = response | {"clientDataJSON": websafe_encode(said)}
        return {
            "id": key,
            "rawId": key,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": extensions,
        }


def challenge(client: Client, address: str, **more: Any) -> dict[str, Any]:
    """What the script of a page asks for."""
    answer = client.get(address, headers={"Accept": "application/json"}, **more).json()
    return answer.get("creation_options") or answer["request_options"]


def add(client: Client, device: Device, name: str = "Laptop") -> Any:
    """As a browser does that is signed in."""
    return send(client, ADD, device.make(challenge(client, ADD)), name=name)


def send(client: Client, address: str, handed_over: Any, **more: Any) -> Any:
    """Send what a device handed over."""
    return client.post(address, {"credential": json.dumps(handed_over), **more})


def with_passkey(account: Any, name: str = "Laptop", device: Device | None = None) -> Device:
    """Let the account have a passkey, and return the device that keeps it."""
    device = device or Device()
    client = Client()
    client.force_login(account)
    assert add(client, device, name).status_code == 302
    account.refresh_from_db()  # its sessions were ended
    return device


def passkeys(account: Any) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def _hash(site: str) -> bytes:
    return sha256(site.encode()).digest()
