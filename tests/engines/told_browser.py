"""What a browser that agreed keeps to itself, and how it opens what a push service hands it (RFC 8291, 8188, 8292)."""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.notify.push import Device
from tests.engines.provider import Posted


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text_: str) -> bytes:
    return urlsafe_b64decode(text_ + "=" * (-len(text_) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def signed(posted: Posted, audience: str) -> tuple[str, dict[str, Any]]:
    """Whose key signed the message, and what it claims. Raises jwt.InvalidTokenError when it is signed otherwise."""
    scheme, fields = posted.headers["authorization"].split(" ", 1)
    said = dict(part.strip().split("=", 1) for part in fields.split(","))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(said["k"]))
    assert scheme == "vapid"
    return said["k"], jwt.decode(said["t"], public, algorithms=["ES256"], audience=audience)


class Browser:
    """What a browser keeps of a subscription, and how it opens a message (RFC 8291, section 3; RFC 8188)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    def device(self, endpoint: str) -> Device:
        return Device(uuid4(), endpoint, text(point(self.key.public_key())), text(self.auth))

    def fields(self, endpoint: str) -> dict[str, str]:
        """What a page of ours sends of it."""
        device = self.device(endpoint)
        return {"endpoint": device.endpoint, "p256dh": device.p256dh, "auth": device.auth}

    def open(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        assert struct.unpack("!L", body[16:20])[0] >= 18
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        info = b"WebPush: info\0" + point(self.key.public_key()) + theirs + b"\1"
        secret = self._mac(self._mac(self.auth, shared), info)
        first = self._mac(salt, secret)
        key = self._mac(first, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = self._mac(first, b"Content-Encoding: nonce\0\1")[:12]
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        assert opened.endswith(b"\2")
        return opened[:-1]

    def _mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, hashlib.sha256).digest()
