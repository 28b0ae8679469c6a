"""The link of a booking: 256 bits made from the link's row id and a secret of the installation.

Only a hash is stored, and yet every mail can carry the same link again: whoever holds the
secret can make it anew. Without the secret it can be derived from nothing that a page shows.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from uuid import UUID

from server.config import Settings
from server.keys import KeyStore

MOST_HELD = 5
TOKEN_LENGTH = 43
"""Characters of base64url that hold 32 bytes."""


def token_of(keys: KeyStore, link_id: UUID) -> str:
    """The token of this link."""
    mac = hmac.digest(keys.secret("booking link"), link_id.bytes, "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


def address_of(settings: Settings, token: str) -> str:
    """The whole address, from the settings alone: a request could name any host."""
    return f"{settings.base_url}/l/{token}"


def cookie_name(settings: Settings, public_id: str) -> str:
    """The cookie that holds a booking's token."""
    return f"{'__Host-' if settings.https else ''}visit-{public_id}"


def held_tokens(settings: Settings, cookies: Mapping[str, str]) -> list[str]:
    """The tokens of the bookings that a browser holds, the newest cookies first."""
    begin = cookie_name(settings, "")
    return [token for name, token in cookies.items() if name.startswith(begin)][-MOST_HELD:][::-1]


def told_token(settings: Settings, cookies: Mapping[str, str], path: str) -> str | None:
    """The token that a browser shows for the booking in this path: '/visit/{public_id}...'."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] != "visit" or not parts[2]:
        return None
    return cookies.get(cookie_name(settings, parts[2]))
