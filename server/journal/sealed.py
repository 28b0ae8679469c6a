"""Entries and wishes sealed with the patient's key, each bound to its row and column."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal

ENTRIES, SETTINGS = "journal_entries", "journal_settings"


def seal_part(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, column: str, part: Mapping[str, Any]) -> bytes:
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    return seal(key, text, Place(clinic_id, key.owner, table, row_id, column))


def open_part(
    key: Keyring, clinic_id: UUID, table: str, row_id: UUID, column: str, blob: bytes | None
) -> dict[str, Any]:
    """What was sealed; nothing of nothing. Raises SealBroken."""
    if blob is None:
        return {}
    found: dict[str, Any] = json.loads(unseal(key, blob, Place(clinic_id, key.owner, table, row_id, column)))
    return found
