"""What is known of a patient's care, opened, and one more writing of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.crypto import Keyring, Place, seal, unseal
from server.house import House
from server.record.care import store
from server.record.care.rules import TYPES, Entry, Kind, Value, as_of
from server.record.care.store import Sealed

TABLE = "care_entries"
EVERYWHERE = timedelta(hours=12)
"""So long after midnight of UTC a day is over wherever a clinic is."""
Asked = Callable[[AsyncSession, UUID, UUID], Awaitable[list[Sealed]]]


@dataclass(frozen=True)
class Writing:
    """A value as it shall stand. `over`: the number of the writing that its page has seen, 0 for a new entry."""

    entry_id: UUID
    kind: Kind
    value: Value = field(repr=False)
    over: int = 0
    struck: bool = False


def place(clinic_id: UUID, patient_id: UUID, row_id: UUID) -> Place:
    return Place(clinic_id, patient_id, TABLE, row_id, "value")


async def care_of(house: House, clinic_id: UUID, patient_id: UUID) -> list[Entry]:
    """Every entry about a patient, as it is today; none once their key was destroyed."""
    today = (house.clock() - EVERYWHERE).date()
    return [as_of(one, today) for one in await _written(house, clinic_id, patient_id)]


async def _written(house: House, clinic_id: UUID, patient_id: UUID) -> list[Entry]:
    return await _open(house, clinic_id, patient_id, store.entries_of)


async def care_as_written(house: House, clinic_id: UUID, patient_id: UUID) -> list[Entry]:
    """Every writing about a patient as it was made, of each entry the oldest first; none once their key was
    destroyed.
    """
    return await _open(house, clinic_id, patient_id, store.writings_of)


async def _open(house: House, clinic_id: UUID, patient_id: UUID, asked: Asked) -> list[Entry]:
    rows = await house.db.read(lambda db: asked(db, clinic_id, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    return [_opened(one, key, clinic_id) for one in rows] if key else []


def _opened(row: Sealed, key: Keyring, clinic_id: UUID) -> Entry:
    text = unseal(key, row.blob, place(clinic_id, key.owner, row.id))
    value = msgspec.json.decode(text, type=TYPES[row.kind])
    return Entry(row.entry_id, row.kind, row.number, value, row.by_id, row.at, row.struck)


async def write(
    house: House, clinic_id: UUID, patient_id: UUID, writing: Writing, by: UUID, now: datetime
) -> bool:  # fmt: skip
    """Keep it with who and when; False when somebody else wrote it first. The same once more is no second writing."""
    known = {one.id: one for one in await _written(house, clinic_id, patient_id)}.get(writing.entry_id)
    if known and (known.value, known.struck, known.kind) == (writing.value, writing.struck, writing.kind):
        return True
    key, row_id = await house.keys.patient(clinic_id, patient_id), uuid4()
    text = msgspec.json.encode(writing.value).decode()
    blob = seal(key, text, place(clinic_id, patient_id, row_id))
    new = Sealed(row_id, writing.entry_id, writing.kind, writing.over + 1, by, now, writing.struck, blob)
    detail = {"kind": writing.kind.value, "entry": writing.entry_id.hex, "number": new.number}
    action = "care.struck" if writing.struck else "care.written"

    async def work(db: AsyncSession) -> bool:
        kept = await store.add(db, clinic_id, patient_id, new)
        if kept:
            note(db, Trace(clinic_id, action, "patient", patient_id, "staff", by, detail), now)
        return kept

    return await house.db.unit(work)
