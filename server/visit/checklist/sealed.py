"""What was answered at the start of a visit, sealed with the patient's key and bound to its row."""

import json
from collections.abc import Mapping
from uuid import UUID

from server.clinic.licences.rules import Place
from server.crypto import Keyring, seal, unseal
from server.crypto import Place as SealPlace
from server.visit.checklist.rules import Kept, Reply
from server.visit.checklist.store import SealedCheck


def seal_reply(key: Keyring, clinic_id: UUID, row_id: UUID, reply: Reply) -> bytes:
    value = {
        "word": reply.word,
        "text": reply.text,
        "country": reply.place.country,
        "region": reply.place.region,
    }
    return seal(key, json.dumps(value, ensure_ascii=False), _place(key, clinic_id, row_id))


def open_checks(key: Keyring, clinic_id: UUID, rows: Mapping[str, SealedCheck]) -> dict[str, Kept]:
    """Line -> its newest answer. Raises SealBroken."""
    return {line: _open(key, clinic_id, row) for line, row in rows.items()}


def seal_reason(key: Keyring, clinic_id: UUID, row_id: UUID, reason: str) -> bytes:
    """Why a signature was taken back."""
    return seal(key, reason, SealPlace(clinic_id, key.owner, "visit_signings", row_id, "reason"))


def _open(key: Keyring, clinic_id: UUID, row: SealedCheck) -> Kept:
    value = json.loads(unseal(key, row.blob, _place(key, clinic_id, row.id)))
    place = Place(value.get("country", ""), value.get("region", ""))
    return Kept(row.number, Reply(row.how, value.get("word", ""), value.get("text", ""), place), row.by, row.at)


def _place(key: Keyring, clinic_id: UUID, row_id: UUID) -> SealPlace:
    return SealPlace(clinic_id, key.owner, "visit_answers", row_id, "value")
