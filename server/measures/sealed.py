"""Answers sealed with the patient's key, each bound to its row."""

import json
from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal


def answer_place(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "measure_answers", row_id, "value")


def seal_answer(key: Keyring, clinic_id: UUID, row_id: UUID, value: int) -> bytes:
    """Always as long as any other, so that its length tells nothing."""
    return seal(key, json.dumps(value).rjust(8), answer_place(clinic_id, key.owner, row_id))


def open_answer(key: Keyring, clinic_id: UUID, row_id: UUID, blob: bytes) -> int:
    """The value of an answer. Raises SealBroken."""
    return int(json.loads(unseal(key, blob, answer_place(clinic_id, key.owner, row_id))))
