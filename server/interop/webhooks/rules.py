"""What a clinic's other systems are told of, how a message is signed, and when it is sent again. Pure.

The form is that of Standard Webhooks (standardwebhooks.com), which has libraries in many languages: the headers
webhook-id, webhook-timestamp and webhook-signature, the latter `v1,` and the HMAC-SHA-256 in base64 of the three parts
id, timestamp and body with full stops between, under the bytes behind `whsec_`.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

WORD = "whsec_"
"""By which a secret is known."""
MOST = 10
TRIES = 12
"""Over about ten hours; see `outbox.Lane`."""


class Told(StrEnum):
    """What happened."""

    CREATED = "booking.created"
    MOVED = "booking.moved"
    CANCELLED = "booking.cancelled"
    ARRIVED = "visit.arrived"
    ENDED = "visit.ended"


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    TAKEN = "taken"
    DEAD = "dead"


class Never(StrEnum):
    """Why no message could ever arrive at an address."""

    NOT_A_PORT = "not_a_port"  # no computer has it
    HAS_A_MARK = "has_a_mark"  # a # and what follows, which stays with who asks


@dataclass(frozen=True)
class Hook:
    """An address that a clinic wants told."""

    id: UUID
    clinic_id: UUID
    url: str = field(repr=False)
    events: frozenset[Told]


@dataclass(frozen=True)
class Message:
    """A message to one address. `why`: what came of the last try, an HTTP status or a word."""

    id: UUID
    hook_id: UUID
    clinic_id: UUID
    event: Told
    body: str
    made_at: datetime
    state: State
    tries: int
    why: str


def why_never(url: str) -> Never | None:
    """What of an address could not be reached whoever listens there; None for every other."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = 0
    if port == 0:
        return Never.NOT_A_PORT
    return Never.HAS_A_MARK if "#" in url else None


def headers(secret: str, message_id: UUID, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers by which the receiver knows who sent it, when, and whether it came before."""
    stamp = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": f"msg_{message_id.hex}",
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, f"msg_{message_id.hex}", stamp, body),
    }


def signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    key = b64decode(secret.removeprefix(WORD))
    signed = hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")
    return f"v1,{b64encode(signed).decode()}"


def secret_of(random: bytes) -> str:
    """A secret in the form that libraries read."""
    return WORD + b64encode(random).decode()
