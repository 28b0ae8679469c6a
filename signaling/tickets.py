"""The join ticket: who may open a socket for which visit, for a minute, once.

`base64url(JSON) "." hex(HMAC-SHA-256)`. There is one algorithm and nowhere to name another, and the signature
covers a purpose of its own, so that nothing else signed with the same key passes for a ticket.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct, json

AUDIENCE = "room"
LONGEST = 2048
LIFETIME = timedelta(seconds=60)
FARTHEST = timedelta(seconds=120)
"""A ticket that claims to live longer was not made by `mint` as this house uses it; leaves room for clock skew."""

_PURPOSE = b"parlour/ticket/1:"
_Text = Annotated[str, Meta(min_length=1, max_length=64)]
_Whole = Annotated[int, Meta(ge=0, le=2**53 - 1)]


@dataclass(frozen=True)
class Ticket:
    """`epoch` rises with every ticket of this peer; `expires` is aware, at most 60 s ahead when minted."""

    visit: str
    peer: str
    role: str
    epoch: int
    expires: datetime


class TicketRefusal(Enum):
    MALFORMED = "malformed"
    FORGED = "forged"
    OTHER_PURPOSE = "other_purpose"
    EXPIRED = "expired"
    TOO_FAR = "too_far"


class _Claims(Struct, frozen=True, forbid_unknown_fields=True):
    aud: str
    visit: _Text
    peer: _Text
    role: _Text
    epoch: _Whole
    exp: _Whole
    """Milliseconds since 1970."""


def mint(keys: Sequence[bytes], ticket: Ticket) -> str:
    """The signed text of a ticket; the first key signs. Raises `ValueError` without a key."""
    if not keys or not keys[0]:
        raise ValueError("a ticket needs a key")
    exp = round(ticket.expires.timestamp() * 1000)
    claims = _Claims(AUDIENCE, ticket.visit, ticket.peer, ticket.role, ticket.epoch, exp)
    payload = base64.urlsafe_b64encode(json.encode(claims))
    return f"{payload.decode()}.{_sign(keys[0], payload)}"


def verify(keys: Sequence[bytes], text: str, now: datetime) -> Ticket | TicketRefusal:
    """The ticket in a text signed with any of the keys and still valid, or why not. Never raises."""
    payload, dot, signature = text.rpartition(".")
    if not dot or len(text) > LONGEST or not text.isascii():
        return TicketRefusal.MALFORMED
    signed = payload.encode()
    matches = [hmac.compare_digest(_sign(key, signed), signature) for key in keys if key]
    if not any(matches):
        return TicketRefusal.FORGED
    try:
        claims = json.decode(base64.b64decode(signed, altchars=b"-_", validate=True), type=_Claims)
        expires = datetime.fromtimestamp(claims.exp / 1000, UTC)
    except (binascii.Error, MsgspecError, UnicodeError, ValueError, OverflowError, OSError):
        return TicketRefusal.MALFORMED
    if claims.aud != AUDIENCE:
        return TicketRefusal.OTHER_PURPOSE
    if expires <= now:
        return TicketRefusal.EXPIRED
    if expires - now > FARTHEST:
        return TicketRefusal.TOO_FAR
    return Ticket(claims.visit, claims.peer, claims.role, claims.epoch, expires)


def _sign(key: bytes, payload: bytes) -> str:
    return hmac.digest(key, _PURPOSE + payload, "sha256").hex()
