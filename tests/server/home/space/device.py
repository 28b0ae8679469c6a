"""A device with passkeys, as far as a server can tell: ES256 keys, attestation 'none', its owner always verified."""

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

UP, UV, AT = 0x01, 0x04, 0x40


def b64(body: bytes) -> str:
    return urlsafe_b64encode(body).decode().rstrip("=")


@dataclass
class Device:
    """`verified` False: it asks for no finger."""

    origin: str = "http://testserver"
    host: str = "testserver"
    verified: bool = True
    name: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0

    def make(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32) for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        credential = bytes(16) + len(self.name).to_bytes(2) + self.name + public
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(AT) + credential})
        said = self._client("webauthn.create", options["challenge"])
        return self._answer({"attestationObject": b64(made), "clientDataJSON": b64(said)})

    def answer(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        data, said = self._data(), self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": said, "signature": signed}
        return self._answer({name: b64(part) for name, part in parts.items()})

    def _data(self, more: int = 0) -> bytes:
        flags = UP | (UV if self.verified else 0) | more
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": b64(self.name), "rawId": b64(self.name), "type": "public-key", "response": response})
