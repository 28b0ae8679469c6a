"""What is sealed with the patient's key in a visit: the answers at the door and the therapist's note."""

from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal
from server.patients import store as patients
from server.visit.forms import Arrival


def arrival_place(clinic_id: UUID, patient_id: UUID, visit_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "visits", visit_id, "arrival")


def seal_arrival(key: Keyring, clinic_id: UUID, visit_id: UUID, arrival: Arrival) -> tuple[bytes, bytes]:
    """The answers twice: for this visit, and for the patient's own row, where the next visit finds them."""
    here = arrival_place(clinic_id, key.owner, visit_id)
    next_time = patients.place(clinic_id, key.owner, "arrival")
    text = arrival.to_json()
    return seal(key, text, here), seal(key, text, next_time)


def open_arrival(key: Keyring, clinic_id: UUID, visit_id: UUID, blob: bytes | None) -> Arrival | None:
    """What was said at the door of this visit. Raises SealBroken."""
    if blob is None:
        return None
    return Arrival.from_json(unseal(key, blob, arrival_place(clinic_id, key.owner, visit_id)))


def open_last_arrival(key: Keyring, clinic_id: UUID, blob: bytes | None) -> Arrival:
    """What was said the last time, to begin with. Raises SealBroken."""
    if blob is None:
        return Arrival()
    return Arrival.from_json(unseal(key, blob, patients.place(clinic_id, key.owner, "arrival")))


def note_place(clinic_id: UUID, patient_id: UUID, note_id: UUID) -> Place:
    return Place(clinic_id, patient_id, "visit_notes", note_id, "text")


def seal_note(key: Keyring, clinic_id: UUID, note_id: UUID, text: str) -> bytes:
    return seal(key, text, note_place(clinic_id, key.owner, note_id))


def open_note(key: Keyring, clinic_id: UUID, note_id: UUID, blob: bytes) -> str:
    """The note's text. Raises SealBroken."""
    return unseal(key, blob, note_place(clinic_id, key.owner, note_id))


def words_place(clinic_id: UUID, patient_id: UUID, table: str, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, table, row_id, "words")


def seal_words(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, text: str) -> bytes | None:
    """Words between the clinic and this patient; None for none."""
    return seal(key, text, words_place(clinic_id, key.owner, table, row_id)) if text else None


def open_words(key: Keyring, clinic_id: UUID, table: str, row_id: UUID, blob: bytes | None) -> str:
    """The words of a row; '' where there are none. Raises SealBroken."""
    return unseal(key, blob, words_place(clinic_id, key.owner, table, row_id)) if blob else ""
