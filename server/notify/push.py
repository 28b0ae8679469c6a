"""Web push: a knock without words. The service of the browser's maker carries it, and learns when, never what or why.

The body is empty (encrypted as RFC 8291 asks), signed with a key of this installation (VAPID, RFC 8292); what the
browser shows is a fixed sentence of ours. Endpoints come from browsers, so only known push services over https are
ever called: anything else could make the server knock at addresses inside the house.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import AnyHttpUrl
from webpush import VAPID, WebPush
from webpush.types import WebPushKeys, WebPushSubscription

SECONDS = 10
LASTS = 10 * 60  # seconds: a knock that comes later than this is of no use
TOPIC = "new"  # of several that lie at the service for a device that is off, the newest alone stays (RFC 8030, 5.4)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, SEC 2, section 2.4.2
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""Where the browsers in use send their subscriptions; a host counts when it is one of these or below one."""


@dataclass(frozen=True)
class Device:
    """A browser that agreed: its address at the push service, and the two keys that it made for us."""

    id: UUID
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


class Gone(Exception):
    """The browser took the subscription back: forget the device."""


class NotTaken(Exception):
    """The service answered with something else than yes."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the push service answered {status}")
        self.status = status


class Pusher(Protocol):
    @property
    def public(self) -> str:
        """The key that a browser is given when it subscribes, base64url."""
        ...

    def fits(self, device: Device) -> bool:
        """Whether this could be a browser: an address that may be called, and keys that are keys."""

    async def knock(self, device: Device) -> None:
        """Say that something is new. Raises Gone, or whatever made it fail; the outbox tries again."""


def known_service(endpoint: str) -> bool:
    """Whether this is an address at a known push service, by https, at its usual port and without a password."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and port in {None, 443} and not parts.username and not parts.password
    return plain and any(host == service or host.endswith("." + service) for service in SERVICES)


def usable_keys(device: Device) -> bool:
    """Whether a message could be encrypted for this browser: a point on the curve, and 16 bytes (RFC 8291)."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(device.p256dh))
        return len(_bytes(device.auth)) == 16
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Vapid:
    """The installation's own key: `public` is what a browser is given when it subscribes."""

    private_pem: bytes = field(repr=False)
    public_pem: bytes = field(repr=False)
    public: str


def vapid(secret: bytes) -> Vapid:
    """The key that belongs to this secret (32 bytes), such as `keys.secret("web push")`; the same after a restart."""
    key = ec.derive_private_key(int.from_bytes(secret, "big") % (ORDER - 1) + 1, ec.SECP256R1())
    return Vapid(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        VAPID.get_application_server_key(key.public_key()),
    )


class MemoryPusher:
    """Keeps at whom it knocked; whose id is in `gone` has taken the subscription back."""

    public = vapid(b"m" * 32).public

    def __init__(self) -> None:
        self.knocked: list[Device] = []
        self.gone: set[UUID] = set()

    def fits(self, device: Device) -> bool:
        return known_service(device.endpoint) and usable_keys(device)

    async def knock(self, device: Device) -> None:
        if device.id in self.gone:
            raise Gone()
        self.knocked.append(device)


class WebPusher:
    """Knocks through the push services."""

    def __init__(self, key: Vapid, contact: str, known: Callable[[str], bool] = known_service) -> None:
        self._push = WebPush(key.private_pem, key.public_pem, subscriber=contact, ttl=LASTS)
        self._known = known
        self.public = key.public

    def fits(self, device: Device) -> bool:
        return self._known(device.endpoint) and usable_keys(device)

    async def knock(self, device: Device) -> None:
        """Raises Gone for 404 and 410 and for an unknown service, NotTaken, or httpx2.TransportError."""
        if not self._known(device.endpoint):
            raise Gone()
        keys = WebPushKeys(auth=device.auth, p256dh=device.p256dh)
        message = self._push.get(b"", WebPushSubscription(endpoint=AnyHttpUrl(device.endpoint), keys=keys))
        headers = {**message.headers, "urgency": "high", "topic": TOPIC}
        async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(device.endpoint, content=message.encrypted, headers=headers)
        if answer.status_code in {404, 410}:
            raise Gone()
        if not answer.is_success:
            raise NotTaken(answer.status_code)
