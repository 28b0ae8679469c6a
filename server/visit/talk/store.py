"""Queries of lines; values in, values out."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, Uuid, column, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.store import By
from server.visit.tables import Visit
from server.visit.talk.tables import VisitLine

MOST_DELAYS = 200

# Staff belong to the accounts feature: joined by name, as foreign keys are.
_staff = table("staff", column("id", Uuid()), column("name", String()))


@dataclass(frozen=True)
class SealedLine:
    id: UUID
    visit_id: UUID
    at: datetime
    by_kind: str
    staff_name: str
    blob: bytes = field(repr=False)
    read_at: datetime | None


async def lines(db: AsyncSession, visit_ids: Collection[UUID]) -> list[SealedLine]:
    """Every line of these visits, oldest first."""
    if not visit_ids:
        return []
    asked = (
        select(VisitLine, _staff.c.name)
        .outerjoin(_staff, _staff.c.id == VisitLine.by_id)
        .where(VisitLine.visit_id.in_(visit_ids))
        .order_by(VisitLine.at, VisitLine.id)
    )
    return [
        SealedLine(row.id, row.visit_id, row.at, row.by_kind, name or "", row.words_sealed, row.read_at)
        for row, name in await db.execute(asked)
    ]


async def written(db: AsyncSession, visit_id: UUID, by: By) -> list[datetime]:
    """When this side wrote in this visit."""
    mine = (VisitLine.visit_id == visit_id, VisitLine.by_kind == by.kind)
    return list(await db.scalars(select(VisitLine.at).where(*mine)))


async def add(db: AsyncSession, line_id: UUID, visit_id: UUID, by: By, blob: bytes, now: datetime) -> bool:
    """Write a line; False when this very one stands already."""
    if await db.get(VisitLine, line_id) is not None:
        return False
    assert by.id is not None, "a line is somebody's"
    db.add(VisitLine(id=line_id, visit_id=visit_id, at=now, by_kind=by.kind, by_id=by.id, words_sealed=blob))
    await db.flush()
    return True


async def mark_read(db: AsyncSession, visit_ids: Collection[UUID], reader: By, now: datetime) -> set[UUID]:
    """The reader saw what the other side wrote; returns the visits in which something was new."""
    theirs = (VisitLine.visit_id.in_(visit_ids), VisitLine.by_kind != reader.kind, VisitLine.read_at.is_(None))
    read = update(VisitLine).where(*theirs).values(read_at=now, read_by=reader.id).returning(VisitLine.visit_id)
    return set(await db.scalars(read))


async def delays(db: AsyncSession, clinic_id: UUID, since: datetime) -> list[timedelta]:
    """How long patients' lines of late took until somebody of the clinic read them."""
    asked = (
        select(VisitLine.at, VisitLine.read_at)
        .join(Visit, Visit.id == VisitLine.visit_id)
        .where(Visit.clinic_id == clinic_id, VisitLine.by_kind == "patient", VisitLine.at >= since)
        .where(VisitLine.read_at.is_not(None))
        .order_by(VisitLine.at.desc())
        .limit(MOST_DELAYS)
    )
    return [read_at - at for at, read_at in await db.execute(asked) if read_at]
