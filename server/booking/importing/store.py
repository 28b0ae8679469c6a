"""Queries of files that a clinic brings in; values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.importing.rules import Telling
from server.booking.importing.tables import Import, ImportLine
from server.crypto import Place


class State(StrEnum):
    """How far a file is."""

    STAGED = "staged"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"
    FORGOTTEN = "forgotten"


class Outcome(StrEnum):
    """What became of a line that was to come in."""

    IN = "in"
    TAKEN = "taken"  # somebody took its time meanwhile; the person is in


@dataclass(frozen=True)
class File:
    """One file of a clinic; what is sealed is opened by who has the key."""

    id: UUID
    clinic_id: UUID
    made_by: UUID
    made_at: datetime
    state: State
    telling: Telling
    counts: Mapping[str, int]
    started_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    name_sealed: bytes = field(repr=False)
    table_sealed: bytes | None = field(repr=False)
    choices_sealed: bytes | None = field(repr=False)


@dataclass(frozen=True)
class LineIn:
    """What one line became."""

    line: int
    outcome: Outcome
    patient_id: UUID | None
    patient_new: bool
    booking_id: UUID | None
    quiet: bool
    undone: str | None = None


def place(clinic_id: UUID, import_id: UUID, column: str) -> Place:
    """Where a sealed part of a file lives."""
    return Place(clinic_id, clinic_id, "imports", import_id, column)


async def add(db: AsyncSession, file: File, digest: bytes) -> bool:
    """Keep a new file; False when this very file is here already."""
    if await same_file(db, file.clinic_id, digest) is not None:
        return False
    db.add(
        Import(
            id=file.id,
            clinic_id=file.clinic_id,
            made_by=file.made_by,
            made_at=file.made_at,
            digest=digest,
            name_sealed=file.name_sealed,
            table_sealed=file.table_sealed,
            choices_sealed=file.choices_sealed,
            state=file.state,
            counts={},
        )
    )
    await db.flush()
    return True


async def same_file(db: AsyncSession, clinic_id: UUID, digest: bytes) -> UUID | None:
    """The file with these bytes, unless it was undone or forgotten."""
    return await db.scalar(select(Import.id).where(Import.clinic_id == clinic_id, Import.digest == digest))


async def file_of(db: AsyncSession, clinic_id: UUID, import_id: UUID) -> File | None:
    """One file of this clinic."""
    row = await db.get(Import, import_id)
    return _file(row) if row and row.clinic_id == clinic_id else None


async def files(db: AsyncSession, clinic_id: UUID) -> list[File]:
    """All files of a clinic that are here or came in, the newest first."""
    asked = select(Import).where(Import.clinic_id == clinic_id, Import.state != State.FORGOTTEN)
    return [_file(row) for row in await db.scalars(asked.order_by(Import.made_at.desc()).limit(100))]


async def choose(db: AsyncSession, clinic_id: UUID, import_id: UUID, choices_sealed: bytes) -> bool:
    """Keep other choices; False when the file has gone further."""
    values = {"choices_sealed": choices_sealed}
    return await _step(db, clinic_id, import_id, State.STAGED, values)


async def start(
    db: AsyncSession, clinic_id: UUID, import_id: UUID, telling: Telling, counts: Mapping[str, int], now: datetime
) -> bool:
    """From here on it is brought in; False when somebody was faster."""
    values = {"state": State.RUNNING, "telling": telling, "counts": dict(counts), "started_at": now}
    return await _step(db, clinic_id, import_id, State.STAGED, values)


async def end(db: AsyncSession, clinic_id: UUID, import_id: UUID, now: datetime) -> bool:
    """All of it is in: the table goes; False when that is so already."""
    values = {"state": State.DONE, "ended_at": now, "table_sealed": None, "choices_sealed": None}
    return await _step(db, clinic_id, import_id, State.RUNNING, values)


async def forget(db: AsyncSession, clinic_id: UUID, import_id: UUID) -> bool:
    """Drop a file that was not brought in; False when it was."""
    values = {"state": State.FORGOTTEN, "digest": None, "table_sealed": None, "choices_sealed": None}
    return await _step(db, clinic_id, import_id, State.STAGED, values)


async def undo(db: AsyncSession, clinic_id: UUID, import_id: UUID, now: datetime) -> bool:
    """It is taken back, and may come in again; False when that is so already."""
    return await _step(db, clinic_id, import_id, State.DONE, {"state": State.UNDONE, "digest": None, "undone_at": now})


async def _step(db: AsyncSession, clinic_id: UUID, import_id: UUID, before: State, values: Mapping[str, Any]) -> bool:
    mine = (Import.id == import_id, Import.clinic_id == clinic_id, Import.state == before)
    return await db.scalar(update(Import).where(*mine).values(values).returning(Import.id)) is not None


async def lock(db: AsyncSession, import_id: UUID, state: State) -> set[int] | None:
    """The lines that are done; nobody else works on the file until this unit ends. None: it is in another state."""
    asked = select(Import.id).where(Import.id == import_id, Import.state == state)
    if await db.scalar(asked.with_for_update()) is None:
        return None
    return set(await db.scalars(select(ImportLine.line).where(ImportLine.import_id == import_id)))


async def add_line(db: AsyncSession, import_id: UUID, line: LineIn) -> None:
    """Write what a line became."""
    db.add(ImportLine(import_id=import_id, **vars(line)))
    await db.flush()


async def lines(db: AsyncSession, import_id: UUID) -> list[LineIn]:
    """What every line became, in order."""
    row = ImportLine
    found = await db.scalars(select(row).where(row.import_id == import_id).order_by(row.line))
    return [
        LineIn(one.line, Outcome(one.outcome), one.patient_id, one.patient_new, one.booking_id, one.quiet, one.undone)
        for one in found
    ]


async def came_in(db: AsyncSession, import_id: UUID) -> tuple[int, int, int]:
    """How many lines are in, how many people and how many bookings they brought."""
    row = ImportLine
    new = func.count().filter(row.patient_new)
    asked = select(func.count(), new, func.count(row.booking_id)).where(row.import_id == import_id)
    count, people, booked = (await db.execute(asked)).one()
    return count, people, booked


def _file(row: Import) -> File:
    return File(
        id=row.id,
        clinic_id=row.clinic_id,
        made_by=row.made_by,
        made_at=row.made_at,
        state=State(row.state),
        telling=Telling(row.telling),
        counts=row.counts,
        started_at=row.started_at,
        ended_at=row.ended_at,
        undone_at=row.undone_at,
        name_sealed=row.name_sealed,
        table_sealed=row.table_sealed,
        choices_sealed=row.choices_sealed,
    )
