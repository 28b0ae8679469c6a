"""Files that come with letters: told by their bytes, sealed one by one, and handed out to be kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring
from server.files import Kind, Unfit, kind_of
from server.letters.tables import LetterFile
from server.record.documents.keeping import Locked, locked, unlocked, unlocked_content

TABLE = "letter_files"


@dataclass(frozen=True)
class Brought:
    """A file as it came."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class New:
    """A file that is to be written."""

    id: UUID
    kind: Kind
    size: int
    locked: Locked


@dataclass(frozen=True)
class Attached:
    """A file as its readers have it; its content is loaded when somebody takes it."""

    id: UUID
    letter_id: UUID
    name: str = field(repr=False)
    kind: str
    size: int
    secret: bytes = field(repr=False)


def unfit(files: Sequence[Brought]) -> Unfit | None:
    """Why one of these files is not taken; None where all are."""
    return next((found for one in files if isinstance(found := kind_of(one.data, one.name), Unfit)), None)


async def sealed(key: Keyring, clinic_id: UUID, letter_id: UUID, files: Sequence[Brought]) -> list[New]:
    """Files that fit; each has an id of its place in the letter, so that a letter sent twice has them once."""
    found = []
    for number, one in enumerate(files):
        row_id, kind = uuid5(letter_id, str(number)), kind_of(one.data, one.name)
        assert isinstance(kind, Kind), "they were looked at before"
        found.append(New(row_id, kind, len(one.data), await locked(key, clinic_id, row_id, one.name, one.data, TABLE)))
    return found


async def add(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, letter_id: UUID, files: Sequence[New], now: datetime
) -> None:
    """Write them with their letter, in its unit."""
    whose = {"clinic_id": clinic_id, "patient_id": patient_id, "letter_id": letter_id, "at": now}
    for one in files:
        shut = {"name_sealed": one.locked.name, "key_sealed": one.locked.key, "content": one.locked.content}
        db.add(LetterFile(id=one.id, **whose, **shut, kind=one.kind.value, size=one.size))
    await db.flush()


Row = tuple[UUID, UUID, str, int, bytes, bytes]


async def rows_of(db: AsyncSession, letter_ids: Collection[UUID]) -> list[Row]:
    """(id, letter, kind, size, name, key) of what came with these letters; no contents."""
    of = LetterFile
    asked = select(of.id, of.letter_id, of.kind, of.size, of.name_sealed, of.key_sealed)
    found = await db.execute(asked.where(of.letter_id.in_(letter_ids)).order_by(of.at, of.id))
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in found]


def opened(key: Keyring, clinic_id: UUID, row: Row) -> Attached:
    """Raises SealBroken."""
    row_id, letter_id, kind, size, name, own_key = row
    named, secret = unlocked(key, clinic_id, row_id, name, own_key, TABLE)
    return Attached(row_id, letter_id, named, kind, size, secret)


async def blob_of(db: AsyncSession, file_id: UUID) -> bytes:
    return await db.scalar(select(LetterFile.content).where(LetterFile.id == file_id)) or b""


async def content(file: Attached, blob: bytes) -> bytes:
    """What stands in a file. Raises SealBroken."""
    return await unlocked_content(file.secret, file.id, blob, TABLE)
