"""Tasks with their key: sealing a note outside of the transaction, opening what was read."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.journal.homework import store
from server.journal.homework.rules import Task

TABLE = "tool_tasks"


def _place(key: Keyring, clinic_id: UUID, task_id: UUID) -> Place:
    return Place(clinic_id, key.owner, TABLE, task_id, "note")


async def sealed_note(house: House, clinic_id: UUID, patient_id: UUID, task: Task) -> bytes | None:
    if not task.note:
        return None
    key = await house.keys.patient(clinic_id, patient_id)
    return seal(key, task.note, _place(key, clinic_id, task.id))


async def tasks_of(house: House, clinic_id: UUID, patient_id: UUID) -> Sequence[Task]:
    """Every task, the newest first, with its note."""
    rows = await house.db.read(lambda db: store.tasks_of(db, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    if key is None:
        return []
    return [replace(one, note=unseal(key, blob, _place(key, clinic_id, one.id)) if blob else "") for one, blob in rows]
