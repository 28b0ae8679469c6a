"""Answers and reasons sealed with the patient's key, each bound to its row."""

import json
from collections.abc import Mapping
from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal

ENTRIES, OVERRIDES, CHANGES = "course_entries", "course_overrides", "course_changes"


def seal_answers(key: Keyring, clinic_id: UUID, row_id: UUID, answers: Mapping[str, str]) -> bytes:
    text = json.dumps(answers, ensure_ascii=False)
    return seal(key, text, Place(clinic_id, key.owner, ENTRIES, row_id, "answers"))


def open_answers(key: Keyring, clinic_id: UUID, row_id: UUID, blob: bytes) -> dict[str, str]:
    """Question -> answer. Raises SealBroken."""
    found: dict[str, str] = json.loads(unseal(key, blob, Place(clinic_id, key.owner, ENTRIES, row_id, "answers")))
    return found


def seal_reason(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, reason: str) -> bytes:
    return seal(key, reason, Place(clinic_id, key.owner, table, row_id, "reason"))


def open_reason(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, blob: bytes) -> str:
    """Raises SealBroken."""
    return unseal(key, blob, Place(clinic_id, key.owner, table, row_id, "reason"))
