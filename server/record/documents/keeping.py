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


@dataclass(frozen=True)
class Locked:
    """A file as a row of any table keeps it: columns `name_sealed`, `key_sealed` and `content`."""

    name: bytes = field(repr=False)
    key: bytes = field(repr=False)
    content: bytes = field(repr=False)


def place(clinic_id: UUID, patient_id: UUID, row_id: UUID, column: str, table: str = TABLE) -> Place:
    return Place(clinic_id, patient_id, table, row_id, column)


async def locked(
    key: Keyring, clinic_id: UUID, row_id: UUID, name: str, data: bytes, table: str = TABLE
) -> Locked:  # fmt: skip
    """A key of its own for a file, and that key and the name sealed with the patient's."""
    secret = new_secret()
    content = await run_in_threadpool(seal_bytes, secret, data, _bound(row_id, table))
    named = seal(key, name, place(clinic_id, key.owner, row_id, "name", table))
    return Locked(named, seal(key, secret.hex(), place(clinic_id, key.owner, row_id, "key", table)), content)


def unlocked(
    key: Keyring, clinic_id: UUID, row_id: UUID, name: bytes, own_key: bytes, table: str = TABLE
) -> tuple[str, bytes]:  # fmt: skip
    """(name, key of the content). Raises SealBroken."""
    secret = unseal(key, own_key, place(clinic_id, key.owner, row_id, "key", table))
    return unseal(key, name, place(clinic_id, key.owner, row_id, "name", table)), bytes.fromhex(secret)


async def unlocked_content(secret: bytes, row_id: UUID, blob: bytes, table: str = TABLE) -> bytes:
    """What stands in it. Raises SealBroken."""
    return await run_in_threadpool(unseal_bytes, secret, blob, _bound(row_id, table))


async def sealed(
    key: Keyring, clinic_id: UUID, file: tuple[UUID, str, str], data: bytes, by: UUID, now: datetime
) -> tuple[Sealed, bytes]:
    """The row of a file and its sealed content; `file` is (id, name, kind)."""
    row_id, name, kind = file
    shut = await locked(key, clinic_id, row_id, name, data)
    return Sealed(row_id, kind, len(data), by, now, shut.name, shut.key), shut.content


async def files_of(house: House, clinic_id: UUID, patient_id: UUID) -> list[File]:
    """The documents of a patient, the newest first; none once their key was destroyed."""
    rows = await house.db.read(lambda db: store.documents_of(db, clinic_id, patient_id))
    key = (await house.keys.patients(clinic_id, [patient_id])).get(patient_id) if rows else None
    return [_opened(row, key, clinic_id) for row in rows] if key else []


def _opened(row: Sealed, key: Keyring, clinic_id: UUID) -> File:
    name, secret = unlocked(key, clinic_id, row.id, row.name, row.key)
    return File(row.id, name, row.kind, row.size, row.by_id, row.at, secret)


async def content_of(house: House, file: File) -> bytes:
    """What stands in a file. Raises SealBroken."""
    blob = await house.db.read(lambda db: store.content_of(db, file.id))
    return await unlocked_content(file.secret, file.id, blob)


def _bound(row_id: UUID, table: str) -> bytes:
    return f"{table}|{row_id.hex}|content".encode()
