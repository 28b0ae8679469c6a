"""Documents sealed and opened: a key for each file, and that key sealed with the patient's."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from server.crypto import Keyring, Place, new_secret, seal, seal_bytes, unseal, unseal_bytes
from server.house import House
from server.record.documents import store
from server.record.documents.store import Sealed

TABLE = "documents"


@dataclass(frozen=True)
class File:
    """A document as its readers have it."""

    id: UUID
    name: str = field(repr=False)
    kind: str
    size: int
    by_id: UUID
    at: datetime
    secret: bytes = field(repr=False)


def place(clinic_id: UUID, patient_id: UUID, row_id: UUID, column: str) -> Place:
    return Place(clinic_id, patient_id, TABLE, row_id, column)


async def sealed(
    key: Keyring, clinic_id: UUID, file: tuple[UUID, str, str], data: bytes, by: UUID, now: datetime
) -> tuple[Sealed, bytes]:
    """The row of a file and its sealed content; `file` is (id, name, kind)."""
    row_id, name, kind = file
    secret = new_secret()
    content = await run_in_threadpool(seal_bytes, secret, data, _bound(row_id))
    named = seal(key, name, place(clinic_id, key.owner, row_id, "name"))
    locked = seal(key, secret.hex(), place(clinic_id, key.owner, row_id, "key"))
    return Sealed(row_id, kind, len(data), by, now, named, locked), content


async def files_of(house: House, clinic_id: UUID, patient_id: UUID) -> list[File]:
    """The documents of a patient, the newest first; none once their key was destroyed."""
    rows = await house.db.read(lambda db: store.documents_of(db, clinic_id, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    return [_opened(row, key, clinic_id) for row in rows] if key else []


def _opened(row: Sealed, key: Keyring, clinic_id: UUID) -> File:
    name = unseal(key, row.name, place(clinic_id, key.owner, row.id, "name"))
    secret = bytes.fromhex(unseal(key, row.key, place(clinic_id, key.owner, row.id, "key")))
    return File(row.id, name, row.kind, row.size, row.by_id, row.at, secret)


async def content_of(house: House, file: File) -> bytes:
    """What stands in a file. Raises SealBroken."""
    blob = await house.db.read(lambda db: store.content_of(db, file.id))
    return await run_in_threadpool(unseal_bytes, file.secret, blob, _bound(file.id))


def _bound(row_id: UUID) -> bytes:
    return f"{TABLE}|{row_id.hex}|content".encode()
