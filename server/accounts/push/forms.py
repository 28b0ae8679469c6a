"""What a browser says of itself when it agrees. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST = 1000
P256DH = re.compile(r"[A-Za-z0-9_-]{87}=?")  # 65 bytes, base64url
AUTH = re.compile(r"[A-Za-z0-9_-]{22}(==)?")  # 16 bytes


@dataclass(frozen=True)
class Subscription:
    """The address at the push service, and the browser's two keys."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


def subscription_of(fields: Mapping[str, str]) -> Subscription | None:
    """None for what no browser sends."""
    endpoint, p256dh, auth = (fields.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    fits = 0 < len(endpoint) <= LONGEST and P256DH.fullmatch(p256dh) and AUTH.fullmatch(auth)
    return Subscription(endpoint, p256dh, auth) if fits else None


def endpoint_of(fields: Mapping[str, str]) -> str:
    """Which browser takes its word back."""
    return fields.get("endpoint", "")[:LONGEST]
