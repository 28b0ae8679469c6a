"""Queries of who gets in touch with whom the next day."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.support.follow_up.rules import Result
from server.support.store import Ask
from server.support.tables import SupportFollowUp

TOPIC = "support.follow_up"


@dataclass(frozen=True)
class FollowUp:
    """One such task."""

    id: UUID
    clinic_id: UUID
    ask_id: UUID
    patient_id: UUID
    staff_id: UUID
    due_at: datetime
    told_at: datetime | None
    declined_at: datetime | None
    done_at: datetime | None
    done_by: UUID | None
    result: Result | None
    note: bytes | None = field(default=None, repr=False)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.declined_at is None


def _value(row: SupportFollowUp) -> FollowUp:
    return FollowUp(
        id=row.id,
        clinic_id=row.clinic_id,
        ask_id=row.ask_id,
        patient_id=row.patient_id,
        staff_id=row.staff_id,
        due_at=row.due_at,
        told_at=row.told_at,
        declined_at=row.declined_at,
        done_at=row.done_at,
        done_by=row.done_by,
        result=Result(row.result) if row.result else None,
        note=row.note_sealed,
    )


async def add(db: AsyncSession, row_id: UUID, ask: Ask, staff_id: UUID, due_at: datetime, now: datetime) -> None:
    """A task for this person, and the messages of its morning."""
    row = SupportFollowUp(id=row_id, clinic_id=ask.clinic_id, ask_id=ask.id, patient_id=ask.patient_id)
    row.staff_id, row.due_at = staff_id, due_at
    db.add(row)
    await db.flush()
    outbox.add(db, TOPIC, {"follow_up": row_id.hex}, now, due_at=due_at)


async def of_ask(db: AsyncSession, ask_id: UUID) -> FollowUp | None:
    row = await db.scalar(select(SupportFollowUp).where(SupportFollowUp.ask_id == ask_id))
    return _value(row) if row else None


async def by_id(db: AsyncSession, row_id: UUID) -> FollowUp | None:
    row = await db.get(SupportFollowUp, row_id)
    return _value(row) if row else None


async def open_ones(db: AsyncSession, clinic_id: UUID) -> list[FollowUp]:
    """What nobody has done yet, the earliest first."""
    row = SupportFollowUp
    still = (row.clinic_id == clinic_id, row.done_at.is_(None), row.declined_at.is_(None))
    return [_value(one) for one in await db.scalars(select(row).where(*still).order_by(row.due_at))]


async def told(db: AsyncSession, row_id: UUID, now: datetime) -> bool:
    """Both sides are told now; False where they were before."""
    row = SupportFollowUp
    mine = (row.id == row_id, row.told_at.is_(None))
    done = await db.scalars(update(row).where(*mine).values(told_at=now).returning(row.id))
    return bool(done.all())


async def decline(db: AsyncSession, ask_id: UUID, now: datetime) -> bool:
    """The patient wants none; False where it is over."""
    row = SupportFollowUp
    still = (row.ask_id == ask_id, row.done_at.is_(None), row.declined_at.is_(None))
    done = await db.scalars(update(row).where(*still).values(declined_at=now).returning(row.id))
    return bool(done.all())


async def pass_on(db: AsyncSession, row_id: UUID, to: UUID) -> bool:
    """Somebody else does it."""
    row = SupportFollowUp
    still = (row.id == row_id, row.done_at.is_(None), row.declined_at.is_(None))
    done = await db.scalars(update(row).where(*still).values(staff_id=to).returning(row.id))
    return bool(done.all())


async def pass_planned(db: AsyncSession, ask_id: UUID, to: UUID) -> bool:
    """Where one was planned by itself this person does it; False: there is none."""
    planned = await of_ask(db, ask_id)
    if planned:
        await pass_on(db, planned.id, to)
    return planned is not None


async def finish(db: AsyncSession, row_id: UUID, by: UUID, result: Result, note: bytes | None, now: datetime) -> bool:
    """A person did it; the first word counts."""
    row = SupportFollowUp
    still = (row.id == row_id, row.done_at.is_(None))
    values = {"done_at": now, "done_by": by, "result": result, "note_sealed": note}
    done = await db.scalars(update(row).where(*still).values(**values).returning(row.id))
    return bool(done.all())
