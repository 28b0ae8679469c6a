"""A push knocks and says nothing: a service of our own opens it as a browser would, and checks who signed."""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.notify.push import Device, Gone, MemoryPusher, NotTaken, WebPusher, known_service, vapid

KEY = vapid(b"k" * 32)


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text_: str) -> bytes:
    return urlsafe_b64decode(text_ + "=" * (-len(text_) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Browser:
    """What a browser keeps of a subscription, and how it opens a message (RFC 8291, section 3; RFC 8188)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    def device(self, endpoint: str) -> Device:
        return Device(uuid4(), endpoint, text(point(self.key.public_key())), text(self.auth))

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


def pusher(known=lambda endpoint: True) -> WebPusher:
    return WebPusher(KEY, "clinic@linden.example", known)


@pytest.mark.asyncio
async def test_a_knock_has_no_words_and_is_signed_by_this_installation(provider) -> None:
    browser = Browser()
    await pusher().knock(browser.device(provider.url + "/send/abc"))
    (got,) = provider.received
    assert browser.open(got.body) == b""
    assert got.headers["content-encoding"] == "aes128gcm"
    assert got.headers["urgency"] == "high"
    assert 0 < int(got.headers["ttl"]) <= 600
    scheme, fields = got.headers["authorization"].split(" ", 1)
    said = dict(part.strip().split("=", 1) for part in fields.split(","))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(said["k"]))
    claims = jwt.decode(said["t"], public, algorithms=["ES256"], audience="http://127.0.0.1")
    assert (scheme, said["k"]) == ("vapid", KEY.public)
    assert claims["sub"] == "mailto:clinic@linden.example"


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_was_taken_back_is_gone(provider, status) -> None:
    provider.status = status
    with pytest.raises(Gone):
        await pusher().knock(Browser().device(provider.url))


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [307, 413, 429, 500])
async def test_any_other_answer_is_tried_again(provider, status) -> None:
    provider.status, provider.location = status, f"{provider.url}/elsewhere"
    with pytest.raises(NotTaken):
        await pusher().knock(Browser().device(provider.url + "/send"))
    assert [got.path for got in provider.received] == ["/send"]


@pytest.mark.asyncio
async def test_d14_an_address_that_is_no_push_service_is_never_called(provider) -> None:
    with pytest.raises(Gone):
        await pusher(known_service).knock(Browser().device(provider.url))
    assert provider.received == []


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("https://FCM.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://user:word@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilfcm.googleapis.com.example/x", False),
        ("https://evilpush.apple.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://2130706433/x", False),
        ("https://evil.example/?https://fcm.googleapis.com/", False),
        ("https://evil.example#@fcm.googleapis.com/", False),
        ("https://evil.example\\@fcm.googleapis.com/", False),
        ("file:///etc/passwd", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("", False),
    ],
)
def test_d14_which_addresses_are_push_services(endpoint, known) -> None:
    assert known_service(endpoint) is known


def test_the_key_is_the_same_after_a_restart_and_another_for_another_installation() -> None:
    assert vapid(b"k" * 32) == KEY
    assert vapid(b"l" * 32).public != KEY.public
    assert len(data(KEY.public)) == 65
    assert b"PRIVATE" not in repr(KEY).encode()


@pytest.mark.asyncio
async def test_the_twin_knows_who_is_gone() -> None:
    twin, device = MemoryPusher(), Browser().device("https://fcm.googleapis.com/x")
    await twin.knock(device)
    twin.gone.add(device.id)
    with pytest.raises(Gone):
        await twin.knock(device)
    assert twin.knocked == [device]
