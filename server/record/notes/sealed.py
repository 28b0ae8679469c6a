"""Words of notes, sealed with the patient's key, each bound to its row."""

from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal


def place(table: str, clinic_id: UUID, patient_id: UUID, row_id: UUID, column: str = "text") -> Place:
    return Place(clinic_id, patient_id, table, row_id, column)


def seal_text(key: Keyring, table: str, clinic_id: UUID, row_id: UUID, text: str, column: str = "text") -> bytes:
    return seal(key, text, place(table, clinic_id, key.owner, row_id, column))


def open_text(key: Keyring, table: str, clinic_id: UUID, row_id: UUID, blob: bytes, column: str = "text") -> str:
    """The words of a row. Raises SealBroken."""
    return unseal(key, blob, place(table, clinic_id, key.owner, row_id, column))
