"""The list of relays a browser is given, with credentials that run out.

coturn's `use-auth-secret`: user name `<unix expiry>:<who>`, password base64(HMAC-SHA1(secret, user name)).
"""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any


def ice_servers(
    turn_urls: Sequence[str], secret: str, peer: str, now: datetime, ttl: timedelta, stun_urls: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """RTCIceServer dicts for one admitted peer, valid until `now + ttl`; nothing that is not configured is named.

    Raises `ValueError` for relays without a secret: coturn would accept nobody, and calls would fail silently.
    """
    servers: list[dict[str, Any]] = [{"urls": list(stun_urls)}] if stun_urls else []
    if not turn_urls:
        return servers
    if not secret:
        raise ValueError("TURN relays need their shared secret")
    username = f"{int((now + ttl).timestamp())}:{peer}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    credential = base64.b64encode(digest).decode()
    return [*servers, {"urls": list(turn_urls), "username": username, "credential": credential}]
