"""What an entry of the audit is, and how one is sealed to the one before it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

CHAIN_START = bytes(32)


@dataclass(frozen=True)
class Entry:
    """One thing seen or changed. `detail` holds ids, counts and enum words, never what a person wrote."""

    clinic_id: UUID
    action: str
    subject_kind: str
    subject_id: UUID | None = None
    actor_kind: str = "system"
    actor_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def canonical(entry_id: UUID, at: datetime, entry: Entry) -> bytes:
    """The bytes of an entry that the chain seals: keys sorted, no spaces, UTC."""
    body = {
        "id": entry_id.hex,
        "clinic": entry.clinic_id.hex,
        "at": at.isoformat(),
        "actor": [entry.actor_kind, entry.actor_id.hex if entry.actor_id else None],
        "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_id.hex if entry.subject_id else None],
        "detail": dict(entry.detail),
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(before: bytes, body: bytes) -> bytes:
    """The hash of an entry after the one before it (CHAIN_START for the first)."""
    return sha256(before + body).digest()
