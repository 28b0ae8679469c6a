"""What is sealed with the patient's key: what somebody said on entering, and what was noted at the end."""

import json
from dataclasses import asdict
from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal
from server.support.rules import Safe, Said, Way

ASKS, FOLLOW_UPS = "support_asks", "support_follow_ups"


def _place(clinic_id: UUID, key: Keyring, table: str, row_id: UUID, column: str) -> Place:
    return Place(clinic_id, key.owner, table, row_id, column)


def seal_said(key: Keyring, clinic_id: UUID, ask_id: UUID, said: Said) -> bytes:
    return seal(key, json.dumps(asdict(said), ensure_ascii=False), _place(clinic_id, key, ASKS, ask_id, "said"))


def open_said(key: Keyring, clinic_id: UUID, ask_id: UUID, blob: bytes) -> Said:
    """What somebody said. Raises SealBroken."""
    kept = json.loads(unseal(key, blob, _place(clinic_id, key, ASKS, ask_id, "said")))
    words = {name: kept[name] for name in ("place", "country", "region", "number", "topic")}
    return Said(**words, safe=Safe(kept["safe"]), way=Way(kept["way"]))


def seal_note(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, text: str) -> bytes | None:
    return seal(key, text, _place(clinic_id, key, table, row_id, "note")) if text else None


def open_note(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, blob: bytes | None) -> str:
    """The words; '' for none. Raises SealBroken."""
    return unseal(key, blob, _place(clinic_id, key, table, row_id, "note")) if blob else ""
