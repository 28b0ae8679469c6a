"""Answers sealed with the patient's key, bound to their row."""

import json
from uuid import UUID

from server.booking.intake.rules import Answer, Answers
from server.crypto import Keyring, Place, seal, unseal


def seal_answers(key: Keyring, clinic_id: UUID, row_id: UUID, answers: Answers) -> bytes:
    return seal(key, json.dumps(answers, ensure_ascii=False), answers_place(clinic_id, key.owner, row_id))


def open_answers(key: Keyring, clinic_id: UUID, row_id: UUID, blob: bytes) -> dict[str, Answer]:
    """What `seal_answers` was given. Raises SealBroken."""
    kept = json.loads(unseal(key, blob, answers_place(clinic_id, key.owner, row_id)))
    return {question_id: answer if isinstance(answer, str) else tuple(answer) for question_id, answer in kept.items()}


def answers_place(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "intake_answers", row_id, "value")
